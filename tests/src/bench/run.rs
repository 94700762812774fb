//! A whole run: part after part, each said when it begins; the table at the end, and beside it as JSON.

use crate::{
    asks::Asks,
    floor::{self, asks::FloorAsks},
    followers, growth,
    heard::Wrong,
    load::{Figures, Lap, median},
    machine::{self, Machine},
    office::Office,
    probe,
    report::{Load, Report, Row},
    rounds::{self, Laps, Level, Work},
    slow_disk, starting, windows,
};
use anyhow::{Context, Result, ensure};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Starts side by side of our server and the floor.
const ROUNDS: usize = 3;

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The load.
    Load,
    /// Starting.
    Starting,
    /// A thousand monitors.
    Followers,
    /// History.
    Growth,
    /// A slow disk.
    SlowDisk,
    /// Totem and display.
    Windows,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Load, Self::Starting, Self::Followers, Self::Growth, Self::SlowDisk, Self::Windows];

    /// As it is asked for.
    pub fn word(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Starting => "starting",
            Self::Followers => "followers",
            Self::Growth => "growth",
            Self::SlowDisk => "slow-disk",
            Self::Windows => "windows",
        }
    }
}

/// What is to be measured.
#[derive(Debug, PartialEq)]
pub struct Wish {
    /// Where everything goes.
    pub out: PathBuf,
    /// To see that it works.
    pub quick: bool,
    /// Also on PostgreSQL, by one server and by two.
    pub postgres: bool,
    /// Only these; everything if none is named.
    pub parts: Vec<Part>,
}

impl Default for Wish {
    fn default() -> Self {
        Self { out: "target/bench".into(), quick: false, postgres: false, parts: Vec::new() }
    }
}

impl Wish {
    fn has(&self, part: Part) -> bool {
        let wanted = self.parts.is_empty() || self.parts.contains(&part);
        if wanted {
            say(&format!("... {}", part.word()));
        }
        wanted
    }

    fn rather(&self, whole: usize, quick: usize) -> usize {
        if self.quick { quick } else { whole }
    }
}

fn say(text: &str) {
    // Whoever has closed the terminal reads the files.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Measures, prints, and writes `bench.txt` and `bench.json`.
pub async fn run(wish: &Wish) -> Result<()> {
    fs::create_dir_all(&wish.out).with_context(|| format!("cannot make {}", wish.out.display()))?;
    let out = wish.out.canonicalize()?;
    let work = out.join("work");
    fs::create_dir_all(&work)?;
    let mut report = Report {
        machine: Machine::here(&work)?,
        quick: wish.quick,
        loads: Vec::new(),
        starting: None,
        following: None,
        growth: None,
        slow_disk: None,
        windows: Vec::new(),
        load_after: String::new(),
        goals: Vec::new(),
    };
    if wish.has(Part::Load) {
        report.loads = loads(wish, &work).await?;
    }
    if wish.has(Part::Starting) {
        report.starting = Some(starting::measure(&work, wish.rather(11, 3)).await?);
    }
    if wish.has(Part::Followers) {
        report.following = Some(followers::measure(&work, wish.rather(40, 8)).await?);
    }
    if wish.has(Part::Growth) {
        let (visits, rounds) = (wish.rather(100_000, 10_000), wish.rather(ROUNDS, 1));
        let level = Level { clients: 8, passes: wish.rather(6, 1), tickets: 384 };
        report.growth = Some(growth::measure(&work, [1_000, visits], rounds, level).await?);
    }
    if wish.has(Part::SlowDisk) {
        report.slow_disk = Some(slow_disk::measure(&work, wish.rather(40, 10)).await?);
    }
    if wish.has(Part::Windows) {
        report.windows = windows::measure(&work, wish.rather(60, 10) as u64).await?;
    }
    report.load_after = machine::load();
    let report = report.judged();
    fs::write(out.join("bench.txt"), report.to_string())?;
    fs::write(out.join("bench.json"), serde_json::to_string_pretty(&report)?)?;
    say(&format!("\n{report}\nAlso in {}/bench.txt and bench.json", out.display()));
    let wrong = report.loads.iter().fold(Wrong::default(), |sum, load| sum.and(load.wrong));
    ensure!(wrong.is_none(), "something happened that must never happen: {wrong:?}");
    Ok(())
}

async fn loads(wish: &Wish, work: &Path) -> Result<Vec<Load>> {
    let (levels, rounds) = (rounds::levels(wish.quick), wish.rather(ROUNDS, 1));
    let mut loads = vec![load("SQLite", work, None, 1, rounds, &levels).await?];
    if wish.postgres {
        let url = std::env::var("AVANTI_TEST_POSTGRES")
            .context("AVANTI_TEST_POSTGRES is not set: `./x bench --postgres` starts a cluster and sets it")?;
        loads.push(load("PostgreSQL", work, Some(&url), 1, rounds, &levels).await?);
        loads.push(load("PostgreSQL, two servers", work, Some(&url), 2, rounds, &levels).await?);
    }
    Ok(loads)
}

async fn load(
    database: &str,
    work: &Path,
    postgres: Option<&str>,
    servers: usize,
    rounds: usize,
    levels: &[Level],
) -> Result<Load> {
    let mut load = Load {
        database: database.to_owned(),
        rounds,
        rows: Vec::new(),
        tickets: 0,
        calls: 0,
        wrong: Wrong::default(),
        memory_mib: 0.0,
        floor_memory_mib: None,
    };
    let (mut ours, mut floors, mut memory, mut floor_memory) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        say(&format!("    {database}, round {} of {rounds}", round + 1));
        let seed = 1 + round as u64;
        ours.push(our_round(work, postgres, servers, seed, levels, &mut load, &mut memory).await?);
        if postgres.is_none() {
            let (mut program, asked) = floor::start(work, |command| command).await?;
            floors.push(rounds::at_the_floor(asked, &mut FloorAsks::new(seed)?, levels).await?);
            floor_memory.push(probe::memory(asked.pid)?);
            program.end().await?;
        }
    }
    load.rows = rows(levels, &ours, &floors);
    load.memory_mib = median(memory);
    load.floor_memory_mib = (!floor_memory.is_empty()).then(|| median(floor_memory));
    Ok(load)
}

async fn our_round(
    work: &Path,
    postgres: Option<&str>,
    servers: usize,
    seed: u64,
    levels: &[Level],
    load: &mut Load,
    memory: &mut Vec<f64>,
) -> Result<Laps> {
    let office = Office::furnish(&work.join("load"), postgres, 0).await?;
    let (mut programs, mut asked) = (Vec::new(), Vec::new());
    for _ in 0..servers {
        let (program, at, _) = office.open(true).await?;
        programs.push(program);
        asked.push(at);
    }
    let (laps, heard) = rounds::ours(&asked, &mut Asks::new(&office, seed)?, levels).await?;
    memory.push(probe::memory(asked[0].pid)?);
    for program in &mut programs {
        program.end().await?;
    }
    let (tickets, calls) = heard.counts();
    load.tickets += tickets;
    load.calls += calls;
    load.wrong = load.wrong.and(heard.check(&office.database).await?);
    Ok(laps)
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
