//! An office to link devices to: the server program with the demonstration's data and a key of its own, and the programs
//! of devices as they are started on a new computer. All of it is gone with the test.

use super::glass::Glass;
use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

/// A program that runs, and what it says. It is killed when this value goes.
pub struct Running {
    pub child: Child,
    said: Arc<Mutex<String>>,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let (lines, heard) = (BufReader::new(child.stderr.take().unwrap()).lines(), said.clone());
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                heard.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        Self { child, said }
    }

    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `avanti-server device pair` prints.
pub struct Invitation {
    pub code: String,
    /// "https://127.0.0.1:PORT".
    pub address: String,
    /// "1234 5678 …".
    pub figures: String,
    /// "avanti://…".
    pub text: String,
}

/// The office.
pub struct Stand {
    pub folder: PathBuf,
    port: u16,
    server: Option<Running>,
}

/// A program of ours: it lies beside the folder of this test.
pub fn ours(name: &str) -> Command {
    let here = std::env::current_exe().unwrap();
    let path = here.parent().and_then(Path::parent).unwrap().join(name);
    assert!(path.exists(), "{} is not built: cargo build --workspace --features mcp", path.display());
    let mut command = Command::new(path);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("NO_COLOR", "1");
    command
}

/// A port that is free now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Stand {
    /// Opens the office, and waits until its server answers.
    pub async fn open() -> Self {
        let folder = std::env::temp_dir().join(format!("avanti-devices-{}", server::clock::new_id()));
        fs::create_dir_all(&folder).unwrap();
        let mut stand = Self { folder, port: free_port(), server: None };
        let settings = format!(
            "listen = \"127.0.0.1:{}\"\ndatabase = \"{}\"\ndemonstration_clock = \"working-day\"\n[tls]\n",
            stand.port,
            stand.folder.join("avanti.sqlite3").display()
        );
        fs::write(stand.folder.join("server.toml"), settings).unwrap();
        let secrets = stand.folder.join("secrets").display().to_string();
        stand.carries_out(&["demo-data", "--secrets", &secrets]);
        stand.switches_server_on().await;
        stand
    }

    /// Starts the server, and waits until it shakes hands.
    pub async fn switches_server_on(&mut self) {
        let mut command = self.server_program();
        command.arg("run");
        self.server = Some(Running::start(command));
        let address = format!("https://127.0.0.1:{}", self.port);
        for _ in 0..600 {
            if client::meet(&address).await.is_ok() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("the server does not answer: {}", self.server.as_ref().unwrap().said());
    }

    fn server_program(&self) -> Command {
        let mut command = ours("avanti-server");
        command.arg("--config").arg(self.folder.join("server.toml"));
        command
    }

    fn carries_out(&self, words: &[&str]) -> String {
        let output = self.server_program().args(words).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{words:?}: {said}");
        said
    }

    /// Asks for a code: `--totem totem-1`.
    pub fn invites(&self, kind: &str, id: &str) -> Invitation {
        let said = self.carries_out(&["device", "pair", kind, id]);
        let after = |start: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(start));
            line.unwrap_or_else(|| panic!("no \"{start}\" in {said}")).trim().to_owned()
        };
        Invitation {
            code: said.lines().next().unwrap().to_owned(),
            address: after("The server's address:"),
            figures: after("The server's key:"),
            text: after("For a reader:"),
        }
    }

    /// Somebody links another device under the same id: whoever had its token is turned away from then on.
    pub fn gives_its_place_away(&self, kind: &str, id: &str) {
        self.carries_out(&["device", "token", kind, id]);
    }

    /// What a program keeps about its link.
    pub fn link_of(&self, program: &str) -> PathBuf {
        self.folder.join("state/avanti").join(format!("{program}.link.toml"))
    }

    /// Starts an app as on a computer where it has never run.
    pub fn starts(&self, program: &str, dress: impl FnOnce(&mut Command)) -> (Running, Glass) {
        let port = free_port();
        let mut command = ours(program);
        command
            .env("XDG_STATE_HOME", self.folder.join("state"))
            .env("SLINT_BACKEND", "headless")
            .env("SLINT_MCP_PORT", port.to_string())
            // No sound card, and nobody's.
            .env("ALSA_CONFIG_PATH", "/")
            .current_dir(&self.folder);
        dress(&mut command);
        (Running::start(command), Glass::at_port(port))
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        self.server = None;
        let _ = fs::remove_dir_all(&self.folder);
    }
}
