//! The floor to measure against: what a server costs that has no rules at all. It is this very program under another
//! word, so that it is measured from outside like ours.

pub mod asks;
pub mod server;

use crate::{
    load::Asked,
    serving::{self, free_port},
};
use ::tests::equipment::program::{Program, ours};
use anyhow::Result;
use std::path::Path;
use tokio::process::Command;

/// Starts the floor, in a way that may change its command.
pub async fn start(folder: &Path, dress: impl FnOnce(Command) -> Command) -> Result<(Program, Asked)> {
    let address = free_port()?;
    let file = folder.join(format!("floor-{}.sqlite3", address.port()));
    let mut command = ours("avanti-bench")?;
    command.arg("floor").arg("--listen").arg(address.to_string()).arg("--file").arg(file);
    let (program, asked, _) = serving::start("floor", dress(command), address, "/", folder).await?;
    Ok((program, asked))
}
