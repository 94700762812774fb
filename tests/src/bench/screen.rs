//! A screen and a loudspeaker that are not there, for programs that need both.

use crate::program::Program;
use anyhow::{Context, Result, bail, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{process::Command, time::sleep};

/// Numbers of screens that are tried.
const NUMBERS: std::ops::Range<u32> = 140..150;
const LOOK: Duration = Duration::from_millis(50);
/// Until whoever gives windows their place is ready for the first.
const SETTLING: Duration = Duration::from_secs(1);

/// A screen that is not there, with somebody who gives windows their place.
#[derive(Debug)]
pub struct Screen {
    /// How programs find it.
    pub name: String,
    _server: Program,
    _windows: Program,
}

impl Screen {
    /// Switches one on; `size` is like "1080x1920".
    pub async fn on(folder: &Path, name: &str, size: &str) -> Result<Self> {
        for number in NUMBERS {
            let mut command = Command::new("Xvfb");
            command.arg(format!(":{number}")).args(["-displayfd", "1", "-nolisten", "tcp"]);
            command.args(["-screen", "0", &format!("{size}x24")]);
            let mut server = Program::start(&format!("{name}-screen-{number}"), command, folder)?;
            while server.still_runs().is_ok() {
                if server.said().lines().any(|line| line.trim() == number.to_string()) {
                    let name = format!(":{number}");
                    let mut windows = Command::new("openbox");
                    windows.env("DISPLAY", &name).env("HOME", folder);
                    let windows = Program::start(&format!("openbox-{number}"), windows, folder)?;
                    sleep(SETTLING).await;
                    return Ok(Self { name, _server: server, _windows: windows });
                }
                sleep(LOOK).await;
            }
        }
        bail!("no screen could be switched on; the logs are in {}", folder.display())
    }

    /// What is to be seen there, for whoever wants to know what was measured.
    pub async fn picture(&self, file: &Path) -> Result<()> {
        let mut command = Command::new("import");
        let status = command.args(["-display", &self.name, "-window", "root"]).arg(file).status().await;
        ensure!(status.context("cannot start import: `./x bench` installs it")?.success(), "no picture could be taken");
        Ok(())
    }
}

/// A loudspeaker that is not there.
#[derive(Debug)]
pub struct Loudspeaker {
    folder: PathBuf,
    _server: Program,
}

impl Loudspeaker {
    /// Switches it on.
    pub async fn on(folder: &Path) -> Result<Self> {
        let alsa = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n";
        fs::write(folder.join("asound.conf"), alsa)?;
        let mut command = Command::new("pulseaudio");
        command.args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disallow-exit"]);
        command.arg("-L").arg(format!("module-native-protocol-unix socket={}", folder.join("pulse").display()));
        command.args(["-L", "module-null-sink sink_name=hall"]);
        command.env("XDG_RUNTIME_DIR", folder).env("HOME", folder).env_remove("PULSE_SERVER");
        let mut server = Program::start("pulseaudio", command, folder)?;
        // An app that finds no loudspeaker at its start looks for one much later.
        loop {
            server.still_runs()?;
            let mut ask = Command::new("pactl");
            ask.arg("info").env("PULSE_SERVER", format!("unix:{}", folder.join("pulse").display()));
            let answer = ask.stdout(Stdio::null()).stderr(Stdio::null()).status().await;
            if answer.context("cannot start pactl: `./x bench` installs it")?.success() {
                return Ok(Self { folder: folder.to_owned(), _server: server });
            }
            sleep(LOOK).await;
        }
    }

    /// Lets a program play here.
    pub fn lead_here(&self, command: &mut Command) {
        command.env("PULSE_SERVER", format!("unix:{}", self.folder.join("pulse").display()));
        command.env("ALSA_CONFIG_PATH", self.folder.join("asound.conf")).env("HOME", &self.folder);
    }
}
