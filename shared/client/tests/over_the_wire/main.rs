//! The client over real sockets, against a server that breaks off where a real one would not.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test says what it needs by failing")]

mod live;
mod requests;
mod wire;
