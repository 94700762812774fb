//! F12: a server that stands still is started anew by whoever watches over it, and whatever it had acknowledged is there.

use super::{
    books::Books,
    chance::Chance,
    crowd::*,
    ledger::Ledger,
    on_both,
    people::Line,
    program::{PATIENCE, Server, program},
    world::*,
};
use futures_util::future::{FutureExt, LocalBoxFuture, join_all};
use rustix::process::{Pid, Signal, kill_process};
use server::clock::stopwatch;
use std::{path::Path, time::Duration};
use tokio::{net::UnixDatagram, sync::watch, time::timeout};

/// From when it stands still until it serves again.
const RESTART: Duration = Duration::from_secs(30);
/// What is acknowledged before, and afterwards.
const ANSWERS: usize = 30;

on_both! { a_server_that_stands_still_is_started_anew }

async fn a_server_that_stands_still_is_started_anew(world: World) {
    let mut chance = Chance::begin("silence");
    let ledger = Ledger::default();
    let (tell, news) = watch::channel(News::Down);
    let supervisor = Supervisor::new(&world);
    let first = supervisor.start().await;
    let mut people = Vec::<LocalBoxFuture<()>>::new();
    for at in 0..4 {
        let who = Asker { line: world.line(["totem-1", "totem-2"][at % 2], &first), news: news.clone() };
        let visitor = Visitor { who, ledger: ledger.clone(), chance: chance.fork(), at };
        people.push(visitor.come_and_go().boxed_local());
    }
    for (login, counter) in CLERKS.into_iter().take(2) {
        let who = Asker { line: Line::log_in(&first.address, login).await, news: news.clone() };
        let clerk = Clerk { who, ledger: ledger.clone(), chance: chance.fork(), counter };
        people.push(clerk.work().boxed_local());
    }
    let watching = async {
        tell.send_replace(News::Up(first.address.clone()));
        ledger.grows_by(ANSWERS).await;
        let still = stopwatch();
        kill_process(Pid::from_raw(first.id().try_into().unwrap()).unwrap(), Signal::STOP).unwrap();
        supervisor.waits_for_silence().await;
        // Killed, it says nothing more and does not stop by itself.
        first.kill().await;
        tell.send_replace(News::Down);
        let second = supervisor.start().await;
        tell.send_replace(News::Up(second.address.clone()));
        ledger.grows_by(1).await;
        assert!(still() <= RESTART, "it served again after {:?}", still());
        ledger.grows_by(ANSWERS).await;
        tell.send_replace(News::Enough(second.address.clone()));
        second
    };
    let (last, _) = tokio::join!(watching, join_all(people));
    last.kill().await;
    ledger.is_all_of(&Books::check(&world).await);
}

/// What systemd does, by the unit that we ship.
struct Supervisor<'w> {
    world: &'w World,
    signs: UnixDatagram,
    patience: Duration,
}

impl<'w> Supervisor<'w> {
    fn new(world: &'w World) -> Self {
        let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../systemd/avanti-server.service");
        let unit = std::fs::read_to_string(unit).unwrap();
        let seconds = unit.lines().find_map(|line| line.strip_prefix("WatchdogSec=")).unwrap();
        let signs = UnixDatagram::bind(world.folder.path().join("notify")).unwrap();
        Self { world, signs, patience: Duration::from_secs(seconds.parse().unwrap()) }
    }

    /// Starts it and waits until it has said that it serves.
    async fn start(&self) -> Server {
        let mut command = program(self.world);
        command.arg("run").env("NOTIFY_SOCKET", self.world.folder.path().join("notify"));
        command.env("WATCHDOG_USEC", self.patience.as_micros().to_string());
        let server = Server::of(command).await.unwrap_or_else(|said| panic!("the server did not start:\n{said}"));
        timeout(PATIENCE, async { while self.hears().await != "READY=1" {} }).await.expect("it says that it serves");
        server
    }

    async fn hears(&self) -> String {
        let mut said = [0; 256];
        let length = self.signs.recv(&mut said).await.unwrap();
        String::from_utf8_lossy(&said[..length]).trim().to_owned()
    }

    /// Until nothing was said for as long as it is waited.
    async fn waits_for_silence(&self) {
        while timeout(self.patience, self.hears()).await.is_ok() {}
    }
}
