//! The benchmark's clock: how long something took. Nothing else here looks at a clock, and nothing rolls dice.

use std::time::{Duration, Instant};

/// A moment from which time is measured.
#[derive(Debug, Clone, Copy)]
pub struct Start(Instant);

impl Start {
    /// It begins now.
    #[expect(clippy::disallowed_methods, reason = "the one clock of the benchmark")]
    pub fn now() -> Self {
        Self(Instant::now())
    }

    /// How long ago it began.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
