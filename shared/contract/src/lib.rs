//! The words of the office and the wire: what the server, the three apps and the tests say to one another.
//!
//! PURE. It parses at the edge, so that whoever holds one of its values may trust it: a [`identity::FiscalCode`]
//! exists only if its check letter is right. It must never import axum, sqlx, slint, reqwest or anything
//! asynchronous, and it has no clock and no dice: time and ids come in as values.

pub mod agenda;
pub mod api;
pub mod board;
pub mod health;
pub mod identity;
pub mod ids;
pub mod lineup;
pub mod office;
pub mod pairing;
pub mod refusal;
pub mod text;
pub mod ticket;
pub mod time;

pub use refusal::{Problem, Refusal};
