//! What events leave in tables beside the journal: where tickets and counters are found again, and what unique
//! indexes guard (places, codes, counters, open tickets of a person).

use super::Ask;
use crate::{
    clock,
    store::{self, Tx, counter::Seat, idempotency::Name, person::Owned, place::Place, ticket::StoredTicket},
};
use contract::{
    ids::{AgendaId, CounterId, SiteId, TicketId},
    time::{Date, Instant},
};
use domain::{Day, Entry, Event, slots::cells, taken::Taken};
use std::collections::{BTreeMap, BTreeSet};

/// The rows of a batch, gathered, so that few statements write them, however many commands there are.
#[derive(Default)]
pub struct Rows {
    tickets: Vec<StoredTicket>,
    places: Vec<(Place, TicketId)>,
    loads: Vec<(AgendaId, Date, Taken)>,
    owned: Vec<Owned>,
    seats: Vec<SeatChange>,
    standing: BTreeMap<CounterId, Option<TicketId>>,
    settled: Vec<TicketId>,
    remembered: Vec<(Name, String)>,
}

/// Seldom enough for a statement each.
enum SeatChange {
    Taken(Seat, Instant),
    Left(CounterId, Date),
    DayClosed(SiteId, Date, Instant),
}

impl Rows {
    /// Adds the rows of one event of a day.
    pub fn add(&mut self, day: &Day, ask: &Ask, entry: &Entry) {
        match &entry.event {
            Event::TicketBooked { .. } => self.book(day, ask, entry),
            Event::CounterOpened { counter, operator, .. } => {
                let site = ask.site.clone();
                let seat = Seat { counter: counter.clone(), operator: operator.clone(), site, date: ask.date };
                self.seats.push(SeatChange::Taken(seat, entry.at));
            }
            Event::CounterLeft { counter, .. } => self.seats.push(SeatChange::Left(counter.clone(), ask.date)),
            Event::TicketCalled { ticket, counter, .. } => {
                self.standing.insert(counter.clone(), Some(*ticket));
            }
            Event::TicketServed { ticket, counter, .. } | Event::TicketAbsent { ticket, counter } => {
                self.standing.insert(counter.clone(), None);
                // Whoever has shown no card has nothing to settle.
                self.settled.extend(day.ticket(*ticket).filter(|ticket| ticket.identified).map(|_| *ticket));
            }
            Event::DayClosed { .. } => {
                self.seats.push(SeatChange::DayClosed(ask.site.clone(), ask.date, entry.at));
            }
            Event::TicketCheckedIn { .. }
            | Event::TicketReadmitted { .. }
            | Event::TicketCalledAgain { .. }
            | Event::ServiceStarted { .. } => {}
        }
    }

    fn book(&mut self, day: &Day, ask: &Ask, entry: &Entry) {
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
        self.owned.extend(ask.card.clone().map(|cf_mac| Owned {
            ticket: *ticket,
            service: service.clone(),
            cf_mac,
            fresh: clock::new_id(),
        }));
    }

    /// Adds how full those agendas of a day are in which these events took places.
    pub fn add_loads(&mut self, day: &Day, entries: &[Entry]) {
        let agenda = |entry: &'_ Entry| match &entry.event {
            Event::TicketBooked { agenda, .. } => Some(agenda.clone()),
            _ => None,
        };
        let agendas: BTreeSet<AgendaId> = entries.iter().filter_map(agenda).collect();
        let load = |agenda: AgendaId| day.taken().get(&agenda).map(|taken| (agenda.clone(), day.date(), taken.clone()));
        self.loads.extend(agendas.into_iter().filter_map(load));
    }

    /// Adds what request a name stands for from now on.
    pub fn remember(&mut self, name: Name, request: String) {
        self.remembered.push((name, request));
    }

    /// Writes them all.
    pub async fn write(mut self, tx: &mut Tx, now: Instant) -> store::Result<()> {
        store::ticket::insert(tx, &self.tickets).await?;
        store::place::take(tx, &self.places).await?;
        store::place::set_loads(tx, &self.loads).await?;
        // Sites that commit side by side add people in one order, or each might wait for the other.
        self.owned.sort_by(|a, b| a.cf_mac.cmp(&b.cf_mac));
        store::person::own(tx, &self.owned, now).await?;
        for change in &self.seats {
            change.write(tx).await?;
        }
        store::counter::set_tickets(tx, &self.standing.into_iter().collect::<Vec<_>>()).await?;
        store::person::settle(tx, &self.settled).await?;
        store::idempotency::remember(tx, &self.remembered, now).await
    }
}

impl SeatChange {
    async fn write(&self, tx: &mut Tx) -> store::Result<()> {
        match self {
            Self::Taken(seat, at) => store::counter::open(tx, seat, *at).await,
            Self::Left(counter, date) => store::counter::close(tx, counter, *date).await,
            Self::DayClosed(site, date, at) => {
                store::day::close(tx, site, *date, *at).await?;
                store::counter::close_all(tx, site, *date).await?;
                store::person::settle_day(tx, site, *date).await
            }
        }
    }
}
