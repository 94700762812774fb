//! Boards drawn from a day: what a room's monitor and a clerk's screen show. Codes only, never a person.

use crate::{
    calling::{Candidate, candidate, rank},
    counter::{CALL_AGAIN_SECONDS, CALLS},
    day::{Day, Seat},
    rules::SiteRules,
    ticket::{LastCall, Stage, Ticket},
};
use contract::{board::*, health::DeviceAlarm, ids::*, time::*};

/// What a room's monitor shows. `None` if the site has no such room.
pub fn room_board(day: &Day, room: &RoomId, epoch: Epoch, now: Instant) -> Option<RoomBoard> {
    let rules = day.rules();
    let fresh = |call: &LastCall| now.seconds_since(call.at) < FRESH_SECONDS;
    let calls = day
        .latest_calls()
        .filter(|(ticket, call)| waits_in(rules, ticket, call) == Some(room))
        .filter(|(ticket, _)| !matches!(ticket.stage(), Some(Stage::Absent { .. })))
        .enumerate()
        .take_while(|(at, (_, call))| *at < BOARD_CALLS || fresh(call))
        .map(|(_, (ticket, call))| board_call(rules, room, ticket, call))
        .collect();
    let here = rules.services.values().filter(|service| service.rooms.get(&rules.site.id) == Some(room));
    let mut waiting: Vec<_> = here
        .map(|service| ServiceWaiting { service: service.public_name().clone(), people: people(day, &service.id, now) })
        .collect();
    waiting.sort_by(|a, b| a.service.get(Default::default()).cmp(b.service.get(Default::default())));
    Some(RoomBoard {
        epoch,
        seq: day.seq(),
        at: now,
        zone: rules.site.zone.clone(),
        room: room.clone(),
        institution: rules.institution.name.clone(),
        room_name: rules.rooms.get(room)?.name.clone(),
        calls,
        waiting,
    })
}

fn people(day: &Day, service: &ServiceId, now: Instant) -> u32 {
    let present = day.open_tickets(service).filter(|ticket| day.is_present(ticket, now)).count();
    u32::try_from(present).unwrap_or(u32::MAX)
}

/// The room where whoever is called waits, and where the call is therefore shown and said: that of the ticket's
/// service. Only a service that is no longer given at the site leaves nothing but the counter's own.
fn waits_in<'r>(rules: &'r SiteRules, ticket: &Ticket, call: &LastCall) -> Option<&'r RoomId> {
    let of_service = rules.room_of(&ticket.service).map(|room| &room.id);
    of_service.or_else(|| rules.counters.get(&call.counter).map(|counter| &counter.room))
}

fn board_call(rules: &SiteRules, room: &RoomId, ticket: &Ticket, call: &LastCall) -> BoardCall {
    let counter = rules.counters.get(&call.counter);
    let elsewhere = counter.filter(|counter| &counter.room != room).and_then(|counter| rules.rooms.get(&counter.room));
    BoardCall {
        seq: call.seq,
        code: ticket.code,
        service: rules.public_name(&ticket.service),
        appointment: rules.wall_time(ticket.starts_at),
        counter: rules.label(&call.counter),
        kind: counter.map(|counter| counter.kind).unwrap_or_default(),
        room_name: elsewhere.map(|room| room.name.clone()),
        called_at: call.at,
        times: call.times,
        open: ticket.stage() == Some(&Stage::Called),
    }
}

/// What the clerk at a counter sees. `None` if the site has no such counter; without a seat the lists are empty.
/// What is wrong with devices lies outside the day.
pub fn counter_board(
    day: &Day,
    counter: &CounterId,
    alarms: Vec<DeviceAlarm>,
    epoch: Epoch,
    now: Instant,
) -> Option<CounterBoard> {
    let rules = day.rules();
    let configured = rules.counters.get(counter)?;
    let seat = day.seat(counter);
    let services = seat.map(|seat| seat.services.as_slice()).unwrap_or_default();
    let ranked = rank(day, services, now);
    let mut expected: Vec<Candidate> = services
        .iter()
        .flat_map(|service| day.open_tickets(service))
        .filter(|ticket| day.is_expected(ticket, now))
        .map(|ticket| candidate(day, ticket))
        .collect();
    expected.sort_by_key(|one| (one.ticket.starts_at, one.ticket.id));
    let clock = WallClock::new(day.date(), &rules.site.zone);
    let lines = |all: &[Candidate]| all.iter().take(QUEUE_LINES).map(|one| queue_line(day, one, &clock)).collect();
    let count = |all: &[Candidate]| u32::try_from(all.len()).unwrap_or(u32::MAX);
    Some(CounterBoard {
        epoch,
        seq: day.seq(),
        at: now,
        zone: rules.site.zone.clone(),
        counter: counter.clone(),
        label: configured.label.clone(),
        kind: configured.kind,
        room_name: rules.rooms.get(&configured.room).map(|room| room.name.clone()).unwrap_or_default(),
        services: services.iter().map(|id| ServiceName { id: id.clone(), name: rules.name(id) }).collect(),
        current: seat.and_then(|seat| current(day, seat)),
        queue: lines(&ranked),
        waiting: count(&ranked),
        expected: lines(&expected),
        expected_count: count(&expected),
        alarms,
    })
}

fn queue_line(day: &Day, one: &Candidate, clock: &WallClock) -> QueueLine {
    QueueLine {
        ticket: one.ticket.id,
        code: one.ticket.code,
        service: day.rules().name(&one.ticket.service),
        appointment: clock.time(one.ticket.starts_at),
        present_since: one.ticket.visit().map(|visit| visit.since),
        due: one.due,
        deadline: one.deadline,
        callable_from: one.callable_from,
    }
}

fn current(day: &Day, seat: &Seat) -> Option<Current> {
    let ticket = day.ticket(seat.current?)?;
    let call = ticket.last_call.as_ref()?;
    let stage = match ticket.stage()? {
        Stage::Serving { since, .. } => contract::board::Stage::Serving { since: *since },
        _ => contract::board::Stage::Called {
            at: call.at,
            times: call.times,
            calls_left: CALLS.saturating_sub(call.times),
            again_from: call.at.plus_seconds(CALL_AGAIN_SECONDS),
        },
    };
    let service = day.rules().services.get(&ticket.service);
    Some(Current {
        ticket: ticket.id,
        code: ticket.code,
        check: ticket.nonce.check_digits(),
        service: day.rules().name(&ticket.service),
        appointment: day.rules().wall_time(ticket.starts_at),
        identified: ticket.identified,
        present_since: ticket.visit()?.since,
        stage,
        because: call.because.clone(),
        bring: service.map(|service| service.bring.clone()).unwrap_or_default(),
    })
}
