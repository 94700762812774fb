//! A disk that takes 20 ms more for every sync, as a card in a small computer does: the morning on it, and 128 people who
//! take a ticket at once. A library in front of the system's holds the two calls back; all others are the system's own.

use crate::{
    asks::Asks,
    floor::{self, asks::FloorAsks},
    load::{Figures, lap},
    mornings::{self, Effort, Setting},
    office::{COUNTERS, Office},
    report::Load,
    rounds::{Level, Work},
};
use anyhow::{Context, Result, ensure};
use serde::Serialize;
use std::{path::Path, sync::Arc};
use tokio::process::Command;

/// People at once.
const CLIENTS: usize = 128;
/// What is added to every sync, in milliseconds.
const DELAY_MS: u32 = 20;

/// How quick a program's disk is.
#[derive(Debug, Clone)]
pub enum Disk {
    /// The machine's own.
    AsItIs,
    /// 20 ms slower at every sync, by this library.
    Slow(Arc<Path>),
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct SlowDisk {
    /// What is added to every sync.
    pub delay_ms: u32,
    /// A morning.
    pub load: Load,
    /// How many asked at once.
    pub clients: usize,
    /// Our server's issue to them.
    pub ours: Figures,
    /// The floor's.
    pub floor: Figures,
}

/// Plays short mornings, and lets a crowd take tickets.
pub async fn measure(folder: &Path, quick: bool, rounds: usize, say: impl Fn(&str)) -> Result<SlowDisk> {
    // The least that a pass may bring: whoever asks alone waits for every sync.
    let level = |clients, passes| Level { clients, passes, tickets: COUNTERS * 4 };
    let levels = [level(1, 1), level(8, if quick { 1 } else { 3 }), level(32, if quick { 1 } else { 10 })];
    let disk = Disk::slow(folder).await?;
    let setting = Setting { name: "SQLite", postgres: None, servers: 1, disk: &disk };
    let load = mornings::measure(folder, &setting, Effort { rounds, levels: &levels }, &mut Vec::new(), say).await?;
    let alone = load.rows.iter().find(|row| row.work == Work::Issue && row.clients == 1).context("nobody was alone")?;
    ensure!(alone.ours.p50_ms > f64::from(DELAY_MS), "the disk was not slow");
    let (mut ours, mut least) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (mine, its) = crowd(folder, &disk, CLIENTS * if quick { 10 } else { 40 }).await?;
        ours.push(mine);
        least.push(its);
    }
    let (ours, floor) = (Figures::median(&ours), Figures::median(&least));
    Ok(SlowDisk { delay_ms: DELAY_MS, load, clients: CLIENTS, ours, floor })
}

/// So many tickets for the crowd, by our server and by the floor.
async fn crowd(folder: &Path, disk: &Disk, tickets: usize) -> Result<(Figures, Figures)> {
    let office = Office::furnish(&folder.join("slow-disk"), None, 0).await?;
    let (mut program, asked, _) = office.open(true, disk).await?;
    let (mine, _) = lap(&[asked], Asks::new(&office, 13)?.issue(CLIENTS, tickets)?).await?;
    program.end().await?;
    let (mut program, asked) = floor::start(&office.folder, |command| disk.dress(command)).await?;
    let (least, _) = lap(&[asked], FloorAsks::new(13)?.issue(CLIENTS, tickets, true).0).await?;
    program.end().await?;
    Ok((mine.figures(), least.figures()))
}

impl Disk {
    /// A slow one: what slows it is compiled into that folder.
    async fn slow(folder: &Path) -> Result<Self> {
        let (source, library) = (folder.join("slow_sync.c"), folder.join("slow_sync.so"));
        std::fs::write(&source, include_str!("slow_sync.c"))?;
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&library).arg(&source);
        let status = compiler.status().await.context("cannot start cc: `./x bench` installs gcc")?;
        ensure!(status.success(), "{} could not be compiled", source.display());
        Ok(Self::Slow(library.into()))
    }

    /// The same command on this disk.
    pub fn dress(&self, mut command: Command) -> Command {
        if let Self::Slow(library) = self {
            command.env("LD_PRELOAD", library.as_os_str());
        }
        command
    }
}
