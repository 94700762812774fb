//! The demonstration: a whole office from the real programs, to try out or to watch.

#[allow(dead_code)]
mod clock;
#[allow(dead_code)]
mod paper;
#[allow(dead_code)]
mod program;
#[allow(dead_code)]
mod screen;
#[allow(dead_code)]
mod sound;
#[allow(dead_code)]
mod window;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    use std::{path::Path, time::Duration};
    let logs = Path::new("/tmp/house-demo");
    let screen = screen::Screen::on("totem", 1080, 1920, logs).await?;
    let mut command = tokio::process::Command::new("target/debug/avanti-totem");
    command.env("DISPLAY", screen.display()).env("SLINT_MCP_PORT", "7601");
    let mut totem = program::Program::start("totem", command, logs)?;
    let window = window::Window::at_port("totem", 7601);
    let hello = window.reads("hello").await?;
    eprintln!("{hello} {:?}", hello.middle());
    eprintln!("{:?}", window.find("Conferma").await.err());
    screen.touch(hello.middle()).await?;
    screen.picture(&logs.join("a.png")).await?;
    totem.still_runs()?;
    totem.stop().await;
    eprintln!("{:?}", totem.still_runs().err());
    let speaker = sound::Loudspeaker::on(&logs.join("pulse"), logs).await?;
    let ear = speaker.listen()?;
    let mut play = tokio::process::Command::new("sh");
    play.args(["-c", "sox -n -r 22050 -c 1 /tmp/c.wav synth 0.5 sine 600 pad 0 0.5 && espeak-ng -v it -w /tmp/s.wav 'A sette, sportello tre' && aplay -q /tmp/c.wav /tmp/s.wav"]);
    speaker.lead_here(&mut play);
    program::run(play).await?;
    let heard = ear.until_silent(Duration::from_millis(1500), Duration::from_secs(20)).await?;
    eprintln!("{} {} {} {:?} {:?}", heard.seconds(), heard.loudness(), heard.before, heard.pieces, heard.check());
    heard.save(&logs.join("a.wav"))?;
    Ok(())
}
