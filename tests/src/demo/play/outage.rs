//! What people see while the loudspeaker or the server is away, and when it is back.

use super::totem::STAND_BY;
use crate::{seat::Seat, stage::Stage, transcript::lasting};
use ::tests::equipment::program::wait_for;
use anyhow::Result;
use std::time::Duration;

/// A lost server must be told on the display in this time (F56).
const TOLD_WITHIN: Duration = Duration::from_secs(15);
/// After the server is back, in this time everything must be as before (F56; apps try again every few seconds).
const BACK_WITHIN: Duration = Duration::from_secs(8);

/// A display without sound is told to the clerk in this time, and that it has its sound again (F57).
const ALARMED_WITHIN: Duration = Duration::from_secs(30);

/// What the counter says of a display that cannot be heard.
const MUTE: &str = "Monitor Sala A: senza audio";

/// Nobody is called while the loudspeaker is gone: the clerk is told all the same.
pub async fn is_mute(stage: &Stage) -> Result<()> {
    let silent = stage.transcript.elapsed();
    reads(&stage.counter, MUTE, ALARMED_WITHIN).await?;
    took(stage, "counter", "tells that the display has fallen silent", silent);
    Ok(())
}

pub async fn is_heard_again(stage: &Stage) -> Result<()> {
    let back = stage.transcript.elapsed();
    wait_for("the counter to stop telling of a mute display", ALARMED_WITHIN, async || {
        Ok((!stands(&stage.counter, MUTE).await?).then_some(()))
    })
    .await?;
    took(stage, "counter", "sees that the display is heard again", back);
    Ok(())
}

pub async fn is_told(stage: &Stage) -> Result<()> {
    let gone = stage.transcript.elapsed();
    stage.counter.sees("server assente").await?;
    reads(&stage.display, "Collegamento assente dalle", TOLD_WITHIN).await?;
    took(stage, "display", "says that the server is away", gone);
    stage.display.picture("display-server-away.png").await?;
    stage.counter.picture("counter-server-away.png").await?;
    stage.totem.sees("Fuori servizio").await?;
    stage.totem.picture("totem-12-server-away.png").await?;
    Ok(())
}

pub async fn display_waits(stage: &Stage) -> Result<()> {
    stage.display.sees("Fra poco qui appaiono le chiamate").await?;
    stage.display.picture("display-started-alone.png").await?;
    Ok(())
}

pub async fn is_over(stage: &Stage) -> Result<()> {
    let back = stage.transcript.elapsed();
    reads(&stage.display, "A001", BACK_WITHIN).await?;
    took(stage, "display", "shows the calls again", back);
    stage.display.picture("display-server-back.png").await?;
    reads(&stage.counter, "collegato", BACK_WITHIN).await?;
    took(stage, "counter", "is connected again", back);
    reads(&stage.totem, STAND_BY, BACK_WITHIN).await?;
    took(stage, "totem", "is in service again", back);
    // The display was started without a loudspeaker, and has said so as soon as somebody could hear it.
    reads(&stage.counter, MUTE, ALARMED_WITHIN).await?;
    took(stage, "counter", "tells that the display is mute", back);
    stage.counter.picture("counter-display-mute.png").await?;
    Ok(())
}

/// Waits until these words stand on that screen, for no longer than `limit`.
async fn reads(seat: &Seat, words: &str, limit: Duration) -> Result<()> {
    let look = async || Ok(stands(seat, words).await?.then_some(()));
    wait_for(&format!("{words:?} on the {}", seat.name()), limit, look).await
}

async fn stands(seat: &Seat, words: &str) -> Result<bool> {
    Ok(seat.looks().await?.iter().any(|element| element.label.contains(words)))
}

fn took(stage: &Stage, who: &str, what: &str, since: Duration) {
    stage.tells(who, format!("{what}: {}", lasting(stage.transcript.elapsed() - since)));
}
