//! Rounds on fresh offices, on any database and disk, each beside the floor in the same minutes, and the medians of all.

use crate::{
    asks::Asks,
    floor::{self, asks::FloorAsks},
    heard::Wrong,
    load::{Figures, Lap, median},
    office::Office,
    probe,
    report::{Load, Row},
    rounds::{self, Laps, Level, Work},
    slow_disk::Disk,
};
use anyhow::Result;
use std::path::Path;

/// On what the office runs.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// "SQLite", "PostgreSQL", …
    pub name: &'a str,
    /// Where PostgreSQL is; SQLite if nowhere.
    pub postgres: Option<&'a str>,
    /// How many servers share the database.
    pub servers: usize,
    /// How quick the disk is.
    pub disk: &'a Disk,
}

/// How much is done.
#[derive(Debug, Clone, Copy)]
pub struct Effort<'a> {
    /// How often, each time on a fresh office.
    pub rounds: usize,
    /// By how many at once.
    pub levels: &'a [Level],
}

/// Measures. `floors` are the floor's rounds on the same disk: what is missing of them is done, too. The floor knows only
/// SQLite, and is what every database is compared with.
pub async fn measure(
    folder: &Path,
    setting: &Setting<'_>,
    effort: Effort<'_>,
    floors: &mut Vec<Laps>,
    say: impl Fn(&str),
) -> Result<Load> {
    let mut load = Load { database: setting.name.to_owned(), rounds: effort.rounds, ..Load::default() };
    let (mut ours, mut memory, mut floor_memory) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..effort.rounds {
        say(&format!("    {}, round {} of {}", setting.name, round + 1, effort.rounds));
        let seed = 1 + round as u64;
        let our = our_round(folder, setting, seed, effort.levels).await?;
        ours.push(our.laps);
        memory.push(our.memory_mib);
        load.tickets += our.tickets;
        load.calls += our.calls;
        load.wrong = load.wrong.and(our.wrong);
        if floors.len() <= round {
            let (mut program, asked) = floor::start(folder, |command| setting.disk.dress(command)).await?;
            floors.push(rounds::at_the_floor(asked, &mut FloorAsks::new(seed)?, effort.levels).await?);
            floor_memory.push(probe::memory(asked.pid)?);
            program.end().await?;
        }
    }
    load.rows = rows(effort.levels, &ours, floors);
    load.memory_mib = median(memory);
    load.floor_memory_mib = (!floor_memory.is_empty()).then(|| median(floor_memory));
    Ok(load)
}

struct Round {
    laps: Laps,
    memory_mib: f64,
    tickets: usize,
    calls: usize,
    wrong: Wrong,
}

async fn our_round(folder: &Path, setting: &Setting<'_>, seed: u64, levels: &[Level]) -> Result<Round> {
    let office = Office::furnish(&folder.join("load"), setting.postgres, 0).await?;
    let (mut programs, mut asked) = (Vec::new(), Vec::new());
    for _ in 0..setting.servers {
        let (program, at, _) = office.open(true, setting.disk).await?;
        programs.push(program);
        asked.push(at);
    }
    let (laps, heard) = rounds::ours(&asked, &mut Asks::new(&office, seed)?, levels).await?;
    let memory_mib = probe::memory(asked[0].pid)?;
    for program in &mut programs {
        program.end().await?;
    }
    let (tickets, calls) = heard.counts();
    Ok(Round { laps, memory_mib, tickets, calls, wrong: heard.check(&office.database).await? })
}

fn rows(levels: &[Level], ours: &[Laps], floors: &[Laps]) -> Vec<Row> {
    let figures = |rounds: &[Laps], work, clients| {
        let all: Vec<_> = rounds.iter().filter_map(|laps| laps.get(&(work, clients))).map(Lap::figures).collect();
        (!all.is_empty()).then(|| Figures::median(&all))
    };
    let mut rows = Vec::new();
    for work in Work::ALL {
        for clients in levels.iter().map(|level| level.clients) {
            let Some(mine) = figures(ours, work, clients) else { continue };
            let floor = figures(floors, work, clients);
            rows.push(Row {
                work,
                clients,
                ours: mine,
                floor,
                cpu_ratio: floor.map(|floor| mine.cpu_ms / floor.cpu_ms),
                speed_ratio: floor.map(|floor| mine.per_second / floor.per_second),
            });
        }
    }
    rows
}
