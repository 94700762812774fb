//! What months of work cost: the same morning after 1,000 visits and after 100,000.

use crate::{
    asks::Asks,
    history,
    load::Figures,
    office::Office,
    rounds::{self, Laps, Level, Work},
    slow_disk::Disk,
};
use anyhow::Result;
use serde::Serialize;
use std::path::Path;

/// What may not grow.
const WORKS: [Work; 4] = [Work::Issue, Work::CallNext, Work::Board, Work::Search];

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Growth {
    /// Visits in the short history and in the long one.
    pub visits: [usize; 2],
    /// Each work with both figures and their ratios.
    pub rows: Vec<Row>,
}

/// One work.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Which.
    pub work: Work,
    /// After the short history.
    pub short: Figures,
    /// After the long one.
    pub long: Figures,
    /// Processor time after the long one, by that after the short one.
    pub cpu_growth: f64,
    /// The same for the median wait.
    pub wait_growth: f64,
}

/// Measures in turn on copies of both, so that a change of the machine's mood meets both.
pub async fn measure(folder: &Path, visits: [usize; 2], rounds: usize, level: Level) -> Result<Growth> {
    let mut offices = Vec::new();
    for visits in visits {
        let office = Office::furnish(&folder.join(format!("history-{visits}")), None, 0).await?;
        let written = history::write(&office.database, &office.folder, visits).await?;
        offices.push((written, office));
    }
    let mut laps: [Vec<Laps>; 2] = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        for turn in 0..2 {
            // Who is first changes with each round.
            let which = (turn + round) % 2;
            laps[which].push(morning(&offices[which].1, folder, level).await?);
        }
    }
    let row = |work| {
        let [short, long] = [0, 1].map(|which| {
            let of = |laps: &Laps| laps.get(&(work, level.clients)).map(crate::load::Lap::figures).unwrap_or_default();
            Figures::median(&laps[which].iter().map(of).collect::<Vec<_>>())
        });
        let (cpu_growth, wait_growth) = (long.cpu_ms / short.cpu_ms, long.p50_ms / short.p50_ms);
        Row { work, short, long, cpu_growth, wait_growth }
    };
    Ok(Growth { visits: [offices[0].0, offices[1].0], rows: WORKS.map(row).into() })
}

async fn morning(office: &Office, folder: &Path, level: Level) -> Result<Laps> {
    let office = office.copy(&folder.join("growth"))?;
    let (mut program, asked, _) = office.open(true, &Disk::AsItIs).await?;
    let (laps, heard) = rounds::ours(&[asked], &mut Asks::new(&office, 17)?, &[level]).await?;
    program.end().await?;
    let wrong = heard.check(&office.database).await?;
    anyhow::ensure!(wrong.is_none(), "{wrong:?}");
    Ok(laps)
}
