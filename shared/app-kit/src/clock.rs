//! The one place where an app reads a clock and throws dice. Everything else takes `now` and ids as values.

use std::time::Instant;
use uuid::Uuid;

/// A clock that never jumps: milliseconds since it was started, whatever happens to the time of day.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Instant);

impl Clock {
    /// A clock that shows 0 now.
    #[expect(clippy::disallowed_methods, reason = "the one place where an app reads a clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since the start.
    #[expect(clippy::disallowed_methods, reason = "the one place where an app reads a clock")]
    pub fn millis(&self) -> u64 {
        u64::try_from(Instant::now().duration_since(self.0).as_millis()).unwrap_or(u64::MAX)
    }
}

/// A new id, for what an app names itself so that a retry is recognised.
#[expect(clippy::disallowed_methods, reason = "the one place where an app throws dice")]
pub fn new_id() -> Uuid {
    Uuid::new_v4()
}
