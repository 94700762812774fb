//! When everybody asks at the same moment: places are kept for devices and staff (F31), and whoever asks how the server is
//! hears it (F12). It says which part is not well.

use crate::{
    live::{client, listening},
    on_both,
    support::{Database, Reply, World},
};
use axum::body::Body;
use client::Failure;
use contract::{
    Refusal,
    api::ServerPart::{self, Deciding, Reading, Storing},
};
use futures_util::{StreamExt, future::join_all, stream::FuturesUnordered};
use server::store::Db;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use std::{any::Any, time::Duration};
use tokio::time::{sleep, timeout};

/// Places for everybody, and those that are kept for devices and staff.
const PUBLIC: usize = 192;
const HOUSE: usize = 64;
/// Shorter than a request waits for the database.
const SOON: Duration = Duration::from_secs(4);

/// All connections with which the server reads: whoever asks for something waits until they are given back.
async fn all_readers(db: &Db) -> Vec<Box<dyn Any>> {
    let mut held: Vec<Box<dyn Any>> = Vec::new();
    match db {
        Db::Sqlite { readers, .. } => {
            for _ in 0..readers.options().get_max_connections() {
                held.push(Box::new(readers.acquire().await.unwrap()));
            }
        }
        Db::Pg(pool) => {
            for _ in 0..pool.options().get_max_connections() {
                held.push(Box::new(pool.acquire().await.unwrap()));
            }
        }
    }
    held
}

async fn board(world: &World, token: &str) -> Reply {
    let request = axum::http::Request::get("/api/v1/totems/current/board");
    world.send(request.header("authorization", format!("Bearer {token}")).body(Body::empty()).unwrap()).await
}

fn is_later(reply: &Reply) -> bool {
    reply.refusal() == Refusal::TooMany { retry_after_seconds: 1 } && reply.headers["retry-after"] == "1"
}

/// What the server says about itself, over the wire.
async fn says(door: &client::Client) -> Vec<ServerPart> {
    match door.health().await {
        Ok(_) => Vec::new(),
        Err(Failure::Refused(Refusal::NotWell { parts })) => parts,
        Err(other) => panic!("{other}"),
    }
}

/// Asks until it says so: what it has found is told again for a second.
async fn until_it_says(door: &client::Client, parts: &[ServerPart]) {
    let asking = async {
        while says(door).await != parts {
            sleep(Duration::from_millis(50)).await;
        }
    };
    assert!(timeout(Duration::from_secs(20), asking).await.is_ok(), "it never says {parts:?}");
}

/// Another connection to a database, in which a transaction stays open.
enum Other {
    Sqlite(SqliteConnection),
    Pg(PgConnection),
}

impl Other {
    async fn begin(database: &Database, on_sqlite: &'static str, on_postgres: &'static str) -> Self {
        if let Db::Sqlite { .. } = database.db {
            let mut other = SqliteConnection::connect(&format!("sqlite://{}", database.url)).await.unwrap();
            other.execute(on_sqlite).await.unwrap();
            return Self::Sqlite(other);
        }
        let mut other = PgConnection::connect(&database.url).await.unwrap();
        other.execute("begin").await.unwrap();
        other.execute(on_postgres).await.unwrap();
        Self::Pg(other)
    }

    async fn rollback(self) {
        match self {
            Self::Sqlite(mut other) => drop(other.execute("rollback").await.unwrap()),
            Self::Pg(mut other) => drop(other.execute("rollback").await.unwrap()),
        }
    }
}

async fn execute(database: &Database, sql: String) {
    let sql = AssertSqlSafe(sql);
    match &database.db {
        Db::Sqlite { writer, .. } => drop(sqlx::query(sql).execute(writer).await.unwrap()),
        Db::Pg(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
    }
}

on_both! {
    async fn the_public_does_not_shut_out_devices_and_staff(database: Database) {
        let world = World::new(database).await;
        let totem = world.token("totem-1").unwrap();
        assert_eq!(board(&world, &totem).await.status, 200);
        let readers = all_readers(&world.database.db).await;
        let mut public: FuturesUnordered<_> = (0..PUBLIC + 100).map(|_| board(&world, "avanti-totem-nobody")).collect();
        for _ in 0..100 {
            let reply = timeout(SOON, public.next()).await.expect("whoever finds no place is told at once").unwrap();
            assert!(is_later(&reply), "{reply:?}");
        }
        // No device is told to come later, as long as there are no more of them than places of theirs.
        let mut devices: FuturesUnordered<_> = (0..HOUSE + 1).map(|_| board(&world, &totem)).collect();
        let reply = timeout(SOON, devices.next()).await.expect("one of them is too many").unwrap();
        assert!(is_later(&reply), "{reply:?}");
        let health = world.get("nobody", "/api/v1/health");
        let freed = async { drop(readers) };
        let (health, (), devices, public) =
            tokio::join!(health, freed, devices.collect::<Vec<_>>(), public.collect::<Vec<_>>());
        assert_eq!(health.status, 200, "{health:?}");
        assert_eq!(devices.iter().filter(|reply| reply.status == 200).count(), HOUSE);
        assert_eq!(public.iter().filter(|reply| reply.refusal() == Refusal::Unauthenticated).count(), PUBLIC);
    }

    async fn whoever_has_just_logged_in_is_no_stranger(database: Database) {
        let world = World::new(database).await;
        let anna = world.token("anna").unwrap();
        assert!(world.app.admitted.knows(&server::token::hash(&anna)));
        assert_eq!(world.json("anna", "DELETE", "/api/v1/sessions/current", &()).await.status, 204);
        assert_eq!(world.get("anna", "/api/v1/desk").await.refusal(), Refusal::Unauthenticated);
        assert!(!world.app.admitted.knows(&server::token::hash(&anna)));
    }

    async fn a_server_without_one_of_its_tables_says_so(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let door = client(&address, &world, "nobody");
        assert_eq!(says(&door).await, []);
        for table in ["office", "journal", "ticket_person", "pairing_miss"] {
            execute(&world.database, format!("alter table {table} rename to away")).await;
            until_it_says(&door, &[Reading]).await;
            let reply = world.get("nobody", "/api/v1/health").await;
            assert_eq!((reply.status, &reply.body["parts"][0]), (503, &"reading".into()));
            execute(&world.database, format!("alter table away rename to {table}")).await;
            until_it_says(&door, &[]).await;
        }
    }

    async fn a_server_that_cannot_commit_says_so(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let door = client(&address, &world, "nobody");
        let other = Other::begin(&world.database, "begin immediate", "select * from install for update").await;
        until_it_says(&door, &[Storing]).await;
        let all = join_all((0..300).map(|_| says(&door))).await;
        assert!(all.iter().all(|parts| *parts == [Storing]), "whoever asks meanwhile hears the same");
        other.rollback().await;
        until_it_says(&door, &[]).await;
    }
}

/// On an embedded file whatever stops the committer stops every commit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_whose_committer_is_stuck_says_so() {
    let world = World::new(Database::postgres().await).await;
    let (address, _stop) = listening(&world).await;
    let door = client(&address, &world, "nobody");
    world.booked("09:00", None).await;
    let other = Other::begin(&world.database, "", "select * from day for update").await;
    tokio::join!(world.booked("09:10", None), async {
        until_it_says(&door, &[Deciding]).await;
        other.rollback().await;
        until_it_says(&door, &[]).await;
    });
}
