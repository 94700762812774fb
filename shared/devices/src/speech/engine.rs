//! What turns text into sound: a program of its own, started for each text, with a limit.

use super::clip::Clip;
use std::time::Duration;

/// Turns a text into a clip.
pub trait Engine: Send {
    /// Says `text` in `language`.
    fn synthesise(&self, text: &str, language: &str) -> Result<Clip, SpeechError>;
}

/// Why a text cannot be said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpeechError {
    /// The program is not there, or does not start.
    #[error("the speech engine does not start: {0}")]
    Start(String),
    /// The program ran too long and was ended.
    #[error("the speech engine did not answer within {0:?} and was ended")]
    Hung(Duration),
    /// The program failed, or left no sound.
    #[error("the speech engine failed: {0}")]
    Failed(String),
    /// The text is empty or longer than any announcement.
    #[error("the text to say is empty or too long")]
    Text,
}

/// A speech program, started for each text: `espeak-ng -v {language} -w {out} -- {text}`.
#[derive(Debug, Clone)]
pub struct CommandEngine {
    program: String,
    arguments: Vec<String>,
}

impl CommandEngine {
    /// The engine that every Debian has: espeak-ng, a little slower than it speaks by itself.
    pub fn espeak_ng() -> Self {
        let arguments = ["-v", "{language}", "-s", "150", "-w", "{out}", "--", "{text}"];
        Self { program: "espeak-ng".to_owned(), arguments: arguments.map(str::to_owned).to_vec() }
    }
}
