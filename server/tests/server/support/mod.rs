//! Databases, an office in them, and callers with their tokens.

pub mod world;

pub use world::{Reply, World};

use server::{
    clock,
    office::plan::Plan,
    store::{Db, Tx},
};
use sqlx::{Connection, PgConnection};
use std::path::{Path, PathBuf};

/// Makes two tests of one: on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! on_both {
    ($(async fn $name:ident($database:ident: Database) $body:block)*) => {$(
        mod $name {
            use super::*;
            use $crate::support::Database;

            async fn test($database: Database) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                test(Database::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                test(Database::postgres().await).await;
            }
        }
    )*};
}

/// A directory that is gone with the test.
pub struct Directory(PathBuf);

impl Directory {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("avanti-test-{}", clock::new_id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A database of one test's own.
pub struct Database {
    pub db: Db,
    pub url: String,
    _directory: Directory,
}

impl Database {
    pub async fn sqlite() -> Self {
        let directory = Directory::new();
        let url = directory.path().join("avanti.sqlite3").display().to_string();
        Self { db: Db::open(&url).await.unwrap(), url, _directory: directory }
    }

    /// A schema of its own in the cluster that `tests/postgres.sh` starts.
    pub async fn postgres() -> Self {
        let cluster = std::env::var("AVANTI_TEST_POSTGRES").expect(
            "AVANTI_TEST_POSTGRES is not set: run the tests by `./x test`, or by `tests/postgres.sh cargo nextest run`",
        );
        let schema = format!("t{}", clock::new_id().simple());
        let mut admin = PgConnection::connect(&cluster).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(format!("create schema {schema}"))).execute(&mut admin).await.unwrap();
        let joint = if cluster.contains('?') { '&' } else { '?' };
        let url = format!("{cluster}{joint}options=-csearch_path%3D{schema}");
        Self { db: Db::open(&url).await.unwrap(), url, _directory: Directory::new() }
    }

    /// A transaction that writes.
    pub async fn write(&self) -> Tx {
        self.db.write().await.unwrap()
    }

    /// A transaction that reads.
    pub async fn read(&self) -> Tx {
        self.db.read().await.unwrap()
    }

    /// Carries out a statement.
    pub async fn run(&self, sql: &'static str) {
        match &self.db {
            Db::Sqlite { writer, .. } => drop(sqlx::query(sql).execute(writer).await.unwrap()),
            Db::Pg(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
        }
    }

    /// The first column of a query's only row, as a number.
    pub async fn number(&self, sql: &'static str) -> i64 {
        match &self.db {
            Db::Sqlite { writer, .. } => sqlx::query_scalar(sql).fetch_one(writer).await.unwrap(),
            Db::Pg(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }
}

/// The test office as it is written down.
pub fn plan() -> Plan {
    toml::from_str(include_str!("../office.toml")).unwrap()
}
