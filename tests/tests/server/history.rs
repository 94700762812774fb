//! A site's journal judged line by line, by rules written down once more here and not by those of `domain`: nobody is
//! called who is not here (INV-9) or whom somebody else has called (INV-3), only steps that may follow (INV-10), and
//! no place or code twice (INV-1, INV-2).

use contract::{ids::*, ticket::CallCode, time::*};
use domain::{Entry, Event};
use std::collections::{BTreeMap, BTreeSet};

/// Where somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Where {
    Expected,
    Waiting,
    Called(CounterId),
    Served(CounterId),
    Gone,
}

#[derive(Default)]
struct Hall {
    people: BTreeMap<TicketId, Where>,
    counters: BTreeMap<CounterId, (OperatorId, Option<TicketId>)>,
    codes: BTreeSet<(Date, CallCode)>,
    places: BTreeSet<(AgendaId, Instant, u16)>,
}

/// Adds to `wrong` whatever could not have happened.
pub fn check(journal: &[(Date, Entry)], wrong: &mut Vec<String>) {
    let mut hall = Hall::default();
    for (date, entry) in journal {
        if let Err(why) = hall.take_in(*date, &entry.event) {
            wrong.push(format!("{why}: {entry:?}"));
        }
    }
    // Two servers have two clocks; the journal has one time.
    let early = journal.windows(2).filter(|two| two[1].1.at < two[0].1.at);
    wrong.extend(early.map(|two| format!("INV-10: earlier than the event before it: {:?}", two[1])));
}

impl Hall {
    fn take_in(&mut self, date: Date, event: &Event) -> Result<(), &'static str> {
        match event {
            Event::TicketBooked { ticket, code, agenda, starts_at, lane, present, .. } => {
                let here = if *present { Where::Waiting } else { Where::Expected };
                let fresh = self.people.insert(*ticket, here).is_none();
                must(fresh, "INV-6: a ticket issued twice")?;
                must(self.codes.insert((date, *code)), "INV-2: a code given twice")?;
                must(self.places.insert((agenda.clone(), *starts_at, *lane)), "INV-1: a place sold twice")
            }
            Event::TicketCheckedIn { ticket } | Event::TicketReadmitted { ticket, .. } => {
                self.step(*ticket, &Where::Expected, Where::Waiting)
            }
            Event::CounterOpened { counter, operator, .. } => self.sit_down(counter, operator),
            Event::CounterLeft { counter, operator } => {
                let left = self.counters.remove(counter);
                must(left == Some((operator.clone(), None)), "INV-3: left by somebody else, or with somebody there")
            }
            Event::TicketCalled { ticket, counter, .. } => {
                self.step(*ticket, &Where::Waiting, Where::Called(counter.clone()))?;
                let (_, current) = self.counters.get_mut(counter).ok_or("INV-10: called to a counter with nobody")?;
                must(current.replace(*ticket).is_none(), "INV-3: two people at one counter")
            }
            Event::TicketCalledAgain { ticket, counter, .. } => {
                let called = Where::Called(counter.clone());
                self.step(*ticket, &called, called.clone())
            }
            Event::ServiceStarted { ticket, counter } => {
                self.step(*ticket, &Where::Called(counter.clone()), Where::Served(counter.clone()))
            }
            Event::TicketServed { ticket, counter, .. } => {
                self.step(*ticket, &Where::Served(counter.clone()), Where::Gone)?;
                self.free(counter, *ticket)
            }
            Event::TicketAbsent { ticket, counter } => {
                self.step(*ticket, &Where::Called(counter.clone()), Where::Gone)?;
                self.free(counter, *ticket)
            }
            Event::DayClosed { .. } => Err("INV-10: a day closed while it was running"),
        }
    }

    fn step(&mut self, ticket: TicketId, from: &Where, to: Where) -> Result<(), &'static str> {
        let stands = self.people.get_mut(&ticket).ok_or("INV-10: a ticket that nobody issued")?;
        must(stands == from, "INV-3, INV-9, INV-10: this cannot follow")?;
        *stands = to;
        Ok(())
    }

    fn sit_down(&mut self, counter: &CounterId, operator: &OperatorId) -> Result<(), &'static str> {
        let elsewhere = self.counters.iter().any(|(other, (who, _))| other != counter && who == operator);
        must(!elsewhere, "INV-3: a clerk at two counters")?;
        let (who, _) = self.counters.entry(counter.clone()).or_insert((operator.clone(), None));
        must(who == operator, "INV-3: two clerks at one counter")
    }

    fn free(&mut self, counter: &CounterId, ticket: TicketId) -> Result<(), &'static str> {
        let current = self.counters.get_mut(counter).and_then(|(_, current)| current.take());
        must(current == Some(ticket), "INV-3: somebody else stood there")
    }
}

fn must(holds: bool, otherwise: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(otherwise) }
}
