//! The office in a box: a server, its people and its devices together, for the tests that need more than one crate.
//!
//! It may import every crate of ours. It holds no rule of the office and must never be imported by a program that an
//! office runs; what a single crate can test stands in that crate.

pub mod clock;
pub mod ending;
pub mod equipment;
pub mod http;
pub mod narration;
pub mod proxy;
pub mod script;
pub mod world;
