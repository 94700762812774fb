//! The clock of these tests: how long a real device may take is told in real time.

use std::time::{Duration, Instant};

/// Longer than anything here takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// This moment.
#[expect(clippy::disallowed_methods, reason = "these tests wait for real lines and programs")]
pub fn now() -> Instant {
    Instant::now()
}
