//! The server's program. What it does stands in the library; here is only the way in.

use clap::Parser;
use server::commands::{Arguments, carry_out};
use std::{io::IsTerminal, process::ExitCode};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("AVANTI_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    // One JSON object a line, for whoever collects logs.
    if std::env::var("AVANTI_LOG_FORMAT").is_ok_and(|format| format == "json") {
        log.json().init()
    } else {
        log.init()
    }
    match carry_out(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            tracing::error!("{why:#}");
            ExitCode::FAILURE
        }
    }
}
