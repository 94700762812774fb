//! The pages on Slint's testing backend, as they are drawn: what can be touched and how large it is, what they say and
//! how well it can be read, that nothing is cut off, and that nothing of a person stays behind.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod fit;
mod linking;
#[path = "../office/mod.rs"]
mod office;
mod photo;
mod pictures;
mod scenes;
mod told;
mod touch;
mod visit;
mod window;
