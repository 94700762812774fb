//! The stage on which the main job is played by itself: an office, a screen with somebody in front of it for each app,
//! a loudspeaker and an ear.
//!
//! It sets the stage, ends the play when a program dies, keeps what helps to understand a failure, and clears up. The
//! play itself is in `play`.

use crate::{
    asked_to_end,
    folder::Folder,
    office::{DISPLAY, Office, Place, SERVER, order},
    play,
    seat::Seat,
    transcript::{Transcript, lasting},
};
use ::tests::equipment::{
    ports,
    program::need,
    screen::{Screen, Windows},
    sound::Loudspeaker,
};
use anyhow::{Context, Result, bail};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};

/// People see that the page has changed before they touch it. A touch in the first 600 ms after a change was meant for
/// what stood there before, and the programs take it so; a new ticket stays for 1.2 s.
const PACE: Duration = Duration::from_millis(700);

/// What the play needs.
pub struct Stage {
    /// In front of the totem.
    pub totem: Seat,
    /// In front of the display.
    pub display: Seat,
    /// At the counter.
    pub counter: Seat,
    /// The hall's loudspeaker.
    pub hall: Loudspeaker,
    /// The server, asked with the totem's rights.
    pub server: client::Client,
    /// Where slips appear.
    pub slips: PathBuf,
    /// What is put there is before the totem's camera.
    pub lens: PathBuf,
    /// Where pictures and sounds are left.
    pub out: PathBuf,
    /// What happened so far.
    pub transcript: Rc<Transcript>,
    reader: SocketAddr,
    printer: SocketAddr,
}

/// Plays the main job once and leaves its pictures in this folder.
pub async fn run(out: &Path) -> Result<()> {
    need(&["Xvfb", "openbox", "xprop", "xdotool", "import", "pulseaudio", "pactl", "parec", "espeak-ng"])?;
    let folder = Folder::anew(out)?;
    let transcript = Rc::new(Transcript::begin(&folder.path().join("transcript.txt"))?);
    let mut office = None;
    let outcome = tokio::select! {
        outcome = perform(&folder, &transcript, &mut office) => outcome,
        ended = asked_to_end() => ended.and_then(|()| bail!("ended before it was over")),
    };
    if let Some(office) = &mut office {
        office.close().await;
    }
    // Left over only when it was broken off.
    let _ = std::fs::remove_dir_all(sound_folder());
    match &outcome {
        Ok(()) => transcript.part(&format!("All of it worked, in {}.", lasting(transcript.elapsed()))),
        Err(failure) => transcript.part(&format!("FAILED {failure:#}\nLogs: {}/logs", folder.path().display())),
    }
    outcome
}

async fn perform(folder: &Folder, transcript: &Rc<Transcript>, opened: &mut Option<Office>) -> Result<()> {
    let logs = folder.inner("logs")?;
    let sound = sound_folder();
    let (office, totem, display, counter, hall) = tokio::try_join!(
        Office::open(folder),
        Screen::on("totem", (1080, 1920), Windows::Full, &logs),
        Screen::on("display", (1920, 1080), Windows::Full, &logs),
        Screen::on("counter", (1280, 800), Windows::Full, &logs),
        Loudspeaker::on(&sound, &logs),
    )
    .context("the stage cannot be set")?;
    let office = opened.insert(office);
    transcript.tell("office", format!("server {}, screens and loudspeaker are there", office.url()));
    let ports: [u16; 3] = ports::free()?;
    let place = |screen: &Screen, port| Place {
        display: Some(screen.display().to_owned()),
        mcp_port: Some(port),
        scale: None,
        full_screen: true,
    };
    office.start_totem(&place(&totem, ports[0]))?;
    let at_display = place(&display, ports[1]);
    office.start_display(&at_display, |command| hall.lead_here(command))?;
    office.start_counter(&place(&counter, ports[2]))?;
    let seat = |name, screen, port| Seat::new(name, screen, port, folder.path(), transcript.clone());
    let mut stage = Stage {
        totem: seat("totem", totem, ports[0]).at_pace(PACE),
        display: seat("display", display, ports[1]),
        counter: seat("counter", counter, ports[2]).at_pace(PACE),
        hall,
        server: office.totem_client()?,
        slips: office.slips(),
        lens: office.lens(),
        out: folder.path().to_owned(),
        transcript: transcript.clone(),
        reader: office.reader_orders(),
        printer: office.printer_orders(),
    };
    let outcome = perform_all_acts(&mut stage, office, &at_display).await;
    if outcome.is_err() {
        stage.keep_what_is_seen().await;
    }
    office.close().await;
    stage.clear().await;
    outcome
}

/// The main job; then the loudspeaker dies and comes back; then the server goes, the display starts anew with no
/// loudspeaker, and the server comes back.
async fn perform_all_acts(stage: &mut Stage, office: &mut Office, at_display: &Place) -> Result<()> {
    watched(office, play::main_job(stage)).await?;
    stage.hall.dies()?;
    watched(office, play::hall_falls_silent(stage)).await?;
    stage.hall.comes_back().await?;
    watched(office, play::hall_is_heard_again(stage)).await?;
    office.switch_off(SERVER).await;
    watched(office, play::server_goes(stage)).await?;
    office.switch_off(DISPLAY).await;
    // A folder is no sound device, wherever it is.
    office.start_display(at_display, |command| {
        command.env("ALSA_CONFIG_PATH", "/").env("PULSE_SERVER", "unix:/");
    })?;
    watched(office, play::display_waits(stage)).await?;
    office.switch_server_on().await?;
    watched(office, play::server_comes_back(stage)).await
}

/// Plays, unless a program dies.
async fn watched(office: &mut Office, play: impl Future<Output = Result<()>>) -> Result<()> {
    tokio::select! {
        outcome = play => outcome,
        dead = office.watch() => Err(dead),
    }
}

impl Stage {
    /// Passes a card or a code in front of the totem's reader.
    pub async fn scans(&self, code: &str) -> Result<()> {
        self.transcript.tell("reader", format!("scans {code}"));
        order(&self.reader.to_string(), &format!("scan {code}")).await
    }

    /// Pulls the totem's reader out ("unplug"), or puts it back in ("plug").
    pub async fn puts_reader(&self, state: &str) -> Result<()> {
        self.transcript.tell("reader", state);
        order(&self.reader.to_string(), state).await
    }

    /// Takes the paper out of the totem's printer ("paper-out"), or puts it in again ("recovered").
    pub async fn puts_printer(&self, state: &str) -> Result<()> {
        self.transcript.tell("printer", state);
        order(&self.printer.to_string(), state).await
    }

    /// Tells the transcript what somebody or something did.
    pub fn tells(&self, who: &str, what: impl std::fmt::Display) {
        self.transcript.tell(who, what);
    }

    /// Plays a part under its title.
    pub async fn part<T>(&self, title: &str, part: impl Future<Output = Result<T>>) -> Result<T> {
        self.transcript.part(title);
        part.await.with_context(|| format!("in \"{title}\""))
    }

    /// Pictures of all screens as they are at a failure, whatever can still be had.
    async fn keep_what_is_seen(&self) {
        for seat in [&self.totem, &self.display, &self.counter] {
            let _ = seat.picture(&format!("failed-{}.png", seat.name())).await;
        }
    }

    async fn clear(self) {
        for seat in [self.totem, self.display, self.counter] {
            seat.leaves().await;
        }
        self.hall.off().await;
    }
}

/// Where the loudspeaker keeps its socket: a path that is short, as sockets need.
fn sound_folder() -> PathBuf {
    std::env::temp_dir().join(format!("avanti-demo-{}", std::process::id()))
}
