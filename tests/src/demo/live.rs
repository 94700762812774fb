//! The demonstration to try out: everything runs until Ctrl-C, in windows, or on screens that are not there.

use crate::{
    premises::{App, Premises},
    program::Program,
    screen::Screen,
    tell,
};
use anyhow::{Result, bail};
use std::{env, fs, path::Path, time::Duration};
use tokio::time::sleep;

/// How often programs are looked after and pictures are taken.
const ROUND: Duration = Duration::from_secs(1);

/// Opens the office and keeps it open.
pub async fn run(folder: &Path) -> Result<()> {
    let mut premises = Premises::open(folder).await?;
    let has_display = env::var_os("DISPLAY").is_some_and(|display| !display.is_empty());
    let mut screens = Vec::new();
    let mut windows = Vec::new();
    for app in App::ALL {
        let window = if has_display {
            premises.open_window(app, false, |command| {
                // A portrait totem and a wall screen, small enough to stand side by side on a desk.
                if app != App::Counter {
                    command.env("SLINT_SCALE_FACTOR", "0.45");
                }
            })?
        } else {
            let (width, height) = app.screen();
            let screen = Screen::on(app.name(), width, height, &premises.logs()).await?;
            let window = premises.open_window(app, true, |command| {
                command.env("DISPLAY", screen.display());
            })?;
            screens.push((app, screen));
            window
        };
        windows.push((app, window));
    }
    tell(&guide(&premises, folder, &screens));
    let end = tokio::select! {
        end = look_after(&mut premises, &mut windows, &screens, folder) => end,
        _ = tokio::signal::ctrl_c() => Ok(()),
        () = terminated() => Ok(()),
    };
    tell("The office closes.");
    for (_, window) in &mut windows {
        window.stop().await;
    }
    premises.close().await;
    end
}

/// How to drive it.
fn guide(premises: &Premises, folder: &Path, screens: &[(App, Screen)]) -> String {
    let mut lines = vec![
        String::new(),
        premises.said.trim_end().to_owned(),
        String::new(),
        "Pass a card:       ./x demo scan RSSMRA85T10A562S".to_owned(),
        format!("Slips come out in  {}", premises.slips().display()),
        format!("Logs are in        {}", premises.logs().display()),
    ];
    if !screens.is_empty() {
        let pictures = folder.join("pictures");
        lines.push(format!("There is no screen here. What the windows show is in {}", pictures.display()));
        for (app, screen) in screens {
            lines.push(format!("  {:8} DISPLAY={}", app.name(), screen.display()));
        }
    }
    lines.push("Ctrl-C closes the office.".to_owned());
    lines.join("\n")
}

/// Says when a program ends, and why; comes back when there is nothing left to look after.
async fn look_after(
    premises: &mut Premises,
    windows: &mut Vec<(App, Program)>,
    screens: &[(App, Screen)],
    folder: &Path,
) -> Result<()> {
    let pictures = folder.join("pictures");
    fs::create_dir_all(&pictures)?;
    loop {
        premises.all_run()?;
        windows.retain_mut(|(app, window)| match window.still_runs() {
            Ok(()) => true,
            Err(why) => {
                tell(&format!("The window of the {} is gone: {why}", app.name()));
                false
            }
        });
        if windows.is_empty() {
            bail!("no window is left");
        }
        for (app, screen) in screens {
            // A picture is taken aside and then put in place, so that nobody looks at half of one.
            let fresh = screen.picture(&pictures.join(format!("{}.new.png", app.name()))).await?;
            fs::rename(fresh, pictures.join(format!("{}.png", app.name())))?;
        }
        sleep(ROUND).await;
    }
}

async fn terminated() {
    if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        signal.recv().await;
    }
}
