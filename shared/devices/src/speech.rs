//! Announcements: a chime, then what is said, one after the other and never over one another.
//!
//! An engine turns text into a clip; the announcer plays clips. What is said, and whether it is still worth saying, is
//! the app's business, and so are the words: "A, sette, sportello tre", not "A007".

mod announcer;
mod cache;
mod chime;
mod clip;
mod engine;
mod output;

pub use announcer::Announcer;
pub use chime::chime;
pub use clip::{BadClip, Clip, RATE};
pub use engine::{CommandEngine, Engine, SpeechError};

/// Something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// What events call it.
    pub id: String,
    /// Whether a chime comes first.
    pub chime: bool,
    /// What is said, in pieces that are worth keeping: the engine is asked once for each piece.
    pub clips: Vec<String>,
    /// The language of the text, as the engine knows it: `it`, `en`.
    pub language: String,
    /// How loud, 0 to 100.
    pub volume_percent: u8,
    /// How many times the text is said, 1 to 3. Only once when more than 20 s of announcements are waiting behind it.
    pub repeat: u8,
}

/// What an announcer reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SoundEvent {
    /// There is a sound device, at the start or again.
    Ready,
    /// There is no sound device; it is looked for every 10 s. Said once per loss.
    Missing {
        /// The system's words, for the log.
        why: String,
    },
    /// This announcement begins now.
    Started {
        /// Its name.
        id: String,
    },
    /// This announcement is over. Every announcement gets exactly one.
    Ended {
        /// Its name.
        id: String,
        /// What could be heard of it.
        heard: Heard,
    },
}

/// What could be heard of an announcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// All of it.
    All,
    /// Only the chime: the engine failed.
    ChimeOnly,
    /// Nothing: no device, no chime and no speech, or it waited too long.
    Nothing,
}
