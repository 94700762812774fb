//! Taking a place: which lane, which call code, and whether the holder waits from now on.

use crate::{
    availability::{agendas_of, first_place, free_lane},
    day::Day,
    decide::{Command, Facts},
    event::Event,
    slots::slots,
};
use contract::{refusal::Refusal, ticket::Channel, time::*};

/// How many open tickets a card holder may have for one service.
pub const OPEN_TICKETS_PER_SERVICE: u16 = 2;
/// Whoever takes a ticket at a totem for a place within this many minutes is present: that person stands there.
pub const PRESENT_AT_ONCE_MINUTES: i64 = 60;
/// How long a place may still be confirmed after it began, in seconds: the time of reading a totem's page.
const GRACE_SECONDS: i64 = 120;

pub(crate) fn book(day: &Day, facts: Facts, command: &Command, now: Instant) -> Result<Vec<Event>, Refusal> {
    let Command::Book { ticket, service, starts_at, channel, identified, here, nonce } = command else {
        return Ok(Vec::new());
    };
    if day.ticket(*ticket).is_some() {
        return Ok(Vec::new());
    }
    let configured = day.rules().services.get(service).ok_or(Refusal::NotFound)?;
    if *identified && facts.open_tickets_of_person >= OPEN_TICKETS_PER_SERVICE {
        return Err(Refusal::TooManyOpen { limit: OPEN_TICKETS_PER_SERVICE });
    }
    let gone = || Refusal::PlaceTaken { next: first_place(day.rules(), service, day.date(), day.taken(), now) };
    if *starts_at < now.plus_seconds(-GRACE_SECONDS) {
        return Err(gone());
    }
    let mut is_a_place = false;
    for agenda in agendas_of(day.rules(), service) {
        let slot = slots(day.rules(), agenda, day.date()).into_iter().find(|slot| slot.starts_at == *starts_at);
        let Some(slot) = slot else { continue };
        is_a_place = true;
        let Some(lane) = free_lane(agenda, day.taken(), &slot) else { continue };
        return Ok(vec![Event::TicketBooked {
            ticket: *ticket,
            code: day.numbers().next(configured.prefix)?,
            service: service.clone(),
            channel: *channel,
            identified: *identified,
            starts_at: *starts_at,
            agenda: agenda.id.clone(),
            lane,
            slot_minutes: agenda.slot_minutes,
            nonce: *nonce,
            present: *here && waits_from_now(*channel, *starts_at, now),
        }]);
    }
    Err(if is_a_place { gone() } else { Refusal::NoSuchPlace })
}

fn waits_from_now(channel: Channel, starts_at: Instant, now: Instant) -> bool {
    channel == Channel::Totem && starts_at <= now.plus_minutes(PRESENT_AT_ONCE_MINUTES)
}
