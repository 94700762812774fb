//! The end of a day: everybody who was still open gets an end with a name (INV-7).

use crate::{
    day::Day,
    event::Event,
    ticket::{Presence, Stage, Ticket},
};
use contract::{ids::TicketId, refusal::Refusal, time::*};

pub(crate) fn close(day: &Day, now: Instant) -> Result<Vec<Event>, Refusal> {
    if day.rules().date_at(now) <= day.date() {
        return Err(Refusal::WrongStage);
    }
    let ids = |wanted: fn(&Day, &Ticket, Instant) -> bool| -> Vec<TicketId> {
        day.tickets().filter(|ticket| wanted(day, ticket, now)).map(|ticket| ticket.id).collect()
    };
    let left_over = |day: &Day, ticket: &Ticket, now: Instant| {
        day.is_present(ticket, now) || ticket.stage() == Some(&Stage::Called)
    };
    let no_show = |day: &Day, ticket: &Ticket, now: Instant| {
        ticket.presence == Presence::Expected && !day.is_present(ticket, now)
    };
    Ok(vec![Event::DayClosed { left_over: ids(left_over), no_shows: ids(no_show) }])
}
