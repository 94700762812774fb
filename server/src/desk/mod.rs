//! The one door through which a day changes.
//!
//! [`Desk::act`] hands a command to a committer, which decides it on the day in memory and makes it durable together
//! with whatever else waits. Reading needs no door: [`days::Days`] gives the day as last committed.

mod committer;
pub mod days;
mod draft;
mod known;
mod rows;

use crate::{
    clock::{self, Clock},
    error::Failure,
    metrics::{Metrics, Outcome},
    store::{self, Db, Tx, idempotency::Name},
};
use committer::{Committer, Errand, Job};
use contract::{Refusal, ids::*, time::Date};
use days::Days;
use domain::{Actor, Command, Day};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{broadcast, mpsc, oneshot};
use uuid::Uuid;

/// Commands that may wait for one committer. At some 200 commits a second the last of them waits a little more than
/// a second; whoever comes later is told to try again.
const WAITING: usize = 256;
/// Commits that a follower may be behind before it is told that it missed some.
const FOLLOWING: usize = 64;

/// A command, and what is needed to carry it out once.
#[derive(Debug, Clone)]
pub struct Ask {
    /// At which site.
    pub site: SiteId,
    /// On which date.
    pub date: Date,
    /// Who asks.
    pub by: Actor,
    /// What for.
    pub command: Command,
    /// A keyed hash of who asks for what, by which a retry is recognised.
    pub request: String,
    /// The keyed hash of the card shown, when booking.
    pub card: Option<String>,
    /// The name that the caller gave to this command.
    pub key: Option<Name>,
}

/// What came of a command.
#[derive(Debug, Clone)]
pub struct Done {
    /// The day as committed.
    pub day: Arc<Day>,
    /// The number of the site's latest event.
    pub site_seq: i64,
    /// False if it had been done before.
    pub fresh: bool,
}

/// Where commands are handed in.
#[derive(Debug)]
pub struct Desk {
    db: Db,
    clock: Clock,
    days: Arc<Days>,
    queues: Mutex<BTreeMap<String, mpsc::Sender<Errand>>>,
    commits: broadcast::Sender<SiteId>,
    metrics: Arc<Metrics>,
    server: Uuid,
}

impl Desk {
    /// A desk over that database.
    pub fn new(db: Db, clock: Clock, days: Arc<Days>, metrics: Arc<Metrics>) -> Self {
        let (commits, server) = (broadcast::channel(FOLLOWING).0, clock::new_id());
        Self { db, clock, days, queues: Mutex::default(), commits, metrics, server }
    }

    /// How this server is called among those that share the database.
    pub fn server(&self) -> Uuid {
        self.server
    }

    /// Tells of each commit at which site it was.
    pub fn follow(&self) -> broadcast::Receiver<SiteId> {
        self.commits.subscribe()
    }

    /// Lets the other servers on this database know that a site looks different, if that transaction is committed.
    pub async fn tell_others(&self, tx: &mut Tx, site: &SiteId) -> store::Result<()> {
        store::wake::tell(tx, self.server, site).await
    }

    /// Tells the followers that a site looks different: it was configured anew, a device reported, or another server
    /// committed something.
    pub fn announce(&self, site: &SiteId) {
        // Nobody may be following, and that is no fault.
        let _ = self.commits.send(site.clone());
    }

    /// Carries out a command, durably. A refusal has changed nothing.
    pub async fn act(&self, ask: Ask) -> Result<Done, Failure> {
        let (reply, outcome) = oneshot::channel();
        let queue = self.queue(&ask.site);
        queue
            .try_send(Errand::Job(Box::new(Job { ask, reply })))
            .map_err(|_| Refusal::TooMany { retry_after_seconds: 1 })?;
        let stopped = |_| Failure::from(anyhow::anyhow!("the committer stopped before it answered"));
        let outcome = outcome.await.map_err(stopped).flatten();
        self.metrics.decided(match &outcome {
            Ok(Done { fresh: true, .. }) => Outcome::Done,
            Ok(_) => Outcome::Repeated,
            Err(Failure::Refused(_)) => Outcome::Refused,
            Err(Failure::Broken(_)) => Outcome::Failed,
        });
        outcome
    }

    /// Comes back when every committer has worked through what it had been handed.
    pub async fn is_moving(&self) {
        let queues: Vec<_> = self.queues.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        for queue in queues {
            let (reply, answer) = oneshot::channel();
            // One that has ended is begun anew by the next command.
            if queue.send(Errand::Ping(reply)).await.is_ok() {
                let _ = answer.await;
            }
        }
    }

    /// SQLite has one writer and one committer; on PostgreSQL each site has its own, so no batch spans sites.
    fn queue(&self, site: &SiteId) -> mpsc::Sender<Errand> {
        let name = if self.db.has_many_writers() { site.to_string() } else { String::new() };
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(&name).filter(|queue| !queue.is_closed()) {
            return queue.clone();
        }
        let (queue, waiting) = mpsc::channel(WAITING);
        let committer = Committer {
            db: self.db.clone(),
            clock: self.clock.clone(),
            days: self.days.clone(),
            commits: self.commits.clone(),
            metrics: self.metrics.clone(),
            server: self.server,
        };
        tokio::spawn(committer.run(waiting));
        queues.insert(name, queue.clone());
        queue
    }
}
