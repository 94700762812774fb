//! An office on a database of its own, and what its devices and people need to come in.

use super::{people::Line, program::Server};
use contract::{ids::*, time::*};
use server::{clock, commands, office::plan::Plan, store::Db};
use sqlx::{Connection, PgConnection};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// What the wall clock shows when the server starts: the office is open.
pub const CLOCK: &str = "2026-11-23T10:20";
/// The password of everybody who works here.
pub const PASSWORD: &str = "parola-di-prova-7";

/// Makes two tests of each function: on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! on_both {
    ($($name:ident)*) => {$(
        mod $name {
            use $crate::world::World;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$name(World::on_sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$name(World::on_postgres().await).await;
            }
        }
    )*};
}

/// A folder that is gone with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("avanti-proof-{}", clock::new_id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An office. Its server runs when a test starts it.
pub struct World {
    pub folder: Folder,
    /// The database as the server's settings name it.
    pub database: String,
    tokens: BTreeMap<String, String>,
}

impl World {
    pub async fn on_sqlite() -> Self {
        let folder = Folder::new();
        let database = folder.path().join("avanti.sqlite3").display().to_string();
        Self::new(folder, database).await
    }

    /// In a schema of its own.
    pub async fn on_postgres() -> Self {
        let cluster = std::env::var("AVANTI_TEST_POSTGRES").expect(
            "AVANTI_TEST_POSTGRES is not set: run the tests by `./x test`, or by `tests/postgres.sh cargo nextest run`",
        );
        let schema = format!("p{}", clock::new_id().simple());
        let mut cleaner = PgConnection::connect(&cluster).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(format!("create schema {schema}"))).execute(&mut cleaner).await.unwrap();
        let joint = if cluster.contains('?') { '&' } else { '?' };
        Self::new(Folder::new(), format!("{cluster}{joint}options=-csearch_path%3D{schema}")).await
    }

    async fn new(folder: Folder, database: String) -> Self {
        let plan: Plan = toml::from_str(include_str!("office.toml")).unwrap();
        let db = Db::open(&database).await.unwrap();
        let now = moment("10:20");
        let mut tx = db.write().await.unwrap();
        plan.write(&mut tx).await.unwrap();
        plan.set_passwords(&mut tx, PASSWORD, now).await.unwrap();
        tx.commit().await.unwrap();
        let mut tokens = BTreeMap::new();
        for (kind, id) in plan.devices() {
            tokens.insert(id.to_owned(), commands::new_device_token(&db, kind, id, now).await.unwrap());
        }
        db.close().await;
        Self { folder, database, tokens }
    }

    /// The token of a totem or a display.
    pub fn token(&self, device: &str) -> &str {
        &self.tokens[device]
    }

    /// A line from a device to a server.
    pub fn line(&self, device: &str, server: &Server) -> Line {
        Line::new(&server.address, Some(self.token(device).to_owned()))
    }

    /// The database, for a look into it. It must be closed again: a server that dies while others look does not find
    /// the files as a crash leaves them.
    pub async fn open(&self) -> Db {
        Db::open(&self.database).await.unwrap()
    }
}

/// A time of the day on which everything here happens.
pub fn moment(time: &str) -> Instant {
    let rome: Zone = "Europe/Rome".parse().unwrap();
    "2026-11-23".parse::<Date>().unwrap().at(time.parse().unwrap(), &rome).unwrap()
}

/// An id that is configured here.
pub fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

/// Who sits where.
pub const CLERKS: [(&str, &str); 5] = [
    ("anna", "sportello-1"),
    ("bruno", "sportello-2"),
    ("carla", "sportello-3"),
    ("dario", "sportello-4"),
    ("elsa", "sportello-5"),
];

/// The service that everybody comes for.
pub fn carta() -> ServiceId {
    id("carta")
}
pub fn palazzo() -> SiteId {
    id("palazzo")
}
