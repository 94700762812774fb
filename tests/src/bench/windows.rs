//! What totem and display hold and use when nothing happens, as they are in an office: full screen, with a printer and a
//! voice, on screens that are not there.

use crate::{
    asks::{Asks, seats_at},
    load::{lap, median},
    office::Office,
    probe,
    serving::free_port,
    slow_disk::Disk,
};
use ::tests::equipment::{
    program::{Program, need, ours},
    screen::{Screen, Windows},
    sound::Loudspeaker,
};
use anyhow::Result;
use serde::Serialize;
use std::{fs, path::Path, time::Duration};
use tokio::time::sleep;

/// A window is drawn and a voice ready.
const STARTING: Duration = Duration::from_secs(5);
/// A voice has spoken and is silent again, and the call is no news any more: it has moved into the list, where nothing
/// ages by the second.
const SETTLING: Duration = Duration::from_secs(65);

/// What an app holds and uses.
#[derive(Debug, Clone, Serialize)]
pub struct Idle {
    /// Its name.
    pub program: String,
    /// MiB.
    pub memory_mib: f64,
    /// Percent of one core.
    pub cpu_percent: f64,
    /// How often, each time started anew.
    pub rounds: usize,
    /// Over so many seconds.
    pub seconds: u64,
}

/// Starts them, lets the display say one call, and looks at both for `seconds`; `rounds` times.
pub async fn measure(folder: &Path, rounds: usize, seconds: u64) -> Result<Vec<Idle>> {
    need(&["Xvfb", "openbox", "xprop", "import", "pulseaudio", "pactl", "espeak-ng"])?;
    let mut all = Vec::new();
    for _ in 0..rounds {
        all.push(round(folder, seconds).await?);
    }
    let programs = all.first().map_or(0, Vec::len);
    let idle = (0..programs).map(|at| {
        let of = |figure: fn(&Idle) -> f64| median(all.iter().map(|apps| figure(&apps[at])).collect());
        let (memory_mib, cpu_percent) = (of(|it| it.memory_mib), of(|it| it.cpu_percent));
        Idle { program: all[0][at].program.clone(), memory_mib, cpu_percent, rounds, seconds }
    });
    Ok(idle.collect())
}

async fn round(folder: &Path, seconds: u64) -> Result<Vec<Idle>> {
    let office = Office::furnish(&folder.join("windows"), None, 0).await?;
    let (mut server, asked, _) = office.open(true, &Disk::AsItIs).await?;
    let url = format!("http://{}", asked.server);
    let sound = Loudspeaker::on(&office.folder, &office.folder).await?;
    let totem_screen = Screen::on("totem", (1080, 1920), Windows::Full, &office.folder).await?;
    let display_screen = Screen::on("display", (1920, 1080), Windows::Full, &office.folder).await?;
    let printer = free_port()?;
    let mut emulator = ours("avanti-emulator")?;
    emulator.arg("printer").arg("--listen").arg(printer.to_string()).arg("--out").arg(office.folder.join("slips"));
    let _printer = Program::start("printer", emulator, &office.folder)?;
    let totem = format!(
        "server = \"{url}\"\ntoken = \"{}\"\nreaders = [\"keyboard\"]\n[printer]\nurl = \"tcp://{printer}\"\n",
        office.totems[0]
    );
    let display = format!("server = \"{url}\"\ntoken = \"{}\"\n", office.displays[0]);
    let mut apps = Vec::new();
    for (name, settings, screen) in [("totem", totem, &totem_screen), ("display", display, &display_screen)] {
        let file = office.folder.join(format!("{name}.toml"));
        fs::write(&file, settings)?;
        let mut command = ours(&format!("avanti-{name}"))?;
        command.arg("--config").arg(&file).env("DISPLAY", screen.display());
        sound.lead_here(&mut command);
        apps.push((name, Program::start(name, command, &office.folder)?));
    }
    sleep(STARTING).await;
    let mut asks = Asks::new(&office, 19)?;
    lap(&[asked], asks.issue_at(0, 1)?).await?;
    let seat = seats_at(0, 1);
    lap(&[asked], asks.open_counters(&seat)?).await?;
    lap(&[asked], asks.call(1, &seat)?).await?;
    sleep(SETTLING).await;
    let mut before = Vec::new();
    for (_, app) in &mut apps {
        app.still_runs()?;
        before.push(probe::cpu(app.pid()?)?);
    }
    sleep(Duration::from_secs(seconds)).await;
    let mut idle = Vec::new();
    for ((name, app), before) in apps.iter_mut().zip(before) {
        app.still_runs()?;
        let used = probe::cpu(app.pid()?)?.saturating_sub(before);
        let cpu_percent = used.as_secs_f64() * 100.0 / seconds as f64;
        let (program, memory_mib) = ((*name).to_owned(), probe::memory(app.pid()?)?);
        idle.push(Idle { program, memory_mib, cpu_percent, rounds: 1, seconds });
    }
    totem_screen.picture(&office.folder.join("totem.png")).await?;
    display_screen.picture(&office.folder.join("display.png")).await?;
    server.end().await?;
    Ok(idle)
}
