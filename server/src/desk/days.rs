//! Days as last committed, kept in memory. A day is loaded by replaying its journal, and only when the version in
//! the database is not the one at hand.

use crate::{
    office::Office,
    store::{self, Db, Fault, Together, Tx, day::Stamp},
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
    /// When that was.
    pub site_at: Option<Instant>,
    /// The day.
    pub day: Arc<Day>,
}

impl Held {
    fn new(stamp: Stamp, day: Arc<Day>) -> Self {
        Self { version: stamp.day, site_seq: stamp.site_seq, site_at: stamp.at, day }
    }
}

/// Days and the office they are ruled by.
#[derive(Debug)]
pub struct Days {
    kept: Mutex<BTreeMap<(Date, SiteId), Held>>,
    office: Mutex<Arc<Office>>,
    stamps: Together<(SiteId, Date), Stamp>,
}

impl Default for Days {
    fn default() -> Self {
        let stamps =
            Together::new(|db, days| Box::pin(async move { store::day::stamps(&mut db.glance().await?, &days).await }));
        Self { kept: Mutex::default(), office: Mutex::default(), stamps }
    }
}

impl Days {
    /// Everything that is configured, as that transaction sees it.
    pub async fn office(&self, tx: &mut Tx) -> store::Result<Arc<Office>> {
        let version = store::office::version(tx).await?;
        self.office_of(tx, version).await
    }

    async fn office_of(&self, tx: &mut Tx, version: i64) -> store::Result<Arc<Office>> {
        if let Some(known) = self.known_office(version) {
            return Ok(known);
        }
        let office = Arc::new(Office::load(tx).await?);
        let mut known = self.office.lock().unwrap_or_else(PoisonError::into_inner);
        if known.version < office.version {
            *known = office.clone();
        }
        Ok(office)
    }

    /// Everything that is configured, if what is at hand has that version.
    pub fn known_office(&self, version: i64) -> Option<Arc<Office>> {
        Some(self.latest_office()).filter(|office| office.version == version)
    }

    fn latest_office(&self) -> Arc<Office> {
        self.office.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A day as that transaction sees it. None if there is no such site.
    pub async fn fetch(&self, tx: &mut Tx, site: &SiteId, date: Date) -> store::Result<Option<Held>> {
        let stamp = store::day::stamp(tx, site, date).await?;
        self.fetch_by(tx, site, date, stamp).await
    }

    /// A day with the stamp that it has in that transaction. None if there is no such site.
    pub async fn fetch_by(&self, tx: &mut Tx, site: &SiteId, date: Date, stamp: Stamp) -> store::Result<Option<Held>> {
        let office = self.office_of(tx, stamp.office).await?;
        let Some(rules) = office.rules(site) else { return Ok(None) };
        let held = match self.at_hand(rules, date, stamp) {
            Some(held) => held,
            None => Held::new(stamp, Arc::new(load(tx, rules, date).await?)),
        };
        self.keep(held.clone());
        Ok(Some(held))
    }

    /// A day as last committed: by one statement if it is at hand. None if there is no such site.
    pub async fn look(&self, db: &Db, site: &SiteId, date: Date) -> store::Result<Option<Held>> {
        let stamp = self.stamps.find(db, (site.clone(), date)).await?;
        let stamp = stamp.ok_or_else(|| Fault::damaged("office_version", "it has no row"))?;
        let office = self.known_office(stamp.office);
        let rules = office.as_ref().and_then(|office| office.rules(site));
        match rules.and_then(|rules| self.at_hand(rules, date, stamp)) {
            Some(held) => Ok(Some(held)),
            None => self.fetch(&mut db.read().await?, site, date).await,
        }
    }

    /// The site's day at that moment, as last committed.
    pub async fn look_today(&self, db: &Db, site: &SiteId, now: Instant) -> store::Result<Option<Held>> {
        let date = self.latest_office().rules(site).map(|rules| rules.date_at(now));
        let held = match date {
            Some(date) => self.look(db, site, date).await?,
            None => None,
        };
        // At what hour a site's day begins may have been changed a moment ago.
        match held.filter(|held| held.day.rules().date_at(now) == held.day.date()) {
            Some(held) => Ok(Some(held)),
            None => self.today(&mut db.read().await?, site, now).await,
        }
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

    /// The day with that stamp, if it is in memory.
    fn at_hand(&self, rules: &Arc<SiteRules>, date: Date, stamp: Stamp) -> Option<Held> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let held = kept.get(&(date, rules.site.id.clone())).filter(|held| held.version == stamp.day)?;
        let day = match Arc::ptr_eq(held.day.rules(), rules) {
            true => held.day.clone(),
            false => Arc::new(Day::clone(&held.day).with_rules(rules.clone())),
        };
        Some(Held::new(stamp, day))
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
