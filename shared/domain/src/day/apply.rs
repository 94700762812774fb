//! What an event makes of a day. Nothing is judged here: what is in the journal is true.

use super::{Day, Seat};
use crate::{
    event::{Entry, Event},
    slots::cells,
    ticket::*,
};
use contract::{ids::*, time::*};
use std::sync::Arc;

impl Day {
    /// Takes in what happened. It never refuses: what is in the journal is true.
    pub fn apply(&mut self, entry: &Entry) {
        self.seq = entry.seq;
        match &entry.event {
            Event::TicketBooked { .. } => self.book(entry),
            Event::TicketCheckedIn { ticket } => self.set_present(*ticket, entry.at, None),
            Event::TicketReadmitted { ticket, late_minutes } => {
                self.set_present(*ticket, entry.at, Some(*late_minutes));
            }
            Event::CounterOpened { counter, operator, services } => {
                let current = self.seats.get(counter).and_then(|seat| seat.current);
                let seat = Seat { operator: operator.clone(), services: services.clone(), current };
                self.seats.insert(counter.clone(), seat);
            }
            Event::CounterLeft { counter, .. } => {
                self.seats.remove(counter);
            }
            Event::TicketCalled { .. } | Event::TicketCalledAgain { .. } => self.call(entry),
            Event::ServiceStarted { ticket, counter } => {
                let stage = Stage::Serving { counter: counter.clone(), since: entry.at };
                self.set_stage(*ticket, stage);
            }
            Event::TicketServed { ticket, counter, until } => {
                let since = match self.ticket(*ticket).and_then(Ticket::stage) {
                    Some(Stage::Serving { since, .. }) => *since,
                    _ => entry.at,
                };
                self.end_call(*ticket, counter, Stage::Served { since, until: until.unwrap_or(entry.at) });
            }
            Event::TicketAbsent { ticket, counter } => self.end_call(*ticket, counter, Stage::Absent { at: entry.at }),
            Event::DayClosed { left_over, no_shows } => self.close(entry.at, left_over, no_shows),
        }
    }

    fn ticket_mut(&mut self, id: TicketId) -> Option<&mut Ticket> {
        self.tickets.get_mut(&id).map(Arc::make_mut)
    }

    fn book(&mut self, entry: &Entry) {
        let Event::TicketBooked {
            ticket,
            code,
            service,
            channel,
            identified,
            starts_at,
            agenda,
            lane,
            slot_minutes,
            nonce,
            present,
        } = &entry.event
        else {
            return;
        };
        self.numbers.use_up(*code);
        let cells = cells(self.rules.wall_time(*starts_at), *slot_minutes);
        self.taken.entry(agenda.clone()).or_default().take(*lane, cells);
        self.open.entry(service.clone()).or_default().insert(*ticket);
        let visit = Visit { since: entry.at, late_minutes: None, stage: Stage::Waiting };
        let booked = Ticket {
            id: *ticket,
            code: *code,
            service: service.clone(),
            channel: *channel,
            identified: *identified,
            starts_at: *starts_at,
            agenda: agenda.clone(),
            lane: *lane,
            issued_at: entry.at,
            nonce: *nonce,
            presence: if *present { Presence::Present(visit) } else { Presence::Expected },
            last_call: None,
        };
        self.tickets.insert(*ticket, Arc::new(booked));
    }

    fn set_present(&mut self, ticket: TicketId, since: Instant, late_minutes: Option<i64>) {
        if let Some(ticket) = self.ticket_mut(ticket) {
            ticket.presence = Presence::Present(Visit { since, late_minutes, stage: Stage::Waiting });
        }
    }

    fn set_stage(&mut self, id: TicketId, stage: Stage) {
        let Some(ticket) = self.ticket_mut(id) else { return };
        match &mut ticket.presence {
            Presence::Present(visit) => visit.stage = stage,
            // A service without check-in: its holder counts as present from the hour on.
            other => *other = Presence::Present(Visit { since: ticket.starts_at, late_minutes: None, stage }),
        }
    }

    fn call(&mut self, entry: &Entry) {
        let (id, counter, times, because) = match &entry.event {
            Event::TicketCalled { ticket, counter, because } => (*ticket, counter, 1, Some(because)),
            Event::TicketCalledAgain { ticket, counter, times } => (*ticket, counter, *times, None),
            _ => return,
        };
        self.set_stage(id, Stage::Called);
        let Some(ticket) = self.tickets.get_mut(&id).map(Arc::make_mut) else { return };
        if let Some(open) = self.open.get_mut(&ticket.service) {
            open.remove(&id);
        }
        let before = ticket.last_call.take();
        if let Some(call) = &before {
            self.calls.remove(&call.seq);
        }
        if let Some(because) = because.cloned().or_else(|| before.map(|call| call.because)) {
            let call = LastCall { seq: entry.seq, at: entry.at, counter: counter.clone(), times, because };
            ticket.last_call = Some(call);
            self.calls.insert(entry.seq, id);
        }
        if let Some(seat) = self.seats.get_mut(counter) {
            seat.current = Some(id);
        }
    }

    fn end_call(&mut self, ticket: TicketId, counter: &CounterId, stage: Stage) {
        self.set_stage(ticket, stage);
        if let Some(seat) = self.seats.get_mut(counter) {
            seat.current = None;
        }
    }

    fn close(&mut self, at: Instant, left_over: &[TicketId], no_shows: &[TicketId]) {
        for id in left_over {
            self.set_stage(*id, Stage::LeftOver);
        }
        for id in no_shows {
            if let Some(ticket) = self.ticket_mut(*id) {
                ticket.presence = Presence::NoShow;
            }
        }
        for seat in std::mem::take(&mut self.seats).into_values() {
            let Some(Stage::Serving { since, .. }) = seat.current.and_then(|id| self.ticket(id)?.stage()).cloned()
            else {
                continue;
            };
            if let Some(id) = seat.current {
                self.set_stage(id, Stage::Served { since, until: at });
            }
        }
        self.open.clear();
        self.closed = true;
    }
}
