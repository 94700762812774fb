//! The office in windows, for people to try out: on the user's screen, or on one of its own where there is none.
//!
//! It opens the office, says how to use it, and closes it when somebody wants or a program dies.

use crate::{
    asked_to_end,
    folder::Folder,
    office::{Office, Place},
};
use ::tests::equipment::{
    program::{need, wait_for},
    screen::{self, Screen, Windows},
};
use anyhow::Result;
use std::{future::pending, io::Write, path::Path, time::Duration};
use tokio::time::interval;

/// The card that has an appointment today.
pub const CARD: &str = "RSSMRA85T10A562S";
/// How often a screen that nobody sees is photographed.
const PICTURE_EVERY: Duration = Duration::from_secs(5);
/// A window that does not appear so fast stays where it appears later.
const APPEARING: Duration = Duration::from_secs(10);
/// The screen that the layout is made for.
const WIDTH: f64 = 1920.0;
const HEIGHT: f64 = 1080.0;
/// A layout is enlarged for larger screens, up to those with twice as many pixels to the inch.
const LARGEST: f64 = 2.0;

/// A window: whose it is, where it stands and how large it is on a screen of that size, and the scale that makes it
/// about so large where nobody can be asked to.
struct Window {
    program: &'static str,
    at: (f64, f64),
    size: (f64, f64),
    scale: f64,
}

const WINDOWS: [Window; 3] = [
    Window { program: "avanti-totem", at: (8.0, 30.0), size: (540.0, 960.0), scale: 0.5 },
    Window { program: "avanti-display", at: (570.0, 30.0), size: (576.0, 324.0), scale: 0.45 },
    // Not smaller: a clerk's page is made for a desk's screen.
    Window { program: "avanti-counter", at: (570.0, 384.0), size: (1280.0, 640.0), scale: 0.75 },
];

/// Opens the office until Ctrl-C.
pub async fn run(dir: &Path) -> Result<()> {
    let folder = Folder::anew(dir)?;
    let logs = folder.inner("logs")?;
    need(&["espeak-ng"])?;
    let own = if std::env::var_os("DISPLAY").is_none_or(|display| display.is_empty()) {
        need(&["Xvfb", "openbox", "xprop", "xdotool", "import"])?;
        Some(Screen::on("all", (WIDTH as u32, HEIGHT as u32), Windows::Free, &logs).await?)
    } else {
        None
    };
    let mut office = Office::open(&folder).await?;
    let outcome = tokio::select! {
        outcome = receive(&folder, &mut office, own.as_ref()) => outcome,
        ended = asked_to_end() => ended,
    };
    office.close().await;
    if let Some(screen) = own {
        screen.off().await;
    }
    say(if outcome.is_ok() { "\nThe office is closed.\n" } else { "" });
    outcome
}

async fn receive(folder: &Folder, office: &mut Office, own: Option<&Screen>) -> Result<()> {
    let layout = layout(own).await;
    let place = |window: usize| Place {
        display: own.map(|screen| screen.display().to_owned()),
        mcp_port: None,
        scale: match layout {
            None => Some(WINDOWS[window].scale),
            Some(part) => Some(part).filter(|part| *part < 1.0),
        },
        full_screen: false,
    };
    office.start_totem(&place(0))?;
    office.start_display(&place(1), |_| {})?;
    office.start_counter(&place(2))?;
    if let Some(part) = layout {
        arrange(office, own, part).await?;
    }
    say(&guide(folder, office, own));
    let pictures = async {
        match own {
            Some(screen) => photograph(folder, screen).await,
            None => pending().await,
        }
    };
    tokio::select! {
        dead = office.watch() => Err(dead),
        failed = pictures => failed,
    }
}

/// How much larger or smaller the screen is than the one the layout is made for. None without xdotool.
async fn layout(own: Option<&Screen>) -> Option<f64> {
    let (width, height) = screen::size(own.map(Screen::display)).await?;
    Some((f64::from(width) / WIDTH).min(f64::from(height) / HEIGHT).min(LARGEST))
}

/// Puts the windows beside one another, each in its size.
async fn arrange(office: &mut Office, own: Option<&Screen>, part: f64) -> Result<()> {
    let display = own.map(Screen::display);
    let pixels = |(x, y): (f64, f64)| ((x * part) as i32, (y * part) as i32);
    for window in &WINDOWS {
        let Some(pid) = office.pid_of(window.program) else { continue };
        let placed = wait_for("a window", APPEARING, async || {
            office.still_open()?;
            Ok(screen::put_window(display, pid, pixels(window.at), pixels(window.size)).await.ok())
        });
        if placed.await.is_err() {
            office.still_open()?;
        }
    }
    Ok(())
}

async fn photograph(folder: &Folder, screen: &Screen) -> Result<()> {
    let pictures = folder.inner("pictures")?;
    let mut clock = interval(PICTURE_EVERY);
    loop {
        clock.tick().await;
        // Whole or not at all, for whoever is looking at it.
        screen.picture(&pictures.join("new.png")).await?;
        std::fs::rename(pictures.join("new.png"), pictures.join("screen.png"))?;
    }
}

fn guide(folder: &Folder, office: &Office, own: Option<&Screen>) -> String {
    let at = folder.path().display();
    let elsewhere = std::env::current_dir().is_ok_and(|here| here.join("demo") != folder.path());
    let dir = if elsewhere { format!(" --dir {at}") } else { String::new() };
    let pictures = own.map_or_else(String::new, |own| {
        format!(
            "\n  Screen    there is none here, so it is drawn on one in memory, DISPLAY={}:\n            \
             look at {at}/pictures/screen.png, new every 5 s",
            own.display()
        )
    });
    let (over_rest, at_counter): (Vec<_>, Vec<_>) =
        office.logins().iter().map(String::as_str).partition(|login| login.starts_with("login over REST"));
    let lines = |logins: Vec<&str>| logins.iter().map(|login| format!("              {login}\n")).collect::<String>();
    let (over_rest, logins) = (lines(over_rest), lines(at_counter));
    format!(
        "
The Comune di Crema is open. In there it is a working day, 10:20 when it opened.
{pictures}
  Totem     touch it (click) and choose a service, or pass a card from another terminal:
              ./x demo scan {CARD}{dir}     has an appointment now
              ./x demo scan 1234567890{dir}           is no card
  Counter   log in, choose a counter and services, call the next person. Everybody calls for their own services:
{logins}  Display   shows who is called, and says it
  Slips     appear as pictures in {}
  Server    its API, to read: {}/api/v1/reference
{over_rest}  Logs      {at}/logs

Ctrl-C closes the office.
",
        office.slips().display(),
        office.url(),
    )
}

fn say(text: &str) {
    // A closed terminal has nobody to read it.
    let _ = std::io::stdout().write_all(text.as_bytes());
}
