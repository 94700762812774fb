//! A crowd that asks: so many clients, each with a connection of its own, each asking its questions one after the
//! other. What was asked and what the answers mean is not known here; an answer that is no success ends the run.

use crate::{probe, wire::Wire};
use ::tests::clock::Start;
use anyhow::{Context, Result, bail};
use serde::Serialize;
use std::{net::SocketAddr, time::Duration};

/// Who is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Where it listens.
    pub server: SocketAddr,
    /// Its number in the system.
    pub pid: u32,
}

/// What is asked by each client, and what it hears.
pub type Crowd = Vec<Vec<Vec<u8>>>;

/// What a crowd has experienced.
#[derive(Debug, Clone, Default)]
pub struct Lap {
    wall: Duration,
    cpu: Duration,
    /// How long each waited, in microseconds.
    waits: Vec<u32>,
}

/// The same in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Answers a second.
    pub per_second: f64,
    /// Half of all waited less, in milliseconds.
    pub p50_ms: f64,
    /// 99 of 100 waited less.
    pub p99_ms: f64,
    /// Processor time of the server for one answer, in milliseconds.
    pub cpu_ms: f64,
}

impl Lap {
    /// One more lap of the same kind.
    pub fn add(&mut self, other: Self) {
        self.wall += other.wall;
        self.cpu += other.cpu;
        self.waits.extend(other.waits);
    }

    /// What it comes to.
    pub fn figures(&self) -> Figures {
        let mut waits = self.waits.clone();
        waits.sort_unstable();
        let count = waits.len().max(1) as f64;
        let at = |part: f64| waits.get((count * part) as usize).or(waits.last()).map_or(0.0, |us| f64::from(*us) / 1e3);
        Figures {
            per_second: waits.len() as f64 / self.wall.as_secs_f64().max(1e-9),
            p50_ms: at(0.5),
            p99_ms: at(0.99),
            cpu_ms: self.cpu.as_secs_f64() * 1e3 / count,
        }
    }
}

impl Figures {
    /// The median of each figure.
    pub fn median(all: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(all.iter().map(figure).collect());
        Self {
            per_second: of(|it| it.per_second),
            p50_ms: of(|it| it.p50_ms),
            p99_ms: of(|it| it.p99_ms),
            cpu_ms: of(|it| it.cpu_ms),
        }
    }
}

/// The middle one; of two in the middle, their mean. 0 of nothing.
pub fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    let middle = all.len() / 2;
    match all.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => all[middle],
        _ => all[middle - 1].midpoint(all[middle]),
    }
}

/// Lets everybody ask at once, and returns what they experienced and what they heard.
/// With several servers, each client has one of them.
pub async fn lap(servers: &[Asked], crowd: Crowd) -> Result<(Lap, Crowd)> {
    let mut wires = Vec::new();
    for (_, asked) in crowd.iter().zip(servers.iter().cycle()) {
        wires.push(Wire::to(asked.server).await?);
    }
    let (before, start) = (cpu(servers)?, Start::now());
    let clients: Vec<_> =
        wires.into_iter().zip(crowd).map(|(wire, questions)| tokio::spawn(client(wire, questions))).collect();
    let (mut lap, mut heard) = (Lap::default(), Vec::new());
    for client in clients {
        let (waits, answers) = client.await.context("a client failed")??;
        lap.waits.extend(waits);
        heard.push(answers);
    }
    lap.wall = start.elapsed();
    lap.cpu = cpu(servers)?.saturating_sub(before);
    Ok((lap, heard))
}

fn cpu(servers: &[Asked]) -> Result<Duration> {
    servers.iter().map(|asked| probe::cpu(asked.pid)).sum()
}

async fn client(mut wire: Wire, questions: Vec<Vec<u8>>) -> Result<(Vec<u32>, Vec<Vec<u8>>)> {
    let (mut waits, mut answers) = (Vec::with_capacity(questions.len()), Vec::with_capacity(questions.len()));
    for question in questions {
        let start = Start::now();
        let answer = wire.ask(&question).await?;
        waits.push(u32::try_from(start.elapsed().as_micros()).unwrap_or(u32::MAX));
        if !(200..300).contains(&answer.status) {
            let asked = String::from_utf8_lossy(&question);
            let said = String::from_utf8_lossy(&answer.body);
            bail!("an answer was an error: {} to {}: {said}", answer.status, asked.lines().next().unwrap_or_default());
        }
        answers.push(answer.body);
    }
    Ok((waits, answers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_percentiles() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0]), 2.5);
        let lap = Lap {
            wall: Duration::from_secs(2),
            cpu: Duration::from_millis(50),
            waits: (1..=100).map(|ms| ms * 1_000).collect(),
        };
        let figures = lap.figures();
        assert_eq!((figures.per_second, figures.cpu_ms, figures.p99_ms), (50.0, 0.5, 100.0));
    }
}
