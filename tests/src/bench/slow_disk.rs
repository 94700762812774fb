//! A disk that takes 20 ms more for every sync, as a card in a small computer does: the morning on it, and 128 people who
//! take a ticket at once. strace holds the two calls back and lets all others pass untouched.

use crate::{
    asks::Asks,
    floor::{self, asks::FloorAsks},
    load::{Figures, lap},
    mornings::{self, Effort, Setting},
    office::{COUNTERS, Office},
    report::Load,
    rounds::Level,
};
use anyhow::Result;
use serde::Serialize;
use std::path::Path;
use tokio::process::Command;

/// People at once.
const CLIENTS: usize = 128;
/// What is added to every sync, in milliseconds.
const DELAY_MS: u32 = 20;

/// How quick a program's disk is.
#[derive(Debug, Clone, Copy)]
pub enum Disk {
    /// The machine's own.
    AsItIs,
    /// 20 ms slower at every sync.
    Slow,
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
    let setting = Setting { name: "SQLite", postgres: None, servers: 1, disk: Disk::Slow };
    let load = mornings::measure(folder, &setting, Effort { rounds, levels: &levels }, &mut Vec::new(), say).await?;
    let (mut ours, mut least) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (mine, its) = crowd(folder, CLIENTS * if quick { 10 } else { 40 }).await?;
        ours.push(mine);
        least.push(its);
    }
    let (ours, floor) = (Figures::median(&ours), Figures::median(&least));
    Ok(SlowDisk { delay_ms: DELAY_MS, load, clients: CLIENTS, ours, floor })
}

/// So many tickets for the crowd, by our server and by the floor.
async fn crowd(folder: &Path, tickets: usize) -> Result<(Figures, Figures)> {
    let office = Office::furnish(&folder.join("slow-disk"), None, 0).await?;
    let (mut program, asked, _) = office.open(true, Disk::Slow).await?;
    let (mine, _) = lap(&[asked], Asks::new(&office, 13)?.issue(CLIENTS, tickets)?).await?;
    program.end().await?;
    let (mut program, asked) = floor::start(&office.folder, |command| Disk::Slow.dress(command)).await?;
    let (least, _) = lap(&[asked], FloorAsks::new(13)?.issue(CLIENTS, tickets, true).0).await?;
    program.end().await?;
    Ok((mine.figures(), least.figures()))
}

impl Disk {
    /// The same command on this disk. `-D`: the program itself is our child, and strace stands aside.
    pub fn dress(self, command: Command) -> Command {
        let Self::Slow = self else { return command };
        let inner = command.as_std();
        let mut slowed = Command::new("strace");
        slowed.args(["-D", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync,fdatasync"]);
        slowed.args(["-e", &format!("inject=fsync,fdatasync:delay_exit={}", DELAY_MS * 1_000)]);
        slowed.arg("--").arg(inner.get_program()).args(inner.get_args());
        for (key, value) in inner.get_envs() {
            match value {
                Some(value) => slowed.env(key, value),
                None => slowed.env_remove(key),
            };
        }
        slowed
    }
}
