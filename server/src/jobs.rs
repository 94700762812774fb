//! What the passing of time does: days that are over are closed, and what may be forgotten is forgotten.
//!
//! Nothing here decides: closing a day is a command like any other, and no rule waits for a job.

use crate::{app::App, desk::Ask, error::Failure, health, live, pairing, store};
use domain::{Actor, Command};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// How often to look.
const EVERY: Duration = Duration::from_secs(60);
/// How long a caller's key is remembered (INV-6).
const KEYS_HOURS: i64 = 24;
/// How long a place is remembered where somebody has logged in: longer than a holiday.
const PLACES_DAYS: i64 = 90;

/// Looks after the passing of time until the server stops.
pub async fn run(app: Arc<App>) {
    let mut stopping = app.live.stopping();
    loop {
        if let Err(failure) = once(&app).await {
            tracing::warn!(%failure, "a job failed and will be tried again");
        }
        tokio::select! {
            () = sleep(EVERY) => {}
            () = live::stopped(&mut stopping) => return,
        }
    }
}

/// Does what is due now.
pub async fn once(app: &App) -> Result<(), Failure> {
    close_days(app).await?;
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    store::idempotency::forget(&mut tx, now.plus_minutes(-60 * KEYS_HOURS)).await?;
    store::staff::forget_sessions(&mut tx, now).await?;
    store::login_place::forget(&mut tx, now.plus_minutes(-60 * 24 * PLACES_DAYS)).await?;
    store::pairing::forget(&mut tx, now, now.plus_minutes(-pairing::MISSES_MINUTES)).await?;
    store::health::forget(&mut tx, health::counts_after(now)).await?;
    Ok(tx.commit().await?)
}

async fn close_days(app: &App) -> Result<(), Failure> {
    let now = app.clock.now();
    let office = app.office().await?;
    // The latest date on earth bounds the question; each site's own clock answers it.
    let bound =
        now.plus_minutes(24 * 60).service_date(&"UTC".parse().map_err(anyhow::Error::from)?, Default::default());
    let mut tx = app.db.read().await?;
    let open = store::day::open_before(&mut tx, bound).await?;
    drop(tx);
    for (site, date) in open {
        let Some(rules) = office.rules(&site).filter(|rules| date < rules.date_at(now)) else { continue };
        let site = rules.site.id.clone();
        let command = Command::CloseDay;
        let ask = Ask { site, date, by: Actor::Clock, command, request: String::new(), card: None, key: None };
        app.desk.act(ask).await?;
        tracing::info!(site = %rules.site.id, %date, "the day is closed");
    }
    Ok(())
}
