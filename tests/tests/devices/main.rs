//! The apps as they are installed, on a screen that exists in memory only: the real programs, a real server with its own
//! certificate, a reader at a real line. How a device is linked to its server and what it does when the server does not
//! know it any more; how systemd hears of it; that a wrong clock harms nobody.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod clocks;
mod glass;
mod linking;
mod stand;
mod watchdog;
