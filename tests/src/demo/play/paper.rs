//! What people see when the totem's printer has no paper: nobody is turned away, and somebody is told (F39).

use super::totem::STAND_BY;
use crate::{stage::Stage, transcript::lasting};
use anyhow::{Result, ensure};
use std::time::Duration;

/// A printer is asked every few seconds how it is; in this time everybody knows (F41).
const KNOWN_WITHIN: Duration = Duration::from_secs(10);
/// What the totem says.
const ON_SCREEN: &str = "Biglietto solo a schermo";
/// What the clerk reads.
const ALARM: &str = "Totem 1: manca la carta";

pub async fn runs_out(stage: &Stage) -> Result<()> {
    stage.puts_printer("paper-out").await?;
    let out = stage.transcript.elapsed();
    stage.totem.sees(ON_SCREEN).await?;
    stage.totem.sees(STAND_BY).await?;
    stage.counter.sees(ALARM).await?;
    let took = stage.transcript.elapsed() - out;
    stage.tells("counter", format!("no paper → the clerk sees it: {}", lasting(took)));
    ensure!(took <= KNOWN_WITHIN, "it took {} until the clerk was told", lasting(took));
    stage.totem.picture("totem-11-no-paper.png").await?;
    stage.counter.picture("counter-alarm.png").await?;
    Ok(())
}

pub async fn is_back(stage: &Stage) -> Result<()> {
    stage.puts_printer("recovered").await?;
    for (seat, words) in [(&stage.totem, ON_SCREEN), (&stage.counter, ALARM)] {
        seat.sees_no_more(words).await?;
    }
    Ok(())
}
