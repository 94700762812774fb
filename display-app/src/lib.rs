//! The display of a waiting room: shows who is called and says it aloud.
//!
//! All is pure but `bind`, which alone knows the window, `perform`, which alone knows the network and the loudspeaker,
//! and `config`. It never imports domain, server or another app, and it decides nothing about an office: what the
//! server's board says is what is shown.

pub mod announce;
pub mod arrivals;
pub mod bind;
pub mod config;
pub mod flow;
pub mod health;
pub mod legibility;
pub mod perform;
pub mod server_clock;
pub mod spoken;
pub mod view;
