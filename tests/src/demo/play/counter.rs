//! What the clerk does, and what the hall sees and hears of it.

use super::totem::SERVICE;
use crate::{
    office::{LOGIN, PASSWORD},
    paper,
    stage::Stage,
    transcript::lasting,
    window::Element,
};
use ::tests::equipment::sound::Ear;
use anyhow::{Result, ensure};
use contract::ticket::CallCode;
use std::{path::Path, time::Duration};

const CALL: &str = "Chiama il prossimo";
/// A call must stand on the display in this time.
const SEEN_WITHIN: Duration = Duration::from_secs(2);
/// An announcement is over after so much silence: more than there is between its two times.
const OVER: Duration = Duration::from_millis(1500);
/// The longest announcement, with a machine that is busy.
const HEARD_WITHIN: Duration = Duration::from_secs(30);
/// A picture has changed when more than this part of it is another.
const CHANGED: f64 = 0.01;

pub async fn sits_down(stage: &Stage) -> Result<()> {
    let clerk = &stage.counter;
    clerk.sees("Nome utente").await?;
    clerk.picture("counter-01-log-in.png").await?;
    clerk.types("Nome utente", LOGIN, LOGIN).await?;
    clerk.types("Password", PASSWORD, "the password").await?;
    clerk.presses("Return").await?;
    clerk.sees("Dove lavora oggi?").await?;
    clerk.touches("Sportello 1").await?;
    for service in clerk.looks().await?.iter().filter(|element| element.role == "Checkbox") {
        if service.checked != (service.label == SERVICE) {
            clerk.touches_at(service).await?;
        }
    }
    let only_ours = |elements: &[Element]| {
        let ticked: Vec<_> = elements.iter().filter(|element| element.role == "Checkbox" && element.checked).collect();
        (ticked.len() == 1 && ticked[0].label == SERVICE).then_some(())
    };
    clerk.waits("the one service to be ticked", only_ours).await?;
    clerk.picture("counter-02-choice.png").await?;
    clerk.touches("Inizia").await?;
    clerk.sees("Chi aspetta").await?;
    Ok(())
}

/// Calls the next person, who must be this one; the hall must see and hear it. `which` ends the names of what is kept.
pub async fn calls(stage: &Stage, code: CallCode, which: &str) -> Result<()> {
    let before = stage.display.picture("display-before.png").await?;
    let ear = stage.hall.listen().await?;
    let called = touches_to_call(stage, &ear, CALL).await?;
    is_seen(stage, &code.to_string(), called.at).await?;
    let after = stage.display.picture(&format!("display{which}.png")).await?;
    has_changed(stage, &before, &after)?;
    std::fs::remove_file(before)?;
    stage.counter.sees(&code.to_string()).await?;
    stage.counter.sees("Perché ora").await?;
    stage.counter.picture(&format!("counter{which}.png")).await?;
    is_heard(stage, &ear, &called, &format!("announcement{which}.wav")).await
}

pub async fn calls_again(stage: &Stage, code: CallCode) -> Result<()> {
    let ear = stage.hall.listen().await?;
    // Not before ten seconds have passed: the button waits for that, and so does the clerk.
    let called = touches_to_call(stage, &ear, "Richiama").await?;
    is_seen(stage, "2ª chiamata", called.at).await?;
    is_seen(stage, &code.to_string(), called.at).await?;
    is_heard(stage, &ear, &called, "announcement-again.wav").await
}

async fn touches_to_call(stage: &Stage, ear: &Ear, button: &str) -> Result<Called> {
    let button = stage.counter.finds(button).await?;
    // Before the finger comes down: what the touch itself takes counts too.
    let called = Called { at: stage.transcript.elapsed(), heard_before: ear.seconds() };
    stage.counter.touches_at(&button).await?;
    Ok(called)
}

pub async fn serves(stage: &Stage, code: CallCode, which: &str) -> Result<()> {
    let clerk = &stage.counter;
    clerk.touches("È allo sportello, inizia").await?;
    clerk.sees("In servizio").await?;
    clerk.picture(&format!("counter-serving{which}.png")).await?;
    clerk.touches("Concludi").await?;
    clerk.sees(&format!("{code}: servizio concluso")).await?;
    Ok(())
}

/// When somebody was called, on both clocks.
struct Called {
    at: Duration,
    heard_before: f64,
}

async fn is_seen(stage: &Stage, words: &str, since: Duration) -> Result<()> {
    stage.display.sees(words).await?;
    let took = stage.transcript.elapsed() - since;
    stage.tells("display", format!("call → {words:?} on the display: {}", lasting(took)));
    ensure!(took <= SEEN_WITHIN, "{words:?} came to the display after {}, 2 s are allowed", lasting(took));
    Ok(())
}

fn has_changed(stage: &Stage, before: &Path, after: &Path) -> Result<()> {
    let changed = paper::difference(before, after)?;
    stage.tells("display", format!("{:.0} % of the picture are new", changed * 100.0));
    ensure!(changed > CHANGED, "the display's picture is the same as before the call");
    Ok(())
}

async fn is_heard(stage: &Stage, ear: &Ear, called: &Called, file: &str) -> Result<()> {
    let heard = ear.until_silent(OVER, HEARD_WITHIN).await?;
    let after = lasting(Duration::from_secs_f64((heard.before - called.heard_before).max(0.0)));
    heard.save(&stage.out.join(file))?;
    stage.tells(
        "hall",
        format!(
            "hears an announcement {after} after the call: {:.1} s, loudness {:.3}, peak {:.2}, {} sounds; {file}",
            heard.seconds(),
            heard.loudness(),
            heard.peak(),
            heard.parts.len()
        ),
    );
    heard.check_announcement()
}
