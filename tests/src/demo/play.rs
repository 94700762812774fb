//! The main job, in order: a person takes a ticket, another comes with a card, a clerk calls and serves both.
//!
//! It reads like a script. How to touch, scan, listen and look is elsewhere; what is touched and seen is here, in the
//! words that stand on the screens.

mod counter;
mod totem;

use crate::stage::Stage;
use anyhow::Result;

/// Plays it from the beginning to the end.
pub async fn play(stage: &Stage) -> Result<()> {
    stage.part("Everything stands by", totem::stands_by(stage)).await?;
    stage.part("A visitor reads the totem in English, and in Italian again", totem::speaks_english(stage)).await?;
    let ticket = stage.part("Somebody takes a ticket", totem::gives_a_ticket(stage)).await?;
    stage.part("A wrong code is passed", totem::refuses_a_wrong_code(stage)).await?;
    let card = stage.part("Somebody with an appointment passes the card", totem::checks_in(stage)).await?;
    stage.part("A clerk logs in and sits down", counter::sits_down(stage)).await?;
    stage.part("The clerk calls the first person", counter::calls(stage, ticket.code, "")).await?;
    stage.part("Nobody comes at once, the clerk calls again", counter::calls_again(stage, ticket.code)).await?;
    stage.part("The first person is served", counter::serves(stage, ticket.code)).await?;
    stage.part("The clerk calls the second person", counter::calls(stage, card, "-second")).await?;
    stage.part("The second person is served", counter::serves(stage, card)).await?;
    stage.part("The server says the same", totem::is_served(stage, &ticket)).await
}
