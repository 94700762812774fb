//! How the programs of this crate end: well, or with the reason in one line.

use anyhow::Result;
use std::{io::Write, process::ExitCode};

/// What the system is told; whoever started the program reads why it failed.
pub fn of(program: &str, outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "{program}: {why:#}");
            ExitCode::FAILURE
        }
    }
}
