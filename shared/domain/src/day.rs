//! A day: one site on one date. It is the sum of its journal, and [`Day::apply`] is the only thing that changes it.
//!
//! What is asked on every click is kept ready (who may still be called, who was called last), so that a call does not
//! get slower as the day fills.

mod apply;

use crate::{availability::TakenCells, call_code::Numbers, event::Entry, rules::SiteRules, ticket::*};
use contract::{ids::*, ticket::Standing, time::*};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// One site on one date.
#[derive(Debug, Clone)]
pub struct Day {
    rules: Arc<SiteRules>,
    date: Date,
    seq: u64,
    /// Shared with the day as it was before: the copy that a batch works on costs little, however full the day is.
    tickets: BTreeMap<TicketId, Arc<Ticket>>,
    /// Tickets that nobody has called yet, service by service.
    open: BTreeMap<ServiceId, BTreeSet<TicketId>>,
    /// The latest call of each ticket, by its journal number.
    calls: BTreeMap<u64, TicketId>,
    taken: TakenCells,
    numbers: Numbers,
    seats: BTreeMap<CounterId, Seat>,
    closed: bool,
}

/// An operator at a counter.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    /// Who.
    pub operator: OperatorId,
    /// What they serve.
    pub services: Vec<ServiceId>,
    /// Who is called there or being served.
    pub current: Option<TicketId>,
}

/// Two days are equal if the same things happened; how they are configured is not part of them.
impl PartialEq for Day {
    fn eq(&self, other: &Self) -> bool {
        (&self.date, self.seq, &self.tickets, &self.open, &self.calls)
            == (&other.date, other.seq, &other.tickets, &other.open, &other.calls)
            && (&self.taken, &self.numbers, &self.seats, self.closed)
                == (&other.taken, &other.numbers, &other.seats, other.closed)
    }
}

impl Day {
    /// A day on which nothing has happened yet.
    pub fn new(rules: Arc<SiteRules>, date: Date) -> Self {
        Self {
            rules,
            date,
            seq: 0,
            tickets: BTreeMap::new(),
            open: BTreeMap::new(),
            calls: BTreeMap::new(),
            taken: TakenCells::new(),
            numbers: Numbers::default(),
            seats: BTreeMap::new(),
            closed: false,
        }
    }

    /// A day as its journal tells it.
    pub fn replay<'e>(rules: Arc<SiteRules>, date: Date, journal: impl IntoIterator<Item = &'e Entry>) -> Self {
        let mut day = Self::new(rules, date);
        journal.into_iter().for_each(|entry| day.apply(entry));
        day
    }

    /// The same day under a changed configuration. What has happened stays as it was.
    pub fn with_rules(self, rules: Arc<SiteRules>) -> Self {
        Self { rules, ..self }
    }

    /// The site's configuration.
    pub fn rules(&self) -> &Arc<SiteRules> {
        &self.rules
    }

    /// The date.
    pub fn date(&self) -> Date {
        self.date
    }

    /// The number of the last journal entry that this day has seen, 0 if none.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// True once the day is over.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// A ticket of this day.
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.tickets.get(&id).map(Arc::as_ref)
    }

    /// All tickets of this day, by id.
    pub fn tickets(&self) -> impl Iterator<Item = &Ticket> {
        self.tickets.values().map(Arc::as_ref)
    }

    /// The tickets of a service that nobody has called yet, present or expected, by id.
    pub fn open_tickets(&self, service: &ServiceId) -> impl Iterator<Item = &Ticket> {
        self.open.get(service).into_iter().flatten().filter_map(|id| self.ticket(*id))
    }

    /// Tickets by their latest call, newest first.
    pub fn latest_calls(&self) -> impl Iterator<Item = (&Ticket, &LastCall)> {
        let called = |id: &TicketId| self.ticket(*id).and_then(|ticket| Some((ticket, ticket.last_call.as_ref()?)));
        self.calls.values().rev().filter_map(called)
    }

    /// The cells taken.
    pub fn taken(&self) -> &TakenCells {
        &self.taken
    }

    /// The last call codes given out.
    pub fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// Who sits at a counter.
    pub fn seat(&self, counter: &CounterId) -> Option<&Seat> {
        self.seats.get(counter)
    }

    /// All counters where somebody sits.
    pub fn seats(&self) -> &BTreeMap<CounterId, Seat> {
        &self.seats
    }

    /// True if the person may be called: here, or with an appointment whose hour has come for a service without
    /// check-in (R74).
    pub fn is_present(&self, ticket: &Ticket, now: Instant) -> bool {
        let waits = ticket.stage() == Some(&Stage::Waiting);
        let no_check_in = || self.rules.services.get(&ticket.service).is_some_and(|service| !service.check_in);
        waits || (ticket.presence == Presence::Expected && ticket.starts_at <= now && no_check_in())
    }

    /// True if the holder is not here and could still check in without being too late.
    pub fn is_expected(&self, ticket: &Ticket, now: Instant) -> bool {
        let tolerance = self.rules.services.get(&ticket.service).map_or(0, |service| service.late_tolerance_minutes);
        let may_come = now.minutes_since(ticket.starts_at) <= i64::from(tolerance);
        ticket.presence == Presence::Expected && may_come && !self.is_present(ticket, now)
    }

    /// Where a ticket stands, in words for its holder.
    pub fn standing(&self, ticket: &Ticket, now: Instant) -> Standing {
        match &ticket.presence {
            Presence::NoShow => Standing::NoShow,
            Presence::Expected if self.is_present(ticket, now) => Standing::Waiting { since: ticket.starts_at },
            Presence::Expected => Standing::Expected,
            Presence::Present(visit) => match &visit.stage {
                Stage::Waiting => Standing::Waiting { since: visit.since },
                Stage::Called => Standing::AtCounter { counter: self.called_to(ticket) },
                Stage::Serving { counter, .. } => Standing::AtCounter { counter: self.rules.label(counter) },
                Stage::Served { .. } => Standing::Served,
                Stage::Absent { .. } => Standing::Absent,
                Stage::LeftOver => Standing::LeftOver,
            },
        }
    }

    /// What is written on the counter that a ticket was last called to.
    pub(crate) fn called_to(&self, ticket: &Ticket) -> String {
        ticket.last_call.as_ref().map(|call| self.rules.label(&call.counter)).unwrap_or_default()
    }
}
