//! What an event writes beside its line in the journal: the rows that carry the unique constraints, and those by
//! which a ticket is found.

use super::Ask;
use crate::{
    clock,
    store::{self, Tx, counter::Seat, place::Place, ticket::StoredTicket},
};
use contract::ids::AgendaId;
use domain::{Day, Entry, Event, slots::cells};
use std::collections::BTreeSet;

/// Writes the rows of one event of a day.
pub async fn write(tx: &mut Tx, day: &Day, ask: &Ask, entry: &Entry) -> store::Result<()> {
    match &entry.event {
        Event::TicketBooked { .. } => book(tx, day, ask, entry).await,
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

/// Writes how full the agendas of a day are in which places were taken: once for a batch, however many they were.
pub async fn write_loads(tx: &mut Tx, day: &Day, entries: &[Entry]) -> store::Result<()> {
    for agenda in entries.iter().filter_map(booked).collect::<BTreeSet<_>>() {
        if let Some(taken) = day.taken().get(agenda) {
            store::place::set_load(tx, agenda, day.date(), taken).await?;
        }
    }
    Ok(())
}

fn booked(entry: &Entry) -> Option<&AgendaId> {
    match &entry.event {
        Event::TicketBooked { agenda, .. } => Some(agenda),
        _ => None,
    }
}

async fn book(tx: &mut Tx, day: &Day, ask: &Ask, entry: &Entry) -> store::Result<()> {
    let Event::TicketBooked { ticket, code, service, starts_at, agenda, lane, slot_minutes, nonce, .. } = &entry.event
    else {
        return Ok(());
    };
    let stored = StoredTicket {
        id: *ticket,
        site: ask.site.clone(),
        date: ask.date,
        service: service.clone(),
        code: *code,
        starts_at: *starts_at,
        nonce: *nonce,
        request: ask.request.clone(),
        issued_at: entry.at,
    };
    store::ticket::insert(tx, &stored).await?;
    let cells = cells(day.rules().wall_time(*starts_at), *slot_minutes);
    store::place::take(tx, &Place { agenda: agenda.clone(), date: ask.date, lane: *lane, cells }, *ticket).await?;
    if let Some(card) = &ask.card {
        let person = store::person::find_or_add(tx, card, clock::new_id(), entry.at).await?;
        store::person::own(tx, *ticket, person, service).await?;
    }
    Ok(())
}
