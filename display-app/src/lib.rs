//! The display of a waiting room: shows who is called and says it aloud.
//!
//! `announce`, `flow`, `legibility`, `spoken` and `view` are pure; `bind` alone knows the window, `perform` the
//! network and the loudspeaker. It never imports domain, server or another app, and it decides nothing about an
//! office: what the server's board says is what is shown.

pub mod announce;
pub mod bind;
pub mod config;
pub mod flow;
pub mod legibility;
pub mod perform;
pub mod spoken;
pub mod view;
