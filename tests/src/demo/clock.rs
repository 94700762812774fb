//! The demonstration's clock: how long it has been running. Nothing else here looks at a clock.

use std::time::{Duration, Instant};

/// When the demonstration began.
#[derive(Debug, Clone, Copy)]
pub struct Start(Instant);

impl Start {
    /// It begins now.
    #[expect(clippy::disallowed_methods, reason = "the one clock of the demonstration")]
    pub fn now() -> Self {
        Self(Instant::now())
    }

    /// How long ago it began.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
