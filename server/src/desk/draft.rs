//! What a batch of commands will write: decided on days in memory, with nothing written yet.

use super::{
    Ask, Done,
    days::{Days, Held},
    rows,
};
use crate::{
    error::Failure,
    office::Office,
    places::first_available_before,
    store::{self, Fault, Tx, idempotency::Remembered, journal::NewEntry},
};
use contract::{
    Refusal,
    ids::{SiteId, TicketId},
    office::Counter,
    time::{Date, Instant},
};
use domain::{Command, Day, Entry, Facts, decide};
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
    office: Arc<Office>,
    days: BTreeMap<(SiteId, Date), Work>,
    ends: BTreeMap<SiteId, End>,
    /// The requests that named tickets which commands of the batch name.
    booked: BTreeMap<TicketId, String>,
    decided: Vec<Decided>,
}

impl Draft {
    /// A draft for these commands, of which none is decided yet.
    pub async fn new(tx: &mut Tx, days: &Days, asks: &[&Ask]) -> store::Result<Self> {
        let office = days.office(tx).await?;
        let named = asks.iter().filter_map(|ask| match ask.command {
            Command::Book { ticket, .. } => Some(ticket),
            _ => None,
        });
        let booked = store::ticket::requests(tx, &named.collect::<Vec<_>>()).await?;
        Ok(Self { office, days: BTreeMap::new(), ends: BTreeMap::new(), booked, decided: Vec::new() })
    }

    /// True if there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.days.values().all(|work| work.entries.is_empty())
    }

    /// Decides one command more, on the days as the ones before it have left them.
    pub async fn decide(&mut self, tx: &mut Tx, days: &Days, ask: &Ask, now: Instant) -> store::Result<()> {
        let decided = match self.try_decide(tx, days, ask, now).await {
            Ok(decided) => decided,
            Err(Stop::Refused(refusal)) => Decided::Refused(refusal),
            Err(Stop::Fault(fault)) => return Err(fault),
        };
        self.decided.push(decided);
        Ok(())
    }

    async fn try_decide(&mut self, tx: &mut Tx, days: &Days, ask: &Ask, now: Instant) -> Result<Decided, Stop> {
        self.load(tx, days, ask).await?;
        if let Some(known) = self.known_already(tx, ask).await? {
            return if known == ask.request { Ok(Decided::Repeated) } else { Err(Refusal::KeyReused.into()) };
        }
        let facts = facts(tx, &self.office, ask, now).await?;
        let (Some(end), Some(work)) = (self.ends.get_mut(&ask.site), self.days.get_mut(&(ask.site.clone(), ask.date)))
        else {
            return Err(Refusal::NotFound.into());
        };
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

    /// The request that already has this command's name, if one has. No two of a batch have the same.
    async fn known_already(&self, tx: &mut Tx, ask: &Ask) -> store::Result<Option<String>> {
        match (&ask.command, &ask.key) {
            (Command::Book { ticket, .. }, _) => Ok(self.booked.get(ticket).cloned()),
            (_, Some((caller, key))) => {
                Ok(store::idempotency::find(tx, caller, *key).await?.map(|remembered| remembered.request))
            }
            _ => Ok(None),
        }
    }

    async fn load(&mut self, tx: &mut Tx, days: &Days, ask: &Ask) -> Result<(), Stop> {
        let key = (ask.site.clone(), ask.date);
        if !self.days.contains_key(&key) {
            let held = days.fetch(tx, &ask.site, ask.date).await?.ok_or(Refusal::NotFound)?;
            if !self.ends.contains_key(&ask.site) {
                let at = store::journal::moment(tx, &ask.site, held.site_seq).await?;
                self.ends.insert(ask.site.clone(), End { seq: held.site_seq, at });
            }
            self.days.insert(key, Work { version: held.version, day: held.day, entries: Vec::new() });
        }
        Ok(())
    }

    /// Writes everything. The caller commits, or drops it all.
    pub async fn write(&self, tx: &mut Tx, asks: &[&Ask], now: Instant) -> store::Result<()> {
        // Locks in order: days ascending by site and date, the sites' journals last.
        for ((site, date), work) in self.days.iter().filter(|(_, work)| !work.entries.is_empty()) {
            if !store::day::lock(tx, site, *date, work.version).await? {
                return Err(Fault::Overtaken);
            }
        }
        let mut new = rows::NewTickets::default();
        for (ask, work, entries) in self.fresh(asks) {
            work.entries[entries].iter().for_each(|entry| new.add(&work.day, ask, entry));
        }
        // Before whatever else speaks of these tickets.
        new.write(tx).await?;
        for (ask, work, entries) in self.fresh(asks) {
            for entry in &work.entries[entries.clone()] {
                rows::write(tx, &work.day, ask, entry).await?;
            }
            if let Some((caller, key)) = &ask.key {
                let last = work.entries[entries].last().map(|entry| entry.seq);
                let outcome = serde_json::json!({ "site": ask.site, "seq": last }).to_string();
                let remembered = Remembered { request: ask.request.clone(), outcome };
                store::idempotency::remember(tx, caller, *key, &remembered, now).await?;
            }
        }
        let loads: Vec<_> = self.days.values().flat_map(|work| rows::loads(&work.day, &work.entries)).collect();
        store::place::set_loads(tx, &loads).await?;
        self.write_journal(tx).await
    }

    /// Commands that changed something, each with its day and its entries there.
    fn fresh<'a>(&'a self, asks: &'a [&'a Ask]) -> impl Iterator<Item = (&'a Ask, &'a Work, Range<usize>)> {
        asks.iter().zip(&self.decided).filter_map(|(ask, decided)| match decided {
            Decided::Fresh { entries } => {
                self.days.get(&(ask.site.clone(), ask.date)).map(|work| (*ask, work, entries.clone()))
            }
            _ => None,
        })
    }

    async fn write_journal(&self, tx: &mut Tx) -> store::Result<()> {
        let mut lines = Vec::new();
        for (site, end) in &self.ends {
            let of_site = || self.days.iter().filter(|((of, _), _)| of == site);
            let count = of_site().map(|(_, work)| work.entries.len()).sum::<usize>();
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            if count == 0 {
                continue;
            }
            let first = store::journal::reserve(tx, site, count).await?;
            if first + count - 1 != end.seq {
                return Err(Fault::Overtaken);
            }
            for ((_, date), work) in of_site() {
                for entry in &work.entries {
                    lines.push(line(site, *date, entry)?);
                }
            }
        }
        store::journal::append(tx, &lines).await
    }

    fn seq(&self, site: &SiteId) -> i64 {
        self.ends.get(site).map_or(0, |end| end.seq)
    }

    /// The outcome of each command, once the draft is committed; `keep` gets the days as they are then.
    pub fn outcomes(self, asks: &[&Ask], mut keep: impl FnMut(Held)) -> Vec<Result<Done, Failure>> {
        for ((site, _), work) in self.days.iter().filter(|(_, work)| !work.entries.is_empty()) {
            let site_seq = self.seq(site);
            keep(Held { version: work.version + 1, site_seq, day: work.day.clone() });
        }
        let done = |ask: &Ask, fresh| {
            let work = self.days.get(&(ask.site.clone(), ask.date)).ok_or(Refusal::NotFound)?;
            Ok(Done { day: work.day.clone(), site_seq: self.seq(&ask.site), fresh })
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

/// What lies outside the day and matters to the command. Unique indexes guard it again.
async fn facts(tx: &mut Tx, office: &Office, ask: &Ask, now: Instant) -> Result<Facts, Stop> {
    match (&ask.command, &ask.card) {
        (Command::Book { service, .. }, Some(card)) => {
            let person = store::person::find(tx, card).await?;
            let open = match person {
                Some(person) => store::person::open_tickets(tx, person, service).await?,
                None => 0,
            };
            Ok(Facts { open_tickets_of_person: open, ..Facts::default() })
        }
        (Command::Book { service, .. }, None) => {
            let rules = office.rules(&ask.site).ok_or(Refusal::NotFound)?;
            let free_on_an_earlier_date = first_available_before(tx, rules, service, ask.date, now).await?;
            Ok(Facts { free_on_an_earlier_date, ..Facts::default() })
        }
        (Command::OpenCounter { operator, .. }, _) => {
            // Within the site the day knows; here it is about the institution's other sites.
            let seat = store::counter::of_operator(tx, operator).await?;
            match seat.filter(|seat| seat.site != ask.site && seat.date >= ask.date) {
                Some(seat) => {
                    let counter = office.get::<Counter>(seat.counter.as_str());
                    let counter = counter.map(|counter| counter.label.clone()).unwrap_or_default();
                    Err(Refusal::AtOtherCounter { counter }.into())
                }
                None => Ok(Facts::default()),
            }
        }
        _ => Ok(Facts::default()),
    }
}

fn line(site: &SiteId, date: Date, entry: &Entry) -> store::Result<NewEntry> {
    let damaged = |why: &dyn std::fmt::Display| Fault::damaged("a new event", why);
    let body = serde_json::to_string(entry).map_err(|why| damaged(&why))?;
    let seq = i64::try_from(entry.seq).map_err(|why| damaged(&why))?;
    Ok(NewEntry { site: site.clone(), seq, date, at: entry.at, body })
}

/// Why a command goes no further.
enum Stop {
    Refused(Refusal),
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
