//! The drivers against emulated devices at real interfaces: a pty, a TCP port, a program, a sound device.
//!
//! Nothing here waits for luck: a test waits for the event that it expects, and fails when it does not come.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::expect_used, reason = "tests")]

mod camera;
mod card_reader;
mod clock;
mod printer;
mod slip;
mod speech;
mod usb;
