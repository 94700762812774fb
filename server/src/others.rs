//! Other servers on the same database: what they have done is on this one's boards as soon as on theirs.

use crate::{
    app::App,
    live,
    store::{
        self,
        wake::{Ear, Heard},
    },
};
use contract::office::Site;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// How long to wait for a database that cannot be listened to.
const AGAIN: Duration = Duration::from_secs(2);

/// Listens until the server stops. Comes back at once where there can be no others.
pub async fn run(app: Arc<App>) {
    let mut stopping = app.live.stopping();
    loop {
        let listening = async {
            match Ear::open(&app.db).await {
                Ok(None) => return true,
                Ok(Some(ear)) => {
                    let Err(why) = listen(&app, ear).await;
                    tracing::warn!(%why, "other servers cannot be heard");
                }
                Err(why) => tracing::warn!(%why, "other servers cannot be heard"),
            }
            sleep(AGAIN).await;
            false
        };
        tokio::select! {
            alone = listening => if alone { return },
            () = live::stopped(&mut stopping) => return,
        }
    }
}

async fn listen(app: &App, mut ear: Ear) -> store::Result<std::convert::Infallible> {
    // What was said before this began to listen is not known either.
    let mut heard = Heard::Gap;
    loop {
        match heard {
            Heard::Site(server, site) if server != app.desk.server() => app.desk.announce(&site),
            // What this server says it has told its followers already.
            Heard::Site(..) => {}
            Heard::Gap => {
                for site in app.office().await?.all::<Site>() {
                    app.desk.announce(&site.id);
                }
            }
        }
        heard = ear.next().await?;
    }
}
