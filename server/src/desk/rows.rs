//! What an event writes beside its line in the journal: the rows that carry the unique constraints, and those by
//! which a ticket is found.

use super::Ask;
use crate::{
    clock,
    store::{self, Tx, counter::Seat, place::Place, ticket::StoredTicket},
};
use contract::{
    ids::{AgendaId, ServiceId, TicketId},
    time::Date,
};
use domain::{Day, Entry, Event, slots::cells, taken::Taken};
use std::collections::BTreeSet;

/// Writes the rows of one event of a day, beyond those of new tickets.
pub async fn write(tx: &mut Tx, day: &Day, ask: &Ask, entry: &Entry) -> store::Result<()> {
    match &entry.event {
        Event::TicketBooked { ticket, service, .. } => own(tx, ask, *ticket, service, entry).await,
        Event::CounterOpened { counter, operator, .. } => {
            let site = ask.site.clone();
            let seat = Seat { counter: counter.clone(), operator: operator.clone(), site, date: ask.date };
            store::counter::open(tx, &seat, entry.at).await
        }
        Event::CounterLeft { counter, .. } => store::counter::close(tx, counter, ask.date).await,
        Event::TicketCalled { ticket, counter, .. } => store::counter::set_ticket(tx, counter, Some(*ticket)).await,
        Event::TicketServed { ticket, counter, .. } | Event::TicketAbsent { ticket, counter } => {
            store::counter::set_ticket(tx, counter, None).await?;
            // Whoever has shown no card has nothing to settle.
            match day.ticket(*ticket).is_some_and(|ticket| ticket.identified) {
                true => store::person::settle(tx, *ticket).await,
                false => Ok(()),
            }
        }
        Event::DayClosed { .. } => {
            store::day::close(tx, &ask.site, ask.date, entry.at).await?;
            store::counter::close_all(tx, &ask.site, ask.date).await?;
            store::person::settle_day(tx, &ask.site, ask.date).await
        }
        Event::TicketCheckedIn { .. }
        | Event::TicketReadmitted { .. }
        | Event::TicketCalledAgain { .. }
        | Event::ServiceStarted { .. } => Ok(()),
    }
}

/// The rows of new tickets, gathered over a batch, so that few statements write them all.
#[derive(Default)]
pub struct NewTickets {
    tickets: Vec<StoredTicket>,
    places: Vec<(Place, TicketId)>,
}

impl NewTickets {
    /// Adds what the event of a day says of a new ticket, if it does.
    pub fn add(&mut self, day: &Day, ask: &Ask, entry: &Entry) {
        let Event::TicketBooked { ticket, code, service, starts_at, agenda, lane, slot_minutes, nonce, .. } =
            &entry.event
        else {
            return;
        };
        self.tickets.push(StoredTicket {
            id: *ticket,
            site: ask.site.clone(),
            date: ask.date,
            service: service.clone(),
            code: *code,
            starts_at: *starts_at,
            nonce: *nonce,
            request: ask.request.clone(),
            issued_at: entry.at,
        });
        let cells = cells(day.rules().wall_time(*starts_at), *slot_minutes);
        self.places.push((Place { agenda: agenda.clone(), date: ask.date, lane: *lane, cells }, *ticket));
    }

    /// Writes them.
    pub async fn write(&self, tx: &mut Tx) -> store::Result<()> {
        store::ticket::insert(tx, &self.tickets).await?;
        store::place::take(tx, &self.places).await
    }
}

/// How full the agendas of a day are in which places were taken: one row for a batch, however many they were.
pub fn loads<'d>(day: &'d Day, entries: &'d [Entry]) -> impl Iterator<Item = (AgendaId, Date, Taken)> + 'd {
    let agendas: BTreeSet<_> = entries.iter().filter_map(booked).collect();
    agendas.into_iter().filter_map(|agenda| Some((agenda.clone(), day.date(), day.taken().get(agenda)?.clone())))
}

fn booked(entry: &Entry) -> Option<&AgendaId> {
    match &entry.event {
        Event::TicketBooked { agenda, .. } => Some(agenda),
        _ => None,
    }
}

async fn own(tx: &mut Tx, ask: &Ask, ticket: TicketId, service: &ServiceId, entry: &Entry) -> store::Result<()> {
    let Some(card) = &ask.card else { return Ok(()) };
    let person = store::person::find_or_add(tx, card, clock::new_id(), entry.at).await?;
    store::person::own(tx, ticket, person, service).await
}
