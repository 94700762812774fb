//! Tells systemd that an app has started and is well (F51). It is well while its window's loop and its worker both turn;
//! if one of them stands still, systemd is told nothing, and starts the program anew. Where systemd has not started it,
//! nothing is told to anybody.
//!
//! It has no timer of its own: the window's loop feeds it, because that is what may hang.

use sd_notify::NotifyState;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

/// Whether the worker has taken an input since the window's loop last looked.
static TURNED: AtomicBool = AtomicBool::new(false);

/// How often the window's loop is to call [`feed`]: three times in the time that systemd waits for a sign.
pub fn every() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|patience| patience / 3)
}

/// The window is up and its loop turns.
pub fn ready() {
    notify(NotifyState::Ready);
}

/// The worker has taken an input. Time passes for it some times in a second, so that one comes always.
pub fn worker_turned() {
    TURNED.store(true, Ordering::Relaxed);
}

/// The window's loop turns. Systemd is told so if the worker does, too.
pub fn feed() {
    if TURNED.swap(false, Ordering::Relaxed) {
        notify(NotifyState::Watchdog);
    } else {
        tracing::error!("the worker stands still");
    }
}

fn notify(state: NotifyState<'_>) {
    if let Err(why) = sd_notify::notify(&[state]) {
        tracing::warn!(%why, "systemd could not be told");
    }
}
