//! What was measured, as a table for people and as JSON for programs. It measures nothing.

use crate::{
    followers::Following,
    goals::{Goal, goals},
    growth::Growth,
    heard::Wrong,
    load::Figures,
    machine::Machine,
    rounds::Work,
    slow_disk::SlowDisk,
    starting::Starting,
    windows::Idle,
};
use serde::Serialize;
use std::fmt::{Display, Formatter, Result};

/// The load on one database.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Load {
    /// "SQLite", "PostgreSQL", …
    pub database: String,
    /// How many rounds the figures are medians of.
    pub rounds: usize,
    /// Work by work, crowd by crowd.
    pub rows: Vec<Row>,
    /// Tickets given and people called, in all rounds.
    pub tickets: usize,
    /// Calls, in all rounds.
    pub calls: usize,
    /// What must be 0.
    pub wrong: Wrong,
    /// The server's memory after a round, in MiB.
    pub memory_mib: f64,
    /// The floor's, if it ran beside it.
    pub floor_memory_mib: Option<f64>,
}

/// One work of a crowd.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What.
    pub work: Work,
    /// By how many at once.
    pub clients: usize,
    /// Our server's figures.
    pub ours: Figures,
    /// The floor's for its equivalent.
    pub floor: Option<Figures>,
    /// Our processor time by the floor's.
    pub cpu_ratio: Option<f64>,
    /// Our answers a second by the floor's.
    pub speed_ratio: Option<f64>,
}

/// Everything; parts that were not asked for are missing.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Where.
    pub machine: Machine,
    /// True for a short run, whose figures show only that everything works.
    pub quick: bool,
    /// Loads, database by database.
    pub loads: Vec<Load>,
    /// Starting.
    pub starting: Option<Starting>,
    /// A thousand monitors.
    pub following: Option<Following>,
    /// History.
    pub growth: Option<Growth>,
    /// A slow disk.
    pub slow_disk: Option<SlowDisk>,
    /// Totem and display.
    pub windows: Vec<Idle>,
    /// How busy the machine was at the end: over 1, 5 and 15 minutes.
    pub load_after: String,
    /// Goal by goal.
    pub goals: Vec<Goal>,
}

impl Report {
    /// On every database and disk.
    pub fn all_loads(&self) -> impl Iterator<Item = &Load> {
        self.loads.iter().chain(self.slow_disk.iter().map(|slow| &slow.load))
    }

    /// With the goals judged.
    pub fn judged(mut self) -> Self {
        self.goals = goals(&self);
        self
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Machine { processor, cores, memory_mib, kernel, sync_ms, load_before } = &self.machine;
        writeln!(f, "{processor}, {cores} cores, {memory_mib} MiB, Linux {kernel}")?;
        writeln!(f, "a sync of 4 KiB takes {:.2} ms, 1 in 100 more than {:.2} ms", sync_ms[0], sync_ms[1])?;
        writeln!(f, "load of the machine over 1, 5, 15 minutes: {load_before} before, {} after", self.load_after)?;
        if self.quick {
            writeln!(f, "A QUICK RUN: it shows that everything works; its figures are rough.")?;
        }
        self.loads.iter().try_for_each(|load| write!(f, "\n{load}"))?;
        if let Some(it) = &self.starting {
            writeln!(
                f,
                "\nFrom start to first answer: {:.0} ms, slowest of {} {:.0} ms; then {:.1} MiB",
                it.first_answer_ms, it.starts, it.slowest_ms, it.memory_mib
            )?;
        }
        if let Some(it) = &self.following {
            writeln!(
                f,
                "\n{} monitors in one room, {} rounds of {} calls: from sending the call to the last monitor {:.1} ms (worst {:.1});",
                it.followers, it.rounds, it.calls, it.last_ms, it.worst_ms
            )?;
            writeln!(
                f,
                "from the clerk's answer {:.1} ms. {:.1} KiB a monitor, {:.1} ms CPU a call",
                it.after_answer_ms, it.follower_kib, it.cpu_ms
            )?;
        }
        self.growth.iter().try_for_each(|growth| write!(f, "\n{growth}"))?;
        if let Some(it) = &self.slow_disk {
            write!(f, "\n{} ms added to every sync: {}", it.delay_ms, it.load)?;
            writeln!(f, "{} clients who issue:", it.clients)?;
            for (name, it) in [("Avanti", it.ours), ("floor", it.floor)] {
                writeln!(
                    f,
                    "  {name:<8} {:>7.0}/s  p50 {:>6.1} ms  p99 {:>6.1} ms",
                    it.per_second, it.p50_ms, it.p99_ms
                )?;
            }
        }
        if !self.windows.is_empty() {
            writeln!(f, "\nIdle, full screen, software renderer:")?;
        }
        for it in &self.windows {
            writeln!(
                f,
                "  {:<8} {:>6.1} MiB  {:.2} % of a core, medians of {} times {} s",
                it.program, it.memory_mib, it.cpu_percent, it.rounds, it.seconds
            )?;
        }
        writeln!(f)?;
        self.goals.iter().try_for_each(|goal| writeln!(f, "{goal}"))
    }
}

impl Display for Load {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(
            f,
            "{}, medians of {} rounds; processor time is the server's, per answer",
            self.database, self.rounds
        )?;
        writeln!(
            f,
            "                clients      1/s   p50 ms   p99 ms   CPU ms | floor 1/s   p99 ms   CPU ms | speed    CPU"
        )?;
        for Row { work, clients, ours, floor, cpu_ratio, speed_ratio } in &self.rows {
            let Figures { per_second, p50_ms, p99_ms, cpu_ms } = ours;
            write!(
                f,
                "{:<16} {clients:>6} {per_second:>8.0} {p50_ms:>8.2} {p99_ms:>8.2} {cpu_ms:>8.3} |",
                work.name()
            )?;
            if let (Some(floor), Some(cpu), Some(speed)) = (floor, cpu_ratio, speed_ratio) {
                write!(f, " {:>9.0} {:>8.2} {:>8.3} |", floor.per_second, floor.p99_ms, floor.cpu_ms)?;
                write!(f, " {speed:>4.2}x {cpu:>5.1}x")?;
            }
            writeln!(f)?;
        }
        let Wrong { duplicates, double_calls, overbooked, unfair, lost } = self.wrong;
        writeln!(
            f,
            "{} tickets, {} calls: {duplicates} duplicates, {double_calls} double calls, {overbooked} overbooked, {unfair} out of turn, {lost} lost",
            self.tickets, self.calls
        )?;
        write!(f, "memory after a round: {:.1} MiB", self.memory_mib)?;
        match self.floor_memory_mib {
            Some(floor) => writeln!(f, " (floor {floor:.1} MiB)"),
            None => writeln!(f),
        }
    }
}

impl Display for Growth {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "From {} to {} visits of history:", self.visits[0], self.visits[1])?;
        for it in &self.rows {
            let (short, long) = (it.short, it.long);
            write!(
                f,
                "  {:<16} CPU {:.3} to {:.3} ms ({:.2}x)",
                it.work.name(),
                short.cpu_ms,
                long.cpu_ms,
                it.cpu_growth
            )?;
            writeln!(f, "   p50 {:.2} to {:.2} ms ({:.2}x)", short.p50_ms, long.p50_ms, it.wait_growth)?;
        }
        Ok(())
    }
}
