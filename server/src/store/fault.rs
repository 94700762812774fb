//! Why a statement failed, in the three kinds that make a difference above.

use contract::Refusal;
use std::sync::Arc;

/// What a store function returns.
pub type Result<T> = std::result::Result<T, Fault>;

/// Why a statement failed. Nothing of its transaction remains. Each says its cause itself, so that it is told also where
/// only one line is written, and therefore none is a `source`: it would be told twice.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A unique index said no: somebody else was first.
    #[error("a constraint refused: {0}")]
    Conflict(sqlx::Error),
    /// What was decided on has changed since, or waits for what waits for it: another server was faster.
    #[error("somebody else was faster")]
    Overtaken,
    /// The database cannot serve now and may soon.
    #[error("the database is not available: {0}")]
    Away(sqlx::Error),
    /// Anything else.
    #[error("the database failed: {0}")]
    Failed(sqlx::Error),
    /// A statement failed that several had asked for together.
    #[error("{0}")]
    Shared(Arc<Fault>),
    /// What is stored cannot be understood.
    #[error("stored {what} cannot be read: {why}")]
    Damaged {
        /// Which row.
        what: String,
        /// Why not.
        why: String,
    },
    /// A newer server has made the tables.
    #[error(
        "the database has tables of version {found}, this program knows them up to version {known}: \
         it was used by a newer avanti-server. Nothing was changed; start that one, or restore a copy from before"
    )]
    Newer {
        /// The version of the tables.
        found: i64,
        /// The latest version that this program knows.
        known: i64,
    },
    /// The tables could not be brought up to date.
    #[error("the tables could not be brought up to date: {0}")]
    Migration(sqlx::migrate::MigrateError),
}

impl Fault {
    /// What is stored under `what` cannot be understood.
    pub fn damaged(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
        Self::Damaged { what: what.into(), why: why.to_string() }
    }

    /// What the caller is told when trying later may help.
    pub fn as_refusal(&self) -> Option<Refusal> {
        match self {
            Self::Away(_) => Some(Refusal::Unavailable { retry_after_seconds: 2 }),
            Self::Overtaken => Some(Refusal::Unavailable { retry_after_seconds: 1 }),
            Self::Shared(fault) => fault.as_refusal(),
            _ => None,
        }
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<sqlx::migrate::MigrateError> for Fault {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Migration(error)
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => Self::Away(error),
            sqlx::Error::Database(db) if db.is_unique_violation() || db.is_check_violation() => Self::Conflict(error),
            sqlx::Error::Database(db) if db.code().is_some_and(|code| overtaken(&code)) => Self::Overtaken,
            sqlx::Error::Database(db) if db.code().is_some_and(|code| away(&code)) => Self::Away(error),
            _ => Self::Failed(error),
        }
    }
}

/// PostgreSQL's class for: could not be put in an order with what others did, or waited for them in a circle.
fn overtaken(code: &str) -> bool {
    code.len() == 5 && code.starts_with("40")
}

/// SQLite's result codes and PostgreSQL's classes for: locked, disk full, I/O error, no resources, shutting down.
fn away(code: &str) -> bool {
    if code.len() == 5 {
        return ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class));
    }
    // The low byte of SQLite's extended codes is the plain one: 5 BUSY, 6 LOCKED, 10 IOERR, 13 FULL, 14 CANTOPEN (no file
    // is left to open).
    code.parse::<u32>().is_ok_and(|code| [5, 6, 10, 13, 14].contains(&(code & 0xff)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        for fault in [
            Fault::from(sqlx::Error::PoolTimedOut),
            Fault::from(std::io::Error::other("no such folder")),
            Fault::from(sqlx::migrate::MigrateError::VersionMissing(9999)),
        ] {
            let once = fault.to_string();
            assert_eq!(format!("{:#}", anyhow::Error::from(fault)), once);
        }
    }
}
