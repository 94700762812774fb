//! The drivers against emulated devices at real interfaces: a pty, a TCP port, a program, a sound device.
//!
//! Nothing here waits for luck: a test waits for the event that it expects, and fails when it does not come.
#![expect(clippy::expect_used, reason = "tests")]

mod card_reader;
mod clock;
mod printer;
mod slip;
mod speech;
