//! What three apps would otherwise repeat: the component library and its tokens (`ui/`), the run loop, the clock,
//! the command line, the settings file, the device's token, its link to a server, the log and the watchdog.
//!
//! It must never import `contract` or any other of our crates, and its Rust names no Slint type: an app's `bind`
//! joins the run loop to its window.

pub mod clock;
pub mod config;
pub mod link;
pub mod linking;
pub mod log;
pub mod pair;
pub mod program;
pub mod token;
pub mod watchdog;
pub mod worker;
