//! `avanti-demo`: a whole office from the real programs, to try out or to watch.
//!
//! Without a word it opens the office in windows and waits for people; `--once` plays the main job by itself as people
//! would and fails loudly if anything goes wrong. It must not hold a rule of an office, nor stand in for a program.

mod folder;
mod live;
mod office;
mod paper;
mod play;
mod seat;
mod stage;
mod transcript;
mod window;

use anyhow::{Result, bail};
use std::{io::Write, path::PathBuf, process::ExitCode};
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str = "usage: avanti-demo [--dir DIR]              the office in windows; what it makes is in DIR (demo)
       avanti-demo scan CODE [--dir DIR]    passes a card in front of the totem's reader
       avanti-demo --once --out DIR         plays the main job by itself and leaves its pictures in DIR";

/// What was asked for.
#[derive(Debug, PartialEq)]
enum Wish {
    Live { dir: PathBuf },
    Scan { code: String, dir: PathBuf },
    Once { out: PathBuf },
    Help,
}

#[tokio::main]
async fn main() -> ExitCode {
    ::tests::ending::of("avanti-demo", carry_out().await)
}

async fn carry_out() -> Result<()> {
    match wish(std::env::args().skip(1))? {
        Wish::Live { dir } => live::run(&dir).await,
        Wish::Scan { code, dir } => office::scan(&dir, &code).await,
        Wish::Once { out } => stage::run(&out).await,
        Wish::Help => Ok(writeln!(std::io::stdout(), "{USAGE}")?),
    }
}

fn wish(mut words: impl Iterator<Item = String>) -> Result<Wish> {
    let (mut dir, mut out, mut code, mut once) = (None, None, None, false);
    while let Some(word) = words.next() {
        let mut value = || words.next().filter(|value| !value.starts_with("--"));
        match word.as_str() {
            "--once" => once = true,
            "--out" => out = value().map(PathBuf::from),
            "--dir" => dir = value().map(PathBuf::from),
            "scan" => code = value(),
            "--help" | "-h" => return Ok(Wish::Help),
            _ => bail!("\"{word}\" is not known\n{USAGE}"),
        }
        let missing = [("--out", out.is_none()), ("--dir", dir.is_none()), ("scan", code.is_none())];
        if missing.contains(&(word.as_str(), true)) {
            bail!("{word} needs a word after it\n{USAGE}");
        }
    }
    match (once, out, code, dir) {
        (true, Some(out), None, None) => Ok(Wish::Once { out }),
        (false, None, Some(code), dir) => Ok(Wish::Scan { code, dir: dir.unwrap_or_else(|| "demo".into()) }),
        (false, None, None, dir) => Ok(Wish::Live { dir: dir.unwrap_or_else(|| "demo".into()) }),
        _ => bail!("--once and --out DIR belong together\n{USAGE}"),
    }
}

/// Comes back when somebody wants the demonstration to end.
async fn asked_to_end() -> Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_or_refused() {
        let wish = |words: &str| wish(words.split_whitespace().map(str::to_owned));
        let live = |dir: &str| Wish::Live { dir: dir.into() };
        assert_eq!(wish("").unwrap(), live("demo"));
        assert_eq!(wish("--dir here").unwrap(), live("here"));
        assert_eq!(wish("scan X").unwrap(), Wish::Scan { code: "X".to_owned(), dir: "demo".into() });
        assert_eq!(wish("--once --out here").unwrap(), Wish::Once { out: "here".into() });
        for wrong in ["--once", "--out here", "--out", "--out --once", "scan", "play", "--once --out here --dir there"]
        {
            assert!(wish(wrong).unwrap_err().to_string().contains("usage"), "{wrong}");
        }
    }
}
