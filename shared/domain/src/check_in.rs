//! "I am here": in time, late within the tolerance, or too late (R69, R71, R72).

use crate::{
    day::Day,
    event::Event,
    ticket::{Presence, Stage, Ticket},
};
use contract::{ids::*, refusal::Refusal, time::*};

pub(crate) fn check_in(day: &Day, id: TicketId, at_site: &SiteId, now: Instant) -> Result<Vec<Event>, Refusal> {
    let ticket = day.ticket(id).ok_or(Refusal::UnknownTicket)?;
    let site = &day.rules().site;
    if day.rules().date_at(now) != day.date() {
        // As it stands on the slip: a place after midnight has the next date.
        return Err(Refusal::NotToday { date: ticket.starts_at.on_the_wall(&site.zone).0 });
    }
    if at_site != &site.id {
        return Err(Refusal::WrongSite { site: site.name.clone(), address: site.address.clone() });
    }
    match &ticket.presence {
        Presence::Expected => arrive(day, ticket, now),
        Presence::NoShow => Err(Refusal::DayClosed),
        Presence::Present(visit) => match &visit.stage {
            Stage::Waiting => Ok(Vec::new()),
            Stage::Called => Err(Refusal::AlreadyCalled { counter: day.called_to(ticket) }),
            Stage::Serving { counter, .. } => Err(Refusal::AlreadyCalled { counter: day.rules().label(counter) }),
            Stage::Served { .. } => Err(Refusal::AlreadyServed),
            Stage::Absent { .. } => Err(Refusal::MarkedAbsent),
            Stage::LeftOver => Err(Refusal::DayClosed),
        },
    }
}

/// Whoever comes late and within the tolerance waits as if the appointment had been at the time of arrival: nobody who
/// came in time is overtaken, and the wait promised begins now.
fn arrive(day: &Day, ticket: &Ticket, now: Instant) -> Result<Vec<Event>, Refusal> {
    let tolerance_minutes =
        day.rules().services.get(&ticket.service).map_or(0, |service| service.late_tolerance_minutes);
    let late_minutes = now.minutes_since(ticket.starts_at);
    if late_minutes < 1 || day.is_present(ticket, now) {
        return Ok(vec![Event::TicketCheckedIn { ticket: ticket.id }]);
    }
    if late_minutes > i64::from(tolerance_minutes) {
        return Err(Refusal::TooLate { by_minutes: late_minutes, tolerance_minutes });
    }
    Ok(vec![Event::TicketReadmitted { ticket: ticket.id, late_minutes }])
}
