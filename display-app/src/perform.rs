//! Carries out what `flow` asks for: questions to the server, the feed of a room, announcements.
//!
//! It decides nothing; whatever comes of an effect goes back as an input.

use crate::{
    flow::{Effect, Input, SoundNews, Trouble},
    spoken,
};
use app_kit::worker::Inputs;
use client::{Client, Failure, Feed};
use contract::{Refusal, ids::RoomId};
use devices::speech::{Announcement, Announcer, SoundEvent};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::AbortHandle;

/// The server and the loudspeaker.
#[derive(Clone)]
pub struct Performer {
    client: Client,
    announcer: Arc<Announcer>,
    feed: Arc<Mutex<Option<AbortHandle>>>,
}

impl Performer {
    /// With that server and that loudspeaker.
    pub fn new(client: Client, announcer: Announcer) -> Self {
        Self { client, announcer: Arc::new(announcer), feed: Arc::default() }
    }

    /// Carries out one effect.
    pub async fn perform(self, effect: Effect, inputs: Inputs<Input>) {
        match effect {
            Effect::AskSettings => {
                let settings = self.client.display_settings().await;
                inputs.send(Input::Settings(settings.map(Box::new).map_err(|failure| trouble(&failure))));
            }
            Effect::Follow(room) => self.follow(&room, inputs),
            Effect::Say { saying, lang, volume_percent } => {
                let text = spoken::sentence(lang, saying.code, saying.kind, &saying.counter);
                tracing::info!(seq = saying.seq, first = saying.first, %text, "says");
                self.announcer.announce(Announcement {
                    id: saying.seq.to_string(),
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
        let feed = tokio::spawn(async move {
            loop {
                inputs.send(match live.next().await {
                    Feed::Up => Input::Up,
                    Feed::Board(board) => Input::Board(board),
                    Feed::Lost { why, quiet } => {
                        Input::Lost(trouble(&why), u64::try_from(quiet.as_millis()).unwrap_or(u64::MAX))
                    }
                });
            }
        });
        let before = self.feed.lock().unwrap_or_else(PoisonError::into_inner).replace(feed.abort_handle());
        if let Some(before) = before {
            before.abort();
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
            tracing::info!(%id, ?heard, "said");
            SoundNews::Ended
        }
    };
    Some(Input::Sound(news))
}

fn trouble(failure: &Failure) -> Trouble {
    tracing::warn!(%failure, "the server does not help");
    match failure {
        Failure::Unreachable(_) => Trouble::Away,
        Failure::Refused(Refusal::Unauthenticated | Refusal::Forbidden | Refusal::NotFound) => Trouble::NotAdmitted,
        Failure::Refused(_) => Trouble::Refused,
        Failure::Garbled(_) => Trouble::Strange,
    }
}
