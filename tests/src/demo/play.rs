//! The main job, in order: a person takes a ticket, another comes with a card, both are called and served.

use crate::stage::Stage;
use anyhow::Result;

/// Plays it from the beginning to the end.
pub async fn play(stage: &Stage) -> Result<()> {
    stage.part("The totem waits", waits(stage)).await
}

async fn waits(stage: &Stage) -> Result<()> {
    stage.totem.sees("Tocchi").await?;
    stage.totem.picture("totem-01-stand-by.png").await?;
    Ok(())
}
