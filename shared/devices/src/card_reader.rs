//! Card and code readers: a serial line, a keyboard wedge, a camera, or an emulated reader in process.
//!
//! A reader gives texts, framed but not judged: whether a text is a health card or a ticket is the app's business.

mod camera;
mod folder;
mod framer;
mod frames;
mod gaze;
mod line;
#[cfg(feature = "camera")]
mod v4l;
mod wedge;
mod worker;

pub use framer::{Frame, Framer, LONGEST_CODE, NOISE_SILENCE_MS, SILENCE_MS};
pub use line::{Line, LineSource};
pub use wedge::{PERSON_GAP_MS, Wedge};
pub use worker::{ReaderHandle, open, open_source};

/// What a reader reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReaderEvent {
    /// A whole text was read.
    Read(String),
    /// What came is no text: a worn code, a stuck key, a wrong line speed. Said once until the line has been silent.
    Noise,
    /// The reader is there, at the start or again.
    Connected,
    /// The reader is away; it is looked for until it returns. Said once per loss.
    Lost {
        /// The system's words, for the log.
        why: String,
    },
}
