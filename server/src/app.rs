//! The running server: what every request, job and feed shares.

use crate::{
    admitted::Admitted,
    attempts::Attempts,
    auth::Tokens,
    checkup::Checkup,
    clock::{self, Clock},
    config::Config,
    desk::{Desk, days::Days},
    health::Reports,
    keys::Keys,
    live::Live,
    metrics::Metrics,
    office::Office,
    password::Passwords,
    store::{self, Db},
};
use anyhow::Context;
use contract::ids::Epoch;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The running server.
#[derive(Debug)]
pub struct App {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// What it signs and hashes with.
    pub keys: Keys,
    /// The installation's life.
    pub epoch: Epoch,
    /// Days in memory.
    pub days: Arc<Days>,
    /// The door to change a day.
    pub desk: Desk,
    /// What is counted about its work.
    pub metrics: Arc<Metrics>,
    /// Boards to follow.
    pub live: Live,
    /// Where passwords are checked.
    pub passwords: Passwords,
    /// Wrong passwords of the last minute.
    pub attempts: Attempts,
    /// Where tokens are looked up.
    pub tokens: Tokens,
    /// Whose token has been good before.
    pub admitted: Admitted,
    /// Where is looked up what devices report.
    pub reports: Reports,
    /// Whether the server can do its work.
    pub checkup: Checkup,
    /// Whose turn it is to write down that a session was used.
    pub touching: Arc<Semaphore>,
}

impl App {
    /// Opens the database and the keys that the settings name.
    pub async fn open(config: &Config) -> anyhow::Result<Arc<Self>> {
        let db = open_database(config).await?;
        let keys = open_keys(config, &db).await?;
        let clock = clock_of(config, &db).await?;
        Self::new(db, clock, keys).await
    }

    /// A server over that database, with the keys that belong to it.
    pub async fn new(db: Db, clock: Clock, keys: Keys) -> anyhow::Result<Arc<Self>> {
        let mut tx = db.write().await?;
        store::install::begin(&mut tx, &keys.prints(), Epoch(clock::new_id()), clock.now()).await?;
        // Another server may have been the first a moment ago.
        let known = store::install::prints(&mut tx).await?.context("the installation has not begun")?;
        keys.belong_to(&known)?;
        let epoch = store::install::epoch(&mut tx).await?;
        tx.commit().await?;
        let days = Arc::new(Days::default());
        let metrics = Arc::new(Metrics::default());
        let desk = Desk::new(db.clone(), clock.clone(), days.clone(), metrics.clone());
        let live = Live::default();
        Ok(Arc::new(Self {
            db,
            clock,
            keys,
            epoch,
            days,
            desk,
            metrics,
            live,
            passwords: Passwords::default(),
            attempts: Attempts::default(),
            tokens: Tokens::default(),
            admitted: Admitted::default(),
            reports: Reports::default(),
            checkup: Checkup::default(),
            touching: Arc::new(Semaphore::new(1)),
        }))
    }

    /// Everything that is configured.
    pub async fn office(&self) -> store::Result<Arc<Office>> {
        let version = store::office::version(&mut self.db.glance().await?).await?;
        self.office_of(version).await
    }

    /// Everything that is configured, in that version or a later one.
    pub async fn office_of(&self, version: i64) -> store::Result<Arc<Office>> {
        match self.days.known_office(version) {
            Some(office) => Ok(office),
            None => self.days.office(&mut self.db.read().await?).await,
        }
    }
}

/// Opens the database that the settings name.
pub async fn open_database(config: &Config) -> anyhow::Result<Db> {
    Db::open(&config.database).await.with_context(|| format!("cannot open the database {}", config.database_name()))
}

/// The keys that belong to the database, or new ones for a new database.
pub async fn open_keys(config: &Config, db: &Db) -> anyhow::Result<Keys> {
    let known = store::install::prints(&mut db.read().await?).await?;
    Keys::open(&config.keys_directory(), known.as_ref())
}

/// The clock that the settings name.
pub async fn clock_of(config: &Config, db: &Db) -> anyhow::Result<Clock> {
    match config.demonstration_clock {
        Some(_) => config.clock(store::journal::latest_moment(&mut db.read().await?).await?),
        None => config.clock(None),
    }
}
