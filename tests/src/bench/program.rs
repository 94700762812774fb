//! Programs that are measured: started, asked when they first answer, and ended. None is left behind.

use crate::{
    clock::Start,
    load::Asked,
    wire::{Wire, question},
};
use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs::File,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

/// Whoever has not answered by then never will.
const STARTING: Duration = Duration::from_secs(30);
/// How often it is tried, so that a start of 10 ms can be told from one of 11.
const LOOK: Duration = Duration::from_millis(1);
const ENDING: Duration = Duration::from_secs(30);

/// A running program. It is killed when this value goes.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Child,
    log: PathBuf,
}

/// One of ours, built beside this one.
pub fn ours(name: &str) -> Result<Command> {
    let mine = std::env::current_exe().context("cannot tell where this program is")?;
    let path = mine.with_file_name(name);
    if !path.exists() {
        bail!("{} is missing: `./x bench` builds it", path.display());
    }
    let mut command = Command::new(path);
    for (key, _) in std::env::vars().filter(|(key, _)| key.starts_with("AVANTI_") && key != "AVANTI_LOG") {
        command.env_remove(key);
    }
    Ok(command)
}

/// A port of this computer that nobody uses.
pub fn free_port() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    Ok(listener.local_addr()?)
}

impl Program {
    /// Starts it; what it says goes to `NAME.log` in the folder.
    pub fn start(name: &str, mut command: Command, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let said = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        command.env("NO_COLOR", "1").stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said).kill_on_drop(true);
        // Ctrl-C is for the benchmark, which ends its programs itself.
        command.process_group(0);
        let child = command.spawn().with_context(|| format!("cannot start {name}: `./x bench` installs it"))?;
        Ok(Self { name: name.to_owned(), child, log })
    }

    /// Its number in the system.
    pub fn pid(&self) -> Result<u32> {
        self.child.id().with_context(|| format!("{} has ended", self.name))
    }

    /// What it has said.
    pub fn said(&self) -> String {
        std::fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// Fails if it has ended.
    pub fn still_runs(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("{} has ended ({status}): {}", self.name, self.said()),
            None => Ok(()),
        }
    }

    /// Waits until it answers there, and says how long that took since `start`.
    pub async fn first_answer(&mut self, at: SocketAddr, path: &str, start: Start) -> Result<Duration> {
        let asked = question("GET", path, "", None, "");
        while start.elapsed() < STARTING {
            self.still_runs()?;
            if let Ok(mut wire) = Wire::to(at).await
                && wire.ask(&asked).await.is_ok_and(|answer| answer.status == 200)
            {
                return Ok(start.elapsed());
            }
            sleep(LOOK).await;
        }
        bail!("{} does not answer: {}", self.name, self.said())
    }

    /// Whom to ask.
    pub fn at(&self, server: SocketAddr) -> Result<Asked> {
        Ok(Asked { server, pid: self.pid()? })
    }

    /// Asks it to end and waits for it.
    pub async fn end(&mut self) -> Result<()> {
        if let Some(pid) = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
            let _ = kill_process(pid, Signal::TERM);
        }
        timeout(ENDING, self.child.wait()).await.with_context(|| format!("{} does not end", self.name))??;
        Ok(())
    }
}
