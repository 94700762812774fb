//! The main job, in order: a person takes a ticket, another comes with a card, a clerk calls and serves both, between
//! times the totem's paper runs out and its reader is pulled out. Then the loudspeaker, and after it the server, goes and comes back.
//!
//! It reads like a script. How to touch, scan, listen and look is elsewhere; what is touched and seen is here, in the
//! words that stand on the screens.

mod counter;
mod outage;
mod paper;
mod reader;
mod totem;

use crate::stage::Stage;
use anyhow::Result;

/// Plays the main job from the beginning to the end.
pub async fn main_job(stage: &Stage) -> Result<()> {
    stage.part("Everything stands by", totem::stands_by(stage)).await?;
    stage.part("A visitor reads the totem in English, and in Italian again", totem::speaks_english(stage)).await?;
    let ticket = stage.part("Somebody takes a ticket", totem::gives_a_ticket(stage)).await?;
    stage.part("The slip is held before the camera", totem::sees_the_slip(stage, &ticket)).await?;
    stage.part("A wrong code is passed", totem::refuses_a_wrong_code(stage)).await?;
    let card = stage.part("Somebody with an appointment passes the card", totem::checks_in(stage)).await?;
    stage.part("A clerk logs in and sits down", counter::sits_down(stage)).await?;
    stage.part("The totem's paper runs out, and the clerk is told", paper::runs_out(stage)).await?;
    stage.part("The clerk puts in a new roll", paper::is_back(stage)).await?;
    stage.part("The totem's reader is pulled out, and the clerk is told", reader::is_pulled_out(stage)).await?;
    stage.part("The reader is plugged in again", reader::is_back(stage)).await?;
    stage.part("The clerk calls the first person", counter::calls(stage, ticket.code, "")).await?;
    stage.part("Nobody comes at once, the clerk calls again", counter::calls_again(stage, ticket.code)).await?;
    stage.part("The first person is served", counter::serves(stage, ticket.code, "")).await?;
    stage.part("The clerk calls the second person", counter::calls(stage, card, "-second")).await?;
    stage.part("The second person is served", counter::serves(stage, card, "-second")).await?;
    stage.part("The server says the same", totem::is_served(stage, &ticket)).await
}

/// The hall's loudspeaker has died in the middle of the day.
pub async fn hall_falls_silent(stage: &Stage) -> Result<()> {
    stage.part("The hall's loudspeaker dies, and the clerk is told", outage::is_mute(stage)).await
}

/// The hall's loudspeaker is there again.
pub async fn hall_is_heard_again(stage: &Stage) -> Result<()> {
    stage.part("The loudspeaker is back, and the clerk sees it", outage::is_heard_again(stage)).await
}

/// The server has gone: everybody is told.
pub async fn server_goes(stage: &Stage) -> Result<()> {
    stage.part("The server goes away", outage::is_told(stage)).await
}

/// A display that has just been started, without a loudspeaker and without a server.
pub async fn display_waits(stage: &Stage) -> Result<()> {
    stage.part("The display starts anew, with no sound device and no server", outage::display_waits(stage)).await
}

/// The server is back: everybody goes on, and nobody had to do anything.
pub async fn server_comes_back(stage: &Stage) -> Result<()> {
    stage.part("The server comes back", outage::is_over(stage)).await
}
