//! A device whose own clock stands in 1970 shows and does what it always does: the time comes from the server (F53, F60).
//!
//! The wrong clock is a small library put in front of the system's, which shows January 1970 to the program alone.

use super::stand::Stand;
use std::{fs, path::PathBuf, process::Command};

/// Every way to ask what o'clock it is answers with a moment of 1 January 1970; clocks that only count go on.
const WRONG_CLOCK: &str = r#"
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t id, struct timespec *at) {
    int outcome = (int)syscall(SYS_clock_gettime, id, at);
    if (outcome == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) at->tv_sec %= 80000;
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

fn wrong_clock(stand: &Stand) -> PathBuf {
    let (source, library) = (stand.folder.join("clock.c"), stand.folder.join("clock.so"));
    fs::write(&source, WRONG_CLOCK).unwrap();
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status();
    assert!(built.expect("apt-get install gcc libc6-dev").success());
    let mut date = Command::new("date");
    let date = date.arg("+%Y").env("LD_PRELOAD", &library).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&date.stdout).trim(), "1970", "the wrong clock is wrong");
    library
}

/// What the demonstration's clock shows on the wall, as far as a page that is some seconds old can tell: it began at 10:20.
fn shows_the_servers_time(words: &[String]) -> bool {
    words.iter().any(|word| ["10:20", "10:21", "10:22", "10:23", "10:24"].contains(&word.as_str()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_totem_of_1970_is_linked_and_shows_the_time_of_the_server() {
    let stand = Stand::open().await;
    let clock = wrong_clock(&stand);
    let (_totem, glass) = stand.starts("avanti-totem", |command| {
        command.env("LD_PRELOAD", clock).env("AVANTI_TOTEM_SOUND", "none").env("AVANTI_TOTEM_READERS", "[]");
    });
    glass.reads("Collega questo dispositivo").await;
    glass.types(&format!("{}\n", stand.invites("--totem", "totem-1").text)).await;
    glass.reads("Tocchi per iniziare").await;
    assert!(shows_the_servers_time(&glass.words().await), "{:?}", glass.words().await);
    glass.presses_until("Tocchi per iniziare", "Primo posto oggi").await;
    assert!(!glass.words().await.iter().any(|word| word.contains("1970") || word.contains("gennaio")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_of_1970_shows_no_clock_until_the_server_has_told_the_time() {
    let stand = Stand::open().await;
    let clock = wrong_clock(&stand);
    let (_display, glass) = stand.starts("avanti-display", |command| {
        command.env("LD_PRELOAD", &clock).env("AVANTI_DISPLAY_SOUND", "none");
    });
    glass.reads("Collega questo dispositivo").await;
    let invitation = stand.invites("--display", "monitor-a").text;
    glass.types(&format!("{invitation}\n")).await;
    glass.reads("Comune di Crema").await;
    let words = glass.shows("tells the server's time", shows_the_servers_time).await;
    assert!(!words.iter().any(|word| word.contains("gennaio")), "{words:?}");
}
