//! A loudspeaker that is not there, and an ear beside it: PulseAudio with a null sink, recorded as it plays.
//!
//! It tells sound from silence and how long each lasts. It does not understand speech.

use crate::program::{Program, run, wait_for};
use anyhow::{Context, Result, ensure};
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

/// Samples per second of the recording.
const RATE: usize = 22_050;
/// The piece in which loudness is measured: 20 ms.
const PIECE: usize = RATE / 50;
/// Louder than this (of 1) is sound. Synthetic silence is exactly 0.
const SOUND: f64 = 0.002;

/// The loudspeaker.
#[derive(Debug)]
pub struct Loudspeaker {
    folder: PathBuf,
    _server: Program,
}

impl Loudspeaker {
    /// Sets it up in a folder of its own.
    pub async fn on(folder: &Path, logs: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let alsa = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n";
        fs::write(folder.join("asound.conf"), alsa)?;
        let socket = folder.join("pulse.socket");
        let mut command = Command::new("pulseaudio");
        command.args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disallow-exit"]);
        command.arg("-L").arg(format!("module-native-protocol-unix socket={}", socket.display()));
        command.args(["-L", &format!("module-null-sink sink_name=hall rate={RATE} channels=1")]);
        let loudspeaker = Self { folder: folder.to_owned(), _server: Self::start(command, folder, logs)? };
        wait_for("the loudspeaker", Duration::from_secs(20), async || {
            let mut ask = loudspeaker.command("pactl");
            ask.arg("info");
            Ok(run(ask).await.ok())
        })
        .await?;
        Ok(loudspeaker)
    }

    fn start(mut command: Command, folder: &Path, logs: &Path) -> Result<Program> {
        command.env("XDG_RUNTIME_DIR", folder).env("HOME", folder).env_remove("PULSE_SERVER");
        Program::start("pulseaudio", command, logs)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.lead_here(&mut command);
        command
    }

    /// Lets a program play here.
    pub fn lead_here(&self, command: &mut Command) {
        command.env("PULSE_SERVER", format!("unix:{}", self.folder.join("pulse.socket").display()));
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

/// Somebody who listens, from one moment on.
#[derive(Debug)]
pub struct Ear {
    _recorder: Child,
    heard: Arc<Mutex<Vec<i16>>>,
}

/// What was heard: the sound from its beginning to its end, and how it is divided.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    samples: Vec<i16>,
    /// Seconds of silence before it.
    pub before: f64,
    /// Pieces of sound with silence between them: where each begins and how long it is, in seconds.
    pub pieces: Vec<(f64, f64)>,
}

impl Ear {
    fn samples(&self) -> Vec<i16> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until something was heard and has been silent again for `pause`.
    pub async fn until_silent(&self, pause: Duration, limit: Duration) -> Result<Heard> {
        wait_for("an announcement to be heard and to end", limit, async || {
            let samples = self.samples();
            let heard = Heard::of(&samples);
            let end = heard.pieces.last().map(|(at, length)| heard.before + at + length);
            let now = samples.len() as f64 / RATE as f64;
            Ok(end.filter(|end| now - end > pause.as_secs_f64()).map(|_| heard))
        })
        .await
    }
}

impl Heard {
    fn of(samples: &[i16]) -> Self {
        let loud: Vec<_> = samples.chunks(PIECE).map(|piece| loudness(piece) > SOUND).collect();
        let (Some(first), Some(last)) = (loud.iter().position(|loud| *loud), loud.iter().rposition(|loud| *loud))
        else {
            return Self { samples: Vec::new(), before: 0.0, pieces: Vec::new() };
        };
        let seconds = |pieces: usize| pieces as f64 * PIECE as f64 / RATE as f64;
        let mut pieces: Vec<(usize, usize)> = Vec::new();
        for at in (first..=last).filter(|at| loud[*at]) {
            match pieces.last_mut() {
                // Less than 100 ms of silence is within a word.
                Some((_, end)) if at - *end <= 5 => *end = at + 1,
                _ => pieces.push((at, at + 1)),
            }
        }
        let pieces = pieces.iter().map(|(from, until)| (seconds(from - first), seconds(until - from))).collect();
        let samples = samples[first * PIECE..samples.len().min((last + 1) * PIECE)].to_vec();
        Self { samples, before: seconds(first), pieces }
    }

    /// How long it lasted, in seconds.
    pub fn seconds(&self) -> f64 {
        self.samples.len() as f64 / RATE as f64
    }

    /// How loud it was, of 1.
    pub fn loudness(&self) -> f64 {
        loudness(&self.samples)
    }

    /// Leaves it as a sound file, with a breath of silence around it.
    pub fn save(&self, path: &Path) -> Result<()> {
        let breath = vec![0_i16; RATE / 4];
        let samples = [&breath[..], &self.samples, &breath].concat();
        let bytes = u32::try_from(samples.len() * 2).context("too long for a sound file")?;
        let rate = RATE as u32;
        let mut file = Vec::with_capacity(samples.len() * 2 + 44);
        file.extend_from_slice(b"RIFF");
        file.extend_from_slice(&(bytes + 36).to_le_bytes());
        file.extend_from_slice(b"WAVEfmt ");
        file.extend_from_slice(&16_u32.to_le_bytes());
        // PCM, one channel.
        file.extend_from_slice(&[1, 0, 1, 0]);
        file.extend_from_slice(&rate.to_le_bytes());
        file.extend_from_slice(&(rate * 2).to_le_bytes());
        // Two bytes a sample, 16 bits.
        file.extend_from_slice(&[2, 0, 16, 0]);
        file.extend_from_slice(b"data");
        file.extend_from_slice(&bytes.to_le_bytes());
        file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        fs::write(path, file).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Fails unless it is a chime, then speech: more than one piece, long and loud enough to be understood in a hall.
    pub fn check(&self) -> Result<()> {
        ensure!(self.pieces.len() >= 2, "one sound alone was heard: a chime without speech, or speech without a chime");
        ensure!(self.seconds() >= 2.0, "the announcement lasted only {:.1} s", self.seconds());
        ensure!(self.loudness() >= 0.02, "the announcement is too quiet: {:.4}", self.loudness());
        Ok(())
    }
}

/// The root mean square of the samples, of 1.
fn loudness(samples: &[i16]) -> f64 {
    let sum: f64 = samples.iter().map(|sample| (f64::from(*sample) / 32_768.0).powi(2)).sum();
    (sum / samples.len().max(1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_sound_are_told_by_the_silence_between_them() {
        let tone = |seconds: f64| vec![8_000_i16; (seconds * RATE as f64) as usize];
        let rest = |seconds: f64| vec![0_i16; (seconds * RATE as f64) as usize];
        let heard = Heard::of(&[rest(0.5), tone(1.0), rest(0.4), tone(2.0), rest(1.0)].concat());
        assert_eq!(heard.pieces.len(), 2);
        assert!((heard.before - 0.5).abs() < 0.03 && (heard.seconds() - 3.4).abs() < 0.05);
        assert!(heard.check().is_ok());
        assert!(Heard::of(&tone(3.0)).check().is_err());
        assert!(Heard::of(&rest(3.0)).pieces.is_empty());
    }
}
