//! Days as last committed, kept in memory. A day is loaded by replaying its journal, and only when the version in
//! the database is not the one at hand.

use crate::{
    office::Office,
    store::{self, Fault, Tx},
};
use contract::{
    ids::SiteId,
    time::{Date, Instant},
};
use domain::{Day, Entry, SiteRules};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Days kept: today's of a few dozen sites and those being booked. Above it the oldest dates go first.
const KEPT: usize = 128;

/// A committed day.
#[derive(Debug, Clone)]
pub struct Held {
    /// The version of its row.
    pub version: i64,
    /// The number of its site's latest event.
    pub site_seq: i64,
    /// The day.
    pub day: Arc<Day>,
}

/// Days and the office they are ruled by.
#[derive(Debug, Default)]
pub struct Days {
    kept: Mutex<BTreeMap<(Date, SiteId), Held>>,
    office: Mutex<Arc<Office>>,
}

impl Days {
    /// Everything that is configured, as that transaction sees it.
    pub async fn office(&self, tx: &mut Tx) -> store::Result<Arc<Office>> {
        let version = store::office::version(tx).await?;
        let known = self.office.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if known.version == version {
            return Ok(known);
        }
        let office = Arc::new(Office::load(tx).await?);
        let mut known = self.office.lock().unwrap_or_else(PoisonError::into_inner);
        if known.version < office.version {
            *known = office.clone();
        }
        Ok(office)
    }

    /// A day as that transaction sees it. None if there is no such site.
    pub async fn fetch(&self, tx: &mut Tx, site: &SiteId, date: Date) -> store::Result<Option<Held>> {
        let office = self.office(tx).await?;
        let Some(rules) = office.rules(site) else { return Ok(None) };
        let version = store::day::version(tx, site, date).await?;
        let site_seq = store::journal::latest(tx, site).await?;
        let at_hand = self.at_hand(site, date).filter(|held| held.version == version);
        let day = match at_hand {
            Some(held) if Arc::ptr_eq(held.day.rules(), rules) => held.day,
            Some(held) => Arc::new(Day::clone(&held.day).with_rules(rules.clone())),
            None => Arc::new(load(tx, rules, date).await?),
        };
        let held = Held { version, site_seq, day };
        self.keep(held.clone());
        Ok(Some(held))
    }

    /// The site's day at that moment.
    pub async fn today(&self, tx: &mut Tx, site: &SiteId, now: Instant) -> store::Result<Option<Held>> {
        let office = self.office(tx).await?;
        let Some(rules) = office.rules(site) else { return Ok(None) };
        self.fetch(tx, site, rules.date_at(now)).await
    }

    /// Remembers a committed day, unless a newer one is at hand.
    pub fn keep(&self, held: Held) {
        let key = (held.day.date(), held.day.rules().site.id.clone());
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.get(&key).is_some_and(|known| known.version > held.version) {
            return;
        }
        kept.insert(key, held);
        while kept.len() > KEPT {
            kept.pop_first();
        }
    }

    /// Forgets a day, so that it is loaded anew.
    pub fn forget(&self, site: &SiteId, date: Date) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(&(date, site.clone()));
    }

    /// Forgets all days: something went wrong in the middle of work.
    pub fn forget_all(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn at_hand(&self, site: &SiteId, date: Date) -> Option<Held> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&(date, site.clone())).cloned()
    }
}

/// A day as its journal tells it.
pub async fn load(tx: &mut Tx, rules: &Arc<SiteRules>, date: Date) -> store::Result<Day> {
    let journal = store::journal::of_day(tx, &rules.site.id, date).await?;
    let read = |row: &store::journal::Entry| {
        serde_json::from_str::<Entry>(&row.body)
            .map_err(|why| Fault::damaged(format!("journal {} {}", rules.site.id, row.seq), why))
    };
    let entries = journal.iter().map(read).collect::<store::Result<Vec<_>>>()?;
    Ok(Day::replay(rules.clone(), date, &entries))
}
