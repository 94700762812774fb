//! The only place of this crate that reads a clock: monotonic time for device threads. Pure code gets it as a value.

use std::time::Instant;

/// This moment, on a clock that never jumps.
#[expect(
    clippy::disallowed_methods,
    reason = "device threads wait for hardware; their pure parts take time as a value"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
