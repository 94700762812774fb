//! The server as a whole: its store, its desk and its API, each on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it needs by failing"
)]

mod api;
mod calls;
mod configuration;
mod desk;
mod health;
mod input;
mod live;
mod pairing;
mod program;
mod races;
mod reference;
mod rights;
mod store;
mod support;
mod transport;
mod watchdog;
