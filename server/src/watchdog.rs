//! Tells systemd that the server has started and is well (F12). It is well if it answers at its own door like anybody
//! else, and a commit is possible; if not, systemd is told nothing, and starts it anew.

use crate::{app::App, live, store};
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

/// Looks after the server until it stops, three times in the time that systemd waits for a sign.
pub async fn run(app: Arc<App>, door: Client) {
    let Some(patience) = sd_notify::watchdog_enabled() else { return };
    let every = patience / 3;
    let mut stopping = app.live.stopping();
    loop {
        match timeout(every, is_well(&app, &door)).await {
            Ok(Ok(())) => notify(NotifyState::Watchdog),
            Ok(Err(why)) => tracing::error!(%why, "not well"),
            Err(_) => tracing::error!(seconds = every.as_secs(), "not well: no answer"),
        }
        tokio::select! {
            () = sleep(every.min(LONGEST)) => {}
            () = live::stopped(&mut stopping) => return,
        }
    }
}

/// However patient systemd is.
const LONGEST: Duration = Duration::from_secs(60);

async fn is_well(app: &App, door: &Client) -> anyhow::Result<()> {
    door.health().await?;
    let mut tx = app.db.write().await?;
    store::install::heartbeat(&mut tx, app.clock.now()).await?;
    Ok(tx.commit().await?)
}
