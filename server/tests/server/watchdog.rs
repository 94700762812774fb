//! F12: systemd hears from a server that is well, and from no other; it starts a silent one anew.

use crate::{
    program::{Serving, program},
    support::Directory,
};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, Executor, SqliteConnection};
use std::{os::unix::net::UnixDatagram, time::Duration};

/// What systemd would wait for a sign, in microseconds; the server gives one three times as often.
const PATIENCE: &str = "1500000";
/// Twice as long: whoever is silent for it is started anew.
const SILENCE: Duration = Duration::from_secs(3);
/// For a machine that is busy with a whole test run.
const LONG: Duration = Duration::from_secs(30);

/// Systemd's end of the line.
struct Systemd(UnixDatagram);

impl Systemd {
    /// What is said next, or nothing for so long.
    fn hears(&self, within: Duration) -> Option<String> {
        self.0.set_read_timeout(Some(within)).unwrap();
        let mut said = [0; 256];
        let length = self.0.recv(&mut said).ok()?;
        Some(String::from_utf8_lossy(&said[..length]).trim().to_owned())
    }

    fn waits_for(&self, sign: &str) {
        while self.hears(LONG).unwrap_or_else(|| panic!("{sign} does not come")) != sign {}
    }
}

#[tokio::test]
async fn systemd_hears_from_a_server_only_while_a_commit_is_possible() {
    let directory = Directory::new();
    let line = directory.path().join("notify");
    let systemd = Systemd(UnixDatagram::bind(&line).unwrap());
    let mut command = program(directory.path());
    command.arg("run").env("AVANTI_LISTEN", "127.0.0.1:0").env("NOTIFY_SOCKET", &line).env("WATCHDOG_USEC", PATIENCE);
    let serving = Serving::of(command);
    systemd.waits_for("READY=1");
    systemd.waits_for("WATCHDOG=1");
    let file = directory.path().join("avanti.sqlite3").display().to_string();
    let mut other = SqliteConnection::connect(&format!("sqlite://{file}")).await.unwrap();
    other.execute("begin immediate").await.unwrap();
    // What was said before, and the sign that was under way.
    for _ in 0..3 {
        systemd.hears(Duration::from_millis(700));
    }
    assert_eq!(systemd.hears(SILENCE), None, "nothing can be committed");
    other.execute("rollback").await.unwrap();
    systemd.waits_for("WATCHDOG=1");
    kill_process(Pid::from_child(&serving.child), Signal::TERM).unwrap();
    systemd.waits_for("STOPPING=1");
}
