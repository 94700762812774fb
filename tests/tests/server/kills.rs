//! F1, F2: the server is killed at random points while people take tickets, check in and are called. Whoever had no
//! answer asks again under the same name until there is one. Whatever was acknowledged is there afterwards, once.
//!
//! `AVANTI_KILLS` sets how often it is killed. A kill loses nothing that the program has handed to the kernel: this
//! proves transactions, start-up and retries, not the disk.

use super::{
    books::Books,
    chance::Chance,
    ledger::{Deed, Ledger},
    on_both,
    people::{Line, card, shows_card, shows_slip, wish},
    program::{Server, program},
    world::*,
};
use client::{CallStep, Failure};
use contract::{Refusal, api::*, board::CounterBoard, ids::*, ticket::Standing};
use futures_util::future::{FutureExt, LocalBoxFuture, join_all};
use std::{process::Stdio, time::Duration};
use tokio::{sync::watch, time::sleep};

/// Kills in a run of the whole test suite.
const KILLS: u64 = 20;
/// Answers for each kill, over the whole run: with fewer too little happens between the kills to prove anything.
const ANSWERS: u64 = 10;
const TOTEMS: usize = 6;
const CLERKS_AT_WORK: usize = 4;

/// What everybody sees of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
enum News {
    /// It is at that address.
    Up(String),
    /// It has been killed.
    Down,
    /// The day ends: finish what you are at.
    Enough(String),
}

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

/// Somebody who asks until there is an answer.
struct Asker {
    line: Line,
    news: watch::Receiver<News>,
}

impl Asker {
    /// True while there is more to do.
    async fn goes_on(&mut self) -> bool {
        let open = self.news.wait_for(|news| *news != News::Down).await.unwrap().clone();
        matches!(open, News::Up(_))
    }

    /// Asks the same thing under the same name until the server says yes or no.
    async fn insist<T>(&mut self, ask: impl AsyncFn(&Line) -> Result<T, Failure>) -> Result<T, Refusal> {
        loop {
            let address = match self.news.wait_for(|news| *news != News::Down).await.unwrap().clone() {
                News::Up(address) | News::Enough(address) => address,
                News::Down => continue,
            };
            if self.line.address != address {
                self.line = self.line.at(&address);
            }
            match ask(&self.line).await {
                Ok(answer) => return Ok(answer),
                Err(Failure::Refused(Refusal::TooMany { .. } | Refusal::Unavailable { .. }))
                | Err(Failure::Unreachable(_)) => {}
                Err(Failure::Refused(fault @ Refusal::Fault { .. })) => panic!("{fault}"),
                Err(Failure::Refused(refusal)) => return Err(refusal),
                Err(Failure::Garbled(why)) => panic!("{why}"),
            }
            // Killed, or busy: no faster than a person would press again.
            sleep(Duration::from_millis(10)).await;
        }
    }
}

/// People at a totem.
struct Visitor {
    who: Asker,
    ledger: Ledger,
    chance: Chance,
    at: usize,
}

impl Visitor {
    async fn come_and_go(mut self) {
        let mut expected = Vec::new();
        let mut person = self.at as u64 * 1_000_000;
        while self.who.goes_on().await {
            if self.chance.percent(30)
                && let Some((ticket, shown)) = expected.pop()
            {
                self.check_in(ticket, shown).await;
                continue;
            }
            person += 1;
            let code = self.chance.percent(50).then(|| card(person));
            // Without a card there is the first availability, give or take; a card opens the whole day.
            let places = if code.is_some() { self.chance.between(0, 80) } else { self.chance.between(0, 10) };
            let starts_at = moment("10:25").plus_minutes(5 * i64::try_from(places).unwrap());
            let ticket = TicketId(self.chance.id());
            let wish = wish("carta", starts_at, code.clone());
            match self.who.insist(async |line| line.book(ticket, &wish).await).await {
                Ok(view) => {
                    assert_eq!((view.id, view.starts_at), (ticket, starts_at));
                    self.ledger.note_ticket(ticket, view.code, view.starts_at);
                    if view.standing == Standing::Expected {
                        let by_card = code.filter(|_| self.chance.percent(50));
                        expected.push((ticket, by_card.map_or_else(|| shows_slip(&view), shows_card)));
                    }
                }
                Err(Refusal::PlaceTaken { .. }) => {}
                Err(other) => panic!("{other}"),
            }
        }
    }

    async fn check_in(&mut self, ticket: TicketId, shown: CheckIn) {
        match self.who.insist(async |line| line.typed.check_in(ticket, &shown).await).await {
            // "Already called" comes when the first answer was lost and a clerk was quicker than the second.
            Ok(_) | Err(Refusal::AlreadyCalled { .. } | Refusal::AlreadyServed | Refusal::MarkedAbsent) => {
                self.ledger.note(Deed::CheckedIn(ticket));
            }
            Err(other) => panic!("{other}"),
        }
    }
}

/// Somebody who calls and serves.
struct Clerk {
    who: Asker,
    ledger: Ledger,
    chance: Chance,
    counter: &'static str,
}

impl Clerk {
    async fn work(mut self) {
        let counter = self.counter;
        self.who.insist(async |line| line.sit_down(counter).await).await.unwrap();
        let mut served = None;
        while self.who.goes_on().await {
            let (key, finish) = (CommandKey(self.chance.id()), served.take());
            match self.who.insist(async |line| line.call_next(counter, key, finish).await).await {
                Ok(board) => {
                    if let Some(ticket) = finish {
                        self.ledger.note(Deed::Served(ticket, id(counter)));
                    }
                    served = self.serve(board).await;
                }
                Err(Refusal::NobodyWaiting { .. }) => sleep(Duration::from_millis(5)).await,
                Err(other) => panic!("{other}"),
            }
        }
    }

    /// Somebody stands there, or does not. The ticket is who is to be finished with the next call.
    async fn serve(&mut self, board: CounterBoard) -> Option<TicketId> {
        let ticket = board.current?.ticket;
        let counter: CounterId = id(self.counter);
        self.ledger.note(Deed::Called(ticket, counter.clone()));
        if self.chance.percent(10) {
            self.step(CallStep::Absent, ticket).await;
            self.ledger.note(Deed::Absent(ticket, counter));
            return None;
        }
        self.step(CallStep::Start, ticket).await;
        self.ledger.note(Deed::Started(ticket, counter.clone()));
        if self.chance.percent(50) {
            return Some(ticket);
        }
        self.step(CallStep::Finish, ticket).await;
        self.ledger.note(Deed::Served(ticket, counter));
        None
    }

    async fn step(&mut self, step: CallStep, ticket: TicketId) {
        let (key, counter) = (CommandKey(self.chance.id()), id(self.counter));
        let meant = CurrentTicket::now(ticket);
        self.who.insist(async |line| line.typed.call_step(&counter, step, key, &meant).await).await.unwrap();
    }
}
