//! A device whose own clock is wrong by decades shows, prints and calls what it always does: the time comes from the
//! server (F53, F60).
//!
//! The wrong clock is a small library put in front of the system's, which shows another year to the program alone.

use super::stand::{Stand, free_port, ours};
use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

/// Every way to ask what o'clock it is answers with another moment; clocks that only count go on.
const WRONG_CLOCK: &str = r#"
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t id, struct timespec *at) {
    int outcome = (int)syscall(SYS_clock_gettime, id, at);
    if (outcome == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) at->tv_sec = WRONG(at->tv_sec);
    return outcome;
}
int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
"#;

/// A clock that stands on 1 January 1970, and one that is 64 years ahead.
const OF_1970: &str = "-DWRONG(s)=((s)%80000)";
const AHEAD: &str = "-DWRONG(s)=((s)+2019686400)";

fn wrong_clock(stand: &Stand, how: &str) -> PathBuf {
    let (source, library) = (stand.folder.join("clock.c"), stand.folder.join("clock.so"));
    fs::write(&source, WRONG_CLOCK).unwrap();
    let built = Command::new("cc").args(["-shared", "-fPIC", how, "-o"]).arg(&library).arg(&source).status();
    assert!(built.expect("apt-get install gcc libc6-dev").success());
    let year = |before: &str| {
        let date = Command::new("date").arg("+%Y").env("LD_PRELOAD", before).output().unwrap();
        String::from_utf8_lossy(&date.stdout).trim().parse::<i16>().unwrap()
    };
    assert!((year("") - year(library.to_str().unwrap())).abs() > 40, "the wrong clock is wrong");
    library
}

/// What the demonstration's clock shows on the wall, as far as a page that is some seconds old can tell: it began at 10:20.
fn shows_the_servers_time(words: &[String]) -> bool {
    words.iter().any(|word| ["10:20", "10:21", "10:22", "10:23", "10:24"].contains(&word.as_str()))
}

async fn a_totem_prints_the_servers_date(how: &str) {
    let stand = Stand::open().await;
    let clock = wrong_clock(&stand, how);
    let (printer, slips) = (format!("127.0.0.1:{}", free_port()), stand.folder.join("slips"));
    let mut emulator = ours("avanti-emulator");
    emulator.arg("printer").args(["--listen", &printer]).arg("--out").arg(&slips);
    let mut emulator = emulator.stdout(Stdio::null()).spawn().unwrap();
    let (_totem, glass) = stand.starts("avanti-totem", |command| {
        command.env("LD_PRELOAD", clock).env("AVANTI_TOTEM_SOUND", "none").env("AVANTI_TOTEM_READERS", "[]");
        command.env("AVANTI_TOTEM_PRINTER__URL", format!("tcp://{printer}"));
    });
    glass.reads("Collega questo dispositivo").await;
    glass.types(&format!("{}\n", stand.invites("--totem", "totem-1").text)).await;
    glass.reads("Tocchi per iniziare").await;
    glass.shows("tells the server's time", shows_the_servers_time).await;
    glass.presses_until("Tocchi per iniziare", "Primo posto oggi").await;
    glass.presses_until("Carta d’identità", "Il primo posto libero").await;
    glass.presses_until("Conferma", "Ritiri il biglietto").await;
    // The picture is the last thing that the printer leaves.
    while !slips.join("slip-0001.png").exists() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    emulator.kill().unwrap();
    emulator.wait().unwrap();
    let slip = String::from_utf8_lossy(&fs::read(slips.join("slip-0001.bin")).unwrap()).into_owned();
    let now = stand.caller(None).await.about().await.unwrap().now;
    let (year, _, day) = now.on_the_wall(&"Europe/Rome".parse().unwrap()).0.parts();
    assert!(slip.contains(&format!(" {year}")) && slip.contains(&format!(" {day} ")), "{slip}");
    assert!(slip.contains("10:2"), "{slip}");
    let seen = glass.words().await.join("\n") + &slip;
    for wrong in [" 1970", " 2090", " 2091"] {
        assert!(!seen.contains(wrong), "{seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_totem_of_1970_is_linked_and_prints_the_servers_date() {
    a_totem_prints_the_servers_date(OF_1970).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_does_one_whose_clock_is_decades_ahead() {
    a_totem_prints_the_servers_date(AHEAD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_of_1970_shows_no_clock_until_the_server_has_told_the_time_and_then_calls_as_ever() {
    let stand = Stand::open().await;
    let clock = wrong_clock(&stand, OF_1970);
    let (_display, glass) = stand.starts("avanti-display", |command| {
        command.env("LD_PRELOAD", &clock).env("AVANTI_DISPLAY_SOUND", "none");
    });
    glass.reads("Collega questo dispositivo").await;
    let is_a_clock = |word: &String| word.len() == 5 && word.as_bytes()[2] == b':';
    assert!(!glass.words().await.iter().any(is_a_clock), "{:?}", glass.words().await);
    let invitation = stand.invites("--display", "monitor-a").text;
    glass.types(&format!("{invitation}\n")).await;
    glass.reads("Comune di Crema").await;
    let words = glass.shows("tells the server's time", shows_the_servers_time).await;
    assert!(!words.iter().any(|word| word.contains("gennaio")), "{words:?}");
    stand.somebody_waits().await;
    let code = stand.calls_somebody().await;
    // As long as any display may take.
    let seen = tokio::time::timeout(Duration::from_secs(5), glass.reads(&code.to_string())).await;
    assert!(seen.is_ok(), "{:?}", glass.words().await);
}
