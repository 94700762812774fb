//! Decides commands in the order of their arrival and makes them durable.
//!
//! Natural batching: whatever waits while a transaction commits goes together into the next one, so that one fsync
//! serves them all and nobody waits for a timer. Refusals are decided before anything is written. If the database
//! says no to a batch nothing of it remains: days are read anew and its commands are carried out one by one.

use super::{Ask, Done, days::Days, draft::Draft};
use crate::{
    clock::{self, Clock},
    error::Failure,
    metrics::Metrics,
    store::{self, Db, Fault},
};
use anyhow::anyhow;
use contract::{
    Refusal,
    ids::{CommandKey, SiteId, TicketId},
};
use domain::Command;
use std::{collections::BTreeSet, sync::Arc};
use tokio::{
    sync::{broadcast, mpsc, oneshot},
    task::JoinHandle,
};
use uuid::Uuid;

/// Commands in one transaction: enough to outrun a disk that takes 20 ms for a sync (an SD card) when 128 people ask at
/// once, few enough that a failed batch is repeated quickly.
const BATCH: usize = 128;
/// Turns after which the log is moved into the embedded file: some thousand pages, as SQLite itself would. Nobody waits
/// for it.
const MOVE_LOG_AFTER: usize = 64;
/// How often one command is tried when another server was faster.
const TRIES: usize = 3;

/// A command and where its outcome goes.
#[derive(Debug)]
pub struct Job {
    pub ask: Ask,
    pub reply: oneshot::Sender<Result<Done, Failure>>,
}

/// What is handed to a committer.
#[derive(Debug)]
pub enum Errand {
    /// A command.
    Job(Box<Job>),
    /// Somebody asks whether it still works through what it is handed.
    Ping(oneshot::Sender<()>),
}

/// Carries out commands, batch by batch.
#[derive(Debug, Clone)]
pub struct Committer {
    pub db: Db,
    pub clock: Clock,
    pub days: Arc<Days>,
    pub commits: broadcast::Sender<SiteId>,
    pub metrics: Arc<Metrics>,
    pub server: Uuid,
}

impl Committer {
    /// Runs until nobody can hand in commands any more.
    pub async fn run(self, mut waiting: mpsc::Receiver<Errand>) {
        let (mut carried, mut moving) = (None, None);
        for turn in 1_usize.. {
            let errand = match carried.take() {
                Some(errand) => Some(errand),
                None => waiting.recv().await,
            };
            let first = match errand {
                Some(Errand::Job(job)) => *job,
                Some(Errand::Ping(reply)) => {
                    let _ = reply.send(());
                    continue;
                }
                None => return,
            };
            let batch = gather(first, &mut waiting, &mut carried);
            let committer = self.clone();
            // A task of its own, so that a panic costs this batch its answer and nobody else theirs.
            if tokio::spawn(async move { committer.process(batch).await }).await.is_err() {
                self.days.forget_all();
            }
            if turn.is_multiple_of(MOVE_LOG_AFTER) && moving.as_ref().is_none_or(JoinHandle::is_finished) {
                moving = Some(tokio::spawn(move_log(self.db.clone())));
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
                Err(fault @ (Fault::Conflict(_) | Fault::Overtaken)) => {
                    tracing::warn!(%fault, "decided on what was no longer so");
                    outcome = Err(Refusal::Unavailable { retry_after_seconds: 1 }.into());
                }
                Err(fault) => return Err(fault.into()),
            }
        }
        outcome
    }

    /// All or nothing: every command has its outcome, or nothing of any has happened.
    async fn carry_out(&self, asks: &[&Ask]) -> store::Result<Vec<Result<Done, Failure>>> {
        let mut draft = Draft::new(&self.db, &self.days, asks).await?;
        for ask in asks {
            draft.decide(&self.db, &self.days, ask, self.clock.now()).await?;
        }
        if draft.is_empty() {
            return Ok(draft.outcomes(asks, |_| ()));
        }
        let sites: BTreeSet<&SiteId> = asks.iter().map(|ask| &ask.site).collect();
        let took = clock::stopwatch();
        let mut tx = self.db.write().await?;
        draft.write(&mut tx, asks, self.clock.now()).await?;
        for site in &sites {
            store::wake::tell(&mut tx, self.server, site).await?;
        }
        tx.commit().await?;
        self.metrics.committed(asks.len(), took());
        let outcomes = draft.outcomes(asks, |held| self.days.keep(held));
        for site in sites {
            // Nobody may be following, and that is no fault.
            let _ = self.commits.send(site.clone());
        }
        Ok(outcomes)
    }
}

/// Whoever commits will do it if this fails.
async fn move_log(db: Db) {
    if let Err(fault) = db.move_log().await {
        tracing::warn!(%fault, "the log was not moved into the database's file");
    }
}

/// Takes what waits, up to a batch. Two commands of one name never share a batch: the second must find the first.
fn gather(first: Job, waiting: &mut mpsc::Receiver<Errand>, carried: &mut Option<Errand>) -> Vec<Job> {
    let mut names = BTreeSet::from([name(&first.ask)]);
    let mut batch = vec![first];
    while batch.len() < BATCH {
        match waiting.try_recv() {
            Ok(Errand::Job(job)) if fits(&mut names, &job) => batch.push(*job),
            Ok(later) => {
                *carried = Some(later);
                break;
            }
            Err(_) => break,
        }
    }
    batch
}

/// Two commands of one name are one and its retry: the second must find what the first has stored.
fn fits(names: &mut BTreeSet<Name>, job: &Job) -> bool {
    let name = name(&job.ask);
    name == Name::None || names.insert(name)
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
