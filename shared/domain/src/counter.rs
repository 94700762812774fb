//! What a clerk does: sit down, call, call again, serve, finish, get up.

use crate::{
    calling::choose,
    day::{Day, Seat},
    decide::Step,
    event::Event,
    ticket::{Stage, Ticket},
};
use contract::{ids::*, refusal::Refusal, time::*};

/// How often somebody is called in all before being noted as absent.
pub const CALLS: u8 = 3;
/// How long to wait before calling the same person again, in seconds: the time of walking in from the corridor.
pub const CALL_AGAIN_SECONDS: i64 = 10;

pub(crate) fn open(
    day: &Day,
    counter: &CounterId,
    operator: &OperatorId,
    services: &[ServiceId],
) -> Result<Vec<Event>, Refusal> {
    let rules = day.rules();
    if !rules.counters.contains_key(counter) {
        return Err(Refusal::NotFound);
    }
    let own = &rules.operators.get(operator).ok_or(Refusal::Forbidden)?.services;
    let mut services = services.to_vec();
    services.sort();
    services.dedup();
    if !services.iter().all(|service| own.contains(service) && rules.services.contains_key(service)) {
        return Err(Refusal::NotYourService);
    }
    if services.is_empty() {
        return Err(Refusal::Invalid { field: "services".to_owned(), problem: "at least one".to_owned() });
    }
    if let Some((other, _)) = day.seats().iter().find(|(id, seat)| *id != counter && &seat.operator == operator) {
        return Err(Refusal::AtOtherCounter { counter: rules.label(other) });
    }
    match day.seat(counter) {
        Some(seat) if &seat.operator != operator => {
            let by = rules.operators.get(&seat.operator).map(|operator| operator.name.clone());
            Err(Refusal::CounterTaken { by: by.unwrap_or_default() })
        }
        Some(seat) if seat.services == services => Ok(Vec::new()),
        _ => Ok(vec![Event::CounterOpened { counter: counter.clone(), operator: operator.clone(), services }]),
    }
}

pub(crate) fn leave(day: &Day, counter: &CounterId, operator: &OperatorId) -> Result<Vec<Event>, Refusal> {
    let Some(seat) = day.seat(counter).filter(|seat| &seat.operator == operator) else { return Ok(Vec::new()) };
    match current(day, seat) {
        Some(ticket) => Err(Refusal::CurrentNotClosed { code: ticket.code }),
        None => Ok(vec![Event::CounterLeft { counter: counter.clone(), operator: operator.clone() }]),
    }
}

pub(crate) fn call_next(
    day: &Day,
    counter: &CounterId,
    operator: &OperatorId,
    finish: Option<TicketId>,
    now: Instant,
) -> Result<Vec<Event>, Refusal> {
    let seat = own_seat(day, counter, operator)?;
    let mut events = Vec::new();
    match (current(day, seat), finish) {
        (None, None) => {}
        (Some(ticket), None) => return Err(Refusal::CurrentNotClosed { code: ticket.code }),
        (_, Some(id)) => events.extend(step(day, counter, operator, id, Step::Finish { at: None }, now)?),
    }
    match choose(day, seat, now) {
        Ok((ticket, because)) => events.push(Event::TicketCalled { ticket, counter: counter.clone(), because }),
        // The person served is finished all the same, and an empty room is no error then.
        Err(_) if !events.is_empty() => {}
        Err(nobody) => return Err(nobody),
    }
    Ok(events)
}

pub(crate) fn step(
    day: &Day,
    counter: &CounterId,
    operator: &OperatorId,
    ticket: TicketId,
    step: Step,
    now: Instant,
) -> Result<Vec<Event>, Refusal> {
    let seat = own_seat(day, counter, operator)?;
    let current = current(day, seat).filter(|current| current.id == ticket).ok_or(Refusal::NotCurrent)?;
    let counter = counter.clone();
    let event = match (step, current.stage()) {
        (Step::CallAgain, Some(Stage::Called)) => call_again(current, counter, now)?,
        (Step::Start, Some(Stage::Called)) => Event::ServiceStarted { ticket, counter },
        (Step::MarkAbsent, Some(Stage::Called)) => Event::TicketAbsent { ticket, counter },
        (Step::Finish { at }, Some(Stage::Serving { since, .. })) => {
            let until = at.map(|at| within(*since, at, now)).filter(|until| *until != now);
            Event::TicketServed { ticket, counter, until }
        }
        _ => return Err(Refusal::WrongStage),
    };
    Ok(vec![event])
}

/// When a service was over that is told late: never before it began, and never after now. The clock of whoever tells it
/// may have been put right meanwhile, and a finish must not be lost over that.
fn within(since: Instant, at: Instant, now: Instant) -> Instant {
    at.max(since).min(now)
}

fn call_again(current: &Ticket, counter: CounterId, now: Instant) -> Result<Event, Refusal> {
    let (times, at) = current.last_call.as_ref().map_or((0, now), |call| (call.times, call.at));
    if times >= CALLS {
        return Err(Refusal::CallLimit { limit: CALLS });
    }
    let wait = CALL_AGAIN_SECONDS - now.seconds_since(at);
    if wait > 0 {
        return Err(Refusal::CalledJustNow { seconds: wait });
    }
    Ok(Event::TicketCalledAgain { ticket: current.id, counter, times: times + 1 })
}

fn own_seat<'d>(day: &'d Day, counter: &CounterId, operator: &OperatorId) -> Result<&'d Seat, Refusal> {
    day.seat(counter).filter(|seat| &seat.operator == operator).ok_or(Refusal::CounterNotOpen)
}

fn current<'d>(day: &'d Day, seat: &Seat) -> Option<&'d Ticket> {
    day.ticket(seat.current?)
}
