//! What happened, line by line, with the time since the start: on the terminal and in `transcript.txt`.

use ::tests::clock::Start;
use anyhow::{Context, Result};
use std::{
    fmt::Display,
    fs::File,
    io::Write,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// The record of one play.
#[derive(Debug)]
pub struct Transcript {
    start: Start,
    file: Mutex<File>,
}

impl Transcript {
    /// An empty one in this file. Time runs from here.
    pub fn begin(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { start: Start::now(), file: Mutex::new(file) })
    }

    /// How long it has been running.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Begins a part of the story.
    pub fn part(&self, title: &str) {
        self.write(&format!("\n{title}\n"));
    }

    /// Tells what somebody did or saw.
    pub fn tell(&self, who: &str, what: impl Display) {
        self.write(&line(self.elapsed(), who, &what.to_string()));
    }

    /// A full disk or a closed terminal must not end the play: the exit code still tells how it went.
    fn write(&self, text: &str) {
        let _ = self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(text.as_bytes());
        let _ = std::io::stdout().write_all(text.as_bytes());
    }
}

/// One line; what follows a line break stands under the words, not under the time.
fn line(at: Duration, who: &str, what: &str) -> String {
    let words = what.trim_end().replace('\n', "\n                  ");
    format!("{:>6.2} s  {who:<8} {words}\n", at.as_secs_f64())
}

/// A duration as people read it: "180 ms", "2.4 s".
pub fn lasting(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_aligned_and_times_readable() {
        assert_eq!(line(Duration::from_millis(12_345), "totem", "sees A001"), " 12.35 s  totem    sees A001\n");
        assert_eq!(line(Duration::ZERO, "slip", "a\nb\n"), "  0.00 s  slip     a\n                  b\n");
        assert_eq!(lasting(Duration::from_millis(180)), "180 ms");
        assert_eq!(lasting(Duration::from_millis(2_430)), "2.4 s");
    }
}
