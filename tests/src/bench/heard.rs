//! What people were told, and what the journal says of it: no code twice in a site's day, nobody called by two counters,
//! no place sold twice, nobody before somebody who was due earlier, and nothing acknowledged that is not there.

use crate::{
    load::Crowd,
    office::{LANES, QUIET, now},
};
use anyhow::{Context, Result};
use contract::{
    board::CounterBoard,
    ids::{AgendaId, TicketId},
    ticket::{CallCode, TicketView},
    time::Instant,
};
use domain::{Entry, Event};
use serde::Serialize;
use server::store::{self, Db};
use std::collections::{BTreeMap, BTreeSet};

/// What people were told.
#[derive(Debug, Default)]
pub struct Heard {
    issued: BTreeSet<TicketId>,
    called: BTreeSet<TicketId>,
    codes: BTreeSet<(String, CallCode)>,
    wrong: Wrong,
}

/// What must be 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// Tickets and codes given to two people.
    pub duplicates: usize,
    /// Tickets called by two counters.
    pub double_calls: usize,
    /// Places sold twice, or beyond what there is.
    pub overbooked: usize,
    /// Calls of somebody while somebody due earlier was waiting.
    pub unfair: usize,
    /// What was acknowledged and is not in the journal.
    pub lost: usize,
}

impl Wrong {
    /// Is all well?
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// Both.
    pub fn and(self, other: Self) -> Self {
        Self {
            duplicates: self.duplicates + other.duplicates,
            double_calls: self.double_calls + other.double_calls,
            overbooked: self.overbooked + other.overbooked,
            unfair: self.unfair + other.unfair,
            lost: self.lost + other.lost,
        }
    }
}

impl Heard {
    /// Answers to people who took tickets.
    pub fn tickets(&mut self, answers: &Crowd) -> Result<()> {
        for answer in answers.iter().flatten() {
            let view: TicketView = serde_json::from_slice(answer).context("a ticket that is none")?;
            let site = view.site.get(Default::default()).to_owned();
            let fresh = self.issued.insert(view.id) & self.codes.insert((site, view.code));
            self.wrong.duplicates += usize::from(!fresh);
        }
        Ok(())
    }

    /// An answer to a counter that called; whom.
    pub fn call(&mut self, answer: &[u8]) -> Result<TicketId> {
        let board: CounterBoard = serde_json::from_slice(answer).context("a board that is none")?;
        let ticket = board.current.context("nobody was called although people were waiting")?.ticket;
        self.wrong.double_calls += usize::from(!self.called.insert(ticket));
        Ok(ticket)
    }

    /// How many tickets people have, and how many were called.
    pub fn counts(&self) -> (usize, usize) {
        (self.issued.len(), self.called.len())
    }

    /// Compares it with today's journal.
    pub async fn check(self, database: &str) -> Result<Wrong> {
        let db = Db::open(database).await?;
        let mut tx = db.read().await?;
        let date = now()?.on_the_wall(&"Europe/Rome".parse()?).0;
        let (mut wrong, mut written) = (self.wrong, Pages::default());
        for site in 1..=QUIET + 1 {
            let mut page = Page::default();
            for row in store::journal::of_day(&mut tx, &format!("site-{site}").parse()?, date).await? {
                page.read(serde_json::from_str::<Entry>(&row.body)?, &mut wrong);
            }
            written.booked.append(&mut page.booked);
            written.called.append(&mut page.called);
        }
        drop(tx);
        db.close().await;
        wrong.lost += self.issued.difference(&written.booked).count() + self.called.difference(&written.called).count();
        Ok(wrong)
    }
}

#[derive(Default)]
struct Pages {
    booked: BTreeSet<TicketId>,
    called: BTreeSet<TicketId>,
}

/// A site's day as its journal tells it, in a way of its own: a rule that is wrong must not check itself.
#[derive(Default)]
struct Page {
    booked: BTreeSet<TicketId>,
    called: BTreeSet<TicketId>,
    codes: BTreeSet<CallCode>,
    places: BTreeSet<(AgendaId, Instant, u16)>,
    hours: BTreeMap<TicketId, Instant>,
    waiting: BTreeSet<(Instant, TicketId)>,
}

impl Page {
    fn read(&mut self, entry: Entry, wrong: &mut Wrong) {
        match entry.event {
            Event::TicketBooked { ticket, code, starts_at, agenda, lane, present, .. } => {
                let fresh = self.booked.insert(ticket) & self.codes.insert(code);
                wrong.duplicates += usize::from(!fresh);
                let is_place = usize::from(lane) <= LANES && self.places.insert((agenda, starts_at, lane));
                wrong.overbooked += usize::from(!is_place);
                self.hours.insert(ticket, starts_at);
                if present {
                    self.waiting.insert((starts_at.max(entry.at), ticket));
                }
            }
            Event::TicketCheckedIn { ticket } => {
                let due = self.hours.get(&ticket).map_or(entry.at, |hour| entry.at.max(*hour));
                self.waiting.insert((due, ticket));
            }
            Event::TicketCalled { ticket, .. } => {
                wrong.double_calls += usize::from(!self.called.insert(ticket));
                let first = self.waiting.first().map(|(due, _)| *due);
                let own = self.waiting.iter().find(|(_, id)| *id == ticket).copied();
                wrong.unfair += usize::from(own.map(|(due, _)| due) != first);
                own.map(|own| self.waiting.remove(&own));
            }
            _ => {}
        }
    }
}
