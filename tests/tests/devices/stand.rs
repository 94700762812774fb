//! An office to link devices to: the server program with the demonstration's data and a key of its own, and the programs
//! of devices as they are started on a new computer. All of it is gone with the test.

use super::glass::Glass;
use client::{Client, Patience, Trust};
use contract::{
    api::{BookTicket, CallNext, LogIn, OpenCounter},
    ids::{CommandKey, TicketId},
    ticket::{CallCode, TicketView},
};
use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

/// Who works at a counter of the demonstration's office.
pub const LOGIN: &str = "anna";
pub const PASSWORD: &str = "demo-crema";

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
    /// Where the server listens on this computer.
    pub port: u16,
    /// By which address devices reach it, if not by its own.
    pub front: Option<String>,
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
    /// Opens the office, and waits until its server serves.
    pub async fn open() -> Self {
        Self::with("[tls]", |_| {}).await
    }

    /// The same with these settings, and what they need in its folder.
    pub async fn with(settings: &str, prepare: impl FnOnce(&Path)) -> Self {
        let folder = std::env::temp_dir().join(format!("avanti-devices-{}", server::clock::new_id()));
        fs::create_dir_all(&folder).unwrap();
        prepare(&folder);
        let mut stand = Self { folder, port: free_port(), front: None, server: None };
        let settings = format!(
            "listen = \"127.0.0.1:{}\"\ndatabase = \"{}\"\ndemonstration_clock = \"working-day\"\n{settings}\n",
            stand.port,
            stand.folder.join("avanti.sqlite3").display()
        );
        fs::write(stand.folder.join("server.toml"), settings).unwrap();
        let secrets = stand.folder.join("secrets").display().to_string();
        stand.carries_out(&["demo-data", "--secrets", &secrets]);
        stand.switches_server_on().await;
        stand
    }

    /// Starts the server, after the end of the one that ran, and waits until it serves.
    pub async fn switches_server_on(&mut self) {
        let mut command = self.server_program();
        command.arg("run");
        self.server = None;
        let server = self.server.insert(Running::start(command));
        for _ in 0..600 {
            if server.said().contains(" serving") {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("the server does not answer: {}", self.server.as_ref().unwrap().said());
    }

    fn server_program(&self) -> Command {
        let mut command = ours("avanti-server");
        command.arg("--config").arg(self.folder.join("server.toml")).current_dir(&self.folder);
        command
    }

    /// What the server's program says when it does not do what is asked.
    pub fn refuses(&self, words: &[&str]) -> String {
        let output = self.server_program().args(words).output().unwrap();
        assert!(!output.status.success(), "{words:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn carries_out(&self, words: &[&str]) -> String {
        let output = self.server_program().args(words).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{words:?}: {said}");
        said
    }

    /// Asks for a code: `--totem totem-1`.
    pub fn invites(&self, kind: &str, id: &str) -> Invitation {
        let mut words = vec!["device", "pair", kind, id];
        words.extend(self.front.iter().flat_map(|front| ["--address", front]));
        let said = self.carries_out(&words);
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

    /// A caller of its own, who knows the server's key and shows this token.
    pub async fn caller(&self, token: Option<String>) -> Client {
        let address = format!("https://127.0.0.1:{}", self.port);
        let pin = client::fingerprint(&address).await.unwrap();
        let caller = Client::new(&address, "tests", Patience::default(), &Trust::Pins(vec![pin])).unwrap();
        caller.set_token(token);
        caller
    }

    /// Somebody takes a ticket for an identity card, from a totem beside the one that is tried, and waits.
    pub async fn somebody_waits(&self) -> TicketView {
        let token = fs::read_to_string(self.folder.join("secrets/totem-1.token")).unwrap();
        let totem = self.caller(Some(token.trim().to_owned())).await;
        let (service, site) = ("carta-identita".parse().unwrap(), "palazzo".parse().unwrap());
        let offer = totem.first_available(&service, &site).await.unwrap().first.expect("there is a free place today");
        let wish = BookTicket { service, site, starts_at: offer.starts_at, card: None };
        totem.book_ticket(TicketId(server::clock::new_id()), &wish).await.unwrap()
    }

    /// A clerk at counter 1 calls the next person; the code that is called.
    pub async fn calls_somebody(&self) -> CallCode {
        let clerk = self.caller(None).await;
        let who = LogIn { login: LOGIN.to_owned(), password: PASSWORD.to_owned() };
        clerk.set_token(Some(clerk.log_in(&who).await.unwrap().token));
        let counter = "sportello-1".parse().unwrap();
        let services = OpenCounter { services: vec!["carta-identita".parse().unwrap()] };
        clerk.open_counter(&counter, &services).await.unwrap();
        let key = CommandKey(server::clock::new_id());
        clerk.call_next(&counter, key, &CallNext::default()).await.unwrap().current.unwrap().code
    }

    /// Somebody links another device under the same id: whoever had its token is turned away from then on.
    pub fn gives_its_place_away(&self, kind: &str, id: &str) {
        self.carries_out(&["device", "token", kind, id]);
    }

    /// A device's token is taken away, because it was stolen.
    pub fn revokes(&self, kind: &str, id: &str) {
        self.carries_out(&["device", "revoke", kind, id]);
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
