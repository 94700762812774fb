//! Sound as numbers: where it begins and ends, how loud it is, whether it was clipped, whether it is a tone or a voice.
//!
//! Pure: samples in, figures out. It understands no words.

use anyhow::{Context, Result, ensure};
use std::{fs, path::Path};

/// Samples per second of every recording.
pub const RATE: usize = 44_100;
/// The piece in which loudness is measured: 20 ms.
const PIECE: usize = RATE / 50;
/// Louder than this (of 1) is sound. Synthetic silence is exactly 0.
const SOUND: f64 = 0.002;
/// Less silence than this many pieces (80 ms) is within a chime or a word.
const BREATH: usize = 4;

/// A chime is purer than this (ours: 0.99), a voice less pure than that (espeak-ng: 0.5 to 0.65).
const CHIME: f64 = 0.9;
const VOICE: f64 = 0.8;

/// Seconds between the chime and the words, so that whoever looks up hears the first word.
const AFTER_CHIME: f64 = 0.2;
/// What begins so suddenly, within 1 ms of the first sound, is heard as a click.
const CLICK: f64 = 0.05;

/// A part of what was heard: where it begins and how long it is, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Seconds from the first sound.
    pub at: f64,
    /// Seconds.
    pub lasts: f64,
}

/// What was heard, from its first sound to its last.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    samples: Vec<i16>,
    /// Seconds of silence before it.
    pub before: f64,
    /// Sound with silence between.
    pub parts: Vec<Part>,
}

impl Heard {
    /// Measures a recording.
    pub fn of(samples: &[i16]) -> Self {
        let loud: Vec<_> = samples.chunks(PIECE).map(|piece| loudness(piece) > SOUND).collect();
        let (Some(first), Some(last)) = (loud.iter().position(|loud| *loud), loud.iter().rposition(|loud| *loud))
        else {
            return Self { samples: Vec::new(), before: 0.0, parts: Vec::new() };
        };
        let seconds = |pieces: usize| pieces as f64 * PIECE as f64 / RATE as f64;
        let mut parts: Vec<(usize, usize)> = Vec::new();
        for at in (first..=last).filter(|at| loud[*at]) {
            match parts.last_mut() {
                Some((_, end)) if at - *end <= BREATH => *end = at + 1,
                _ => parts.push((at, at + 1)),
            }
        }
        let part = |(from, until): &(usize, usize)| Part { at: seconds(from - first), lasts: seconds(until - from) };
        Self {
            samples: samples[first * PIECE..samples.len().min((last + 1) * PIECE)].to_vec(),
            before: seconds(first),
            parts: parts.iter().map(part).collect(),
        }
    }

    /// How long it lasted, in seconds.
    pub fn seconds(&self) -> f64 {
        self.samples.len() as f64 / RATE as f64
    }

    /// How loud it was, of 1: the root mean square.
    pub fn loudness(&self) -> f64 {
        loudness(&self.samples)
    }

    /// The loudest sample, of 1.
    pub fn peak(&self) -> f64 {
        self.samples.iter().map(|sample| f64::from(sample.unsigned_abs()) / 32_768.0).fold(0.0, f64::max)
    }

    /// Is it flat at the top, as a wave is that did not fit?
    pub fn is_clipped(&self) -> bool {
        self.samples.windows(4).any(|some| some.iter().all(|sample| sample.unsigned_abs() >= 32_766))
    }

    /// The samples of a part.
    fn samples_of(&self, part: Part) -> &[i16] {
        let at = |seconds: f64| ((seconds * RATE as f64) as usize).min(self.samples.len());
        &self.samples[at(part.at)..at(part.at + part.lasts)]
    }

    /// How much of a part's energy lies in few tones, 0 to 1: near 1 for a chime, far less for a voice.
    pub fn purity(&self, part: Part) -> f64 {
        purity(self.samples_of(part))
    }

    /// Leaves it as a sound file, with a breath of silence around it.
    pub fn save(&self, path: &Path) -> Result<()> {
        let breath = vec![0_i16; RATE / 4];
        let file = file(&[&breath[..], &self.samples, &breath].concat())?;
        fs::write(path, file).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Fails unless it is a chime, then speech, long and loud enough to be understood in a hall, and whole.
    pub fn check_announcement(&self) -> Result<()> {
        ensure!(self.parts.len() >= 2, "one sound alone was heard: a chime without speech, or speech without a chime");
        ensure!(self.seconds() >= 2.0, "the announcement lasted only {:.1} s", self.seconds());
        ensure!(self.loudness() >= 0.02, "the announcement is too quiet: {:.4}", self.loudness());
        ensure!(!self.is_clipped(), "the announcement is too loud: the wave is cut off at the top");
        let words = self.parts.iter().skip(1).copied().max_by(|one, other| one.lasts.total_cmp(&other.lasts));
        let (chime, voice) = (self.purity(self.parts[0]), words.map_or(1.0, |words| self.purity(words)));
        ensure!(chime > CHIME, "no chime was heard first: its purity is {chime:.2}");
        ensure!(voice < VOICE, "no voice was heard after the chime: its purity is {voice:.2}");
        let breath = self.parts[1].at - self.parts[0].at - self.parts[0].lasts;
        ensure!(breath >= AFTER_CHIME, "only {breath:.2} s lie between the chime and the words");
        let (begins, ends) = (edge(self.samples.iter()), edge(self.samples.iter().rev()));
        ensure!(begins.max(ends) < CLICK, "it clicks where it begins or ends: {begins:.3}, {ends:.3}");
        Ok(())
    }
}

/// How loud the first millisecond of sound is.
fn edge<'a>(samples: impl Iterator<Item = &'a i16>) -> f64 {
    let heights = samples.map(|sample| f64::from(sample.unsigned_abs()) / 32_768.0);
    heights.skip_while(|height| *height < SOUND).take(RATE / 1000).fold(0.0, f64::max)
}

/// The root mean square of the samples, of 1.
fn loudness(samples: &[i16]) -> f64 {
    let sum: f64 = samples.iter().map(|sample| (f64::from(*sample) / 32_768.0).powi(2)).sum();
    (sum / samples.len().max(1) as f64).sqrt()
}

/// Every eighth sample is enough for tones below 2.5 kHz.
const SKIP: usize = 8;
/// Frames of 100 ms tell tones 10 Hz apart.
const FRAME: usize = RATE / SKIP / 10;
/// A chime of two or three notes with their overtones fits in so many bands of 10 Hz; a voice does not.
const BANDS_OF_A_CHIME: usize = 16;

/// The share of the energy that lies in the strongest bands between 100 Hz and 2.5 kHz.
fn purity(samples: &[i16]) -> f64 {
    let slow: Vec<f64> = samples
        .chunks_exact(SKIP)
        .map(|some| some.iter().map(|sample| f64::from(*sample)).sum::<f64>() / SKIP as f64)
        .collect();
    let mut bands = vec![0.0; 240];
    for frame in slow.chunks_exact(FRAME) {
        for (at, band) in bands.iter_mut().enumerate() {
            *band += energy(frame, 100.0 + 10.0 * at as f64);
        }
    }
    bands.sort_by(|one, other| other.total_cmp(one));
    let all: f64 = bands.iter().sum();
    if all > 0.0 { bands.iter().take(BANDS_OF_A_CHIME).sum::<f64>() / all } else { 0.0 }
}

/// The energy of a frame at one frequency, by Goertzel's recurrence, under a Hann window.
fn energy(frame: &[f64], hertz: f64) -> f64 {
    let turn = std::f64::consts::TAU * hertz * SKIP as f64 / RATE as f64;
    let (twice_cos, last) = (2.0 * turn.cos(), frame.len() as f64);
    let (mut before, mut now) = (0.0, 0.0);
    for (at, sample) in frame.iter().enumerate() {
        let window = 0.5 - 0.5 * (std::f64::consts::TAU * at as f64 / last).cos();
        (before, now) = (now, sample * window + twice_cos * now - before);
    }
    now * now + before * before - twice_cos * now * before
}

/// The bytes of a WAV file: one channel, 16 bits.
fn file(samples: &[i16]) -> Result<Vec<u8>> {
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
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tone that glides from one pitch to another, with four overtones, and begins and ends softly.
    fn tone(seconds: f64, hertz: (f64, f64), height: f64) -> Vec<i16> {
        let count = (seconds * RATE as f64) as usize;
        let mut turns = 0.0;
        let sample = |at: usize| {
            turns += (hertz.0 + (hertz.1 - hertz.0) * at as f64 / count as f64) / RATE as f64;
            let wave: f64 = (1..=5).map(|n| (std::f64::consts::TAU * turns * f64::from(n)).sin() / f64::from(n)).sum();
            let soft = (at.min(count - at) as f64 / (RATE / 100) as f64).min(1.0);
            (wave * soft * 0.5 * height * 32_767.0).clamp(-32_768.0, 32_767.0) as i16
        };
        (0..count).map(sample).collect()
    }

    fn chime() -> Vec<i16> {
        devices::speech::chime().samples().iter().map(|sample| (sample * 32_767.0) as i16).collect()
    }

    fn rest(seconds: f64) -> Vec<i16> {
        vec![0; (seconds * RATE as f64) as usize]
    }

    #[test]
    fn a_chime_and_a_voice_are_told_apart_by_the_silence_between_and_by_their_tones() {
        let voice = [tone(0.9, (80.0, 320.0), 0.3), rest(0.2), tone(1.0, (300.0, 90.0), 0.3)].concat();
        let heard = Heard::of(&[rest(0.5), chime(), rest(0.5), voice, rest(1.0)].concat());
        assert_eq!(heard.parts.len(), 3);
        assert!((heard.before - 0.5).abs() < 0.03 && (heard.seconds() - 3.45).abs() < 0.1, "{heard:?}");
        heard.check_announcement().unwrap();
    }

    #[test]
    fn what_nobody_would_understand_is_no_announcement() {
        let check = |samples: &[i16], expect: &str| {
            let refused = Heard::of(samples).check_announcement().unwrap_err().to_string();
            assert!(refused.contains(expect), "{refused}");
        };
        let quiet = |samples: Vec<i16>| samples.iter().map(|sample| sample / 20).collect::<Vec<_>>();
        let (chime, voice) = (chime(), tone(2.0, (90.0, 160.0), 0.3));
        check(&rest(3.0), "one sound alone");
        check(&voice, "one sound alone");
        check(&[chime.clone(), rest(0.5), tone(0.4, (90.0, 160.0), 0.3)].concat(), "lasted only 1.8 s");
        check(&quiet([chime.clone(), rest(0.5), voice.clone()].concat()), "too quiet");
        check(&[chime.clone(), rest(0.5), tone(2.0, (90.0, 160.0), 3.0)].concat(), "cut off");
        check(&[chime.clone(), rest(0.5), chime.clone(), rest(0.5), chime.clone()].concat(), "no voice");
        check(&[voice.clone(), rest(0.5), voice.clone()].concat(), "no chime");
        check(&[chime.clone(), rest(0.1), voice.clone()].concat(), "between the chime and the words");
        check(&[chime[500..].to_vec(), rest(0.5), voice.clone()].concat(), "it clicks");
        let words = tone(2.0, (300.0, 90.0), 0.3);
        check(&[chime, rest(0.5), words[..80_000].to_vec()].concat(), "it clicks");
    }

    #[test]
    fn a_sound_file_says_how_long_it_is() {
        let file = file(&[1, -1, 300]).unwrap();
        assert_eq!(file.len(), 44 + 6);
        assert_eq!((&file[..4], &file[36..44]), (&b"RIFF"[..], &b"data\x06\0\0\0"[..]));
    }
}
