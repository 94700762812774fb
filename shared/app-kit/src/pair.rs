//! Pairing at a terminal: `avanti-totem pair https://avanti.local:8443 BCDF-GHJK`. Somebody compares the figures of the
//! server's key, the code is told, and what comes of it is kept.
//!
//! It speaks to no server by itself: how to meet one and how to tell it a code come from the app.

use crate::{
    link::{self, Link},
    program::Program,
};
use std::{
    fmt::Display,
    io::{self, BufRead, Write},
    path::PathBuf,
    process::exit,
};

/// What was asked for on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The server's address.
    pub server: String,
    /// The code, as it was typed.
    pub code: String,
    /// The fingerprint that the server must have, where somebody has it in writing.
    pub fingerprint: Option<String>,
    /// Where to keep what comes of it.
    pub file: PathBuf,
}

/// A server that was met: its fingerprint, and six groups of figures of it for people to compare.
pub type Met = (String, [String; 6]);
/// What a server says of this device: what it is called, and its token if it gets one.
pub type Known = (String, Option<String>);

/// Pairs this device and ends the program: with 0, or with the reason in words for whoever sits at the terminal.
pub fn run<E: Display>(
    program: &Program,
    wish: &Wish,
    meet: impl AsyncFnOnce(&str) -> Result<Option<Met>, E>,
    tell: impl AsyncFnOnce(&str, Option<&str>, &str) -> Result<Known, E>,
) -> ! {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(at_terminal(wish, meet, tell)),
        Err(why) => Err(why.to_string()),
    };
    match outcome {
        Ok(()) => exit(0),
        Err(why) => program.end(why),
    }
}

async fn at_terminal<E: Display>(
    wish: &Wish,
    meet: impl AsyncFnOnce(&str) -> Result<Option<Met>, E>,
    tell: impl AsyncFnOnce(&str, Option<&str>, &str) -> Result<Known, E>,
) -> Result<(), String> {
    let met = meet(&wish.server).await.map_err(|why| why.to_string())?;
    if let Some(met) = &met {
        check(wish, met, &mut io::stdin().lock())?;
    }
    let fingerprint = met.map(|(fingerprint, _)| fingerprint);
    let told = tell(&wish.server, fingerprint.as_deref(), &wish.code).await;
    let (name, token) = told.map_err(|why| why.to_string())?;
    let link = Link { server: wish.server.clone(), fingerprints: fingerprint.into_iter().collect(), token };
    link::keep(&wish.file, &link).map_err(|why| format!("cannot write {}: {why}", wish.file.display()))?;
    say(&format!("Paired: this is {}. Kept in {}.\n", name, wish.file.display()));
    Ok(())
}

/// Fails unless this is the server that is meant.
fn check(wish: &Wish, (fingerprint, figures): &Met, answer: &mut impl BufRead) -> Result<(), String> {
    if let Some(expected) = &wish.fingerprint {
        return if expected == fingerprint {
            Ok(())
        } else {
            Err(format!("this is another server: its fingerprint is {fingerprint}. Nothing was told to it"))
        };
    }
    say(&format!(
        "The server's key: {}\n`avanti-server device pair` shows these figures, too. Are they the same? [y/N] ",
        figures.join(" ")
    ));
    let mut line = String::new();
    let _ = answer.read_line(&mut line);
    // Yes in the languages of the offices.
    if matches!(line.trim().to_lowercase().as_str(), "y" | "yes" | "s" | "sì" | "si") {
        Ok(())
    } else {
        Err("not paired. Nothing was told to that server".to_owned())
    }
}

fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(fingerprint: Option<&str>) -> Wish {
        let file = std::env::temp_dir().join(format!("avanti-pair-{}.toml", crate::clock::new_id()));
        let fingerprint = fingerprint.map(str::to_owned);
        Wish { server: "https://a".to_owned(), code: "BCDF-GHJK".to_owned(), fingerprint, file }
    }

    fn met() -> Met {
        ("sha256/A".to_owned(), ["1", "2", "3", "4", "5", "6"].map(str::to_owned))
    }

    #[test]
    fn only_a_clear_yes_is_a_yes() {
        for (typed, yes) in [("y\n", true), ("Sì\n", true), ("si", true), ("\n", false), ("", false), ("n\n", false)] {
            assert_eq!(check(&wish(None), &met(), &mut typed.as_bytes()).is_ok(), yes, "{typed}");
        }
        assert!(check(&wish(Some("sha256/A")), &met(), &mut "".as_bytes()).is_ok());
        let other = check(&wish(Some("sha256/B")), &met(), &mut "y\n".as_bytes()).unwrap_err();
        assert!(other.contains("another server"), "{other}");
    }

    #[tokio::test]
    async fn what_was_learned_is_kept_and_a_refusal_keeps_nothing() {
        let wish = wish(Some("sha256/A"));
        let meet = async |_: &str| Ok::<_, String>(Some(met()));
        let no = async |_: &str, _: Option<&str>, _: &str| Err("a wrong code".to_owned());
        assert_eq!(at_terminal(&wish, meet, no).await, Err("a wrong code".to_owned()));
        assert_eq!(link::recall(&wish.file).unwrap(), None);
        let yes = async |_: &str, fingerprint: Option<&str>, code: &str| {
            assert_eq!((fingerprint, code), (Some("sha256/A"), "BCDF-GHJK"));
            Ok::<_, String>(("Totem 1".to_owned(), Some("t".to_owned())))
        };
        at_terminal(&wish, meet, yes).await.unwrap();
        let link = link::recall(&wish.file).unwrap().unwrap();
        assert_eq!((link.server.as_str(), link.token.as_deref()), ("https://a", Some("t")));
        std::fs::remove_file(&wish.file).unwrap();
    }
}
