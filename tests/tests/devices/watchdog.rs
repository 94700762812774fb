//! What systemd hears of an app: that it is up, and again and again that it is well (F51).

use super::stand::Stand;
use rustix::process::{Pid, Signal, kill_process};
use std::{os::unix::net::UnixDatagram, time::Duration};

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
