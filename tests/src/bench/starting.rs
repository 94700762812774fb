//! How long a server takes from its start to its first answer, on an office that is there already.

use crate::{load::median, office::Office, probe, slow_disk::Disk};
use anyhow::Result;
use serde::Serialize;
use std::path::Path;

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Starting {
    /// Half of the starts took less, in milliseconds.
    pub first_answer_ms: f64,
    /// The slowest.
    pub slowest_ms: f64,
    /// Memory when nothing has happened yet, in MiB.
    pub memory_mib: f64,
    /// How often it was started.
    pub starts: usize,
}

/// Starts it that often.
pub async fn measure(folder: &Path, starts: usize) -> Result<Starting> {
    let office = Office::furnish(&folder.join("starting"), None, 0).await?;
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..starts {
        // On the real clock, as in an office.
        let (mut program, asked, took) = office.open(false, &Disk::AsItIs).await?;
        times.push(took.as_secs_f64() * 1e3);
        memory.push(probe::memory(asked.pid)?);
        program.end().await?;
    }
    let slowest_ms = times.iter().copied().fold(0.0, f64::max);
    Ok(Starting { first_answer_ms: median(times), slowest_ms, memory_mib: median(memory), starts })
}
