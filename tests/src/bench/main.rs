//! `avanti-bench`: how fast the server is, beside a floor without rules that runs in the same minutes on the same
//! machine; what the apps hold; and whether the goals are met. `./x bench` builds and starts it.
//!
//! It fails loudly if any answer was an error or anything happened twice. A goal that is missed is reported, no more.

mod asks;
mod dice;
mod floor;
mod followers;
mod goals;
mod growth;
mod heard;
mod history;
mod load;
mod machine;
mod mornings;
mod office;
mod probe;
mod report;
mod rounds;
mod run;
mod serving;
mod slow_disk;
mod starting;
mod windows;
mod wire;

use anyhow::{Context, Result, bail};
use run::{Part, Wish};
use std::{io::Write, net::SocketAddr, process::ExitCode};

const USAGE: &str = "usage: avanti-bench [--out DIR] [--quick] [--postgres] [--only PART]...
       parts: load, starting, followers, growth, slow-disk, windows";

/// What was asked for.
#[derive(Debug, PartialEq)]
enum Word {
    Run(Wish),
    /// Serve as the floor: what this program starts itself with.
    Floor {
        listen: SocketAddr,
        file: String,
    },
    Help,
}

#[tokio::main]
async fn main() -> ExitCode {
    ::tests::ending::of("avanti-bench", carry_out().await)
}

async fn carry_out() -> Result<()> {
    match word(std::env::args().skip(1))? {
        Word::Run(wish) => run::run(&wish).await,
        Word::Floor { listen, file } => floor::server::serve(listen, &file).await,
        Word::Help => Ok(writeln!(std::io::stdout(), "{USAGE}")?),
    }
}

fn word(mut words: impl Iterator<Item = String>) -> Result<Word> {
    let mut wish = Wish::default();
    let (mut is_floor, mut listen, mut file) = (false, None, None);
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a word after it\n{USAGE}"));
        match word.as_str() {
            "--quick" => wish.quick = true,
            "--postgres" => wish.postgres = true,
            "--out" => wish.out = value()?.into(),
            "--only" => wish.parts.push(part(&value()?)?),
            "floor" => is_floor = true,
            "--listen" => listen = Some(value()?.parse().context("--listen needs an address and a port")?),
            "--file" => file = Some(value()?),
            "--help" | "-h" => return Ok(Word::Help),
            _ => bail!("\"{word}\" is not known\n{USAGE}"),
        }
    }
    match (is_floor, listen, file) {
        (false, None, None) => Ok(Word::Run(wish)),
        (true, Some(listen), Some(file)) => Ok(Word::Floor { listen, file }),
        _ => bail!("the floor needs --listen and --file\n{USAGE}"),
    }
}

fn part(word: &str) -> Result<Part> {
    let known = Part::ALL.into_iter().find(|part| part.word() == word);
    known.with_context(|| format!("there is no part \"{word}\"\n{USAGE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_or_refused() {
        let word = |words: &str| word(words.split_whitespace().map(str::to_owned));
        assert_eq!(word("").unwrap(), Word::Run(Wish::default()));
        let wish = Wish { quick: true, parts: vec![Part::Growth, Part::Windows], ..Wish::default() };
        assert_eq!(word("--quick --only growth --only windows").unwrap(), Word::Run(wish));
        for wrong in ["--only nothing", "--out", "fast", "floor", "--file x"] {
            assert!(format!("{:#}", word(wrong).unwrap_err()).contains("usage"), "{wrong}");
        }
    }
}
