//! All SQL, and nothing else: no rule stands here, and no row type leaves.
//!
//! One SQL text serves both databases. [`on!`] expands a query's body once per driver, so each runs with its
//! driver's own types. Every function here takes the transaction it runs in; every function has a test on both.

pub mod counter;
pub mod day;
pub mod device;
mod fault;
pub mod health;
pub mod idempotency;
pub mod install;
pub mod journal;
pub mod login_place;
pub mod office;
pub mod pairing;
pub mod person;
pub mod place;
pub mod staff;
pub mod ticket;
mod together;
pub mod wake;

pub use fault::{Fault, Result};
pub use together::Together;

use sqlx::{
    Database, Postgres, Sqlite, Transaction,
    migrate::Migrator,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    ops::{Deref, DerefMut},
    os::unix::fs::OpenOptionsExt,
    str::FromStr,
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How long a statement waits for a lock or a connection before the caller is told to try later (F6).
const PATIENCE: Duration = Duration::from_secs(5);
/// Readers of the embedded file at a time: more than two cores can use, and each has its memory.
const READERS: u32 = 4;
/// Connections to PostgreSQL.
const CONNECTIONS: u32 = 12;

/// Statements that stay prepared on a connection: each of [`ROWS`] of whatever is written or asked in portions.
const PREPARED: usize = 256;

/// Pages (of 4 KiB) that are committed before whoever commits must move them into the file itself, and waits for two
/// syncs more: only if [`Db::move_log`] could not keep up. It bounds the file beside the database to some 64 MiB.
const CHECKPOINT_PAGES: &str = "16000";

/// The database: an embedded file, or PostgreSQL.
#[derive(Debug, Clone)]
pub enum Db {
    /// SQLite knows one writer; readers see the last commit.
    Sqlite {
        /// The one connection that writes.
        writer: SqlitePool,
        /// Connections that read.
        readers: SqlitePool,
    },
    /// PostgreSQL.
    Pg(PgPool),
}

/// A transaction of either database. Dropped without [`Tx::commit`] it leaves nothing behind.
#[derive(Debug)]
pub enum Tx {
    /// Of SQLite.
    Sqlite(Within<Sqlite>, Turn),
    /// Of PostgreSQL.
    Pg(Within<Postgres>, Turn),
}

/// In what a statement runs.
#[derive(Debug)]
pub enum Within<DB: Database> {
    /// A transaction: all its statements see one moment.
    Transaction(Transaction<'static, DB>),
    /// Nothing: every statement sees a moment of its own.
    Nothing(PoolConnection<DB>),
}

impl<DB: Database> Deref for Within<DB> {
    type Target = DB::Connection;
    fn deref(&self) -> &DB::Connection {
        match self {
            Self::Transaction(tx) => tx,
            Self::Nothing(connection) => connection,
        }
    }
}

impl<DB: Database> DerefMut for Within<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match self {
            Self::Transaction(tx) => tx,
            Self::Nothing(connection) => connection,
        }
    }
}

/// A stranger's turn at the database, given back with the transaction. Nobody else needs one.
type Turn = Option<OwnedSemaphorePermit>;

/// Strangers' turns at the database.
#[derive(Debug, Clone)]
pub struct Strangers(Arc<Semaphore>);

impl Default for Strangers {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(READERS as usize / 2)))
    }
}

tokio::task_local! {
    static STRANGERS: Strangers;
}

impl Strangers {
    /// Does something for a stranger: however many they are, half of the connections that read are never theirs.
    pub async fn serve<T>(&self, work: impl Future<Output = T>) -> T {
        STRANGERS.scope(self.clone(), work).await
    }

    /// The turn of whatever is being done, once it comes.
    async fn turn() -> Result<Turn> {
        let Ok(Self(turns)) = STRANGERS.try_with(Self::clone) else { return Ok(None) };
        let away = || Fault::Away(sqlx::Error::PoolTimedOut);
        let turn = timeout(PATIENCE, turns.acquire_owned()).await.map_err(|_| away())?;
        Ok(Some(turn.map_err(|_| away())?))
    }
}

/// Expands a query's body once per driver.
macro_rules! on {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx, _) => {
                let $connection = &mut **tx;
                $body
            }
            $crate::store::Tx::Pg(tx, _) => {
                let $connection = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on;

/// How many rows one statement writes or asks for: few different statements, which stay prepared, and few for a batch.
const ROWS: [usize; 10] = [64, 32, 16, 12, 8, 6, 4, 3, 2, 1];

/// Parts rows into portions for one statement each.
fn portions<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let count = ROWS.into_iter().find(|count| *count <= rows.len())?;
        let (portion, later) = rows.split_at(count);
        rows = later;
        Some(portion)
    })
}

impl Db {
    /// Opens the database named by a URL (`postgres://…`, `sqlite://…`) or a file's path, and brings it up to date.
    pub async fn open(url: &str) -> Result<Self> {
        let db = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Self::open_postgres(url).await?
        } else {
            Self::open_sqlite(url.strip_prefix("sqlite://").unwrap_or(url)).await?
        };
        db.refuse_newer().await?;
        match &db {
            Self::Sqlite { writer, .. } => MIGRATIONS.run(writer).await?,
            Self::Pg(pool) => MIGRATIONS.run(pool).await?,
        }
        Ok(db)
    }

    /// Tables that a newer server has made are not touched (F14): it knows what is in them, this one does not.
    async fn refuse_newer(&self) -> Result<()> {
        const LATEST: &str = "select max(version) from _sqlx_migrations";
        let found = match self {
            Self::Sqlite { readers, .. } => sqlx::query_scalar::<_, Option<i64>>(LATEST).fetch_one(readers).await,
            Self::Pg(pool) => sqlx::query_scalar::<_, Option<i64>>(LATEST).fetch_one(pool).await,
        };
        let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
        match found {
            Ok(Some(found)) if found > known => Err(Fault::Newer { found, known }),
            // A new database has no such table.
            Ok(_) | Err(sqlx::Error::Database(_)) => Ok(()),
            Err(why) => Err(why.into()),
        }
    }

    async fn open_postgres(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)?.statement_cache_capacity(PREPARED);
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
        Ok(Self::Pg(pool.connect_with(options).await?))
    }

    async fn open_sqlite(path: &str) -> Result<Self> {
        // Its readers are the server alone; SQLite gives its companions the same rights.
        std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
        let options = SqliteConnectOptions::from_str(&format!("sqlite://{path}"))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // NORMAL loses acknowledged commits in a power cut (INV-4).
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .pragma("secure_delete", "ON")
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            .statement_cache_capacity(PREPARED)
            .busy_timeout(PATIENCE);
        // An embedded file is not lost as a connection over a network is: asking whether it is there only costs time.
        let pool = || SqlitePoolOptions::new().acquire_timeout(PATIENCE).test_before_acquire(false);
        let writer = pool().max_connections(1).connect_with(options.clone()).await?;
        let readers = pool().max_connections(READERS).connect_with(options.pragma("query_only", "ON")).await?;
        Ok(Self::Sqlite { writer, readers })
    }

    /// A transaction that writes. On SQLite it has the write lock from its first moment.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match self {
            // Its one connection is for whoever writes, and for nobody who reads.
            Self::Sqlite { writer, .. } => {
                Tx::Sqlite(Within::Transaction(writer.begin_with("BEGIN IMMEDIATE").await?), None)
            }
            Self::Pg(pool) => {
                let turn = Strangers::turn().await?;
                Tx::Pg(Within::Transaction(pool.begin().await?), turn)
            }
        })
    }

    /// A transaction that only reads, and sees one moment of the database from beginning to end.
    pub async fn read(&self) -> Result<Tx> {
        let turn = Strangers::turn().await?;
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(Within::Transaction(readers.begin().await?), turn),
            Self::Pg(pool) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                Tx::Pg(Within::Transaction(pool.begin_with(begin).await?), turn)
            }
        })
    }

    /// For a single statement that only reads, or for some that need not see the same moment. Beginning and ending a
    /// transaction costs more than the statement itself. Let go of it before asking for another connection.
    pub async fn glance(&self) -> Result<Tx> {
        let turn = Strangers::turn().await?;
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(Within::Nothing(readers.acquire().await?), turn),
            Self::Pg(pool) => Tx::Pg(Within::Nothing(pool.acquire().await?), turn),
        })
    }

    /// Moves what was committed to SQLite's log into the file itself, while others read and write. PostgreSQL does that
    /// by itself.
    pub async fn move_log(&self) -> Result<()> {
        let Self::Sqlite { readers, .. } = self else { return Ok(()) };
        sqlx::query("pragma wal_checkpoint(passive)").execute(readers).await?;
        Ok(())
    }

    /// Waits for what is under way and closes.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Pg(pool) => pool.close().await,
        }
    }

    /// True if commands of several sites may be committed side by side.
    pub fn has_many_writers(&self) -> bool {
        matches!(self, Self::Pg(_))
    }
}

impl Tx {
    /// Makes what was done durable and visible.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(Within::Transaction(tx), _) => tx.commit().await?,
            Self::Pg(Within::Transaction(tx), _) => tx.commit().await?,
            // What ran outside of a transaction is done already.
            Self::Sqlite(Within::Nothing(_), _) | Self::Pg(Within::Nothing(_), _) => {}
        }
        Ok(())
    }
}
