//! Carries out what `flow` asks for: questions to the server, the feed of a room, announcements.
//!
//! It decides nothing; whatever comes of an effect goes back as an input.

use crate::{
    bind::link::Renewal,
    config::PROGRAM,
    flow::{Effect, Input, SoundNews, Trouble},
    spoken,
};
use app_kit::worker::Inputs;
use client::{Client, Failure, Feed};
use contract::{Refusal, ids::RoomId};
use devices::speech::{Announcement, Announcer, Heard, SoundEvent};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::AbortHandle;

/// The server and the loudspeaker.
#[derive(Clone)]
pub struct Performer {
    client: Client,
    renewal: Renewal,
    announcer: Arc<Announcer>,
    feed: Arc<Mutex<Option<AbortHandle>>>,
    /// What the log was told last: a night without network is one line, not ten thousand.
    told: Arc<Mutex<Option<Trouble>>>,
}

impl Performer {
    /// With that server, that way to keep its token, and that loudspeaker.
    pub fn new(client: Client, renewal: Renewal, announcer: Announcer) -> Self {
        Self { client, renewal, announcer: Arc::new(announcer), feed: Arc::default(), told: Arc::default() }
    }

    /// Carries out one effect.
    pub async fn perform(self, effect: Effect, inputs: Inputs<Input>) {
        match effect {
            Effect::AskSettings => {
                let settings = self.client.display_settings().await;
                inputs.send(Input::Settings(settings.map(Box::new).map_err(|failure| self.trouble(&failure))));
            }
            Effect::Follow(room) => self.follow(&room, inputs),
            Effect::LinkAgain => PROGRAM.begin_anew(true),
            Effect::RenewToken => self.renewal.renew(&self.client).await,
            Effect::Report(health) => {
                // The public need not know, and the next report says the same.
                if let Err(failure) = self.client.report_health(&health).await {
                    tracing::debug!(%failure, "how this display is could not be reported");
                }
            }
            Effect::Say { saying, lang, volume_percent } => {
                let text = spoken::sentence(lang, &saying);
                let id = format!("{}-{}-{}", saying.code, saying.seq, if saying.first { 1 } else { 2 });
                tracing::info!(%id, %text, "says");
                self.announcer.announce(Announcement {
                    id,
                    chime: saying.first,
                    clips: vec![text],
                    language: lang.code().to_owned(),
                    volume_percent,
                    repeat: 1,
                });
            }
        }
    }

    /// One feed at a time: following a room ends following the one before.
    fn follow(&self, room: &RoomId, inputs: Inputs<Input>) {
        let mut live = self.client.room_live(room);
        let performer = self.clone();
        let feed = tokio::spawn(async move {
            loop {
                inputs.send(match live.next().await {
                    Feed::Up => Input::Up,
                    Feed::Board(board) => {
                        performer.all_is_well();
                        Input::Board(board)
                    }
                    Feed::Lost { why, quiet } => {
                        let quiet = u64::try_from(quiet.as_millis()).unwrap_or(u64::MAX);
                        Input::Lost(performer.trouble(&why), quiet)
                    }
                });
            }
        });
        let before = self.feed.lock().unwrap_or_else(PoisonError::into_inner).replace(feed.abort_handle());
        if let Some(before) = before {
            before.abort();
        }
    }

    fn trouble(&self, failure: &Failure) -> Trouble {
        let trouble = match failure {
            Failure::Unreachable(_) => Trouble::Away,
            Failure::Refused(Refusal::Unauthenticated | Refusal::Forbidden | Refusal::NotFound) => Trouble::NotAdmitted,
            Failure::Refused(_) => Trouble::Refused,
            Failure::Garbled(_) => Trouble::Strange,
        };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.replace(trouble) != Some(trouble) {
            tracing::warn!(%failure, "the server does not help");
        }
        trouble
    }

    fn all_is_well(&self) {
        if self.told.lock().unwrap_or_else(PoisonError::into_inner).take().is_some() {
            tracing::info!("the server is back");
        }
    }
}

/// What the loudspeaker reports, as far as it concerns the flow.
pub fn sound_news(event: SoundEvent) -> Option<Input> {
    let news = match event {
        SoundEvent::Ready => SoundNews::Ready,
        SoundEvent::Missing { why } => {
            tracing::warn!(%why, "no sound device, staff code D-AUD-05");
            SoundNews::Missing
        }
        SoundEvent::Started { .. } => return None,
        SoundEvent::Ended { heard, id } => {
            if heard != Heard::All {
                tracing::warn!(%id, ?heard, "not all of an announcement could be heard");
            }
            match heard {
                Heard::All => SoundNews::Said,
                Heard::ChimeOnly => SoundNews::OnlyChimed,
                Heard::Nothing => SoundNews::Unheard,
            }
        }
    };
    Some(Input::Sound(news))
}
