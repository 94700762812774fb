//! What people see when one of the totem's two readers is pulled out: the totem goes on with the other, and the clerk is
//! told until it is plugged in again (F44).

use super::totem::STAND_BY;
use crate::{stage::Stage, transcript::lasting};
use anyhow::{Result, ensure};
use std::time::Duration;

/// A cable is missed at once; in this time the clerk knows.
const KNOWN_WITHIN: Duration = Duration::from_secs(5);
/// A reader that is back is found within 3 s, and a moment later the clerk has heard of it.
const FORGOTTEN_WITHIN: Duration = Duration::from_secs(5);
/// What the clerk reads.
const ALARM: &str = "Totem 1: lettore di tessere non raggiungibile";

pub async fn is_pulled_out(stage: &Stage) -> Result<()> {
    stage.counter.does_not_see(ALARM).await?;
    stage.puts_reader("unplug").await?;
    let pulled = stage.transcript.elapsed();
    stage.counter.sees(ALARM).await?;
    let took = stage.transcript.elapsed() - pulled;
    stage.tells("counter", format!("no reader → the clerk sees it: {}", lasting(took)));
    ensure!(took <= KNOWN_WITHIN, "it took {} until the clerk was told", lasting(took));
    // The camera still reads.
    stage.totem.sees("Passi la tessera sanitaria").await?;
    stage.totem.sees(STAND_BY).await?;
    stage.counter.picture("counter-no-reader.png").await?;
    Ok(())
}

pub async fn is_back(stage: &Stage) -> Result<()> {
    stage.puts_reader("plug").await?;
    let plugged = stage.transcript.elapsed();
    stage.counter.sees_no_more(ALARM).await?;
    let took = stage.transcript.elapsed() - plugged;
    stage.tells("counter", format!("reader back → the alarm is gone: {}", lasting(took)));
    ensure!(took <= FORGOTTEN_WITHIN, "it took {} until the alarm was gone", lasting(took));
    Ok(())
}
