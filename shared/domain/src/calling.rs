//! Whom to call next, and why (R43): a pure function over everybody present and the counter's services.
//!
//! Earliest deadline first. A deadline is fixed when it arises (due + the wait promised), so nobody's comes later while
//! others arrive, and nobody starves. Of those with the same deadline whoever has been here longer goes first, then whoever
//! took the ticket earlier; the order is total, because ties end in the ticket's id. Somebody whose hour has not come is
//! called only when nobody due is waiting, and not earlier than the service allows (R7).

use crate::{
    day::{Day, Seat},
    ticket::Ticket,
};
use contract::{board::*, ids::*, refusal::Refusal, time::*};

/// How many of those ranked after the person called are told with the reason.
const RIVALS: usize = 4;

/// Somebody who is present, with what decides the order.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'d> {
    /// Who.
    pub ticket: &'d Ticket,
    /// The later of appointment and presence.
    pub due: Instant,
    /// Until when the service's promise holds.
    pub deadline: Instant,
    /// From when the person may be called if nobody due is waiting.
    pub callable_from: Instant,
}

impl Candidate<'_> {
    /// Since when the person has been here; who need not check in, since the hour of the appointment.
    fn here_since(&self) -> Instant {
        self.ticket.visit().map_or(self.ticket.starts_at, |visit| visit.since)
    }
}

/// Everybody present for these services, in the order in which they would be called if nothing changed.
pub fn rank<'d>(day: &'d Day, services: &'d [ServiceId], now: Instant) -> Vec<Candidate<'d>> {
    let mut ranked: Vec<_> = services
        .iter()
        .flat_map(|service| day.open_tickets(service))
        .filter(|ticket| day.is_present(ticket, now))
        .map(|ticket| candidate(day, ticket))
        .collect();
    ranked.sort_by_key(|one| (one.due > now, one.deadline, one.here_since(), one.ticket.issued_at, one.ticket.id));
    ranked.dedup_by_key(|one| one.ticket.id);
    ranked
}

/// What decides about one ticket.
pub fn candidate<'d>(day: &'d Day, ticket: &'d Ticket) -> Candidate<'d> {
    let service = day.rules().services.get(&ticket.service);
    let due = ticket.due();
    let level = service.map_or(0, |service| i64::from(service.service_level_minutes));
    let early = service.map_or(0, |service| i64::from(service.early_call_minutes));
    Candidate { ticket, due, deadline: due.plus_minutes(level), callable_from: due.plus_minutes(-early) }
}

/// The person to call, with the reason; or why nobody is.
pub(crate) fn choose(day: &Day, seat: &Seat, now: Instant) -> Result<(TicketId, Because), Refusal> {
    let ranked = rank(day, &seat.services, now);
    let mut callable = ranked.iter().filter(|one| one.callable_from <= now);
    let Some(chosen) = callable.next() else { return Err(nobody(day, seat, &ranked, now)) };
    let followers: Vec<_> = callable.take(RIVALS).collect();
    let because = Because {
        rule: rule(chosen, now),
        due: chosen.due,
        deadline: chosen.deadline,
        here_longer: followers.first().is_some_and(|next| is_only_here_longer(chosen, next, now)),
        ahead_of: followers.iter().map(|one| Rival { code: one.ticket.code, deadline: one.deadline }).collect(),
    };
    Ok((chosen.ticket.id, because))
}

/// True if nothing but the longer presence put the person before the next one.
fn is_only_here_longer(chosen: &Candidate, next: &Candidate, now: Instant) -> bool {
    let class = |one: &Candidate| (one.due > now, one.deadline);
    class(chosen) == class(next) && chosen.here_since() < next.here_since()
}

fn rule(chosen: &Candidate, now: Instant) -> Rule {
    let early_seconds = chosen.due.seconds_since(now);
    match chosen.ticket.visit().and_then(|visit| visit.late_minutes) {
        Some(late_minutes) => Rule::Readmitted { late_minutes },
        None if early_seconds > 0 => Rule::Early { early_minutes: (early_seconds + 59) / 60 },
        None => Rule::Due { waited_minutes: now.minutes_since(chosen.due) },
    }
}

fn nobody(day: &Day, seat: &Seat, ranked: &[Candidate], now: Instant) -> Refusal {
    let expected = seat
        .services
        .iter()
        .flat_map(|service| day.open_tickets(service))
        .filter(|ticket| day.is_expected(ticket, now))
        .count();
    Refusal::NobodyWaiting {
        next_from: ranked.iter().map(|one| one.callable_from).min(),
        expected: u32::try_from(expected).unwrap_or(u32::MAX),
    }
}
