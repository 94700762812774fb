//! Stories: what people do in an office, a line each, and beside each line what came of it.
//!
//! ```text
//! 08:50 totem       card RSSMRA85T10A562S     → A007 09:00 Tributi, expected
//!       counter 3   next                      → A007, due for 1 min
//! ```
//!
//! Left of the arrow stand time, actor and command; a line without a time happens at the time of the line before.
//! `on 2026-11-24` turns the page of the calendar, `#` begins a comment. A story is run by a [`Cast`]; what it answers
//! is compared with what the file says. With `AVANTI_BLESS=1` the file is written anew instead, to be read in the diff.

use anyhow::{Context, Result, bail};
use contract::time::{Date, TimeOfDay};
use std::{env, fmt::Write, fs, path::Path};

/// The column of the arrow, where the command leaves room.
const ARROW_COLUMN: usize = 56;
const ARROW: char = '→';

/// Whoever plays a story.
pub trait Cast {
    /// It is that date.
    fn turn_to(&mut self, date: Date) -> Result<()>;
    /// It is so many seconds after midnight.
    fn clock_strikes(&mut self, seconds: u32) -> Result<()>;
    /// Somebody does something; the answer is what came of it, in the office's words.
    fn act(&mut self, actor: &str, command: &str) -> impl Future<Output = Result<String>>;
}

/// What one line of a story says.
enum Line<'s> {
    Silent,
    Date(Date),
    Act { at: Option<u32>, actor: &'s str, command: &'s str },
}

/// Plays the story in that file and fails if something else comes of it than the file says.
pub async fn play(path: &Path, cast: &mut impl Cast) -> Result<()> {
    let written = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let played = transcript(&written, cast).await.with_context(|| path.display().to_string())?;
    if env::var_os("AVANTI_BLESS").is_some() {
        return fs::write(path, played).context("cannot write the story");
    }
    let other: Vec<_> = written.lines().zip(played.lines()).filter(|(written, played)| written != played).collect();
    if other.is_empty() && written == played {
        return Ok(());
    }
    let differences: String =
        other.iter().fold(String::new(), |text, (written, played)| text + &format!("- {written}\n+ {played}\n"));
    bail!("{} went otherwise (AVANTI_BLESS=1 writes it anew):\n{differences}", path.display())
}

async fn transcript(story: &str, cast: &mut impl Cast) -> Result<String> {
    let mut played = String::new();
    for (number, line) in story.lines().enumerate() {
        let (left, _) = line.split_once(ARROW).unwrap_or((line, ""));
        let left = left.trim_end();
        let place = || format!("line {}: {line}", number + 1);
        match parse(left).with_context(place)? {
            Line::Silent => writeln!(played, "{left}")?,
            Line::Date(date) => {
                cast.turn_to(date).with_context(place)?;
                writeln!(played, "{left}")?;
            }
            Line::Act { at, actor, command } => {
                if let Some(seconds) = at {
                    cast.clock_strikes(seconds).with_context(place)?;
                }
                let outcome = cast.act(actor, command).await.with_context(place)?;
                let room = ARROW_COLUMN.saturating_sub(left.chars().count());
                writeln!(played, "{left}{:room$} {ARROW} {outcome}", "")?;
            }
        }
    }
    Ok(played)
}

fn parse(left: &str) -> Result<Line<'_>> {
    if left.is_empty() || left.starts_with('#') {
        return Ok(Line::Silent);
    }
    if let Some(date) = left.strip_prefix("on ") {
        return Ok(Line::Date(date.trim().parse()?));
    }
    let (at, rest) = match left.split_once(' ') {
        Some((first, rest)) if first.starts_with(|c: char| c.is_ascii_digit()) => (Some(seconds(first)?), rest),
        _ => (None, left),
    };
    // Two blanks or more divide who acts from what is done.
    let (actor, command) = rest.trim_start().split_once("  ").context("leave two blanks between actor and command")?;
    Ok(Line::Act { at, actor: actor.trim(), command: command.trim() })
}

/// "09:30" or "09:30:15", as seconds after midnight.
fn seconds(text: &str) -> Result<u32> {
    let (time, seconds) = match text.len() {
        8 => (&text[..5], text[6..].parse()?),
        _ => (text, 0_u32),
    };
    let time: TimeOfDay = time.parse()?;
    if seconds > 59 {
        bail!("\"{text}\" is not a time");
    }
    Ok(u32::from(time.minutes()) * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Echo {
        at: u32,
    }
    impl Cast for Echo {
        fn turn_to(&mut self, _: Date) -> Result<()> {
            Ok(())
        }
        fn clock_strikes(&mut self, seconds: u32) -> Result<()> {
            self.at = seconds;
            Ok(())
        }
        async fn act(&mut self, actor: &str, command: &str) -> Result<String> {
            Ok(format!("{actor} does {command} at {}", self.at))
        }
    }

    #[tokio::test]
    async fn a_story_keeps_its_words_and_gets_its_outcomes() {
        let story = "# Ann\non 2026-11-24\n09:00:10 totem   card X → wrong\n         counter 3  next\n";
        let played = transcript(story, &mut Echo::default()).await.unwrap();
        let lines: Vec<_> = played.lines().collect();
        assert_eq!(lines[..2], ["# Ann", "on 2026-11-24"]);
        assert!(lines[2].starts_with("09:00:10 totem   card X ") && lines[2].ends_with("→ totem does card X at 32410"));
        assert!(lines[3].ends_with("→ counter 3 does next at 32410"));
        assert_eq!(transcript(&played, &mut Echo::default()).await.unwrap(), played);
    }

    #[tokio::test]
    async fn a_line_that_nobody_understands_is_named() {
        let failure = transcript("\n09:00 totem card", &mut Echo::default()).await.unwrap_err();
        assert!(failure.to_string().starts_with("line 2"));
    }
}
