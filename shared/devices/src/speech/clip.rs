//! A piece of sound, always mono at one rate, so that pieces join without a seam. Pure.

use std::time::Duration;

/// Samples a second of every clip: what every sound card plays without converting.
pub const RATE: u32 = 44_100;

/// A piece of sound, mono, [`RATE`] samples a second, each from -1 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Clip {
    pub(crate) samples: Vec<f32>,
}

impl Clip {
    /// How long it sounds.
    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.samples.len() as f64 / f64::from(RATE))
    }
}
