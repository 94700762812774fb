//! Servers that are measured: asked again and again until they first answer.

use crate::{
    load::Asked,
    wire::{Wire, question},
};
use ::tests::{
    clock::Start,
    equipment::{ports, program::Program},
};
use anyhow::{Result, bail};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    time::Duration,
};
use tokio::{process::Command, time::sleep};

/// Whoever has not answered by then never will.
const STARTING: Duration = Duration::from_secs(30);
/// How the server is run in an office: what is measured has the same surroundings.
const UNIT: &str = include_str!("../../../systemd/avanti-server.service");
/// How often it is tried, so that a start of 10 ms can be told from one of 11.
const LOOK: Duration = Duration::from_millis(1);

/// A port of this computer that nobody uses.
pub fn free_port() -> Result<SocketAddr> {
    let [port] = ports::free()?;
    Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
}

/// Starts a server which will listen there, and says how long the first answer to the path took.
pub async fn start(
    name: &str,
    mut command: Command,
    at: SocketAddr,
    path: &str,
    logs: &Path,
) -> Result<(Program, Asked, Duration)> {
    command.envs(surroundings(UNIT));
    let start = Start::now();
    let mut program = Program::start(&format!("{name}-{}", at.port()), command, logs)?;
    let asked = question("GET", path, "", None, "");
    while start.elapsed() < STARTING {
        program.still_runs()?;
        if let Ok(mut wire) = Wire::to(at).await
            && wire.ask(&asked).await.is_ok_and(|answer| answer.status == 200)
        {
            let (took, pid) = (start.elapsed(), program.pid()?);
            return Ok((program, Asked { server: at, pid }, took));
        }
        sleep(LOOK).await;
    }
    bail!("{name} at {at} does not answer: {}", program.last_lines())
}

/// The variables that a unit sets.
fn surroundings(unit: &str) -> impl Iterator<Item = (&str, &str)> {
    unit.lines().filter_map(|line| line.strip_prefix("Environment=")?.split_once('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surroundings_are_those_of_the_unit() {
        let set: Vec<_> = surroundings(UNIT).collect();
        assert_eq!(set, [("MALLOC_ARENA_MAX", "1")]);
    }
}
