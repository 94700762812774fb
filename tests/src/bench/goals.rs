//! The goals that performance is held to, and whether what was measured meets them.

use crate::{heard::Wrong, load::Figures, report::Report, rounds::Work};
use serde::Serialize;
use std::fmt::{Display, Formatter};

/// How many are at work when goals are judged.
const CROWD: usize = 32;

/// A goal and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Goal {
    /// "G2".
    pub name: String,
    /// What is asked for.
    pub wanted: String,
    /// What was measured.
    pub found: String,
    /// Whether it is met.
    pub met: bool,
}

impl Display for Goal {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let met = if self.met { "met" } else { "MISSED" };
        write!(f, "{:<4} {met:<7} {} | {}", self.name, self.wanted, self.found)
    }
}

fn goal(name: &str, wanted: &str, met: bool, found: String) -> Goal {
    Goal { name: name.to_owned(), wanted: wanted.to_owned(), found, met }
}

/// Every goal of which something was measured.
pub fn goals(report: &Report) -> Vec<Goal> {
    let mut goals = of_load(report);
    if let Some(growth) = &report.growth {
        let worst = growth.rows.iter().map(|row| row.cpu_growth).fold(0.0, f64::max);
        let wanted = "from 1,000 to 100,000 visits CPU grows at most 1.2x";
        let found = format!("at most {worst:.2}x from {} to {}", growth.visits[0], growth.visits[1]);
        goals.push(goal("G6", wanted, worst <= 1.2, found));
    }
    let memory = report.loads.first().map(|load| load.memory_mib);
    if let (Some(memory), Some(starting)) = (memory, &report.starting) {
        let first = starting.first_answer_ms;
        let found = format!("{memory:.1} MiB; {first:.0} ms");
        let wanted = "server at most 40 MiB after load; first answer within 150 ms";
        goals.push(goal("G7", wanted, memory <= 40.0 && first <= 150.0, found));
    }
    for it in &report.windows {
        let (most, busy, wanted) = match it.program.as_str() {
            "display" => (40.0, 0.3, "display at most 40 MiB and 0.3 % of a core when idle"),
            _ => (90.0, f64::MAX, "totem at most 90 MiB"),
        };
        let found = format!("{:.1} MiB; {:.2} %", it.memory_mib, it.cpu_percent);
        goals.push(goal("G8", wanted, it.memory_mib <= most && it.cpu_percent <= busy, found));
    }
    if let Some(it) = &report.following {
        let found = format!("{:.1} ms from sending the call, worst {:.1} ms", it.last_ms, it.worst_ms);
        goals.push(goal("G9", "a call is on the last of 1,000 displays within 50 ms", it.worst_ms <= 50.0, found));
    }
    if let Some(it) = &report.slow_disk {
        let Figures { per_second, p99_ms, .. } = it.ours;
        let wanted = "20 ms per sync, 128 clients: at least 1,500 issues/s, p99 within 200 ms";
        goals.push(goal(
            "G10",
            wanted,
            per_second >= 1_500.0 && p99_ms <= 200.0,
            format!("{per_second:.0}/s, p99 {p99_ms:.0} ms"),
        ));
    }
    goals
}

fn of_load(report: &Report) -> Vec<Goal> {
    let wrong = report.all_loads().fold(Wrong::default(), |sum, load| sum.and(load.wrong));
    let Some(load) = report.loads.first() else { return Vec::new() };
    let of = |work| load.rows.iter().find(|row| row.work == work && row.clients == CROWD).map(|row| row.ours);
    let Wrong { duplicates, double_calls, overbooked, unfair, lost } = wrong;
    let on: Vec<_> = report.loads.iter().map(|load| load.database.as_str()).collect();
    let found = format!("{duplicates}, {double_calls}, {overbooked}; {lost} lost; on {}", on.join(", "));
    let mut goals = Vec::new();
    // It speaks of both databases and of two servers: with less than that it cannot be called met.
    if on.len() == 3 || !wrong.is_none() {
        let wanted = "duplicates, double calls, overbooked places: 0, on both databases, by one server and by two";
        goals.push(goal("G1", wanted, wrong.is_none(), found));
    }
    if let Some(Figures { per_second, cpu_ms, .. }) = of(Work::Issue) {
        let met = cpu_ms <= 0.5 && per_second >= 2_000.0;
        let found = format!("{cpu_ms:.3} ms; {per_second:.0}/s");
        goals.push(goal("G2", "issue at most 0.5 ms CPU, at least 2,000/s with 32 clients", met, found));
    }
    if let Some(Figures { per_second, p99_ms, .. }) = of(Work::CallNext) {
        let met = per_second >= 2_000.0 && p99_ms <= 25.0 && unfair == 0;
        let found = format!("{per_second:.0}/s, p99 {p99_ms:.1} ms, {unfair} out of turn");
        goals.push(goal("G3", "call next at least 2,000/s, p99 within 25 ms with 32 counters, and fair", met, found));
    }
    goals
}
