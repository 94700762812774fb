//! The one place of the server with a clock and dice. Everything else gets time, ids and chance as values.

use contract::time::Instant;
use ring::rand::{SecureRandom, SystemRandom};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use uuid::Uuid;

/// A clock that can be handed about. A test holds its clock and sets it; a demonstration runs shifted.
#[derive(Debug, Clone)]
pub struct Clock(Reading);

#[derive(Debug, Clone)]
enum Reading {
    /// The computer's clock and so many milliseconds more.
    Running { shift_millis: i64 },
    /// Stands still until it is set.
    Held(Arc<AtomicI64>),
}

impl Clock {
    /// The computer's clock.
    pub fn real() -> Self {
        Self(Reading::Running { shift_millis: 0 })
    }

    /// A clock that shows `start` now and runs at its usual speed.
    pub fn starting_at(start: Instant) -> Self {
        Self(Reading::Running { shift_millis: start.as_millis() - read().as_millis() })
    }

    /// A clock that shows `at` until it is set.
    pub fn held(at: Instant) -> Self {
        Self(Reading::Held(Arc::new(AtomicI64::new(at.as_millis()))))
    }

    /// Sets a held clock. A running one takes no orders.
    pub fn set(&self, at: Instant) {
        if let Reading::Held(millis) = &self.0 {
            millis.store(at.as_millis(), Ordering::SeqCst);
        }
    }

    /// What the clock shows.
    pub fn now(&self) -> Instant {
        match &self.0 {
            Reading::Running { shift_millis } => read().plus_millis(*shift_millis),
            Reading::Held(millis) => Instant::from_millis(millis.load(Ordering::SeqCst)),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the server's clock stands here and nowhere else")]
fn read() -> Instant {
    Instant::from_millis(jiff::Timestamp::now().as_millisecond())
}

/// Measures how long something takes, whatever is done to the clock on the wall meanwhile.
#[expect(clippy::disallowed_methods, reason = "the server's clock stands here and nowhere else")]
pub fn stopwatch() -> impl Fn() -> Duration {
    let started = std::time::Instant::now();
    move || started.elapsed()
}

/// A new id. Ids made one after the other sort in that order.
#[expect(clippy::disallowed_methods, reason = "the server's dice stand here and nowhere else")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// Unpredictable bytes for keys, tokens and nonces.
pub fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow::anyhow!("the system gives no random bytes"))?;
    Ok(bytes)
}
