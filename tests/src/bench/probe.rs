//! What the system says about a program that runs: how much of a processor it has used and how much memory it holds.

use anyhow::{Context, Result};
use std::{fs, time::Duration};

/// Ticks a second in /proc/PID/stat: 100 in every Linux that a program can see.
const TICKS: u64 = 100;

/// The processor time that a program has used, in its own code and in the system's for it.
pub fn cpu(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).context("the program is gone")?;
    ticks(&stat).map(|ticks| Duration::from_millis(ticks * 1_000 / TICKS)).context("/proc/PID/stat is not understood")
}

/// Fields 14 and 15, counted behind the name, which may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

/// The memory that a program holds now (VmRSS), in MiB.
pub fn memory(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).context("the program is gone")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().context("VmRSS is no number")?;
    Ok(kib / 1_024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_does_not_confuse() {
        assert_eq!(ticks("7 (a) b) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 3 0"), Some(300));
    }

    #[test]
    fn this_very_program_can_be_asked() {
        assert!(memory(std::process::id()).unwrap() > 1.0);
        assert!(cpu(std::process::id()).is_ok());
    }
}
