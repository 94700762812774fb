//! Whether the server can do its work: read its tables, make something durable, carry out commands (F12).
//!
//! Whoever asks within a second hears the same, so that nobody makes it work by asking.

use crate::{app::App, clock, store};
use contract::api::ServerPart;
use std::{fmt::Display, time::Duration};
use tokio::{sync::Mutex, time::timeout};

/// For so long what was found is told again.
const FRESH: Duration = Duration::from_secs(1);
/// Each part has this long: as long as anybody waits for the database.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was found last.
#[derive(Default)]
pub struct Checkup(Mutex<Option<Finding>>);

struct Finding {
    /// How long ago.
    age: Box<dyn Fn() -> Duration + Send + Sync>,
    ailing: Vec<ServerPart>,
}

impl std::fmt::Debug for Checkup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checkup").finish_non_exhaustive()
    }
}

impl Checkup {
    /// What the server cannot do now. Empty if all is well.
    pub async fn ailing(&self, app: &App) -> Vec<ServerPart> {
        let mut last = self.0.lock().await;
        if let Some(finding) = last.as_ref().filter(|finding| (finding.age)() < FRESH) {
            return finding.ailing.clone();
        }
        let parts = tokio::join!(
            look(ServerPart::Reading, reads(app)),
            look(ServerPart::Storing, stores(app)),
            look(ServerPart::Deciding, decides(app)),
        );
        let ailing: Vec<_> = [parts.0, parts.1, parts.2].into_iter().flatten().collect();
        *last = Some(Finding { age: Box::new(clock::stopwatch()), ailing: ailing.clone() });
        ailing
    }
}

/// The part, if it cannot be done. The log says why.
async fn look<E: Display>(part: ServerPart, work: impl Future<Output = Result<(), E>>) -> Option<ServerPart> {
    match timeout(PATIENCE, work).await {
        Ok(Ok(())) => return None,
        Ok(Err(why)) => tracing::error!(%why, "not well: {part}"),
        Err(_) => tracing::error!(seconds = PATIENCE.as_secs(), "not well: {part}, or not in time"),
    }
    Some(part)
}

async fn reads(app: &App) -> store::Result<()> {
    let mut tx = app.db.read().await?;
    app.days.office(&mut tx).await?;
    store::install::glance(&mut tx).await
}

async fn stores(app: &App) -> store::Result<()> {
    let mut tx = app.db.write().await?;
    store::install::heartbeat(&mut tx, app.clock.now()).await?;
    tx.commit().await
}

async fn decides(app: &App) -> store::Result<()> {
    app.desk.is_moving().await;
    Ok(())
}
