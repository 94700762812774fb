//! What happened in a play, step by step with its time: on the terminal and in `transcript.txt`.

use crate::{clock::Start, tell};
use anyhow::{Context, Result};
use std::{fs::File, io::Write, path::Path};

/// The record of a play.
#[derive(Debug)]
pub struct Transcript {
    start: Start,
    file: File,
    steps: usize,
}

impl Transcript {
    /// Begins a new one.
    pub fn begin(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { start: Start::now(), file, steps: 0 })
    }

    /// Something happened.
    pub fn note(&mut self, words: &str) -> Result<()> {
        let line = format!("{:6.1} s  {words}", self.start.elapsed().as_secs_f64());
        tell(&line);
        Ok(writeln!(self.file, "{line}")?)
    }

    /// Something was done and seen.
    pub fn step(&mut self, words: &str) -> Result<()> {
        self.steps += 1;
        self.note(words)
    }

    /// The last line: all went well.
    pub fn end(&mut self) -> Result<()> {
        self.note(&format!("The main job is done: {} steps passed, 0 failed.", self.steps))
    }
}
