//! Taking a place: which lane, which call code, and whether the holder waits from now on.

use crate::{
    availability::{agendas_of, first_place, free_lane},
    day::Day,
    decide::{Command, Facts},
    event::Event,
    slots::slots,
};
use contract::{agenda::Agenda, api::Offer, ids::ServiceId, refusal::Refusal, ticket::Channel, time::*};

/// How many open tickets a card holder may have for one service.
pub const OPEN_TICKETS_PER_SERVICE: u16 = 2;
/// Whoever takes a ticket at a totem for a place within this many minutes is present: that person stands there.
pub const PRESENT_AT_ONCE_MINUTES: i64 = 60;
/// How long a place may still be confirmed after it began, in seconds: the time of reading a totem's page.
const GRACE_SECONDS: i64 = 120;
/// Whoever shows no card gets the first availability and no other place (R52). What a totem's page shows may be a minute
/// or two old, and an earlier place may have come free since. Up to this many minutes later on the same date that is
/// not worth sending somebody back who has just decided; beyond, they are better served with the earlier place, and
/// places of another time are not taken by anybody who does not say who they are.
pub const SHOWN_AHEAD_MINUTES: i64 = 60;

pub(crate) fn book(day: &Day, facts: &Facts, command: &Command, now: Instant) -> Result<Vec<Event>, Refusal> {
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
    let first = || first_place(day.rules(), service, day.date(), day.taken(), now);
    let place = place(day, service, *starts_at, now)?;
    let (agenda, lane) = place.ok_or_else(|| Refusal::PlaceTaken { next: first() })?;
    if *channel == Channel::Totem && !identified {
        offered_to_anybody(*starts_at, facts, first())?;
    }
    Ok(vec![Event::TicketBooked {
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
    }])
}

/// Which agenda's place it is, in which lane. None if it has gone: taken, or begun too long ago.
fn place<'d>(
    day: &'d Day,
    service: &'d ServiceId,
    starts_at: Instant,
    now: Instant,
) -> Result<Option<(&'d Agenda, u16)>, Refusal> {
    let rules = day.rules();
    let slot = |agenda| slots(rules, agenda, day.date()).into_iter().find(|slot| slot.starts_at == starts_at);
    let places: Vec<_> = agendas_of(rules, service).filter_map(|agenda| Some((agenda, slot(agenda)?))).collect();
    if places.is_empty() || day.date() < rules.date_at(now) {
        return Err(Refusal::NoSuchPlace);
    }
    if starts_at < now.plus_seconds(-GRACE_SECONDS) {
        return Ok(None);
    }
    Ok(places.into_iter().find_map(|(agenda, slot)| Some((agenda, free_lane(agenda, day.taken(), &slot)?))))
}

/// Whether whoever shows no card may have that place, with the first that is free on its date.
fn offered_to_anybody(starts_at: Instant, facts: &Facts, first: Option<Offer>) -> Result<(), Refusal> {
    if facts.free_on_an_earlier_date.is_some() {
        return Err(Refusal::PlaceTaken { next: facts.free_on_an_earlier_date.clone() });
    }
    match first {
        Some(first) if starts_at > first.starts_at.plus_minutes(SHOWN_AHEAD_MINUTES) => {
            Err(Refusal::PlaceTaken { next: Some(first) })
        }
        _ => Ok(()),
    }
}

fn waits_from_now(channel: Channel, starts_at: Instant, now: Instant) -> bool {
    channel == Channel::Totem && starts_at <= now.plus_minutes(PRESENT_AT_ONCE_MINUTES)
}
