//! A ticket as its holder sees it: codes and public names, never a person.

use crate::{error::Failure, keys::Keys, qr};
use contract::{
    ids::SiteId,
    text::{Lang, Text},
    ticket::TicketView,
    time::Instant,
};
use domain::{Day, ticket::Ticket};
use std::collections::BTreeMap;

/// A ticket as its holder sees it at a site.
pub fn ticket_view(day: &Day, ticket: &Ticket, at: &SiteId, keys: &Keys, now: Instant) -> Result<TicketView, Failure> {
    let rules = day.rules();
    let qr = qr::Qr { ticket: ticket.id, date: day.date(), nonce: ticket.nonce };
    let (date, time) = ticket.starts_at.on_the_wall(&rules.site.zone);
    let room = rules.room_of(&ticket.service);
    let service_notes = rules.services.get(&ticket.service).map(|service| &service.slip_notes);
    Ok(TicketView {
        id: ticket.id,
        code: ticket.code,
        institution: rules.institution.name.clone(),
        site: rules.site.name.clone(),
        address: rules.site.address.clone(),
        service: rules.public_name(&ticket.service),
        date,
        time,
        starts_at: ticket.starts_at,
        qr: qr::sign(&qr, keys).ok_or_else(|| anyhow::anyhow!("a ticket's QR cannot be signed"))?,
        check: ticket.nonce.check_digits(),
        notes: joined(service_notes, &rules.site.slip_notes),
        room: room.map(|room| room.name.clone()).unwrap_or_default(),
        directions: room.map(|room| room.directions.clone()).unwrap_or_default(),
        standing: day.standing(ticket, now),
        elsewhere: rules.site.id != *at,
        issued_at: ticket.issued_at,
    })
}

/// The service's notes, then the site's (R62). Too long for one text: the site's, which concern everybody.
fn joined(service: Option<&Text>, site: &Text) -> Text {
    let Some(service) = service.filter(|notes| !notes.is_empty()) else { return site.clone() };
    let both = |lang: Lang| format!("{} {}", service.get(lang), site.get(lang)).trim().to_owned();
    let texts = BTreeMap::from([(Lang::It, both(Lang::It)), (Lang::En, both(Lang::En))]);
    Text::try_from(texts).unwrap_or_else(|_| site.clone())
}
