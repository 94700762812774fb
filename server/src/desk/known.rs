//! What lies outside of its day and matters to a command. It is looked up for a whole batch together; unique indexes
//! guard it again.

use super::{Ask, days::Days};
use crate::{
    places::first_available_before,
    store::{self, Db, Fault, Tx, day::Stamp, idempotency::Name},
};
use contract::{
    Refusal,
    ids::{OperatorId, ServiceId, SiteId, TicketId},
    office::Counter,
    time::{Date, Instant},
};
use domain::{Command, Facts, SiteRules};
use std::collections::{BTreeMap, BTreeSet};

/// What is known beforehand to the commands of a batch.
pub struct Known {
    /// The requests that named tickets which commands name.
    booked: BTreeMap<TicketId, String>,
    /// The requests that have names which commands have.
    named: BTreeMap<Name, String>,
    /// Open tickets for a service of those who showed a card.
    open: BTreeMap<(String, ServiceId), u16>,
}

impl Known {
    /// Looks it up, and the stamps of the commands' days.
    pub async fn of(tx: &mut Tx, asks: &[&Ask]) -> store::Result<(Self, BTreeMap<(SiteId, Date), Stamp>)> {
        let (mut days, mut tickets, mut names, mut cards) =
            (BTreeSet::new(), Vec::new(), BTreeSet::new(), BTreeSet::new());
        for ask in asks {
            days.insert((ask.site.clone(), ask.date));
            names.extend(ask.key.clone());
            if let Command::Book { ticket, service, .. } = &ask.command {
                tickets.push(*ticket);
                cards.extend(ask.card.clone().map(|card| (card, service.clone())));
            }
        }
        let stamps = store::day::stamps(tx, &Vec::from_iter(days)).await?;
        let known = Self {
            booked: store::ticket::requests(tx, &tickets).await?,
            named: store::idempotency::requests(tx, &Vec::from_iter(names)).await?,
            open: store::person::open_tickets(tx, &Vec::from_iter(cards)).await?,
        };
        Ok((known, stamps))
    }

    /// The request that already has this command's name, if one has. No two of a batch have the same.
    pub fn request(&self, ask: &Ask) -> Option<&String> {
        match (&ask.command, &ask.key) {
            (Command::Book { ticket, .. }, _) => self.booked.get(ticket),
            (_, Some(name)) => self.named.get(name),
            _ => None,
        }
    }

    /// What the rules need to know beyond the day.
    pub async fn facts(&self, db: &Db, days: &Days, rules: &SiteRules, ask: &Ask, now: Instant) -> Result<Facts, Stop> {
        match (&ask.command, &ask.card) {
            (Command::Book { service, .. }, Some(card)) => {
                let open = self.open.get(&(card.clone(), service.clone())).copied().unwrap_or(0);
                Ok(Facts { open_tickets_of_person: open, ..Facts::default() })
            }
            // Nothing is earlier than today.
            (Command::Book { .. }, None) if ask.date <= rules.date_at(now) => Ok(Facts::default()),
            (Command::Book { service, .. }, None) => {
                let mut tx = db.glance().await?;
                let free_on_an_earlier_date = first_available_before(&mut tx, rules, service, ask.date, now).await?;
                Ok(Facts { free_on_an_earlier_date, ..Facts::default() })
            }
            (Command::OpenCounter { operator, .. }, _) => {
                sits_nowhere_else(db, days, operator, ask).await.map(|()| Facts::default())
            }
            _ => Ok(Facts::default()),
        }
    }
}

/// Within the site the day knows; here it is about the institution's other sites.
async fn sits_nowhere_else(db: &Db, days: &Days, operator: &OperatorId, ask: &Ask) -> Result<(), Stop> {
    let seat = store::counter::of_operator(&mut db.glance().await?, operator).await?;
    let Some(seat) = seat.filter(|seat| seat.site != ask.site && seat.date >= ask.date) else { return Ok(()) };
    let office = days.office(&mut db.read().await?).await?;
    let counter = office.get::<Counter>(seat.counter.as_str()).map(|counter| counter.label.clone());
    Err(Refusal::AtOtherCounter { counter: counter.unwrap_or_default() }.into())
}

/// Why a command goes no further.
pub enum Stop {
    /// The rules, or what is known, say no.
    Refused(Refusal),
    /// The database does.
    Fault(Fault),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
