//! A whole run: part after part, each said when it begins; the table at the end, and beside it as JSON.

use crate::{
    followers, growth,
    heard::Wrong,
    machine::{self, Machine},
    mornings::{self, Effort, Setting},
    report::{Load, Report},
    rounds::{self, Level},
    slow_disk::{self, Disk},
    starting, windows,
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
        report.following = Some(followers::measure(&work, wish.rather(ROUNDS, 1), wish.rather(20, 8)).await?);
    }
    if wish.has(Part::Growth) {
        let (visits, rounds) = (wish.rather(100_000, 10_000), wish.rather(ROUNDS, 1));
        let level = Level { clients: 8, passes: wish.rather(6, 1), tickets: 384 };
        report.growth = Some(growth::measure(&work, [1_000, visits], rounds, level).await?);
    }
    if wish.has(Part::SlowDisk) {
        report.slow_disk = Some(slow_disk::measure(&work, wish.quick, wish.rather(ROUNDS, 1), say).await?);
    }
    if wish.has(Part::Windows) {
        report.windows = windows::measure(&work, wish.rather(ROUNDS, 1), wish.rather(30, 10) as u64).await?;
    }
    report.load_after = machine::load();
    let report = report.judged();
    fs::write(out.join("bench.txt"), report.to_string())?;
    fs::write(out.join("bench.json"), serde_json::to_string_pretty(&report)?)?;
    say(&format!("\n{report}\nAlso in {}/bench.txt and bench.json", out.display()));
    let wrong = report.all_loads().fold(Wrong::default(), |sum, load| sum.and(load.wrong));
    ensure!(wrong.is_none(), "something happened that must never happen: {wrong:?}");
    Ok(())
}

async fn loads(wish: &Wish, work: &Path) -> Result<Vec<Load>> {
    let levels = rounds::levels(wish.quick);
    let effort = Effort { rounds: wish.rather(ROUNDS, 1), levels: &levels };
    let on_sqlite = Setting { name: "SQLite", postgres: None, servers: 1, disk: &Disk::AsItIs };
    let mut floors = Vec::new();
    let mut loads = vec![mornings::measure(work, &on_sqlite, effort, &mut floors, say).await?];
    if wish.postgres {
        let url = std::env::var("AVANTI_TEST_POSTGRES")
            .context("AVANTI_TEST_POSTGRES is not set: `./x bench --postgres` starts a cluster and sets it")?;
        for (name, servers) in [("PostgreSQL", 1), ("PostgreSQL, two servers", 2)] {
            let setting = Setting { name, postgres: Some(&url), servers, ..on_sqlite };
            loads.push(mornings::measure(work, &setting, effort, &mut floors, say).await?);
        }
    }
    Ok(loads)
}
