//! F1, F2: the server is killed at random points while people take tickets, check in and are called. Whoever had no
//! answer asks again under the same name until there is one. Whatever was acknowledged is there afterwards, once.
//!
//! `AVANTI_KILLS` sets how often it is killed. A kill loses nothing that the program has handed to the kernel: this
//! proves transactions, start-up and retries, not the disk.

use super::{
    books::Books,
    chance::Chance,
    crowd::*,
    ledger::Ledger,
    on_both,
    people::Line,
    program::{Server, program},
    world::*,
};
use futures_util::future::{FutureExt, LocalBoxFuture, join_all};
use std::{process::Stdio, time::Duration};
use tokio::{sync::watch, time::sleep};

/// Kills in a run of the whole test suite.
const KILLS: u64 = 20;
/// Answers for each kill, over the whole run: with fewer too little happens between the kills to prove anything.
const ANSWERS: u64 = 10;
const TOTEMS: usize = 6;
const CLERKS_AT_WORK: usize = 4;

on_both! { what_was_acknowledged_survives_every_kill }

async fn what_was_acknowledged_survives_every_kill(world: World) {
    let mut chance = Chance::begin("kills");
    let kills = std::env::var("AVANTI_KILLS").map_or(KILLS, |text| text.parse().expect("AVANTI_KILLS is a number"));
    let ledger = Ledger::default();
    let (tell, news) = watch::channel(News::Down);
    let first = Server::start(&world).await;
    let mut people = Vec::<LocalBoxFuture<()>>::new();
    for at in 0..TOTEMS {
        let who = Asker { line: world.line(["totem-1", "totem-2"][at % 2], &first), news: news.clone() };
        let visitor = Visitor { who, ledger: ledger.clone(), chance: chance.fork(), at };
        people.push(visitor.come_and_go().boxed_local());
    }
    for (login, counter) in CLERKS.into_iter().take(CLERKS_AT_WORK) {
        let who = Asker { line: Line::log_in(&first.address, login).await, news: news.clone() };
        let clerk = Clerk { who, ledger: ledger.clone(), chance: chance.fork(), counter };
        people.push(clerk.work().boxed_local());
    }
    let killer = kill_and_start(&world, first, kills, &mut chance, &ledger, &tell);
    let (last, _) = tokio::join!(killer, join_all(people));
    last.kill().await;
    let books = Books::check(&world).await;
    ledger.is_all_of(&books);
    eprintln!("kills: {kills}, acknowledged: {}, events: {}", ledger.len(), books.len());
}

/// Kills it so often, and leaves it running.
async fn kill_and_start(
    world: &World,
    first: Server,
    kills: u64,
    chance: &mut Chance,
    ledger: &Ledger,
    tell: &watch::Sender<News>,
) -> Server {
    let mut running = first;
    for kill in 0..kills {
        if kill % 4 == 3 {
            ledger.is_kept_in(&Books::check(world).await);
        }
        tell.send_replace(News::Up(running.address.clone()));
        // Anywhere in the work: counted in answers, so that a slow machine proves as much as a fast one.
        if chance.percent(90) {
            ledger.grows_by(usize::try_from(chance.between(1, 40)).unwrap()).await;
        }
        if kill + 1 == kills {
            ledger.grows_to(usize::try_from(kills * ANSWERS).unwrap()).await;
        }
        sleep(Duration::from_micros(chance.between(0, 20_000))).await;
        let said = running.kill().await;
        tell.send_replace(News::Down);
        assert!(!said.contains(" ERROR "), "{said}");
        if chance.percent(25) {
            killed_while_it_starts(world, chance).await;
        }
        running = Server::start(world).await;
    }
    tell.send_replace(News::Enough(running.address.clone()));
    running
}

async fn killed_while_it_starts(world: &World, chance: &mut Chance) {
    let mut child = program(world).arg("run").stderr(Stdio::null()).spawn().unwrap();
    sleep(Duration::from_millis(chance.between(0, 120))).await;
    child.kill().await.unwrap();
}
