//! The same issue on a disk that takes 20 ms more for every sync, as a card in a small computer does: 128 people at
//! once. strace holds the two calls back and lets all others pass untouched.

use crate::{
    asks::Asks,
    clock::Start,
    floor::{self, asks::FloorAsks},
    load::{Figures, lap},
    office::Office,
    program::Program,
};
use anyhow::Result;
use serde::Serialize;
use std::path::Path;
use tokio::process::Command;

/// People at once.
pub const CLIENTS: usize = 128;
/// What is added to every sync, in milliseconds.
const DELAY_MS: u32 = 20;

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct SlowDisk {
    /// What is added to every sync.
    pub delay_ms: u32,
    /// How many asked at once.
    pub clients: usize,
    /// Our server's issue.
    pub ours: Figures,
    /// The floor's.
    pub floor: Figures,
}

/// Lets everybody take `each` tickets.
pub async fn measure(folder: &Path, each: usize) -> Result<SlowDisk> {
    let office = Office::furnish(&folder.join("slow-disk"), None, 0).await?;
    let (command, address) = office.server(true)?;
    let start = Start::now();
    let mut program = Program::start("slow-server", slowed(command), &office.folder)?;
    program.first_answer(address, "/api/v1", start).await?;
    let mut asks = Asks::new(&office, 13)?;
    let (mine, _) = lap(&[program.at(address)?], asks.issue(CLIENTS, CLIENTS * each)?).await?;
    program.end().await?;
    let (mut program, asked) = floor::start(&office.folder, slowed).await?;
    let (least, _) = lap(&[asked], FloorAsks::new(13)?.issue(CLIENTS, CLIENTS * each, true).0).await?;
    program.end().await?;
    Ok(SlowDisk { delay_ms: DELAY_MS, clients: CLIENTS, ours: mine.figures(), floor: least.figures() })
}

/// The same command with a slower disk. `-D`: the program itself is our child, and strace stands aside.
fn slowed(command: Command) -> Command {
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
