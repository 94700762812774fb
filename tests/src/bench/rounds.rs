//! One round: a fresh office, a fresh server, and a morning of people in passes, with 1, 8 and 32 of them at once. In
//! each pass as many are called as have come, so that waiting rooms stay as full as real ones.

use crate::{
    asks::{Asks, Seat, seats, seats_at},
    floor::asks::FloorAsks,
    heard::Heard,
    load::{Asked, Lap, lap},
    office::{COUNTERS, QUIET, SITES},
};
use anyhow::{Context, Result};
use contract::board::BOARD_CALLS;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// A ticket for whoever stands at the totem: the first availability, without a card.
    Issue,
    /// An appointment for later, with a card.
    Appoint,
    /// "I am here", with a card.
    CheckIn,
    /// A counter has finished with somebody and calls the next.
    CallNext,
    /// A room's board.
    Board,
    /// The first free place of a service.
    FirstAvailable,
    /// Today's appointments of a card.
    Search,
}

impl Work {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Issue, Self::Appoint, Self::CheckIn, Self::CallNext, Self::Board, Self::FirstAvailable, Self::Search];

    /// As it stands in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Appoint => "appointment",
            Self::CheckIn => "check-in",
            Self::CallNext => "call next",
            Self::Board => "board",
            Self::FirstAvailable => "first available",
            Self::Search => "search by card",
        }
    }
}

/// So many people at once, in so many passes, so many tickets of each kind in a pass.
#[derive(Debug, Clone, Copy)]
pub struct Level {
    /// Clients.
    pub clients: usize,
    /// Passes.
    pub passes: usize,
    /// Tickets issued, and appointments made, in a pass: a multiple of half the counters.
    pub tickets: usize,
}

impl Level {
    /// How often every counter calls in a pass, so that as many are called as have come.
    fn calls(self, seats: usize) -> usize {
        self.tickets * 2 / seats
    }
}

/// Laps by what was done and how many did it at once.
pub type Laps = BTreeMap<(Work, usize), Lap>;

fn note(laps: &mut Laps, work: Work, clients: usize, lap: Lap) {
    laps.entry((work, clients)).or_default().add(lap);
}

/// A round at Avanti's server, or at several that share a database.
pub async fn ours(servers: &[Asked], asks: &mut Asks, levels: &[Level]) -> Result<(Laps, Heard)> {
    let (mut laps, mut heard, mut seats) = (Laps::new(), Heard::default(), seats());
    lap(servers, asks.open_counters(&seats)?).await.context("opening counters")?;
    quiet_site(servers, asks, &mut heard).await?;
    for level in levels {
        for _ in 0..level.passes {
            pass(servers, asks, *level, &mut laps, &mut heard, &mut seats).await?;
        }
    }
    Ok((laps, heard))
}

/// Where little happens some people wait and as many have been called as a board shows in any case.
async fn quiet_site(servers: &[Asked], asks: &mut Asks, heard: &mut Heard) -> Result<()> {
    heard.tickets(&lap(servers, asks.issue_at(QUIET, BOARD_CALLS * 8)?).await?.1)?;
    let seats = seats_at(QUIET, BOARD_CALLS);
    lap(servers, asks.open_counters(&seats)?).await?;
    for answer in lap(servers, asks.call(1, &seats)?).await?.1.iter().flatten() {
        heard.call(answer)?;
    }
    Ok(())
}

async fn pass(
    servers: &[Asked],
    asks: &mut Asks,
    level: Level,
    laps: &mut Laps,
    heard: &mut Heard,
    seats: &mut [Seat],
) -> Result<()> {
    let Level { clients, tickets, .. } = level;
    let (issued, answers) = lap(servers, asks.issue(clients, tickets)?).await?;
    note(laps, Work::Issue, clients, issued);
    heard.tickets(&answers)?;
    let (crowd, appointments) = asks.appoint(clients, tickets)?;
    let (appointed, answers) = lap(servers, crowd).await?;
    note(laps, Work::Appoint, clients, appointed);
    heard.tickets(&answers)?;
    note(laps, Work::Search, clients, lap(servers, asks.search(clients, &appointments)?).await?.0);
    note(laps, Work::CheckIn, clients, lap(servers, asks.check_in(clients, &appointments)?).await?.0);
    note(laps, Work::Board, clients, lap(servers, asks.board(clients, tickets * 2)?).await?.0);
    note(laps, Work::FirstAvailable, clients, lap(servers, asks.first_available(clients, tickets * 2)?).await?.0);
    for _ in 0..level.calls(seats.len()) {
        let (called, answers) = lap(servers, asks.call(clients, seats)?).await?;
        note(laps, Work::CallNext, clients, called);
        for (at, seat) in seats.iter_mut().enumerate() {
            seat.current = Some(heard.call(&answers[at % clients][at / clients])?);
        }
        // That whoever was called has come is not measured: a counter does it some time later.
        lap(servers, asks.begin(clients, seats)?).await?;
    }
    Ok(())
}

/// The same round at the floor.
pub async fn at_the_floor(floor: Asked, asks: &mut FloorAsks, levels: &[Level]) -> Result<Laps> {
    let mut laps = Laps::new();
    let floor = [floor];
    for Level { clients, passes, tickets } in levels.iter().copied() {
        for _ in 0..passes {
            note(&mut laps, Work::Issue, clients, lap(&floor, asks.issue(clients, tickets, true).0).await?.0);
            let (crowd, later) = asks.issue(clients, tickets, false);
            note(&mut laps, Work::Appoint, clients, lap(&floor, crowd).await?.0);
            note(&mut laps, Work::CheckIn, clients, lap(&floor, asks.check_in(clients, &later)).await?.0);
            note(&mut laps, Work::Board, clients, lap(&floor, asks.read(clients, tickets * 2, "board")).await?.0);
            note(
                &mut laps,
                Work::FirstAvailable,
                clients,
                lap(&floor, asks.read(clients, tickets * 2, "first")).await?.0,
            );
            note(&mut laps, Work::CallNext, clients, lap(&floor, asks.call(clients, tickets * 2)).await?.0);
        }
    }
    Ok(laps)
}

/// What a whole run does, and what a quick one does.
pub fn levels(quick: bool) -> Vec<Level> {
    // Every pass of 192 tickets and 192 appointments lets each counter of the eight sites call twice.
    let all = SITES * COUNTERS;
    let level = |clients, passes, tickets| Level { clients, passes, tickets };
    match quick {
        true => vec![level(1, 1, all), level(8, 1, all), level(32, 3, all * 2)],
        false => vec![level(1, 1, all), level(8, 4, all * 2), level(32, 10, all * 2)],
    }
}
