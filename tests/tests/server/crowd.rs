//! People who come and clerks who serve while something is broken: they ask the same thing under the same name until there
//! is an answer, and write down what was acknowledged.

use super::{
    chance::Chance,
    ledger::{Deed, Ledger},
    people::{Line, card, shows_card, shows_slip, wish},
    world::*,
};
use client::{CallStep, Failure};
use contract::{Refusal, api::*, board::CounterBoard, ids::*, ticket::Standing};
use std::time::Duration;
use tokio::{sync::watch, time::sleep};

/// What everybody sees of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// It is at that address.
    Up(String),
    /// It has been killed.
    Down,
    /// The day ends: finish what you are at.
    Enough(String),
}

/// Somebody who asks until there is an answer.
pub struct Asker {
    pub line: Line,
    pub news: watch::Receiver<News>,
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
pub struct Visitor {
    pub who: Asker,
    pub ledger: Ledger,
    pub chance: Chance,
    pub at: usize,
}

impl Visitor {
    pub async fn come_and_go(mut self) {
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
pub struct Clerk {
    pub who: Asker,
    pub ledger: Ledger,
    pub chance: Chance,
    pub counter: &'static str,
}

impl Clerk {
    pub async fn work(mut self) {
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
