//! F12: systemd hears from a server that is well, and from no other; it starts a silent one anew. Each over a door as the
//! server has it on its own computer, and over an encrypted one.

use crate::{
    program::{Serving, program},
    support::{Database, Directory, plan, world::wish},
};
use client::{Client, Failure, Patience, Trust, fingerprint};
use contract::{Refusal, ids::TicketId};
use rustix::process::{Pid, Signal, kill_process};
use server::{clock, commands::new_device_token, token::TokenKind};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use std::{
    os::unix::net::UnixDatagram,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// What systemd would wait for a sign; the server gives one three times as often. Whoever is silent for twice as long is
/// started anew.
const PATIENCE: Duration = Duration::from_millis(1_500);
const SILENCE: Duration = Duration::from_secs(3);
/// The same for a server with far too much to do, on a computer that is busy with a whole test run.
const PATIENCE_UNDER_LOAD: Duration = Duration::from_secs(9);
/// For a machine that is busy with a whole test run.
const LONG: Duration = Duration::from_secs(30);
/// Many more requests at a time than the server has places for.
const CROWD: usize = 300;
/// Between a "later" and the next try of each: with less the test alone would keep a small computer busy.
const PAUSE: Duration = Duration::from_millis(100);

/// Systemd's end of the line.
struct Systemd(UnixDatagram);

impl Systemd {
    /// What is said next, or nothing for so long.
    fn hears(&self, within: Duration) -> Option<String> {
        self.0.set_read_timeout(Some(within)).unwrap();
        let mut said = [0; 256];
        let length = self.0.recv(&mut said).ok()?;
        Some(String::from_utf8_lossy(&said[..length]).trim().to_owned())
    }

    fn waits_for(&self, sign: &str) {
        while self.hears(LONG).unwrap_or_else(|| panic!("{sign} does not come")) != sign {}
    }

    fn hears_nothing_more(&self) {
        // What was said before, and the sign that was under way.
        for _ in 0..3 {
            self.hears(Duration::from_millis(700));
        }
        assert_eq!(self.hears(SILENCE), None, "nothing can be done there");
    }
}

/// A server under the eyes of a systemd of the test's own.
struct Watched {
    systemd: Systemd,
    serving: Serving,
    address: String,
    trust: Trust,
    directory: Directory,
}

impl Watched {
    async fn start(encrypted: bool, database: &str, patience: Duration) -> Self {
        let directory = Directory::new();
        let line = directory.path().join("notify");
        let systemd = Systemd(UnixDatagram::bind(&line).unwrap());
        let mut command = program(directory.path());
        command.args(["run", "--config", "s.toml"]);
        std::fs::write(directory.path().join("s.toml"), if encrypted { "[tls]" } else { "" }).unwrap();
        command.env("AVANTI_LISTEN", "127.0.0.1:0").env("AVANTI_DATABASE", database).env("AVANTI_KEYS", ".");
        command.env("AVANTI_DEMONSTRATION_CLOCK", "2026-11-23T09:00");
        command.env("NOTIFY_SOCKET", &line).env("WATCHDOG_USEC", patience.as_micros().to_string());
        let serving = Serving::of(command);
        systemd.waits_for("READY=1");
        let (mut address, mut trust) = (serving.address.clone(), Trust::Nobody);
        if encrypted {
            address = address.replace("http://", "https://");
            trust = Trust::Pins(vec![fingerprint(&address).await.unwrap()]);
        }
        systemd.waits_for("WATCHDOG=1");
        Self { systemd, serving, address, trust, directory }
    }

    fn client(&self, token: &str) -> Client {
        let client = Client::new(&self.address, "test", Patience::default(), &self.trust).unwrap();
        client.set_token(Some(token.to_owned()));
        client
    }
}

async fn hears_only_while_a_commit_is_possible(encrypted: bool) {
    let Watched { systemd, serving, directory, .. } = Watched::start(encrypted, "avanti.sqlite3", PATIENCE).await;
    let file = directory.path().join("avanti.sqlite3").display().to_string();
    let mut other = SqliteConnection::connect(&format!("sqlite://{file}")).await.unwrap();
    other.execute("begin immediate").await.unwrap();
    systemd.hears_nothing_more();
    other.execute("rollback").await.unwrap();
    systemd.waits_for("WATCHDOG=1");
    kill_process(Pid::from_child(&serving.child), Signal::TERM).unwrap();
    systemd.waits_for("STOPPING=1");
}

#[tokio::test]
async fn systemd_hears_from_a_server_only_while_a_commit_is_possible() {
    hears_only_while_a_commit_is_possible(false).await;
}

#[tokio::test]
async fn systemd_hears_from_an_encrypting_server_only_while_a_commit_is_possible() {
    hears_only_while_a_commit_is_possible(true).await;
}

/// A server that tells many to come later is no server that stands still.
async fn goes_on_under_load(encrypted: bool) {
    let watched = Watched::start(encrypted, "avanti.sqlite3", PATIENCE_UNDER_LOAD).await;
    let refused = Arc::new(AtomicUsize::new(0));
    let crowd = watched.client("avanti-totem-nobody");
    let asking: Vec<_> = (0..CROWD)
        .map(|_| {
            let (crowd, refused) = (crowd.clone(), refused.clone());
            tokio::spawn(async move {
                loop {
                    if let Err(Failure::Refused(Refusal::TooMany { .. })) = crowd.totem_board().await {
                        refused.fetch_add(1, Ordering::Relaxed);
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            })
        })
        .collect();
    for sign in 0..5 {
        let before = refused.load(Ordering::Relaxed);
        let heard = watched.systemd.hears(PATIENCE_UNDER_LOAD);
        assert_eq!(heard.as_deref(), Some("WATCHDOG=1"), "sign {sign}: {}", watched.serving.said());
        // The first may have been under way.
        assert!(sign == 0 || refused.load(Ordering::Relaxed) > before, "sign {sign} came under no load");
    }
    asking.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signs_of_life_go_on_under_load() {
    goes_on_under_load(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signs_of_life_of_an_encrypting_server_go_on_under_load() {
    goes_on_under_load(true).await;
}

/// On PostgreSQL a commit is possible while the committer of a site waits for its day.
async fn falls_silent_when_the_committer_is_stuck(encrypted: bool) {
    let database = Database::postgres().await;
    let mut tx = database.write().await;
    plan().write(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let now = crate::support::world::monday("09:00");
    let token = new_device_token(&database.db, TokenKind::Totem, "totem-1", now).await.unwrap();
    let watched = Watched::start(encrypted, &database.url, PATIENCE).await;
    let totem = watched.client(&token);
    let book = async |time| totem.book_ticket(TicketId(clock::new_id()), &wish("carta", "palazzo", time, None)).await;
    book("09:10").await.unwrap();
    let mut other = PgConnection::connect(&database.url).await.unwrap();
    other.execute("begin").await.unwrap();
    other.execute("select * from day for update").await.unwrap();
    let released = async {
        tokio::task::block_in_place(|| watched.systemd.hears_nothing_more());
        other.execute("rollback").await.unwrap();
        tokio::task::block_in_place(|| watched.systemd.waits_for("WATCHDOG=1"));
    };
    // Whoever asked meanwhile has an answer or none, as with any server that is slow.
    let (_, ()) = tokio::join!(book("09:20"), released);
    book("09:30").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_whose_committer_is_stuck_falls_silent() {
    falls_silent_when_the_committer_is_stuck(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encrypting_server_whose_committer_is_stuck_falls_silent() {
    falls_silent_when_the_committer_is_stuck(true).await;
}
