//! A piece of sound, always mono at one rate and one loudness, so that pieces join without a seam. Pure.

use rodio::{ChannelCount, Decoder, SampleRate, source::UniformSourceIterator};
use std::{io::Cursor, time::Duration};

/// Samples a second of every clip: what every sound card plays without converting.
pub const RATE: u32 = 44_100;
/// The same for rodio.
pub(super) const SAMPLE_RATE: SampleRate = match SampleRate::new(RATE) {
    Some(rate) => rate,
    None => SampleRate::MIN,
};
/// One channel.
pub(super) const MONO: ChannelCount = ChannelCount::MIN;
/// The longest clip; an announcement has seconds, and a file that says otherwise is broken.
const LONGEST_SECONDS: usize = 60;
/// How loud a clip is while it sounds, as root mean square: loud enough, with room for peaks.
const LOUDNESS: f32 = 0.16;
/// No sample goes beyond this, so that nothing crackles.
const PEAK: f32 = 0.89;
/// What is softer than this, against the clip's own peak, is silence around the words.
const SILENCE: f32 = 0.01;
/// Silence that stays before and after the words, and the slope that avoids a click.
const EDGE: usize = RATE as usize / 50;

/// Why a file is no clip.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadClip {
    /// It cannot be decoded.
    #[error("not a WAV file: {0}")]
    Format(String),
    /// Nothing can be heard in it.
    #[error("the clip is silent")]
    Silent,
    /// It is longer than any announcement.
    #[error("the clip is longer than {LONGEST_SECONDS} s")]
    TooLong,
}

/// A piece of sound, mono, [`RATE`] samples a second, each from -1 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Clip {
    samples: Vec<f32>,
}

impl Clip {
    /// A clip of samples as they are: mono, [`RATE`] a second, each from -1 to 1.
    pub fn from_samples(samples: Vec<f32>) -> Self {
        Self { samples }
    }

    /// A clip of silence.
    pub fn silence(length: Duration) -> Self {
        Self { samples: vec![0.0; (length.as_secs_f32() * RATE as f32) as usize] }
    }

    /// Reads a WAV file of any rate and number of channels.
    pub fn from_wav(bytes: Vec<u8>) -> Result<Self, BadClip> {
        let decoder = Decoder::new_wav(Cursor::new(bytes)).map_err(|error| BadClip::Format(error.to_string()))?;
        let most = LONGEST_SECONDS * RATE as usize;
        let samples: Vec<f32> = UniformSourceIterator::new(decoder, MONO, SAMPLE_RATE).take(most + 1).collect();
        if samples.len() > most { Err(BadClip::TooLong) } else { Ok(Self { samples }) }
    }

    /// The clip as a WAV file of 16 bits.
    pub fn to_wav(&self) -> Vec<u8> {
        let size = (self.samples.len() * 2) as u32;
        let mut bytes = Vec::with_capacity(44 + self.samples.len() * 2);
        bytes.extend(b"RIFF");
        bytes.extend((36 + size).to_le_bytes());
        bytes.extend(b"WAVEfmt ");
        bytes.extend(16_u32.to_le_bytes());
        bytes.extend([1_u16, 1].into_iter().flat_map(u16::to_le_bytes));
        bytes.extend([RATE, RATE * 2].into_iter().flat_map(u32::to_le_bytes));
        bytes.extend([2_u16, 16].into_iter().flat_map(u16::to_le_bytes));
        bytes.extend(b"data");
        bytes.extend(size.to_le_bytes());
        bytes.extend(self.samples.iter().flat_map(|sample| ((sample.clamp(-1.0, 1.0) * 32767.0) as i16).to_le_bytes()));
        bytes
    }

    /// The same without the silence around it, as loud as every other levelled clip.
    pub fn levelled(mut self) -> Result<Self, BadClip> {
        let peak = self.samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        let sounds = |sample: &f32| sample.abs() > peak * SILENCE;
        let (Some(first), Some(last)) = (self.samples.iter().position(sounds), self.samples.iter().rposition(sounds))
        else {
            return Err(BadClip::Silent);
        };
        if peak < f32::EPSILON {
            return Err(BadClip::Silent);
        }
        self.samples.truncate((last + EDGE).min(self.samples.len()));
        self.samples.drain(..first.saturating_sub(EDGE));
        let gain = (LOUDNESS / self.loudness()).min(PEAK / peak);
        self.samples.iter_mut().for_each(|sample| *sample *= gain);
        self.soften_edges();
        Ok(self)
    }

    /// The same, softer: 0 to 100, where 50 sounds about half as loud.
    #[must_use]
    pub fn at_volume(&self, percent: u8) -> Self {
        let gain = (f32::from(percent.min(100)) / 100.0).powi(2);
        Self { samples: self.samples.iter().map(|sample| sample * gain).collect() }
    }

    /// Adds what follows without a pause.
    pub fn append(&mut self, next: &Self) {
        self.samples.extend_from_slice(&next.samples);
    }

    /// How long it sounds.
    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.samples.len() as f64 / f64::from(RATE))
    }

    /// Its samples.
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }

    /// The root mean square of what is not silence.
    pub(super) fn loudness(&self) -> f32 {
        let peak = self.samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        let (mut sum, mut count) = (0.0_f64, 0_u32);
        // Windows of 20 ms: the gaps between words do not make the words louder.
        for window in self.samples.chunks(EDGE) {
            if window.iter().any(|sample| sample.abs() > peak * 0.1) {
                sum += window.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
                count += window.len() as u32;
            }
        }
        if count == 0 { 0.0 } else { (sum / f64::from(count)).sqrt() as f32 }
    }

    fn soften_edges(&mut self) {
        let slope = EDGE.min(self.samples.len() / 2) / 2;
        let length = self.samples.len();
        for at in 0..slope {
            let gain = at as f32 / slope as f32;
            self.samples[at] *= gain;
            self.samples[length - 1 - at] *= gain;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(level: f32, seconds: f32) -> Vec<f32> {
        let step = 440.0 * std::f32::consts::TAU / RATE as f32;
        (0..(seconds * RATE as f32) as usize).map(|at| (at as f32 * step).sin() * level).collect()
    }

    #[test]
    fn a_wav_file_comes_back_as_it_went() {
        let clip = Clip::from_samples(tone(0.5, 0.3));
        let back = Clip::from_wav(clip.to_wav()).expect("our own WAV");
        assert_eq!(back.samples.len(), clip.samples.len());
        assert!(clip.samples.iter().zip(&back.samples).all(|(one, other)| (one - other).abs() < 0.001));
    }

    #[test]
    fn soft_and_loud_clips_become_equally_loud_without_their_silence() {
        for level in [0.01, 0.2, 1.0] {
            let mut samples = vec![0.0; RATE as usize];
            samples.extend(tone(level, 1.0));
            samples.extend(vec![0.0; RATE as usize]);
            let clip = Clip::from_samples(samples).levelled().expect("a tone");
            assert!((clip.loudness() - LOUDNESS).abs() < 0.01, "{}", clip.loudness());
            assert!((clip.duration().as_secs_f32() - 1.0).abs() < 0.05);
            assert!(clip.samples[0].abs() < 0.001 && clip.samples.last().is_some_and(|last| last.abs() < 0.001));
        }
    }

    #[test]
    fn a_sharp_clip_never_crackles() {
        let mut samples = vec![0.001; RATE as usize];
        samples[20_000] = 0.9;
        let clip = Clip::from_samples(samples).levelled().expect("a click");
        assert!(clip.samples.iter().all(|sample| sample.abs() <= PEAK + 0.001));
    }

    #[test]
    fn silence_and_rubbish_are_no_clips() {
        assert_eq!(Clip::silence(Duration::from_secs(1)).levelled(), Err(BadClip::Silent));
        assert_eq!(Clip::from_samples(Vec::new()).levelled(), Err(BadClip::Silent));
        assert!(matches!(Clip::from_wav(b"no sound at all".to_vec()), Err(BadClip::Format(_))));
        let hour = Clip::silence(Duration::from_secs(61)).to_wav();
        assert_eq!(Clip::from_wav(hour), Err(BadClip::TooLong));
    }
}
