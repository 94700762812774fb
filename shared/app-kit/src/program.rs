//! What an app takes from whoever starts it: the command line, and where its settings come from. `--help` and what is
//! not understood are answered here, before there is a window.
//!
//! It knows no app's settings: each brings its list and its type.

use crate::{
    config::Source,
    link::{self, Link},
    pair::Wish,
};
use clap::{Arg, ArgAction, Command, value_parser};
use std::{fmt::Display, os::unix::process::CommandExt, path::PathBuf, process::exit};

/// Ends a program that was started in a way that cannot work. Starting it again in the same way helps nobody.
const MISUSED: i32 = 2;
/// The word on the command line that asks for the page "Link this device".
const LINK: &str = "link";

/// What an app says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// "avanti-display".
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// What it is, in one sentence.
    pub about: &'static str,
    /// What its environment variables begin with: with `AVANTI_DISPLAY_`, `AVANTI_DISPLAY_SERVER` sets `server`. Every
    /// program has its own, so that several can live on one machine.
    pub prefix: &'static str,
    /// Its settings, each with what it says.
    pub settings: &'static [(&'static str, &'static str)],
}

impl Program {
    /// What `pair` on the command line asks for; None if the program is to run. The program ends here when it was asked
    /// for help or not understood.
    pub fn pairing(&self) -> Option<Wish> {
        let mut matches = self.command().get_matches();
        let mut pair = matches.remove_subcommand()?.1;
        let mut word = |name| pair.remove_one::<String>(name);
        let (server, code, fingerprint) = (word("SERVER")?, word("CODE")?, word("fingerprint"));
        let Some(file) = self.link_file() else {
            self.end("there is no folder to keep anything in: set STATE_DIRECTORY or HOME")
        };
        Some(Wish { server, code, fingerprint, file })
    }

    /// What pairing left behind, if this device was paired. The program ends here if it cannot be read.
    pub fn link(&self) -> Option<Link> {
        let file = self.link_file()?;
        link::recall(&file).unwrap_or_else(|why| self.end(why))
    }

    /// Where pairing leaves what it learns. None where there is no folder to keep anything in.
    pub fn link_file(&self) -> Option<PathBuf> {
        link::file(self.name, |name| std::env::var(name).ok())
    }

    /// Whether the page "Link this device" is asked for, though the device may know its server.
    pub fn links_again(&self) -> bool {
        self.command().get_matches().get_flag(LINK)
    }

    /// Ends this program and begins it anew in its place, with the words it was started with: what it has learned meanwhile
    /// holds then. With `link` the page "Link this device" comes first.
    pub fn begin_anew(&self, link: bool) -> ! {
        let flag = format!("--{LINK}");
        let words = std::env::args_os().skip(1).filter(|word| *word != *flag);
        let program = match std::env::current_exe() {
            Ok(program) => program,
            Err(why) => self.end(why),
        };
        let why = std::process::Command::new(program).args(link.then_some(&flag)).args(words).exec();
        self.end(format!("cannot begin anew: {why}"))
    }

    /// Reads the command line. The program ends here when it was asked for help or not understood.
    pub fn source(&self) -> Source {
        let config = self.command().get_matches().remove_one::<PathBuf>("config");
        Source::new(self.prefix, config, std::env::vars_os())
    }

    /// The settings, or the end of the program with the reason.
    pub fn settings<T, E: Display>(&self, read: impl FnOnce(&Source) -> Result<T, E>) -> T {
        read(&self.source()).unwrap_or_else(|problem| self.end(problem))
    }

    /// Ends the program: started like this it cannot work.
    pub fn end(&self, problem: impl Display) -> ! {
        // Not into the log, which may be switched off.
        eprintln!("{}: {problem}\n\nFor more information, try '--help'.", self.name);
        exit(MISUSED)
    }

    fn command(&self) -> Command {
        let file = Arg::new("config").long("config").value_name("FILE").value_parser(value_parser!(PathBuf)).help(
            format!("The settings, a TOML file. Where it is not named: that of {}CONFIG, else none", self.prefix),
        );
        let pair = Command::new("pair")
            .about("Makes this device known to its server, by a code that `avanti-server device pair` prints")
            .arg(Arg::new("SERVER").required(true).help("Its address: https://avanti.local:8443"))
            .arg(Arg::new("CODE").required(true).help("The code: BCDF-GHJK"))
            .arg(Arg::new("fingerprint").long("fingerprint").help("Its fingerprint, instead of comparing figures"));
        let link = Arg::new(LINK).long(LINK).action(ArgAction::SetTrue);
        let link = link.help("Begin with the page \"Link this device\", to give this device a new token");
        let program = Command::new(self.name).version(self.version).about(self.about).arg(file).arg(link);
        program.subcommand(pair).disable_help_subcommand(true).after_help(self.settings_help())
    }

    fn settings_help(&self) -> String {
        let width = self.settings.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
        let lines: String = self.settings.iter().map(|(key, what)| format!("  {key:width$}  {what}\n")).collect();
        let (prefix, example) = (self.prefix, self.variable("server"));
        format!(
            "Settings, in the file or, above it, in variables ({example} sets server; a dot becomes __):\n{lines}\n\
             {prefix}CONFIG names the file. AVANTI_LOG says how much is logged: error, warn, info, debug."
        )
    }

    fn variable(&self, key: &str) -> String {
        format!("{}{}", self.prefix, key.to_uppercase().replace('.', "__"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::error::ErrorKind;

    const PROGRAM: Program = Program {
        name: "avanti-test",
        version: "1.2.3",
        about: "Tests.",
        prefix: "AVANTI_TEST_",
        settings: &[("server", "where the server is"), ("printer.url", "which printer")],
    };

    fn ask(words: &[&str]) -> clap::Error {
        PROGRAM.command().try_get_matches_from([&["avanti-test"], words].concat()).unwrap_err()
    }

    #[test]
    fn the_help_says_what_can_be_set_and_how() {
        let help = ask(&["--help"]);
        assert_eq!((help.kind(), help.exit_code()), (ErrorKind::DisplayHelp, 0));
        let help = help.to_string();
        for words in ["Tests.", "--config <FILE>", "AVANTI_TEST_CONFIG", "AVANTI_TEST_SERVER", "AVANTI_LOG"] {
            assert!(help.contains(words), "{words} is not in: {help}");
        }
        assert!(help.contains("  server       where the server is\n  printer.url  which printer\n"), "{help}");
        assert!(ask(&["--version"]).to_string().contains("avanti-test 1.2.3"));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (words, named) in [(&["--verbose"][..], "--verbose"), (&["a.toml"], "a.toml"), (&["--config"], "--config")]
        {
            let wrong = ask(words);
            assert_eq!(wrong.exit_code(), MISUSED);
            assert!(wrong.to_string().contains(named) && wrong.to_string().contains("--help"), "{wrong}");
        }
    }
}
