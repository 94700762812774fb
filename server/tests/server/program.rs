//! The program itself: its subcommands, its settings, its start and its stop.

use crate::support::{Directory, world::CARD};
use client::{Client, Patience, Trust};
use contract::{api::*, identity::Credential, ids::TicketId};
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
};

/// The program, with no setting from whoever runs the tests.
pub fn program(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_avanti-server"));
    command.current_dir(directory).env_clear();
    command
}

/// A server that serves on a free port.
pub struct Serving {
    pub child: Child,
    pub address: String,
    log: Arc<Mutex<String>>,
}

impl Serving {
    /// Starts it and waits until it says where it listens.
    pub fn start(directory: &Path, database: &str) -> Self {
        Self::logging(directory, database, "info")
    }

    fn logging(directory: &Path, database: &str, level: &str) -> Self {
        let mut command = program(directory);
        command
            .args(["run"])
            .env("AVANTI_LOG", level)
            .env("AVANTI_LISTEN", "127.0.0.1:0")
            .env("AVANTI_DATABASE", database)
            .env("AVANTI_KEYS", directory)
            .env("AVANTI_DEMONSTRATION_CLOCK", "2026-11-23T09:00");
        Self::of(command)
    }

    /// Starts that program, whatever it was told.
    pub fn of(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines.by_ref().map_while(Result::ok).find_map(|line| {
            said.push_str(&line);
            Some(line.split("address=").nth(1)?.split_whitespace().next()?.to_owned())
        });
        let address = address.unwrap_or_else(|| panic!("the server does not serve: {said}"));
        // Somebody must read on, or the server would wait for its log.
        let log = Arc::new(Mutex::new(said));
        let written = log.clone();
        std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| written.lock().unwrap().push_str(&line))
        });
        Self { child, address: format!("http://{address}"), log }
    }
}

impl Serving {
    /// What it has logged so far.
    pub fn said(&self) -> String {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn an_administrator_is_added_with_a_password_from_standard_input() {
    let directory = Directory::new();
    let run = |arguments: &[&str], input: &str| {
        let mut child = program(directory.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let add = ["operator", "add", "--login", "capo", "--name", "Capo"];
    assert!(!run(&add, "corta\n").status.success(), "a short password is refused");
    assert!(run(&add, "una parola lunga\n").status.success());
    let again = run(&add, "una parola lunga\n");
    assert!(text(&again).contains("already"), "{}", text(&again));
    assert!(run(&["operator", "set-password", "--login", "capo"], "altra parola lunga\n").status.success());
    let nobody = run(&["operator", "set-password", "--login", "nessuno"], "altra parola lunga\n");
    assert!(text(&nobody).contains("there is no operator nessuno"));
    assert!(run(&["check"], "").status.success());
    let device = run(&["device", "token", "--totem", "totem-1"], "");
    assert!(text(&device).contains("there is no totem totem-1"));
}

#[test]
fn a_server_follows_its_file_and_does_without() {
    let directory = Directory::new();
    let settings = "listen = \"127.0.0.1:0\"\ndatabase = \"data/office.sqlite3\"\nkeys = \"secrets\"";
    std::fs::create_dir(directory.path().join("data")).unwrap();
    std::fs::write(directory.path().join("s.toml"), settings).unwrap();
    let mut command = program(directory.path());
    command.args(["run", "--config", "s.toml"]);
    drop(Serving::of(command));
    for file in ["data/office.sqlite3", "secrets/avanti.person-key", "secrets/avanti.qr-key"] {
        assert!(directory.path().join(file).is_file(), "{file}");
    }
    let mut command = program(directory.path());
    // The usual port may be somebody's on this machine; everything else is left to the server.
    command.arg("run").env("AVANTI_LISTEN", "127.0.0.1:0");
    drop(Serving::of(command));
    for file in ["avanti.sqlite3", "avanti.person-key", "avanti.qr-key"] {
        assert!(directory.path().join(file).is_file(), "{file}");
    }
}

#[test]
fn settings_that_nobody_knows_are_refused_by_name() {
    let directory = Directory::new();
    std::fs::write(directory.path().join("s.toml"), "databse = \"x\"").unwrap();
    let output = program(directory.path()).args(["--config", "s.toml", "check"]).output().unwrap();
    assert!(!output.status.success());
    assert!(text(&output).contains("databse"), "{}", text(&output));
    let output = program(directory.path()).args(["--config", "none.toml", "check"]).output().unwrap();
    assert!(text(&output).contains("none.toml"), "{}", text(&output));
    std::fs::write(directory.path().join("s.toml"), "[tls]\nkey = \"k.pem\"").unwrap();
    let output = program(directory.path()).args(["--config", "s.toml", "check"]).output().unwrap();
    assert!(text(&output).contains("it needs both"), "{}", text(&output));
}

#[test]
fn the_demonstration_office_is_loaded_twice_without_harm() {
    let directory = Directory::new();
    let load = || {
        let output = program(directory.path())
            .args(["demo-data", "--secrets", "secrets"])
            .env("AVANTI_DEMONSTRATION_CLOCK", "2026-11-23T10:20")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", text(&output));
        assert!(!text(&output).contains("left out"), "{}", text(&output));
        std::fs::read_to_string(directory.path().join("secrets/totem-1.token")).unwrap()
    };
    assert_ne!(load(), load(), "each time with new tokens");
}

#[test]
fn a_server_told_to_stop_stops_by_itself() {
    let directory = Directory::new();
    let mut serving = Serving::start(directory.path(), "avanti.sqlite3");
    let pid = rustix::process::Pid::from_child(&serving.child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(serving.child.wait().unwrap().success());
}

#[tokio::test]
async fn no_log_line_names_a_person() {
    let directory = Directory::new();
    let loaded = program(directory.path())
        .args(["demo-data", "--secrets", "secrets"])
        .env("AVANTI_DEMONSTRATION_CLOCK", "2026-11-23T09:00")
        .output()
        .unwrap();
    assert!(loaded.status.success() && !text(&loaded).contains("RSSMRA"), "{}", text(&loaded));
    let serving = Serving::logging(directory.path(), "avanti.sqlite3", "trace");
    let token = std::fs::read_to_string(directory.path().join("secrets/totem-1.token")).unwrap();
    let totem = Client::new(&serving.address, "test", Patience::default(), &Trust::Nobody).unwrap();
    totem.set_token(Some(token.trim().to_owned()));
    let credential = Credential::Card { code: CARD.parse().unwrap() };
    let found = totem.search_appointments(&SearchAppointments { credential: credential.clone() }).await.unwrap();
    let ticket = &found.tickets[0];
    totem.check_in(ticket.id, &CheckIn { credential: credential.clone() }).await.unwrap();
    let stranger = TicketId(server::clock::new_id());
    totem.check_in(stranger, &CheckIn { credential }).await.unwrap_err();
    let log = serving.log.lock().unwrap().clone();
    assert!(log.contains("/api/v1/tickets/{ticket}/presence"), "the log tells what was asked");
    for personal in [CARD, "RSSMRA", ticket.qr.reveal(), token.trim()] {
        assert!(!log.contains(personal), "INV-16: the log says {personal}");
    }
}

/// F14: an older program leaves the tables of a newer one as they are.
#[tokio::test]
async fn tables_of_a_newer_server_are_not_touched() {
    let directory = Directory::new();
    assert!(program(directory.path()).arg("check").output().unwrap().status.success());
    let file = directory.path().join("avanti.sqlite3");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let mut newer = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query(
        "update _sqlx_migrations set version = 9999 where version = (select max(version) from _sqlx_migrations)",
    )
    .execute(&mut newer)
    .await
    .unwrap();
    sqlx::Connection::close(newer).await.unwrap();
    let before = std::fs::read(&file).unwrap();
    for word in ["check", "run"] {
        let mut command = program(directory.path());
        let output = command.arg(word).env("AVANTI_LISTEN", "127.0.0.1:0").output().unwrap();
        let said = text(&output);
        assert!(!output.status.success() && said.contains("version 9999") && said.contains("up to version"), "{said}");
    }
    assert!(before == std::fs::read(&file).unwrap(), "the file has changed");
}
