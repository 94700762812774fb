//! Programs that run beside this one: each with its log in a file, none left behind.
//!
//! It starts and stops them and notices when one has died.

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

/// How long a program may take to end after it was asked to. A server writes down first what it has acknowledged.
const ENDING: Duration = Duration::from_secs(30);
/// How long it may take where people wait; then it is made to end.
const ENDING_SOON: Duration = Duration::from_secs(5);
/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// Lines of a log that tell what went wrong.
const LAST_LINES: usize = 25;

/// Which Debian package brings a program that is not ours.
const PACKAGES: [(&str, &str); 10] = [
    ("Xvfb", "xvfb"),
    ("openbox", "openbox"),
    ("xdotool", "xdotool"),
    ("import", "imagemagick"),
    ("xprop", "x11-utils"),
    ("pulseaudio", "pulseaudio"),
    ("pactl", "pulseaudio-utils"),
    ("parec", "pulseaudio-utils"),
    ("espeak-ng", "espeak-ng"),
    ("strace", "strace"),
];

/// What builds the programs that are ours, in this way of building.
const BUILDS: &str = if cfg!(debug_assertions) { "cargo build --workspace --features mcp" } else { "./x bench" };

/// A running program. It is killed when this value goes.
#[derive(Debug)]
pub struct Program {
    name: String,
    log: PathBuf,
    child: Child,
}

impl Program {
    /// Starts a program; what it says goes to `NAME.log` in the folder of logs.
    pub fn start(name: &str, mut command: Command, logs: &Path) -> Result<Self> {
        fs::create_dir_all(logs)?;
        let log = logs.join(format!("{name}.log"));
        let said = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said).kill_on_drop(true);
        command.env("NO_COLOR", "1");
        // Ctrl-C on the terminal is for this program, which then ends the others in order.
        command.process_group(0);
        let child = command.spawn().with_context(|| missing(name, &command))?;
        Ok(Self { name: name.to_owned(), log, child })
    }

    /// What it is called here.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its number in the system, while it runs.
    pub fn pid(&self) -> Result<u32> {
        self.child.id().with_context(|| format!("{} has ended before", self.name))
    }

    /// Fails if the program has ended, with the end of its log.
    pub fn still_runs(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("{} has ended ({status}). The end of {}:\n{}", self.name, self.log.display(), self.last_lines());
        }
        Ok(())
    }

    /// What it said last.
    pub fn last_lines(&self) -> String {
        let said = self.said();
        let lines: Vec<_> = said.lines().collect();
        lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
    }

    /// Everything it has said so far.
    pub fn said(&self) -> String {
        fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let id = Pid::from_raw(i32::try_from(self.pid()?)?).context("a program without a number")?;
        Ok(kill_process(id, signal)?)
    }

    /// Asks it to end and waits for that; fails if it does not.
    pub async fn end(&mut self) -> Result<()> {
        self.ends_within(ENDING).await
    }

    async fn ends_within(&mut self, limit: Duration) -> Result<()> {
        let _ = self.signal(Signal::TERM);
        timeout(limit, self.child.wait()).await.with_context(|| format!("{} does not end", self.name))??;
        Ok(())
    }

    /// Asks it to end, and makes it end if it does not.
    pub async fn stop(&mut self) {
        if self.ends_within(ENDING_SOON).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

/// Runs a short command to its end and gives what it said on standard output.
pub async fn run(mut command: Command) -> Result<Vec<u8>> {
    let name = command.as_std().get_program().to_string_lossy().into_owned();
    let done = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let done = timeout(Duration::from_secs(60), done).await.with_context(|| format!("{name} takes too long"))?;
    let done = done.with_context(|| missing(&name, &command))?;
    if !done.status.success() {
        bail!("{name} failed ({}): {}", done.status, String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(done.stdout)
}

fn missing(name: &str, command: &Command) -> String {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    match package_of(&program) {
        Some(package) => format!("cannot start {program}: `./x setup` or `apt-get install {package}` installs it"),
        None => format!("cannot start {name} ({program}): `{BUILDS}` builds it"),
    }
}

/// Our own program of that name: it lies beside this one. No variable of whoever runs this may change how it works.
pub fn ours(name: &str) -> Result<Command> {
    let here = std::env::current_exe().context("cannot tell where this program lies")?;
    let mut command = Command::new(here.with_file_name(name));
    for (key, _) in std::env::vars_os() {
        if key.to_string_lossy().starts_with("AVANTI_") && key != "AVANTI_LOG" {
            command.env_remove(key);
        }
    }
    Ok(command)
}

/// Fails if one of these programs, which are not ours, is missing, and names the packages that bring them.
pub fn need(programs: &[&str]) -> Result<()> {
    let folders: Vec<_> = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let mut packages = Vec::new();
    for program in programs {
        if !folders.iter().any(|folder| folder.join(program).is_file()) {
            packages.push(package_of(program).unwrap_or(program));
        }
    }
    packages.dedup();
    ensure!(packages.is_empty(), "programs are missing: `./x setup` or `apt-get install {}`", packages.join(" "));
    Ok(())
}

fn package_of(program: &str) -> Option<&'static str> {
    PACKAGES.iter().find(|(known, _)| *known == program).map(|(_, package)| *package)
}

/// Looks again and again until there is something, for no longer than `limit`.
pub async fn wait_for<T>(what: &str, limit: Duration, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let looking = async {
        loop {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            sleep(LOOK).await;
        }
    };
    match timeout(limit, looking).await {
        Ok(found) => found,
        Err(_) => bail!("waited {} s in vain for {what}", limit.as_secs()),
    }
}
