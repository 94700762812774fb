//! The chime before an announcement: two gentle notes, falling, made here sample by sample. Pure.

use super::clip::{Clip, RATE};
use std::f32::consts::TAU;

/// How long the chime sounds.
const LENGTH: f32 = 0.85;
/// The two notes, E5 and C5: low enough for ears that lost the high tones.
const NOTES: [(f32, f32); 2] = [(659.26, 0.0), (523.25, 0.26)];
/// Overtones of a note: which, and how strong. Softer and shorter the higher they are, as in a bell.
const OVERTONES: [(f32, f32); 3] = [(1.0, 1.0), (2.0, 0.22), (3.0, 0.08)];
/// How fast a note fades: to a third in this time.
const FADE: f32 = 0.28;
/// How a note begins: a few milliseconds, so that it does not click.
const ATTACK: f32 = 0.012;
/// The end fades to nothing.
const RELEASE: f32 = 0.12;

/// The chime, as loud as speech.
pub fn chime() -> Clip {
    let samples = (0..(LENGTH * RATE as f32) as usize).map(|at| sample(at as f32 / RATE as f32)).collect();
    let raw = Clip::from_samples(samples);
    // A chime is never silent; were it, a second of nothing is harmless.
    raw.clone().levelled().unwrap_or(raw)
}

fn sample(time: f32) -> f32 {
    let release = ((LENGTH - time) / RELEASE).clamp(0.0, 1.0);
    NOTES.iter().map(|(pitch, start)| note(*pitch, time - start)).sum::<f32>() * release
}

fn note(pitch: f32, time: f32) -> f32 {
    if time < 0.0 {
        return 0.0;
    }
    let attack = 0.5 - 0.5 * ((time / ATTACK).min(1.0) * TAU / 2.0).cos();
    let overtones = OVERTONES
        .iter()
        .map(|(which, strength)| strength * (-time * which / FADE).exp() * (pitch * which * time * TAU).sin());
    attack * overtones.sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chime_is_short_and_as_loud_as_speech() {
        let chime = chime();
        assert!((0.6..=0.9).contains(&chime.duration().as_secs_f32()), "{:?}", chime.duration());
        assert!((0.1..=0.2).contains(&chime.loudness()), "{}", chime.loudness());
    }

    #[test]
    fn the_chime_does_not_click() {
        let chime = chime();
        let samples = chime.samples();
        let steepest = samples.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0_f32, f32::max);
        assert!(steepest < 0.15, "{steepest}");
        assert!(samples[0].abs() < 0.001 && samples.last().is_some_and(|last| last.abs() < 0.001));
        assert!(samples.iter().all(|sample| sample.abs() < 0.9));
    }
}
