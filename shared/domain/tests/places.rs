//! Places computed from agendas, and what boards show.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod office;

use contract::{board::*, ids::*, time::*};
use domain::{availability::*, board::*, slots::*, *};
use office::*;

fn slots_on(date: &str) -> usize {
    let rules = rules();
    slots(&rules, &rules.agendas[&id::<AgendaId>("carta")], date.parse().unwrap()).len()
}

#[test]
fn agendas_follow_the_week_and_leave_out_holidays() {
    assert_eq!(slots_on("2026-11-23"), 18);
    assert_eq!(slots_on("2026-11-25"), 0, "a Wednesday");
    assert_eq!(slots_on("2026-10-26"), 0, "before the agenda begins");
    assert_eq!(slots_on("2026-12-08"), 0, "a holiday");
    assert_eq!(slots_on("2026-12-07"), 18);
}

#[test]
fn on_clock_change_days_no_place_is_lost_or_doubled() {
    let mut rules = rules();
    let agenda = rules.agendas.get_mut(&id::<AgendaId>("carta")).unwrap();
    agenda.weekly[0].days = vec![Weekday::Thursday, Weekday::Friday];
    agenda.weekly[0].from = "00:00".parse().unwrap();
    agenda.weekly[0].until = "24:00".parse().unwrap();
    agenda.valid_from = "2020-01-01".parse().unwrap();
    let agenda = agenda.clone();
    rules.site.day_rolls_at = "00:00".parse().unwrap();
    // In Rome clocks change on Sundays, when agendas rest. In Cairo they change on a Friday and on a Thursday.
    rules.site.zone = "Africa/Cairo".parse().unwrap();
    for (date, expect) in [("2024-04-26", 138), ("2024-10-31", 144), ("2024-10-24", 144)] {
        let all = slots(&rules, &agenda, date.parse().unwrap());
        assert_eq!(all.len(), expect, "{date}");
        assert!(all.windows(2).all(|two| two[0].starts_at < two[1].starts_at), "{date}");
    }
}

#[test]
fn the_small_hours_belong_to_the_day_that_has_not_ended() {
    let mut rules = rules();
    let agenda = rules.agendas.get_mut(&id::<AgendaId>("carta")).unwrap();
    (agenda.weekly[0].days, agenda.slot_minutes) = (vec![Weekday::Tuesday], 20);
    (agenda.weekly[0].from, agenda.weekly[0].until) = ("00:10".parse().unwrap(), "24:00".parse().unwrap());
    let agenda = agenda.clone();
    let times = |date: &str| -> Vec<(String, Date)> {
        let slots = slots(&rules, &agenda, date.parse().unwrap());
        assert!(slots.windows(2).all(|two| two[0].starts_at < two[1].starts_at), "{date}");
        slots.iter().map(|slot| (slot.time.to_string(), rules.date_at(slot.starts_at))).collect()
    };
    let (monday, tuesday) = (times("2026-11-23"), times("2026-11-24"));
    let first_and_last = |all: &[(String, Date)]| (all[0].0.clone(), all[all.len() - 1].0.clone());
    assert_eq!(first_and_last(&monday), ("00:10".to_owned(), "02:30".to_owned()), "02:50 would lie in two days");
    assert_eq!(first_and_last(&tuesday), ("03:10".to_owned(), "23:30".to_owned()));
    assert!(monday.iter().all(|(_, date)| date.to_string() == "2026-11-23"), "{monday:?}");
    assert!(tuesday.iter().all(|(_, date)| date.to_string() == "2026-11-24"), "{tuesday:?}");
    assert_eq!(times("2026-11-25"), []);
}

#[test]
fn the_first_place_is_the_earliest_free_one_not_yet_begun() {
    let mut office = Office::new();
    let first = |office: &Office, now: &str| {
        first_place(office.day.rules(), &id("tributi"), office.day.date(), office.day.taken(), at(now))
            .map(|offer| offer.time.to_string())
    };
    assert_eq!(first(&office, "08:00").as_deref(), Some("09:00"));
    office.book(1, "tributi", "09:00", false, "08:00").unwrap();
    assert_eq!(first(&office, "08:00").as_deref(), Some("09:10"));
    assert_eq!(first(&office, "09:11").as_deref(), Some("09:20"));
    assert_eq!(first(&office, "11:51"), None);
}

#[test]
fn a_room_sees_the_latest_calls_and_every_fresh_one() {
    let mut office = Office::new();
    office.open("1", "anna", &["carta"]).unwrap();
    for number in 1..=8 {
        let place = format!("09:{}0", (number - 1) / 2);
        office.book(number, "carta", &place, true, "08:55").unwrap();
    }
    let (mut now, mut finish) = (at("10:30"), None);
    for _ in 1..=8 {
        now = now.plus_seconds(5);
        let next = Command::CallNext { counter: id("1"), operator: id("anna"), finish };
        let events = office.act(&next, now).unwrap();
        let Some(Event::TicketCalled { ticket, .. }) = events.last() else { panic!("{events:?}") };
        let start = Command::Step { counter: id("1"), operator: id("anna"), ticket: *ticket, step: Step::Start };
        office.act(&start, now).unwrap();
        finish = Some(*ticket);
    }
    let board = |now| room_board(&office.day, &id("sala-a"), Epoch(uuid::Uuid::nil()), now);
    let fresh = board(now).unwrap();
    assert!(fresh.calls.windows(2).all(|two| two[0].seq > two[1].seq), "newest first");
    assert_eq!((fresh.calls.len(), board(now.plus_seconds(FRESH_SECONDS)).unwrap().calls.len()), (8, BOARD_CALLS));
    assert!(room_board(&office.day, &id("sala-z"), Epoch(uuid::Uuid::nil()), now).is_none());
}

/// Whoever waits in one room and is called to another hears it where they wait, with the room to go to.
#[test]
fn a_call_is_shown_where_people_wait_for_its_service() {
    let mut rules = rules();
    let room = serde_json::from_value(serde_json::json!({"id": "sala-b", "site": "duomo", "name": {"it": "Sala B"}}));
    rules.rooms.insert(id("sala-b"), room.unwrap());
    rules.counters.get_mut(&id::<CounterId>("2")).unwrap().room = id("sala-b");
    let mut office = Office::under(rules);
    office.open("1", "anna", &["carta"]).unwrap();
    office.open("2", "bruno", &["carta"]).unwrap();
    office.book(1, "carta", "09:00", true, "08:55").unwrap();
    office.book(2, "carta", "09:00", true, "08:55").unwrap();
    office.next("2", "bruno", "09:00").unwrap();
    office.next("1", "anna", "09:00").unwrap();
    let board = |day: &Day, room: &str| room_board(day, &id(room), Epoch(uuid::Uuid::nil()), at("09:00")).unwrap();
    let calls = |day: &Day, room: &str| -> Vec<(String, Option<String>)> {
        let go_to = |call: &BoardCall| call.room_name.as_ref().map(|name| name.get(Default::default()).to_owned());
        board(day, room).calls.iter().map(|call| (call.counter.clone(), go_to(call))).collect()
    };
    let in_b = ("2".to_owned(), Some("Sala B".to_owned()));
    assert_eq!(calls(&office.day, "sala-a"), [("1".to_owned(), None), in_b]);
    assert_eq!(calls(&office.day, "sala-b"), []);
    // A service that is given here no longer has no room: its last calls stay where the counters are.
    let mut rules = SiteRules::clone(office.day.rules());
    rules.services.clear();
    let day = office.day.clone().with_rules(std::sync::Arc::new(rules));
    assert_eq!(calls(&day, "sala-b"), [("2".to_owned(), None)]);
}

#[test]
fn an_absent_person_leaves_the_board_and_the_clerk_sees_the_reason() {
    let mut office = Office::new();
    office.open("1", "anna", &["carta"]).unwrap();
    office.book(1, "carta", "09:00", true, "08:55").unwrap();
    office.book(2, "carta", "09:10", true, "08:55").unwrap();
    office.next("1", "anna", "09:11").unwrap();
    let epoch = Epoch(uuid::Uuid::nil());
    let clerk = counter_board(&office.day, &id("1"), Vec::new(), epoch, at("09:11")).unwrap();
    let current = clerk.current.unwrap();
    assert_eq!(
        (current.code.to_string(), current.because.ahead_of.len(), clerk.queue.len()),
        ("A001".to_owned(), 1, 1)
    );
    assert_eq!(room_board(&office.day, &id("sala-a"), epoch, at("09:11")).unwrap().calls.len(), 1);
    office.step("1", "anna", 1, Step::MarkAbsent, "09:12").unwrap();
    assert_eq!(room_board(&office.day, &id("sala-a"), epoch, at("09:12")).unwrap().calls.len(), 0);
}
