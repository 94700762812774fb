//! What a batch of commands will write: decided on days in memory, with nothing written yet.

use super::{
    Ask, Done,
    days::{Days, Held},
    known::{Known, Stop},
    rows::Rows,
};
use crate::{
    error::Failure,
    store::{self, Db, Fault, Tx, journal::NewEntry},
};
use contract::{
    Refusal,
    ids::SiteId,
    time::{Date, Instant},
};
use domain::{Day, Entry, decide};
use std::{collections::BTreeMap, ops::Range, sync::Arc};

/// How far a clock may be set back without the journal going back with it, in seconds: more than any correction of a
/// clock that runs. A clock that was wrong by more than that and has been put right is believed at once, or whoever
/// comes next would be dated into the future and not be called before it.
const SET_BACK_SECONDS: i64 = 120;

enum Decided {
    /// Entries of its day.
    Fresh {
        entries: Range<usize>,
    },
    /// It is so already, or had been done under this name.
    Repeated,
    Refused(Refusal),
}

/// A day under work.
struct Work {
    version: i64,
    day: Arc<Day>,
    entries: Vec<Entry>,
}

/// Where a site's journal ends.
struct End {
    seq: i64,
    at: Option<Instant>,
}

impl End {
    /// The moment of what happens next. Clocks are set back a little now and then, and two servers never show the same
    /// time; who came first is told by the journal's numbers, and its times must not say otherwise.
    fn next(&self, clock: Instant) -> Instant {
        match self.at {
            Some(last) if last > clock && last.seconds_since(clock) <= SET_BACK_SECONDS => last,
            _ => clock,
        }
    }
}

/// What a batch will write.
pub struct Draft {
    known: Known,
    days: BTreeMap<(SiteId, Date), Work>,
    ends: BTreeMap<SiteId, End>,
    decided: Vec<Decided>,
}

impl Draft {
    /// A draft for these commands, of which none is decided yet.
    pub async fn new(db: &Db, days: &Days, asks: &[&Ask]) -> store::Result<Self> {
        // What is known and the days must be of one moment, or a repeated command would be answered by a day in which it
        // has not happened. On an embedded file nobody else commits meanwhile.
        let mut tx = if db.has_many_writers() { db.read().await? } else { db.glance().await? };
        let (known, stamps) = Known::of(&mut tx, asks).await?;
        let mut draft = Self { known, days: BTreeMap::new(), ends: BTreeMap::new(), decided: Vec::new() };
        for ((site, date), stamp) in stamps {
            let Some(held) = days.fetch_by(&mut tx, &site, date, stamp).await? else { continue };
            draft.ends.insert(site.clone(), End { seq: held.site_seq, at: held.site_at });
            draft.days.insert((site, date), Work { version: held.version, day: held.day, entries: Vec::new() });
        }
        Ok(draft)
    }

    /// True if there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.days.values().all(|work| work.entries.is_empty())
    }

    /// Decides one command more, on the days as the ones before it have left them.
    pub async fn decide(&mut self, db: &Db, days: &Days, ask: &Ask, now: Instant) -> store::Result<()> {
        let decided = match self.try_decide(db, days, ask, now).await {
            Ok(decided) => decided,
            Err(Stop::Refused(refusal)) => Decided::Refused(refusal),
            Err(Stop::Fault(fault)) => return Err(fault),
        };
        self.decided.push(decided);
        Ok(())
    }

    async fn try_decide(&mut self, db: &Db, days: &Days, ask: &Ask, now: Instant) -> Result<Decided, Stop> {
        let (Some(end), Some(work)) = (self.ends.get_mut(&ask.site), self.days.get_mut(&(ask.site.clone(), ask.date)))
        else {
            return Err(Refusal::NotFound.into());
        };
        if let Some(request) = self.known.request(ask) {
            return if *request == ask.request { Ok(Decided::Repeated) } else { Err(Refusal::KeyReused.into()) };
        }
        let facts = self.known.facts(db, days, work.day.rules(), ask, now).await?;
        let now = end.next(now);
        let events = decide(&work.day, &facts, &ask.command, now)?;
        let fresh = !events.is_empty();
        let first = work.entries.len();
        for event in events {
            *end = End { seq: end.seq + 1, at: Some(now) };
            let entry = Entry { seq: u64::try_from(end.seq).unwrap_or_default(), at: now, by: ask.by.clone(), event };
            Arc::make_mut(&mut work.day).apply(&entry);
            work.entries.push(entry);
        }
        Ok(if fresh { Decided::Fresh { entries: first..work.entries.len() } } else { Decided::Repeated })
    }

    /// Writes everything. The caller commits, or drops it all.
    pub async fn write(&self, tx: &mut Tx, asks: &[&Ask], now: Instant) -> store::Result<()> {
        // Locks in order: days ascending by site and date, the sites' journals last.
        let changed = self.days.iter().filter(|(_, work)| !work.entries.is_empty());
        let changed: Vec<_> = changed.map(|((site, date), work)| (site.clone(), *date, work.version)).collect();
        if !store::day::lock(tx, &changed).await? {
            return Err(Fault::Overtaken);
        }
        self.rows(asks).write(tx, now).await?;
        self.write_journal(tx).await
    }

    fn rows(&self, asks: &[&Ask]) -> Rows {
        let mut rows = Rows::default();
        for (ask, decided) in asks.iter().zip(&self.decided) {
            let Decided::Fresh { entries } = decided else { continue };
            let Some(work) = self.days.get(&(ask.site.clone(), ask.date)) else { continue };
            let entries = &work.entries[entries.clone()];
            entries.iter().for_each(|entry| rows.add(&work.day, ask, entry));
            if let Some(name) = &ask.key {
                rows.remember(name.clone(), ask.request.clone());
            }
        }
        self.days.values().for_each(|work| rows.add_loads(&work.day, &work.entries));
        rows
    }

    async fn write_journal(&self, tx: &mut Tx) -> store::Result<()> {
        let mut counts: BTreeMap<&SiteId, i64> = BTreeMap::new();
        let mut lines = Vec::new();
        for ((site, date), work) in &self.days {
            for entry in &work.entries {
                *counts.entry(site).or_default() += 1;
                lines.push(line(site, *date, entry)?);
            }
        }
        let counts: Vec<_> = counts.into_iter().map(|(site, count)| (site.clone(), count)).collect();
        let reserved = store::journal::reserve(tx, &counts).await?;
        if reserved.iter().any(|(site, last)| *last != self.end(site).0) {
            return Err(Fault::Overtaken);
        }
        store::journal::append(tx, &lines).await
    }

    fn end(&self, site: &SiteId) -> (i64, Option<Instant>) {
        self.ends.get(site).map_or((0, None), |end| (end.seq, end.at))
    }

    /// The outcome of each command, once the draft is committed; `keep` gets the days as they are then.
    pub fn outcomes(self, asks: &[&Ask], mut keep: impl FnMut(Held)) -> Vec<Result<Done, Failure>> {
        for ((site, _), work) in self.days.iter().filter(|(_, work)| !work.entries.is_empty()) {
            let (site_seq, site_at) = self.end(site);
            keep(Held { version: work.version + 1, site_seq, site_at, day: work.day.clone() });
        }
        let done = |ask: &Ask, fresh| {
            let work = self.days.get(&(ask.site.clone(), ask.date)).ok_or(Refusal::NotFound)?;
            Ok(Done { day: work.day.clone(), site_seq: self.end(&ask.site).0, fresh })
        };
        asks.iter()
            .zip(&self.decided)
            .map(|(ask, decided)| match decided {
                Decided::Fresh { .. } => done(ask, true),
                Decided::Repeated => done(ask, false),
                Decided::Refused(refusal) => Err(refusal.clone().into()),
            })
            .collect()
    }
}

fn line(site: &SiteId, date: Date, entry: &Entry) -> store::Result<NewEntry> {
    let damaged = |why: &dyn std::fmt::Display| Fault::damaged("a new event", why);
    let body = serde_json::to_string(entry).map_err(|why| damaged(&why))?;
    let seq = i64::try_from(entry.seq).map_err(|why| damaged(&why))?;
    Ok(NewEntry { site: site.clone(), seq, date, at: entry.at, body })
}
