//! Decides commands in the order of their arrival and makes them durable.
//!
//! Natural batching: whatever waits while a transaction commits goes together into the next one, so that one fsync
//! serves them all and nobody waits for a timer. Refusals are decided before anything is written. If the database
//! says no to a batch nothing of it remains: days are read anew and its commands are carried out one by one.

use super::{Ask, Done, days::Days, rows};
use crate::{
    clock::Clock,
    error::Failure,
    office::Office,
    store::{self, Db, Fault, Tx, idempotency::Remembered, journal::NewEntry},
};
use anyhow::anyhow;
use contract::{
    Refusal,
    ids::{CommandKey, SiteId, TicketId},
    office::Counter,
    time::Date,
};
use domain::{Command, Day, Entry, Facts, decide};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tokio::sync::{broadcast, mpsc, oneshot};

/// Commands in one transaction: enough to outrun any disk, few enough that a failed batch is repeated quickly.
const BATCH: usize = 64;
/// How often one command is tried when another server was faster.
const TRIES: usize = 3;

/// A command and where its outcome goes.
#[derive(Debug)]
pub struct Job {
    pub ask: Ask,
    pub reply: oneshot::Sender<Result<Done, Failure>>,
}

/// Carries out commands, batch by batch.
#[derive(Debug, Clone)]
pub struct Committer {
    pub db: Db,
    pub clock: Clock,
    pub days: Arc<Days>,
    pub commits: broadcast::Sender<SiteId>,
}

impl Committer {
    /// Runs until nobody can hand in commands any more.
    pub async fn run(self, mut waiting: mpsc::Receiver<Job>) {
        let mut carried = None;
        loop {
            let first = match carried.take() {
                Some(job) => job,
                None => match waiting.recv().await {
                    Some(job) => job,
                    None => return,
                },
            };
            let batch = gather(first, &mut waiting, &mut carried);
            let committer = self.clone();
            // A task of its own, so that a panic costs this batch its answer and nobody else theirs.
            if tokio::spawn(async move { committer.process(batch).await }).await.is_err() {
                self.days.forget_all();
            }
        }
    }

    async fn process(&self, batch: Vec<Job>) {
        let asks: Vec<&Ask> = batch.iter().map(|job| &job.ask).collect();
        let outcomes = match self.carry_out(&asks).await {
            Ok(outcomes) => outcomes,
            Err(fault @ Fault::Away(_)) => {
                // Trying one by one would make each of them wait for the lock again.
                let refusal = Failure::from(fault).into_refusal();
                asks.iter().map(|_| Err(refusal.clone().into())).collect()
            }
            Err(_) => {
                let mut outcomes = Vec::new();
                for ask in asks {
                    outcomes.push(self.carry_out_alone(ask).await);
                }
                outcomes
            }
        };
        for (job, outcome) in batch.into_iter().zip(outcomes) {
            // Whoever asked may have hung up: what was done stays done, and a retry will find it.
            let _ = job.reply.send(outcome);
        }
    }

    async fn carry_out_alone(&self, ask: &Ask) -> Result<Done, Failure> {
        let mut outcome = Err(anyhow!("never tried").into());
        for _ in 0..TRIES {
            self.days.forget(&ask.site, ask.date);
            match self.carry_out(&[ask]).await {
                Ok(mut outcomes) => return outcomes.pop().unwrap_or(outcome),
                Err(Fault::Conflict(why)) => {
                    tracing::warn!(%why, "a constraint refused what the rules allowed");
                    outcome = Err(Refusal::Unavailable { retry_after_seconds: 1 }.into());
                }
                Err(fault) => return Err(fault.into()),
            }
        }
        outcome
    }

    /// All or nothing: every command has its outcome, or nothing of any has happened.
    async fn carry_out(&self, asks: &[&Ask]) -> store::Result<Vec<Result<Done, Failure>>> {
        let mut draft = self.draft(asks).await?;
        if draft.days.values().all(|work| work.entries.is_empty()) {
            return Ok(draft.outcomes(asks, |_| ()));
        }
        let mut tx = self.db.write().await?;
        self.write(&mut tx, asks, &mut draft).await?;
        tx.commit().await?;
        let sites: BTreeSet<&SiteId> = asks.iter().map(|ask| &ask.site).collect();
        let outcomes = draft.outcomes(asks, |held| self.days.keep(held));
        for site in sites {
            // Nobody may be following, and that is no fault.
            let _ = self.commits.send(site.clone());
        }
        Ok(outcomes)
    }

    async fn draft(&self, asks: &[&Ask]) -> store::Result<Draft> {
        let mut tx = self.db.read().await?;
        let office = self.days.office(&mut tx).await?;
        let mut draft = Draft { office, days: BTreeMap::new(), seqs: BTreeMap::new(), decided: Vec::new() };
        for ask in asks {
            let decided = self.decide(&mut tx, &mut draft, ask).await;
            draft.decided.push(match decided {
                Ok(decided) => decided,
                Err(Stop::Refused(refusal)) => Decided::Refused(refusal),
                Err(Stop::Fault(fault)) => return Err(fault),
            });
        }
        Ok(draft)
    }

    async fn decide(&self, tx: &mut Tx, draft: &mut Draft, ask: &Ask) -> Result<Decided, Stop> {
        draft.load(tx, &self.days, ask).await?;
        if let Some(known) = known_already(tx, ask).await? {
            return if known == ask.request { Ok(Decided::Repeated) } else { Err(Refusal::KeyReused.into()) };
        }
        let facts = facts(tx, draft, ask).await?;
        let seq = draft.seqs.entry(ask.site.clone()).or_default();
        let Some(work) = draft.days.get_mut(&(ask.site.clone(), ask.date)) else {
            return Err(Refusal::NotFound.into());
        };
        let now = self.clock.now();
        let events = decide(&work.day, facts, &ask.command, now)?;
        let fresh = !events.is_empty();
        let first = work.entries.len();
        for event in events {
            *seq += 1;
            let entry = Entry { seq: u64::try_from(*seq).unwrap_or_default(), at: now, by: ask.by.clone(), event };
            Arc::make_mut(&mut work.day).apply(&entry);
            work.entries.push(entry);
        }
        Ok(if fresh { Decided::Fresh { entries: first..work.entries.len() } } else { Decided::Repeated })
    }

    async fn write(&self, tx: &mut Tx, asks: &[&Ask], draft: &mut Draft) -> store::Result<()> {
        // Locks in order: days ascending by site and date, the sites' journals last.
        for ((site, date), work) in draft.days.iter().filter(|(_, work)| !work.entries.is_empty()) {
            if !store::day::lock(tx, site, *date, work.version).await? {
                return Err(Fault::overtaken());
            }
        }
        for (ask, decided) in asks.iter().zip(&draft.decided) {
            let Decided::Fresh { entries } = decided else { continue };
            let Some(work) = draft.days.get(&(ask.site.clone(), ask.date)) else { continue };
            for entry in &work.entries[entries.clone()] {
                rows::write(tx, &work.day, ask, entry).await?;
            }
            if let Some((caller, key)) = &ask.key {
                let last = work.entries[entries.clone()].last().map(|entry| entry.seq);
                let outcome = serde_json::json!({ "site": ask.site, "seq": last }).to_string();
                let remembered = Remembered { request: ask.request.clone(), outcome };
                store::idempotency::remember(tx, caller, *key, &remembered, self.clock.now()).await?;
            }
        }
        self.write_journal(tx, draft).await
    }

    async fn write_journal(&self, tx: &mut Tx, draft: &Draft) -> store::Result<()> {
        for (site, last) in &draft.seqs {
            let mut lines: Vec<(Date, &Entry)> = draft
                .days
                .iter()
                .filter(|((of, _), _)| of == site)
                .flat_map(|((_, date), work)| work.entries.iter().map(move |entry| (*date, entry)))
                .collect();
            lines.sort_by_key(|(_, entry)| entry.seq);
            let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
            if count == 0 {
                continue;
            }
            let first = store::journal::reserve(tx, site, count).await?;
            if first + count - 1 != *last {
                return Err(Fault::overtaken());
            }
            let entries = lines.iter().map(|(date, entry)| line(*date, entry)).collect::<store::Result<Vec<_>>>()?;
            store::journal::append(tx, site, first, &entries).await?;
        }
        Ok(())
    }
}

/// Takes what waits, up to a batch. Two commands of one name never share a batch: the second must find the first.
fn gather(first: Job, waiting: &mut mpsc::Receiver<Job>, carried: &mut Option<Job>) -> Vec<Job> {
    let mut names = BTreeSet::from([name(&first.ask)]);
    let mut batch = vec![first];
    while batch.len() < BATCH {
        let Ok(job) = waiting.try_recv() else { break };
        let name = name(&job.ask);
        if name != Name::None && !names.insert(name) {
            *carried = Some(job);
            break;
        }
        batch.push(job);
    }
    batch
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    None,
    Ticket(TicketId),
    Key(String, String),
}

fn name(ask: &Ask) -> Name {
    match (&ask.command, &ask.key) {
        (Command::Book { ticket, .. }, _) => Name::Ticket(*ticket),
        (_, Some((caller, CommandKey(key)))) => Name::Key(caller.clone(), key.to_string()),
        _ => Name::None,
    }
}

/// The request that already has this command's name, if one has.
async fn known_already(tx: &mut Tx, ask: &Ask) -> store::Result<Option<String>> {
    match (&ask.command, &ask.key) {
        (Command::Book { ticket, .. }, _) => Ok(store::ticket::find(tx, *ticket).await?.map(|ticket| ticket.request)),
        (_, Some((caller, key))) => {
            Ok(store::idempotency::find(tx, caller, *key).await?.map(|remembered| remembered.request))
        }
        _ => Ok(None),
    }
}

/// What lies outside the day and matters to the command. Unique indexes guard it again.
async fn facts(tx: &mut Tx, draft: &Draft, ask: &Ask) -> Result<Facts, Stop> {
    match (&ask.command, &ask.card) {
        (Command::Book { service, .. }, Some(card)) => {
            let person = store::person::find(tx, card).await?;
            let open = match person {
                Some(person) => store::person::open_tickets(tx, person, service).await?,
                None => 0,
            };
            Ok(Facts { open_tickets_of_person: open })
        }
        (Command::OpenCounter { operator, .. }, _) => {
            // Within the site the day knows; here it is about the institution's other sites.
            let seat = store::counter::of_operator(tx, operator).await?;
            match seat.filter(|seat| seat.site != ask.site && seat.date >= ask.date) {
                Some(seat) => {
                    let counter = draft.office.get::<Counter>(seat.counter.as_str());
                    let counter = counter.map(|counter| counter.label.clone()).unwrap_or_default();
                    Err(Refusal::AtOtherCounter { counter }.into())
                }
                None => Ok(Facts::default()),
            }
        }
        _ => Ok(Facts::default()),
    }
}

fn line(date: Date, entry: &Entry) -> store::Result<NewEntry> {
    let body = serde_json::to_string(entry).map_err(|why| Fault::damaged("a new event", why))?;
    Ok(NewEntry { date, at: entry.at, body })
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

enum Decided {
    Fresh { entries: std::ops::Range<usize> },
    Repeated,
    Refused(Refusal),
}

/// A day under work.
struct Work {
    version: i64,
    day: Arc<Day>,
    entries: Vec<Entry>,
}

/// What a batch will write.
struct Draft {
    office: Arc<Office>,
    days: BTreeMap<(SiteId, Date), Work>,
    seqs: BTreeMap<SiteId, i64>,
    decided: Vec<Decided>,
}

impl Draft {
    async fn load(&mut self, tx: &mut Tx, days: &Days, ask: &Ask) -> Result<(), Stop> {
        let key = (ask.site.clone(), ask.date);
        if !self.days.contains_key(&key) {
            let held = days.fetch(tx, &ask.site, ask.date).await?.ok_or(Refusal::NotFound)?;
            self.seqs.entry(ask.site.clone()).or_insert(held.site_seq);
            self.days.insert(key, Work { version: held.version, day: held.day, entries: Vec::new() });
        }
        Ok(())
    }

    fn outcomes(self, asks: &[&Ask], mut keep: impl FnMut(super::days::Held)) -> Vec<Result<Done, Failure>> {
        for ((site, _), work) in self.days.iter().filter(|(_, work)| !work.entries.is_empty()) {
            let site_seq = self.seqs.get(site).copied().unwrap_or_default();
            keep(super::days::Held { version: work.version + 1, site_seq, day: work.day.clone() });
        }
        let done = |ask: &Ask, fresh| {
            let work = self.days.get(&(ask.site.clone(), ask.date)).ok_or(Refusal::NotFound)?;
            Ok(Done { day: work.day.clone(), site_seq: self.seqs.get(&ask.site).copied().unwrap_or_default(), fresh })
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
