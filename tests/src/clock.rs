//! The clock of the demonstration and of the benchmark: how long something took. Nothing else of theirs looks at one.

use std::time::{Duration, Instant};

/// A moment from which time is measured.
#[derive(Debug, Clone, Copy)]
pub struct Start(Instant);

impl Start {
    /// It begins now.
    #[expect(clippy::disallowed_methods, reason = "the one clock of both programs")]
    pub fn now() -> Self {
        Self(Instant::now())
    }

    /// How long ago it began.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
