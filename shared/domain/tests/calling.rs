//! Whom the rules call, why, and what they refuse.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod office;

use contract::{board::Rule, ids::TicketId, refusal::Refusal};
use domain::*;
use office::*;

/// Who is called one after the other from one counter, each with the rule that applied.
fn called(office: &mut Office, now: &str, how_many: usize) -> String {
    let mut said = Vec::new();
    for _ in 0..how_many {
        let events = match office.next("1", "anna", now) {
            Ok(events) => events,
            Err(refusal) => {
                said.push(refusal.to_string());
                break;
            }
        };
        let Some(Event::TicketCalled { ticket, because, .. }) = events.last() else { panic!("{events:?}") };
        said.push(format!("{} {}", office.day.ticket(*ticket).unwrap().code, rule(because.rule)));
        let number = ticket.0.as_u128();
        office.step("1", "anna", number, Step::Start, now).unwrap();
        office.step("1", "anna", number, Step::Finish { at: None }, now).unwrap();
    }
    said.join(", ")
}

fn rule(rule: Rule) -> String {
    match rule {
        Rule::Due { waited_minutes } => format!("due for {waited_minutes} min"),
        Rule::Readmitted { late_minutes } => format!("{late_minutes} min late"),
        Rule::Early { early_minutes } => format!("{early_minutes} min early"),
    }
}

fn open_office() -> Office {
    let mut office = Office::new();
    office.open("1", "anna", &["carta", "tributi", "ufficio"]).unwrap();
    office
}

#[test]
fn of_equal_promises_whoever_has_been_here_longer_goes_first() {
    for (first, second) in [(1, 2), (2, 1)] {
        let mut office = open_office();
        office.book(1, "carta", "09:00", false, "08:00").unwrap();
        office.book(2, "carta", "09:00", false, "08:00").unwrap();
        office.check_in(first, "08:40").unwrap();
        office.check_in(second, "08:41").unwrap();
        let events = office.next("1", "anna", "09:01").unwrap();
        let Some(Event::TicketCalled { ticket, because, .. }) = events.last() else { panic!("{events:?}") };
        assert_eq!((ticket.0.as_u128(), because.here_longer), (first, true));
    }
}

#[test]
fn a_longer_presence_is_given_as_the_reason_only_where_it_decided() {
    // One deadline, 09:30: taxes due since 09:00, and an identity card due only at 09:20, whose holder came first.
    let mut office = open_office();
    office.book(1, "tributi", "09:00", false, "08:00").unwrap();
    office.book(2, "carta", "09:20", false, "08:00").unwrap();
    office.check_in(2, "08:40").unwrap();
    office.check_in(1, "08:50").unwrap();
    // One deadline and one arrival: who took the ticket earlier goes first.
    office.book(3, "carta", "09:50", false, "08:10").unwrap();
    office.book(4, "carta", "09:50", false, "08:05").unwrap();
    office.check_in(3, "08:55").unwrap();
    office.check_in(4, "08:55").unwrap();
    let mut reason = |time: &str| {
        let events = office.next("1", "anna", time).unwrap();
        let Some(Event::TicketCalled { ticket, because, .. }) = events.last() else { panic!("{events:?}") };
        let told = (ticket.0.as_u128(), because.here_longer);
        office.step("1", "anna", told.0, Step::Start, time).unwrap();
        office.step("1", "anna", told.0, Step::Finish { at: None }, time).unwrap();
        told
    };
    assert_eq!(reason("09:12"), (1, false));
    assert_eq!(reason("09:21"), (2, false));
    assert_eq!(reason("09:51"), (4, false));
}

#[test]
fn the_earliest_deadline_goes_first_over_services() {
    let mut office = open_office();
    office.book(1, "tributi", "09:00", false, "08:00").unwrap();
    office.book(2, "carta", "09:10", false, "08:00").unwrap();
    office.book(3, "carta", "09:00", false, "08:00").unwrap();
    for number in 1..=3 {
        office.check_in(number, "08:50").unwrap();
    }
    // Taxes are promised within 30 minutes (09:30), identity cards within 10 (09:10 and 09:20).
    assert_eq!(
        called(&mut office, "09:12", 4),
        "A002 due for 12 min, A001 due for 2 min, B001 due for 12 min, nobody is waiting"
    );
}

#[test]
fn nobody_is_called_before_checking_in_unless_the_service_has_no_check_in() {
    let mut office = open_office();
    office.book(1, "carta", "09:00", false, "08:00").unwrap();
    office.book(2, "ufficio", "09:10", false, "08:00").unwrap();
    assert_eq!(called(&mut office, "09:05", 1), "nobody is waiting");
    assert_eq!(called(&mut office, "09:10", 2), "C001 due for 0 min, nobody is waiting");
}

#[test]
fn somebody_present_is_called_early_only_when_nobody_due_waits() {
    let mut office = open_office();
    office.book(1, "carta", "09:20", true, "08:55").unwrap();
    office.book(2, "tributi", "09:00", true, "08:55").unwrap();
    assert_eq!(called(&mut office, "09:09", 2), "B001 due for 9 min, nobody is waiting");
    let refusal = office.next("1", "anna", "09:09").unwrap_err();
    assert_eq!(refusal, Refusal::NobodyWaiting { next_from: Some(at("09:10")), expected: 0 });
    assert_eq!(called(&mut office, "09:11", 1), "A001 9 min early");
}

#[test]
fn whoever_is_late_within_the_tolerance_waits_from_arrival_on() {
    let mut office = open_office();
    office.book(1, "carta", "09:00", false, "08:00").unwrap();
    office.book(2, "carta", "09:10", true, "09:05").unwrap();
    let late = office.check_in(1, "09:12").unwrap();
    assert!(matches!(late[..], [Event::TicketReadmitted { late_minutes: 12, .. }]));
    assert_eq!(called(&mut office, "09:13", 2), "A002 due for 3 min, A001 12 min late");
}

#[test]
fn check_in_refusals_carry_their_facts() {
    let mut office = open_office();
    office.book(1, "carta", "09:00", false, "08:00").unwrap();
    assert_eq!(office.check_in(9, "08:50"), Err(Refusal::UnknownTicket));
    assert_eq!(office.check_in(1, "09:16"), Err(Refusal::TooLate { by_minutes: 16, tolerance_minutes: 15 }));
    let elsewhere = Command::CheckIn { ticket: TicketId(uuid::Uuid::from_u128(1)), at_site: id("altrove") };
    assert!(matches!(office.act(&elsewhere, at("08:50")), Err(Refusal::WrongSite { .. })));
    assert_eq!(office.check_in(1, "09:15").unwrap().len(), 1);
    assert_eq!(office.check_in(1, "09:40").unwrap().len(), 0);
    office.next("1", "anna", "09:40").unwrap();
    assert_eq!(office.check_in(1, "09:41"), Err(Refusal::AlreadyCalled { counter: "1".to_owned() }));
    office.step("1", "anna", 1, Step::MarkAbsent, "09:42").unwrap();
    assert_eq!(office.check_in(1, "09:43"), Err(Refusal::MarkedAbsent));
}

#[test]
fn calling_again_waits_ten_seconds_and_ends_at_three() {
    let mut office = open_office();
    office.book(1, "carta", "09:00", true, "08:55").unwrap();
    office.next("1", "anna", "09:00:00").unwrap();
    let again = |office: &mut Office, now: &str| office.step("1", "anna", 1, Step::CallAgain, now);
    assert_eq!(again(&mut office, "09:00:04"), Err(Refusal::CalledJustNow { seconds: 6 }));
    assert!(again(&mut office, "09:00:10").is_ok());
    assert!(again(&mut office, "09:00:20").is_ok());
    assert_eq!(again(&mut office, "09:00:30"), Err(Refusal::CallLimit { limit: 3 }));
}

#[test]
fn a_counter_has_one_person_and_a_person_one_counter() {
    let mut office = open_office();
    assert_eq!(office.open("1", "bruno", &["carta"]), Err(Refusal::CounterTaken { by: "anna".to_owned() }));
    assert_eq!(office.open("2", "anna", &["carta"]), Err(Refusal::AtOtherCounter { counter: "1".to_owned() }));
    assert_eq!(office.open("2", "carla", &["tributi", "carta"]), Err(Refusal::NotYourService));
    office.open("2", "bruno", &["carta"]).unwrap();
    office.book(1, "carta", "09:00", true, "08:55").unwrap();
    office.book(2, "carta", "09:00", true, "08:55").unwrap();
    office.next("1", "anna", "09:00").unwrap();
    office.next("2", "bruno", "09:00").unwrap();
    let code = office.day.ticket(TicketId(uuid::Uuid::from_u128(1))).unwrap().code;
    assert_eq!(office.next("1", "anna", "09:01"), Err(Refusal::CurrentNotClosed { code }));
    assert_eq!(office.step("1", "anna", 2, Step::Start, "09:01"), Err(Refusal::NotCurrent));
    assert_eq!(office.step("2", "anna", 2, Step::Start, "09:01"), Err(Refusal::CounterNotOpen));
    assert_eq!(office.step("1", "anna", 1, Step::Finish { at: None }, "09:01"), Err(Refusal::WrongStage));
}

#[test]
fn finishing_and_calling_is_one_step_even_when_nobody_waits() {
    let mut office = open_office();
    office.book(1, "carta", "09:00", true, "08:55").unwrap();
    office.next("1", "anna", "09:00").unwrap();
    office.step("1", "anna", 1, Step::Start, "09:01").unwrap();
    let finish = Some(TicketId(uuid::Uuid::from_u128(1)));
    let command = Command::CallNext { counter: id("1"), operator: id("anna"), finish };
    let events = office.act(&command, at("09:05")).unwrap();
    assert!(matches!(events[..], [Event::TicketServed { .. }]));
    assert_eq!(office.act(&command, at("09:05")), Err(Refusal::NotCurrent));
}

#[test]
fn a_finish_that_is_told_later_keeps_its_time_within_the_service_and_now() {
    for (told, until) in [(None, "09:30"), (Some("09:12"), "09:12"), (Some("08:00"), "09:01"), (Some("10:00"), "09:30")]
    {
        let mut office = open_office();
        office.book(1, "carta", "09:00", true, "08:55").unwrap();
        office.next("1", "anna", "09:00").unwrap();
        office.step("1", "anna", 1, Step::Start, "09:01").unwrap();
        office.step("1", "anna", 1, Step::Finish { at: told.map(at) }, "09:30").unwrap();
        let ticket = office.day.ticket(TicketId(uuid::Uuid::from_u128(1))).unwrap();
        assert_eq!(
            ticket.stage(),
            Some(&domain::ticket::Stage::Served { since: at("09:01"), until: at(until) }),
            "{told:?}"
        );
    }
}

#[test]
fn places_end_and_the_refusal_offers_the_next_one() {
    let mut office = open_office();
    assert_eq!(office.book(1, "tributi", "09:00", false, "08:00").as_deref(), Ok("B001"));
    let Err(Refusal::PlaceTaken { next: Some(next) }) = office.book(2, "tributi", "09:00", false, "08:00") else {
        panic!("sold twice")
    };
    assert_eq!(next.starts_at, at("09:10"));
    assert_eq!(office.book(2, "tributi", "09:05", false, "08:00"), Err(Refusal::NoSuchPlace));
    assert_eq!(office.book(2, "tributi", "12:00", false, "08:00"), Err(Refusal::NoSuchPlace));
    assert!(matches!(office.book(2, "tributi", "09:10", false, "09:13"), Err(Refusal::PlaceTaken { .. })));
    assert_eq!(office.book(2, "tributi", "09:10", false, "09:12").as_deref(), Ok("B002"));
    assert_eq!(
        office.book(2, "tributi", "09:30", false, "09:12").as_deref(),
        Ok("B002"),
        "the same id, the same ticket"
    );
}

/// R52: whoever shows no card gets what is first, or what was shown a moment ago; a card opens other times.
#[test]
fn without_a_card_there_is_the_first_availability_only() {
    let free = || {
        let mut office = open_office();
        // Taxes have one lane, from nine on in steps of ten minutes.
        office.book(1, "tributi", "09:00", false, "08:00").unwrap();
        office
    };
    let next = |outcome: Result<String, Refusal>| match outcome {
        Err(Refusal::PlaceTaken { next: Some(next) }) => next.starts_at,
        other => panic!("{other:?}"),
    };
    // The first is 09:10. Up to an hour later is what a page that is a little old may show.
    for shown in ["09:10", "09:20", "10:10"] {
        assert!(free().book(2, "tributi", shown, false, "08:00").is_ok(), "{shown}");
    }
    for later in ["10:20", "11:50"] {
        assert_eq!(next(free().book(2, "tributi", later, false, "08:00")), at("09:10"), "{later}");
        assert!(free().act(&book_with_card(2, "tributi", at(later)), at("08:00")).is_ok(), "{later}");
    }
    // What is first now was later when it was shown, and the last place of the day has nothing free after it.
    assert!(free().book(2, "tributi", "11:50", false, "11:51").is_ok());
}

#[test]
fn without_a_card_there_is_no_later_date_while_an_earlier_one_has_places() {
    let mut office = open_office();
    let sooner = contract::api::Offer {
        date: "2026-11-17".parse().unwrap(),
        time: "09:00".parse().unwrap(),
        starts_at: at("09:00").plus_minutes(-6 * 24 * 60),
    };
    office.facts.free_on_an_earlier_date = Some(sooner.clone());
    let refused = Err(Refusal::PlaceTaken { next: Some(sooner) });
    assert_eq!(office.book(1, "carta", "09:00", false, "08:00"), refused);
    assert_eq!(office.book(1, "carta", "09:05", false, "08:00"), Err(Refusal::NoSuchPlace));
    assert!(office.act(&book_with_card(1, "carta", at("09:00")), at("08:00")).is_ok());
}

#[test]
fn a_day_that_is_over_has_no_places_even_before_it_is_closed() {
    let mut office = open_office();
    let tomorrow = at("08:00").plus_minutes(24 * 60);
    for command in [book(1, "carta", at("09:00"), true), book_with_card(1, "carta", at("09:00"))] {
        assert_eq!(office.act(&command, tomorrow), Err(Refusal::NoSuchPlace));
    }
    assert_eq!(office.book(1, "carta", "09:05", false, "11:00"), Err(Refusal::NoSuchPlace), "never was one");
    assert!(matches!(office.book(1, "carta", "09:00", false, "11:00"), Err(Refusal::PlaceTaken { .. })), "was one");
}

#[test]
fn a_ticket_for_the_coming_hour_is_present_at_once_where_its_holder_stands() {
    for (place, here, present) in [("09:00", true, true), ("09:00", false, false), ("09:10", true, false)] {
        let mut office = open_office();
        office.book(1, "carta", place, here, "08:00").unwrap();
        let ticket = office.day.ticket(TicketId(uuid::Uuid::from_u128(1))).unwrap();
        assert_eq!(office.day.is_present(ticket, at("08:00")), present, "{place} {here}");
    }
}

#[test]
fn closing_names_everybody_and_the_day_stays_closed() {
    let mut office = open_office();
    office.book(1, "carta", "09:00", true, "08:55").unwrap();
    office.book(2, "carta", "09:00", false, "08:55").unwrap();
    office.book(3, "ufficio", "09:00", false, "08:55").unwrap();
    assert_eq!(office.act(&Command::CloseDay, at("23:00")), Err(Refusal::WrongStage));
    let night = at("23:00").plus_minutes(5 * 60);
    let events = office.act(&Command::CloseDay, night).unwrap();
    let ticket = |number| TicketId(uuid::Uuid::from_u128(number));
    assert_eq!(events, [Event::DayClosed { left_over: vec![ticket(1), ticket(3)], no_shows: vec![ticket(2)] }]);
    assert_eq!(office.act(&Command::CloseDay, night), Ok(vec![]));
    assert_eq!(office.book(4, "carta", "09:10", true, "08:55"), Err(Refusal::DayClosed));
}
