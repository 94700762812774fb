//! The thread that says announcements, one after the other.

use super::{
    Announcement, Engine, Heard, SoundEvent,
    cache::Cache,
    chime::chime,
    clip::Clip,
    engine::SpeechError,
    output::{Output, Place},
};
use crate::{clock, url::BadUrl};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

/// A device that is away is looked for so often.
const RETRY: Duration = Duration::from_secs(10);
/// A call that waited so long is no news: the board shows it.
const STALE: Duration = Duration::from_secs(60);
/// Announcements that may wait; more could not be said before they are stale.
const QUEUE: usize = 32;
/// What one waiting announcement takes, about, and how much may wait behind one that is said twice.
const ONE: Duration = Duration::from_secs(5);
const CROWD: Duration = Duration::from_secs(20);
/// Nobody listens to the same words more often.
const MOST_REPEATS: u8 = 3;
/// The breath between the chime and the words, and between the words and their repetition.
const AFTER_CHIME: Duration = Duration::from_millis(300);
const BEFORE_REPEAT: Duration = Duration::from_millis(700);
/// An engine that hung is left alone for so long: each announcement would wait for it in vain.
const REST: Duration = Duration::from_secs(30);

type OnEvent = Arc<Mutex<dyn FnMut(SoundEvent) + Send>>;

/// Says announcements; after it is dropped, those that wait are still said.
pub struct Announcer {
    queue: mpsc::SyncSender<(Announcement, Instant)>,
    on_event: OnEvent,
}

impl Announcer {
    /// Starts an announcer. `output` is `default` (the sound device), `wav:DIR` (each announcement becomes a file in
    /// that folder, sooner than it could be heard) or `none`.
    ///
    /// Without a sound device it stays up and looks for one.
    pub fn start(
        output: &str,
        engine: impl Engine + 'static,
        on_event: impl FnMut(SoundEvent) + Send + 'static,
    ) -> Result<Self, BadUrl> {
        let place = Place::parse(output)?;
        let on_event: OnEvent = Arc::new(Mutex::new(on_event));
        let (queue, announcements) = mpsc::sync_channel(QUEUE);
        let report = Arc::clone(&on_event);
        thread::spawn(move || {
            let worker = Worker {
                output: place.output(),
                engine: Box::new(engine),
                on_event: report,
                chime: chime(),
                cache: Cache::default(),
                waiting: VecDeque::new(),
                announcements,
                told: None,
                resting_until: None,
            };
            worker.run();
        });
        Ok(Self { queue, on_event })
    }

    /// Queues an announcement; it is said after those before it. When the queue is full it ends unheard, at once.
    pub fn announce(&self, announcement: Announcement) {
        if let Err(mpsc::TrySendError::Full(refused) | mpsc::TrySendError::Disconnected(refused)) =
            self.queue.try_send((announcement, clock::now()))
        {
            tracing::warn!(announcement = refused.0.id, "too many announcements are waiting");
            report(&self.on_event, SoundEvent::Ended { id: refused.0.id, heard: Heard::Nothing });
        }
    }
}

fn report(on_event: &OnEvent, event: SoundEvent) {
    (on_event.lock().unwrap_or_else(PoisonError::into_inner))(event);
}

struct Worker {
    output: Box<dyn Output>,
    engine: Box<dyn Engine>,
    on_event: OnEvent,
    chime: Clip,
    cache: Cache,
    waiting: VecDeque<(Announcement, Instant)>,
    announcements: mpsc::Receiver<(Announcement, Instant)>,
    /// Whether the output was last told to be there.
    told: Option<bool>,
    resting_until: Option<Instant>,
}

impl Worker {
    fn run(mut self) {
        loop {
            self.look();
            match self.next() {
                Ok((announcement, asked)) => {
                    let heard = self.announce(&announcement, asked);
                    report(&self.on_event, SoundEvent::Ended { id: announcement.id, heard });
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn next(&mut self) -> Result<(Announcement, Instant), RecvTimeoutError> {
        match self.waiting.pop_front() {
            Some(first) => Ok(first),
            None => self.announcements.recv_timeout(RETRY),
        }
    }

    /// Whether there is an output now; tells when this is new.
    fn look(&mut self) -> bool {
        let opened = self.output.open();
        self.tell(opened)
    }

    fn tell(&mut self, state: Result<(), String>) -> bool {
        let there = state.is_ok();
        if self.told.replace(there) != Some(there) {
            let event = match state {
                Ok(()) => SoundEvent::Ready,
                Err(why) => {
                    tracing::warn!(why, "no sound");
                    SoundEvent::Missing { why }
                }
            };
            report(&self.on_event, event);
        }
        there
    }

    fn announce(&mut self, announcement: &Announcement, asked: Instant) -> Heard {
        if clock::now().duration_since(asked) > STALE || !self.look() {
            return Heard::Nothing;
        }
        report(&self.on_event, SoundEvent::Started { id: announcement.id.clone() });
        match self.say(announcement) {
            Ok(heard) => heard,
            Err(why) => {
                self.tell(Err(why));
                Heard::Nothing
            }
        }
    }

    fn say(&mut self, announcement: &Announcement) -> Result<Heard, String> {
        self.output.begin(&announcement.id);
        let volume = announcement.volume_percent;
        if announcement.chime {
            self.output.play(self.chime.at_volume(volume))?;
        }
        // The engine works while the chime sounds.
        let words = self.words(announcement);
        if let Some(words) = &words {
            let words = words.at_volume(volume);
            if announcement.chime {
                self.output.play(Clip::silence(AFTER_CHIME))?;
            }
            self.output.play(words.clone())?;
            for _ in 1..announcement.repeat.min(MOST_REPEATS) {
                self.output.settle()?;
                if self.crowded() {
                    break;
                }
                self.output.play(Clip::silence(BEFORE_REPEAT))?;
                self.output.play(words.clone())?;
            }
        }
        self.output.settle()?;
        self.output.end()?;
        Ok(match words {
            Some(_) => Heard::All,
            None if announcement.chime => Heard::ChimeOnly,
            None => Heard::Nothing,
        })
    }

    /// All that is said, or nothing: half a call is worse than a chime.
    fn words(&mut self, announcement: &Announcement) -> Option<Clip> {
        let mut words = Clip::from_samples(Vec::new());
        for text in &announcement.clips {
            match self.clip(text, &announcement.language) {
                Ok(clip) => words.append(&clip),
                Err(error) => {
                    tracing::warn!(%error, announcement = announcement.id, "not said, only the chime");
                    return None;
                }
            }
        }
        (!announcement.clips.is_empty()).then_some(words)
    }

    fn clip(&mut self, text: &str, language: &str) -> Result<Arc<Clip>, SpeechError> {
        if let Some(clip) = self.cache.get(language, text) {
            return Ok(clip);
        }
        if self.resting_until.is_some_and(|until| clock::now() < until) {
            return Err(SpeechError::Resting);
        }
        let made = self.engine.synthesise(text, language);
        self.resting_until = match made {
            Err(SpeechError::Hung(_)) => Some(clock::now() + REST),
            _ => None,
        };
        let clip = Arc::new(made?);
        self.cache.put(language, text, &clip);
        Ok(clip)
    }

    /// Whether so much is waiting that nothing is said twice.
    fn crowded(&mut self) -> bool {
        self.waiting.extend(self.announcements.try_iter().take(QUEUE));
        ONE * self.waiting.len() as u32 > CROWD
    }
}
