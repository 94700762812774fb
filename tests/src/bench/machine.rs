//! On what was measured: the machine, how long its disk takes to keep a promise, and what else it was doing.

use crate::load::median;
use ::tests::clock::Start;
use anyhow::Result;
use serde::Serialize;
use std::{
    fs::{self, File},
    io::{Seek, Write},
    path::Path,
};

/// Syncs that are timed.
const SYNCS: usize = 100;

/// A machine.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// Its processor.
    pub processor: String,
    /// Cores that this program may use.
    pub cores: usize,
    /// MiB.
    pub memory_mib: u64,
    /// Its Linux.
    pub kernel: String,
    /// How long the disk takes to sync 4 KiB, in milliseconds: half of the times, and 99 of 100.
    pub sync_ms: [f64; 2],
    /// How many programs wanted to run, averaged over a minute, when this began.
    pub load_before: String,
}

impl Machine {
    /// This one, with the disk of that folder.
    pub fn here(folder: &Path) -> Result<Self> {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let kib = value(&meminfo, "MemTotal").and_then(|text| text.trim_end_matches(" kB").parse().ok());
        Ok(Self {
            processor: value(&cpuinfo, "model name").unwrap_or("unknown").to_owned(),
            cores: std::thread::available_parallelism()?.get(),
            memory_mib: kib.unwrap_or(0_u64) / 1_024,
            kernel: kernel.trim().to_owned(),
            sync_ms: syncs(folder)?,
            load_before: load(),
        })
    }
}

/// What follows a name and a colon.
fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
}

/// How busy the machine is: over 1, 5 and 15 minutes.
pub fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn syncs(folder: &Path) -> Result<[f64; 2]> {
    let path = folder.join("sync");
    let mut file = File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..SYNCS {
        file.rewind()?;
        file.write_all(&[1; 4_096])?;
        let start = Start::now();
        file.sync_data()?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    fs::remove_file(path)?;
    times.sort_by(f64::total_cmp);
    let slow = times[SYNCS * 99 / 100];
    Ok([median(times), slow])
}
