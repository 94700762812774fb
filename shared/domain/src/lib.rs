//! The rules of a day at a site: what may happen, and what follows from it.
//!
//! PURE. [`decide`] takes a day, some facts from outside it, a command and the time, and answers with events or a
//! refusal; [`day::Day::apply`] is the only thing that changes a day. No I/O, no clock, no dice, nothing
//! asynchronous; it must never import axum, sqlx, slint, reqwest or tokio, and of ours only `contract`.

pub mod availability;
pub mod board;
mod booking;
mod call_code;
pub mod calling;
mod check_in;
mod closing;
mod counter;
pub mod day;
mod decide;
pub mod event;
pub mod holidays;
pub mod rules;
pub mod slots;
pub mod taken;
pub mod ticket;

pub use call_code::Numbers;
pub use day::Day;
pub use decide::{Command, Facts, Step, decide};
pub use event::{Actor, Entry, Event};
pub use rules::SiteRules;
