//! A loudspeaker that is not there, and an ear beside it: PulseAudio with a null sink, recorded as it plays.
//!
//! It carries sound; what was heard is measured in `wave`.

use super::program::{Program, run, wait_for};
use super::wave::{Heard, RATE};
use anyhow::{Context, Result};
use rustix::process::Signal;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::AsyncReadExt,
    process::{Child, Command},
};

/// The loudspeaker.
#[derive(Debug)]
pub struct Loudspeaker {
    folder: PathBuf,
    logs: PathBuf,
    server: Program,
}

impl Loudspeaker {
    /// Sets it up in a folder of its own, and switches it on.
    pub async fn on(folder: &Path, logs: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let alsa = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n";
        fs::write(folder.join("asound.conf"), alsa)?;
        let server = Self::start("pulseaudio", folder, logs)?;
        let loudspeaker = Self { folder: folder.to_owned(), logs: logs.to_owned(), server };
        loudspeaker.until_it_plays().await?;
        Ok(loudspeaker)
    }

    /// Ends it without a word to anybody, as when a plug is pulled.
    pub fn dies(&self) -> Result<()> {
        self.server.signal(Signal::KILL)
    }

    /// Switches it on again after its death.
    pub async fn comes_back(&mut self) -> Result<()> {
        self.server = Self::start("pulseaudio-again", &self.folder, &self.logs)?;
        self.until_it_plays().await
    }

    /// Switches it off.
    pub async fn off(mut self) {
        self.server.stop().await;
    }

    fn start(name: &str, folder: &Path, logs: &Path) -> Result<Program> {
        let mut command = Command::new("pulseaudio");
        command.args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disallow-exit"]);
        command.arg("-L").arg(format!("module-native-protocol-unix socket={}", socket(folder).display()));
        command.args(["-L", &format!("module-null-sink sink_name=hall rate={RATE} channels=1")]);
        command.env("XDG_RUNTIME_DIR", folder).env("HOME", folder).env_remove("PULSE_SERVER");
        Program::start(name, command, logs)
    }

    async fn until_it_plays(&self) -> Result<()> {
        wait_for("the loudspeaker", Duration::from_secs(20), async || {
            let mut ask = self.command("pactl");
            ask.arg("info");
            Ok(run(ask).await.ok().map(|_| ()))
        })
        .await
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.lead_here(&mut command);
        command
    }

    /// Lets a program play here.
    pub fn lead_here(&self, command: &mut Command) {
        command.env("PULSE_SERVER", format!("unix:{}", socket(&self.folder).display()));
        command.env("ALSA_CONFIG_PATH", self.folder.join("asound.conf")).env("HOME", &self.folder);
    }

    /// Begins to listen, and comes back when it hears, if only silence.
    pub async fn listen(&self) -> Result<Ear> {
        let mut command = self.command("parec");
        command.args(["-d", "hall.monitor", "--raw", "--format=s16le", "--channels=1", "--latency-msec=50"]);
        command.arg(format!("--rate={RATE}"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut recorder = command.spawn().context("cannot start parec; `./x setup` installs it")?;
        let mut stream = recorder.stdout.take().context("parec gives no sound")?;
        let heard = Arc::new(Mutex::new(Vec::new()));
        let samples = heard.clone();
        tokio::spawn(async move {
            let mut buffer = [0; 4096];
            let mut odd = None;
            while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                let bytes: Vec<u8> = odd.take().into_iter().chain(buffer[..read].iter().copied()).collect();
                let mut pairs = bytes.chunks_exact(2);
                let mut samples = samples.lock().unwrap_or_else(PoisonError::into_inner);
                samples.extend(pairs.by_ref().map(|pair| i16::from_le_bytes([pair[0], pair[1]])));
                odd = pairs.remainder().first().copied();
            }
        });
        let ear = Ear { _recorder: recorder, heard };
        wait_for("the recorder to hear the loudspeaker", Duration::from_secs(10), async || {
            Ok(ear.samples().first().copied())
        })
        .await?;
        Ok(ear)
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("pulse.socket")
}

/// Somebody who listens, from one moment on.
#[derive(Debug)]
pub struct Ear {
    _recorder: Child,
    heard: Arc<Mutex<Vec<i16>>>,
}

impl Ear {
    fn samples(&self) -> Vec<i16> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How long it has been listening, by the sound itself.
    pub fn seconds(&self) -> f64 {
        self.samples().len() as f64 / RATE as f64
    }

    /// Waits until something was heard and has been silent again for `pause`.
    pub async fn until_silent(&self, pause: Duration, limit: Duration) -> Result<Heard> {
        wait_for("an announcement to be heard and to end", limit, async || {
            let samples = self.samples();
            let heard = Heard::of(&samples);
            let end = heard.parts.last().map(|part| heard.before + part.at + part.lasts);
            let now = samples.len() as f64 / RATE as f64;
            Ok(end.filter(|end| now - end > pause.as_secs_f64()).map(|_| heard))
        })
        .await
    }
}
