//! The server program as a process: started, listened to, told to stop, killed.

use super::world::{CLOCK, World};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

/// How long a start, an end or a few answers may take on a machine that is busy with a whole test run and with others.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A running server. It is killed when this value goes.
pub struct Server {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    child: Child,
    said: Arc<Mutex<String>>,
    listening: JoinHandle<()>,
}

/// Where the program is: beside the tests' own folder.
pub fn binary() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    let path = path.join("avanti-server");
    assert!(path.is_file(), "{} is missing: cargo build --workspace --features mcp", path.display());
    path
}

/// The program with a world's settings, none of them from outside.
pub fn program(world: &World) -> Command {
    let mut command = Command::new(binary());
    command
        .env_clear()
        .env("NO_COLOR", "1")
        .env("AVANTI_LISTEN", "127.0.0.1:0")
        .env("AVANTI_DATABASE", &world.database)
        .env("AVANTI_KEYS", world.folder.path())
        .env("AVANTI_DEMONSTRATION_CLOCK", CLOCK)
        .current_dir(world.folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

impl Server {
    pub async fn start(world: &World) -> Self {
        let mut command = program(world);
        command.arg("run");
        Self::of(command).await.unwrap_or_else(|said| panic!("the server did not start:\n{said}"))
    }

    /// Starts a command that serves; or what it said before it ended.
    pub async fn of(mut command: Command) -> Result<Self, String> {
        let mut child = command.spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let (found, address) = oneshot::channel();
        let listening = listen(&mut child, said.clone(), found);
        match timeout(PATIENCE, address).await {
            Ok(Ok(address)) => Ok(Self { address, child, said, listening }),
            Ok(Err(_)) => Err(said.lock().unwrap().clone()),
            Err(_) => Err(format!("nothing for {PATIENCE:?}; it said:\n{}", said.lock().unwrap())),
        }
    }

    /// Everything that it counts, from the door that it was told to open with `AVANTI_METRICS`.
    pub async fn metrics(&self) -> String {
        let said = self.said.lock().unwrap().clone();
        let address = said.split("metrics=").nth(1).and_then(|rest| rest.split_whitespace().next());
        let address = address.unwrap_or_else(|| panic!("it says nothing of metrics:\n{said}"));
        let answer = tests::http::plain(PATIENCE).get(format!("http://{address}/metrics")).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    }

    pub fn id(&self) -> u32 {
        self.child.id().expect("the server runs")
    }

    /// As a power cut would, as far as a process can feel one.
    pub async fn kill(mut self) -> String {
        self.child.start_kill().unwrap();
        self.child.wait().await.unwrap();
        self.listening.await.unwrap();
        self.said.lock().unwrap().clone()
    }

    /// Asks it to stop, as systemd does.
    pub fn ask_to_stop(&self) {
        let id = Pid::from_raw(i32::try_from(self.id()).unwrap()).unwrap();
        kill_process(id, Signal::TERM).unwrap();
    }

    /// Waits for its end and gives everything it said.
    pub async fn ended(mut self) -> (ExitStatus, String) {
        let status = timeout(PATIENCE, self.child.wait()).await.expect("the server ends when it is asked to").unwrap();
        self.listening.await.unwrap();
        let said = self.said.lock().unwrap().clone();
        (status, said)
    }

    pub async fn stop(self) -> String {
        self.ask_to_stop();
        let (status, said) = self.ended().await;
        assert!(status.success(), "{status}\n{said}");
        said
    }

    /// Kilobytes that the kernel accounts to it, by the name of a line in `/proc/PID/status`.
    pub fn memory(&self, line: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':')).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

fn listen(child: &mut Child, said: Arc<Mutex<String>>, found: oneshot::Sender<String>) -> JoinHandle<()> {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut found = Some(found);
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            if line.contains(" serving ")
                && let Some(address) = line.split("address=").nth(1).and_then(|rest| rest.split(' ').next())
                && let Some(found) = found.take()
            {
                let _ = found.send(format!("http://{address}"));
            }
            let mut said = said.lock().unwrap();
            said.push_str(&line);
            said.push('\n');
        }
    })
}
