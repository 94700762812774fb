//! The floor to measure against: what a server costs that has no rules at all. It is this very program under another
//! word, so that it is measured from outside like ours.

pub mod asks;
pub mod server;

use crate::{
    clock::Start,
    load::Asked,
    program::{Program, free_port, ours},
};
use anyhow::Result;
use std::path::Path;
use tokio::process::Command;

/// Starts the floor, in a way that may change its command.
pub async fn start(folder: &Path, dress: impl FnOnce(Command) -> Command) -> Result<(Program, Asked)> {
    let address = free_port()?;
    let file = folder.join(format!("floor-{}.sqlite3", address.port()));
    let mut command = ours("avanti-bench")?;
    command.arg("floor").arg("--listen").arg(address.to_string()).arg("--file").arg(file);
    let start = Start::now();
    let mut program = Program::start(&format!("floor-{}", address.port()), dress(command), folder)?;
    program.first_answer(address, "/", start).await?;
    let asked = program.at(address)?;
    Ok((program, asked))
}
