//! What the server has promised: every answer that said yes, written down by whoever heard it.

use super::{books::Books, program::PATIENCE};
use contract::{ids::*, ticket::CallCode, time::Instant};
use domain::Event;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};
use tokio::{sync::watch, time::timeout};

/// One thing that was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    Booked(TicketId),
    CheckedIn(TicketId),
    Called(TicketId, CounterId),
    Started(TicketId, CounterId),
    Served(TicketId, CounterId),
    Absent(TicketId, CounterId),
}

/// Everything that was acknowledged to anybody.
#[derive(Debug, Clone, Default)]
pub struct Ledger(Arc<Mutex<Promises>>);

#[derive(Debug, Default)]
struct Promises {
    deeds: BTreeSet<Deed>,
    codes: BTreeMap<TicketId, (CallCode, Instant)>,
    count: watch::Sender<usize>,
}

impl Ledger {
    pub fn note(&self, deed: Deed) {
        let mut promises = self.0.lock().unwrap();
        let fresh = promises.deeds.insert(deed.clone());
        promises.count.send_modify(|count| *count += 1);
        assert!(fresh, "INV-6: acknowledged twice as two things: {deed:?}");
    }

    pub fn note_ticket(&self, ticket: TicketId, code: CallCode, starts_at: Instant) {
        self.0.lock().unwrap().codes.insert(ticket, (code, starts_at));
        self.note(Deed::Booked(ticket));
    }

    pub fn len(&self) -> usize {
        self.0.lock().unwrap().deeds.len()
    }

    /// Returns when so many more things have been acknowledged.
    pub async fn grows_by(&self, more: usize) {
        self.grows_to(self.len() + more).await;
    }

    /// Returns when so many things have been acknowledged in all.
    pub async fn grows_to(&self, goal: usize) {
        let mut count = self.0.lock().unwrap().count.subscribe();
        timeout(PATIENCE, count.wait_for(|count| *count >= goal)).await.expect("the server answers").unwrap();
    }

    /// INV-4: whatever was acknowledged so far is in the books, with the same code and hour.
    pub fn is_kept_in(&self, books: &Books) {
        let promises = self.0.lock().unwrap();
        let done = deeds(books);
        let lost: Vec<_> = promises.deeds.difference(&done).collect();
        assert!(lost.is_empty(), "INV-4: acknowledged and lost: {lost:?}");
        for (ticket, promised) in &promises.codes {
            assert_eq!(books.tickets.get(ticket), Some(promised), "INV-4, INV-6: ticket {ticket}");
        }
    }

    /// INV-5, INV-6: when everybody has had an answer, nothing has happened beside what was acknowledged.
    pub fn is_all_of(&self, books: &Books) {
        self.is_kept_in(books);
        let promises = self.0.lock().unwrap();
        let more: Vec<_> = deeds(books).difference(&promises.deeds).cloned().collect();
        assert!(more.is_empty(), "INV-5, INV-6: happened and was not acknowledged: {more:?}");
    }
}

fn deeds(books: &Books) -> BTreeSet<Deed> {
    let deed = |event: &Event| match event.clone() {
        Event::TicketBooked { ticket, .. } => Some(Deed::Booked(ticket)),
        Event::TicketCheckedIn { ticket } | Event::TicketReadmitted { ticket, .. } => Some(Deed::CheckedIn(ticket)),
        Event::TicketCalled { ticket, counter, .. } => Some(Deed::Called(ticket, counter)),
        Event::ServiceStarted { ticket, counter } => Some(Deed::Started(ticket, counter)),
        Event::TicketServed { ticket, counter, .. } => Some(Deed::Served(ticket, counter)),
        Event::TicketAbsent { ticket, counter } => Some(Deed::Absent(ticket, counter)),
        Event::TicketCalledAgain { .. }
        | Event::CounterOpened { .. }
        | Event::CounterLeft { .. }
        | Event::DayClosed { .. } => None,
    };
    books.events().filter_map(|entry| deed(&entry.event)).collect()
}
