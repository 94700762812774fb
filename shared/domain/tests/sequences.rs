//! Random days: after every command the invariants hold, and the day rebuilt from its journal is the day.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod office;

use contract::{ids::TicketId, time::Instant};
use domain::{availability::first_place, ticket::*, *};
use office::*;
use proptest::prelude::*;
use std::{collections::BTreeSet, sync::Arc};
use uuid::Uuid;

const SERVICES: [&str; 3] = ["carta", "tributi", "ufficio"];
const CLERKS: [(&str, &str); 2] = [("1", "anna"), ("2", "bruno")];

#[derive(Debug, Clone)]
enum Act {
    Book { service: usize, place: i64, here: bool, card: bool },
    CheckIn(u128),
    Sit(usize),
    Leave(usize),
    Next { clerk: usize, finish: bool },
    Step { clerk: usize, step: usize },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0usize..3, 0i64..19, any::<bool>(), any::<bool>())
            .prop_map(|(service, place, here, card)| Act::Book { service, place, here, card }),
        4 => (1u128..40).prop_map(Act::CheckIn),
        1 => (0usize..2).prop_map(Act::Sit),
        1 => (0usize..2).prop_map(Act::Leave),
        4 => (0usize..2, any::<bool>()).prop_map(|(clerk, finish)| Act::Next { clerk, finish }),
        4 => (0usize..2, 0usize..4).prop_map(|(clerk, step)| Act::Step { clerk, step }),
    ]
}

fn command(office: &Office, act: &Act, booked: u128) -> Command {
    let clerk = |at: usize| (id(CLERKS[at].0), id(CLERKS[at].1));
    let current = |at: usize| office.day.seat(&id(CLERKS[at].0)).and_then(|seat| seat.current);
    match act {
        Act::Book { service, place, here, card } => {
            let (service, starts_at) = (SERVICES[*service], at("09:00").plus_minutes(place * 10));
            if *card { book_with_card(booked, service, starts_at) } else { book(booked, service, starts_at, *here) }
        }
        Act::CheckIn(number) => Command::CheckIn { ticket: TicketId(Uuid::from_u128(*number)), at_site: id("duomo") },
        Act::Sit(at) => {
            let (counter, operator) = clerk(*at);
            Command::OpenCounter { counter, operator, services: SERVICES.iter().map(|service| id(service)).collect() }
        }
        Act::Leave(at) => {
            let (counter, operator) = clerk(*at);
            Command::LeaveCounter { counter, operator }
        }
        Act::Next { clerk: at, finish } => {
            let (counter, operator) = clerk(*at);
            Command::CallNext { counter, operator, finish: if *finish { current(*at) } else { None } }
        }
        Act::Step { clerk: at, step } => {
            let (counter, operator) = clerk(*at);
            let step = [Step::CallAgain, Step::Start, Step::Finish { at: None }, Step::MarkAbsent][*step];
            Command::Step { counter, operator, ticket: current(*at).unwrap_or(TicketId(Uuid::nil())), step }
        }
    }
}

/// What must be true of a day at any moment.
fn check_invariants(day: &Day) {
    let mut places = BTreeSet::new();
    let mut codes = BTreeSet::new();
    for ticket in day.tickets() {
        assert!(places.insert((&ticket.agenda, ticket.starts_at, ticket.lane)), "INV-1: a place sold twice");
        assert!(ticket.lane <= day.rules().agendas[&ticket.agenda].lanes, "INV-1: above capacity");
        assert!(codes.insert(ticket.code), "INV-2: a code given twice");
        let at_counters = day.seats().values().filter(|seat| seat.current == Some(ticket.id)).count();
        let is_current = matches!(ticket.stage(), Some(Stage::Called | Stage::Serving { .. }));
        assert_eq!(at_counters, usize::from(is_current), "INV-3: {ticket:?}");
        let listed = day.open_tickets(&ticket.service).any(|open| open.id == ticket.id);
        assert_eq!(listed, ticket.is_open() && !day.is_closed(), "INV-7: lost or listed twice");
    }
    let operators: BTreeSet<_> = day.seats().values().map(|seat| &seat.operator).collect();
    assert_eq!(operators.len(), day.seats().len(), "INV-3: one counter per operator");
}

/// A call goes to somebody present, and to nobody whose deadline is later than that of another who is due.
fn check_call(before: &Day, event: &Event, now: Instant) {
    let Event::TicketCalled { ticket, counter, .. } = event else { return };
    let called = before.ticket(*ticket).unwrap();
    assert!(before.is_present(called, now), "INV-9: called and not present");
    let seat = before.seat(counter).unwrap();
    let deadline = |ticket: &Ticket| {
        let level = before.rules().services[&ticket.service].service_level_minutes;
        ticket.due().plus_minutes(i64::from(level))
    };
    for other in seat.services.iter().flat_map(|service| before.open_tickets(service)) {
        let waits = other.id != *ticket && before.is_present(other, now) && other.due() <= now;
        assert!(!waits || called.due() <= now, "called early while somebody due was waiting");
        assert!(!waits || deadline(called) <= deadline(other), "overtook an earlier deadline");
    }
}

/// Whoever showed no card has the first place that was free, or one within the hour after it (R52).
fn check_booking(before: &Day, event: &Event, now: Instant) {
    let Event::TicketBooked { service, starts_at, identified: false, .. } = event else { return };
    let first = first_place(before.rules(), service, before.date(), before.taken(), now);
    let within = first.is_none_or(|first| *starts_at <= first.starts_at.plus_minutes(60));
    assert!(within, "R52: {starts_at} is no first availability");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_do_the_invariants_hold(acts in prop::collection::vec((act(), 0i64..180), 1..120)) {
        let mut office = Office::new();
        let mut now = at("08:30");
        let mut booked = 0;
        for (act, seconds) in &acts {
            now = now.plus_seconds(*seconds);
            booked += u128::from(matches!(act, Act::Book { .. }));
            let command = command(&office, act, booked);
            let before = office.day.clone();
            match office.act(&command, now) {
                Ok(events) => events.iter().for_each(|event| {
                    check_call(&before, event, now);
                    check_booking(&before, event, now);
                }),
                Err(_) => prop_assert_eq!(&before, &office.day, "a refusal changes nothing"),
            }
            check_invariants(&office.day);
        }
        let _ = office.act(&Command::CloseDay, now.plus_minutes(24 * 60)).unwrap();
        for ticket in office.day.tickets() {
            prop_assert!(
                ticket.presence == Presence::NoShow
                    || matches!(ticket.stage(), Some(Stage::Served { .. } | Stage::Absent { .. } | Stage::LeftOver)),
                "INV-7: no end for {:?}", ticket
            );
        }
        let stored = serde_json::to_string(&office.journal).unwrap();
        let journal: Vec<Entry> = serde_json::from_str(&stored).unwrap();
        let rebuilt = Day::replay(Arc::new(rules()), office.day.date(), &journal);
        prop_assert_eq!(rebuilt, office.day, "INV-19");
    }
}
