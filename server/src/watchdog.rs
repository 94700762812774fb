//! Tells systemd that the server has started and is well (F12). It is well if it says so at its own door, as to anybody who
//! asks: then it can read, commit and decide; if not, systemd is told nothing, and starts it anew.

use crate::{app::App, live};
use client::Client;
use sd_notify::NotifyState;
use std::{sync::Arc, time::Duration};
use tokio::time::{sleep, timeout};

/// Says that it serves. Does nothing where systemd has not started it.
pub fn ready() {
    notify(NotifyState::Ready);
}

/// Says that it is about to end.
pub fn stopping() {
    notify(NotifyState::Stopping);
}

fn notify(state: NotifyState<'_>) {
    if let Err(why) = sd_notify::notify(&[state]) {
        tracing::warn!(%why, "systemd could not be told");
    }
}

/// Looks after the server until it stops, three times in the time that systemd waits for a sign, or more often.
pub async fn run(app: Arc<App>, door: Client) {
    let Some(patience) = sd_notify::watchdog_enabled() else { return };
    let pause = (patience / 3).min(LONGEST);
    // An answer that comes later comes too late; one that comes late is one.
    let limit = patience - pause;
    let mut stopping = app.live.stopping();
    loop {
        match timeout(limit, door.health()).await {
            Ok(Ok(_)) => notify(NotifyState::Watchdog),
            Ok(Err(why)) => tracing::error!(%why, "not well"),
            Err(_) => tracing::error!(seconds = limit.as_secs(), "not well: no answer"),
        }
        tokio::select! {
            () = sleep(pause) => {}
            () = live::stopped(&mut stopping) => return,
        }
    }
}

/// However patient systemd is: the connection to the door is used often enough to stay open, so that a house full of
/// connections is no reason to be started anew.
const LONGEST: Duration = Duration::from_secs(5);
