//! What systemd hears of an app: that it is up, and again and again that it is well (F51).

use super::stand::Stand;
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs,
    os::unix::net::UnixDatagram,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The next word to systemd, or nothing for so long.
fn hears(socket: &UnixDatagram, patience: Duration) -> Option<String> {
    socket.set_read_timeout(Some(patience)).unwrap();
    let mut text = [0; 256];
    let length = socket.recv(&mut text).ok()?;
    Some(String::from_utf8_lossy(&text[..length]).trim().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_app_says_that_it_is_well_until_it_hangs() {
    let stand = Stand::open().await;
    for program in ["avanti-totem", "avanti-display", "avanti-counter"] {
        let path = stand.folder.join(format!("{program}.notify"));
        let socket = UnixDatagram::bind(&path).unwrap();
        let (mut app, glass) = stand.starts(program, |command| {
            command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "900000");
        });
        let patience = Duration::from_secs(30);
        assert_eq!(hears(&socket, patience).as_deref(), Some("READY=1"), "{program}");
        for _ in 0..3 {
            assert_eq!(hears(&socket, patience).as_deref(), Some("WATCHDOG=1"), "{program}");
        }
        glass.reads("Collega questo dispositivo").await;
        // As a hung graphics card would make it stand still.
        let id = Pid::from_raw(i32::try_from(app.child.id()).unwrap()).unwrap();
        kill_process(id, Signal::STOP).unwrap();
        while hears(&socket, Duration::from_millis(50)).is_some() {}
        assert_eq!(hears(&socket, Duration::from_millis(1_500)), None, "{program} stands still");
        app.child.kill().unwrap();
    }
}

/// One thread of a program, held at whatever it asks of the kernel next; the others go on. It ends with the value.
struct Held(Child);

impl Held {
    fn thread(process: u32, name: &str) -> Self {
        let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap().flatten();
        let named = |task: &fs::DirEntry| fs::read_to_string(task.path().join("comm")).unwrap().trim() == name;
        let mut threads = tasks.filter(named).map(|task| task.file_name().into_string().unwrap());
        let thread = threads.next().unwrap_or_else(|| panic!("{process} has no thread {name}"));
        let mut strace = Command::new("strace");
        // For longer than anybody waits here.
        strace.args(["-qq", "-o", "/dev/null", "-e", "inject=all:delay_enter=300s", "-p", &thread]);
        let strace = strace.stdin(Stdio::null()).spawn();
        Self(strace.expect("apt-get install strace"))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Its end lets the thread go.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until the program has told nothing for longer than systemd would wait.
fn falls_silent(socket: &UnixDatagram, what: &str) {
    let signs = std::iter::repeat_with(|| hears(socket, Duration::from_millis(1_500)));
    // What was on its way when it was held, and what it says while strace takes hold.
    assert!(signs.take(40).any(|sign| sign.is_none()), "{what} hangs, and systemd is told that all is well");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_not_well_when_its_window_or_its_worker_alone_hangs() {
    let stand = Stand::open().await;
    for program in ["avanti-totem", "avanti-display", "avanti-counter"] {
        let path = stand.folder.join(format!("{program}.half"));
        let socket = UnixDatagram::bind(&path).unwrap();
        let (mut app, glass) = stand.starts(program, |command| {
            command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "900000");
        });
        glass.reads("Collega questo dispositivo").await;
        let is_well = || {
            let signs = std::iter::repeat_with(|| hears(&socket, Duration::from_secs(30)));
            signs.take(3).any(|sign| sign.as_deref() == Some("WATCHDOG=1"))
        };
        // The window's loop turns in the program's first thread, which is called as the program.
        for thread in ["worker", program] {
            assert!(is_well(), "{program}");
            let held = Held::thread(app.child.id(), thread);
            falls_silent(&socket, &format!("{program}: {thread}"));
            drop(held);
            assert!(is_well(), "{program}: {thread} goes on");
        }
        app.child.kill().unwrap();
    }
}
