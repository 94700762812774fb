//! What turns text into sound: a program of its own, started for each text, with a limit.
//!
//! There is no shell: arguments go as they are, and the text is one of them.

use super::clip::{BadClip, Clip};
use crate::clock;
use rustix::{
    io::Errno,
    process::{Pid, Signal, kill_process_group, test_kill_process},
};
use std::{
    fs,
    io::{self, ErrorKind},
    os::unix::{fs::DirBuilderExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

/// A short call takes 0.1 s; an engine that needs longer than this has hung.
const LIMIT: Duration = Duration::from_secs(5);
/// How often the engine is asked whether it is done.
const LOOK: Duration = Duration::from_millis(4);
/// An announcement is a sentence or two.
const LONGEST_TEXT: usize = 500;
/// A minute of uncompressed sound; an engine that leaves more is broken.
const LARGEST_FILE: u64 = 12 << 20;

/// Turns a text into a clip.
pub trait Engine: Send {
    /// Says `text` in `language` (`it`, `en`).
    fn synthesise(&self, text: &str, language: &str) -> Result<Clip, SpeechError>;
}

/// Why a text cannot be said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpeechError {
    /// The command has no program, or does not say where text and sound go.
    #[error("the speech command needs a program and the places {{text}} and {{out}}")]
    Template,
    /// The program is not there, or does not start.
    #[error("the speech engine {program} does not start: {why}")]
    Start {
        /// Which program.
        program: String,
        /// The system's words.
        why: String,
    },
    /// The program ran too long and was ended.
    #[error("the speech engine did not answer within {0:?} and was ended")]
    Hung(Duration),
    /// The program hung a moment ago and is not asked again yet.
    #[error("the speech engine hung a moment ago")]
    Resting,
    /// The program failed.
    #[error("the speech engine failed: {0}")]
    Failed(String),
    /// The program left something that is no clip.
    #[error("the speech engine: {0}")]
    Clip(#[from] BadClip),
    /// The text is empty or longer than any announcement.
    #[error("the text to say is empty or longer than {LONGEST_TEXT} characters")]
    Text,
    /// The language is no language tag.
    #[error("the language to speak is no tag such as it or en")]
    Language,
}

/// A speech program, started for each text: `espeak-ng -v {language} -s 150 -w {out} -- {text}`.
#[derive(Debug)]
pub struct CommandEngine {
    program: String,
    arguments: Vec<String>,
    limit: Duration,
    folder: PathBuf,
    next: AtomicU32,
}

impl CommandEngine {
    /// The engine that every Debian has: espeak-ng, a little slower than it speaks by itself.
    pub fn espeak_ng() -> Result<Self, SpeechError> {
        let command = ["espeak-ng", "-v", "{language}", "-s", "150", "-w", "{out}", "--", "{text}"];
        Self::new(&command.map(str::to_owned))
    }

    /// An engine by its command: the program, then its arguments. In them `{text}`, `{language}` and `{out}` (the WAV
    /// file to write) are filled in; the command is never given to a shell.
    pub fn new(command: &[String]) -> Result<Self, SpeechError> {
        let (program, arguments) = command.split_first().ok_or(SpeechError::Template)?;
        let has = |place| arguments.iter().any(|argument| argument.contains(place));
        if program.is_empty() || !has("{text}") || !has("{out}") {
            return Err(SpeechError::Template);
        }
        let folder = private_folder().map_err(|error| SpeechError::Failed(error.to_string()))?;
        Ok(Self {
            program: program.clone(),
            arguments: arguments.to_vec(),
            limit: LIMIT,
            folder,
            next: AtomicU32::new(0),
        })
    }

    /// The same with another limit than 5 s.
    #[must_use]
    pub fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    fn run(&self, text: &str, language: &str, out: &Path) -> Result<(), SpeechError> {
        let out = out.to_string_lossy();
        // The text comes last, so that nothing in it is taken for a place to fill in.
        let fill =
            |argument: &String| argument.replace("{language}", language).replace("{out}", &out).replace("{text}", text);
        let mut child = Command::new(&self.program)
            .args(self.arguments.iter().map(fill))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| SpeechError::Start { program: self.program.clone(), why: error.to_string() })?;
        match self.wait(&mut child) {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(SpeechError::Failed(status.to_string())),
            None => Err(SpeechError::Hung(self.limit)),
        }
    }

    /// Waits for the program; one that runs too long is ended with all that it started.
    fn wait(&self, child: &mut Child) -> Option<ExitStatus> {
        let began = clock::now();
        while clock::now().duration_since(began) < self.limit {
            if let Ok(Some(status)) = child.try_wait() {
                return Some(status);
            }
            thread::sleep(LOOK);
        }
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            // It may have ended this very moment.
            let _ = kill_process_group(group, Signal::KILL);
        }
        if let Err(error) = child.wait() {
            tracing::error!(%error, "the speech engine cannot be ended");
        }
        None
    }
}

impl Engine for CommandEngine {
    fn synthesise(&self, text: &str, language: &str) -> Result<Clip, SpeechError> {
        let text = speakable(text)?;
        let tag = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if !(2..=20).contains(&language.len()) || language.starts_with('-') || !language.chars().all(tag) {
            return Err(SpeechError::Language);
        }
        let out = self.folder.join(format!("{}.wav", self.next.fetch_add(1, Ordering::Relaxed)));
        let clip = self.run(&text, language, &out).and_then(|()| read(&out));
        if let Err(error) = fs::remove_file(&out)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%error, "a clip of the speech engine cannot be removed");
        }
        Ok(clip?.levelled()?)
    }
}

impl Drop for CommandEngine {
    fn drop(&mut self) {
        // An empty folder in the temporary place harms nobody.
        let _ = fs::remove_dir(&self.folder);
    }
}

/// The text without control characters, and without a beginning that a program could take for an option.
fn speakable(text: &str) -> Result<String, SpeechError> {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let clean = clean.trim_start_matches(|c: char| c.is_whitespace() || c == '-').trim_end();
    if clean.is_empty() || clean.chars().count() > LONGEST_TEXT { Err(SpeechError::Text) } else { Ok(clean.to_owned()) }
}

fn read(path: &Path) -> Result<Clip, SpeechError> {
    let failed = |error: io::Error| SpeechError::Failed(format!("it left no sound: {error}"));
    if fs::metadata(path).map_err(failed)?.len() > LARGEST_FILE {
        return Err(BadClip::TooLong.into());
    }
    Ok(Clip::from_wav(fs::read(path).map_err(failed)?)?)
}

/// What the folders of all engines begin with; the number of the program and a number of its own follow.
const FOLDER: &str = "avanti-speech-";

/// A folder that nobody else can enter, so that nobody can put a clip, or a link, under our feet.
fn private_folder() -> io::Result<PathBuf> {
    let base = std::env::temp_dir();
    clear_up_after_the_dead(&base);
    for number in 0..1000 {
        let folder = base.join(format!("{FOLDER}{}-{number}", std::process::id()));
        match fs::DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(ErrorKind::AlreadyExists, "no folder for the speech engine"))
}

/// A program that is ended by a signal leaves its folder. Only clips go, and then the folder if nothing else is in it;
/// what belongs to somebody else, or is a link, stays as it is.
fn clear_up_after_the_dead(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let left = entry
            .file_name()
            .to_str()
            .and_then(owner)
            .is_some_and(|owner| test_kill_process(owner) == Err(Errno::SRCH));
        if !left || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        for clip in fs::read_dir(entry.path()).into_iter().flatten().flatten() {
            if clip.path().extension().is_some_and(|kind| kind == "wav") {
                let _ = fs::remove_file(clip.path());
            }
        }
        let _ = fs::remove_dir(entry.path());
    }
}

/// The program whose folder that is.
fn owner(folder: &str) -> Option<Pid> {
    let (program, _) = folder.strip_prefix(FOLDER)?.split_once('-')?;
    Pid::from_raw(program.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_needs_places_for_text_and_sound() {
        let command =
            |words: &[&str]| CommandEngine::new(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert!(command(&["pico2wave", "-l", "{language}", "-w", "{out}", "{text}"]).is_ok());
        for wrong in [&[][..], &["espeak-ng"], &["espeak-ng", "{text}"], &["", "{text}", "{out}"]] {
            assert!(matches!(command(wrong), Err(SpeechError::Template)), "{wrong:?}");
        }
    }

    #[test]
    fn what_a_killed_program_left_is_cleared_up_and_nothing_else() {
        let base = std::env::temp_dir().join(format!("avanti-engine-{}", std::process::id()));
        let mut dead = Command::new("true").spawn().expect("a program");
        dead.wait().expect("it ends");
        let folder = |owner: u32, number: u32| base.join(format!("{FOLDER}{owner}-{number}"));
        let (clips, other) = (folder(dead.id(), 0), folder(dead.id(), 1));
        let living = folder(std::process::id(), 0);
        for folder in [&clips, &other, &living, &base.join("avanti-speech-x-0")] {
            fs::create_dir_all(folder).expect("a folder");
            fs::write(folder.join("0.wav"), "").expect("a clip");
        }
        fs::write(other.join("letter.txt"), "").expect("a file");
        clear_up_after_the_dead(&base);
        let stays = [&clips, &other, &living, &base.join("avanti-speech-x-0")].map(|folder| folder.exists());
        let letter = other.join("letter.txt").exists();
        fs::remove_dir_all(&base).expect("it was there");
        assert_eq!((stays, letter), ([false, true, true, true], true));
    }

    #[test]
    fn a_text_is_never_an_option_or_a_command() {
        assert_eq!(speakable("A, sette").as_deref(), Ok("A, sette"));
        assert_eq!(speakable("--stdout\u{7}\n-x").as_deref(), Ok("stdout  -x"));
        assert_eq!(speakable(" - "), Err(SpeechError::Text));
        assert_eq!(speakable(&"a".repeat(501)), Err(SpeechError::Text));
    }
}
