//! One typed HTTP client and live feed, for the three apps, the portal and the tests.
//!
//! One function per resource of [`contract::api`]; what travels is the contract's types and nothing else. Writes that
//! carry an id or a key are repeated under the same key when their answer is lost; nothing else is ever sent twice.
//! It must never import domain or server, and it decides nothing about an office: a "no" comes back as a
//! [`Failure::Refused`] for the caller to put into words.

mod calling;
mod configuration;
mod failure;
mod live;
mod meeting;
mod pairing;
mod patience;
mod reception;
mod transport;
mod trust;

pub use calling::CallStep;
pub use failure::Failure;
pub use live::{Feed, Live};
pub use meeting::fingerprint;
pub use pairing::{NotPaired, meet, pair};
pub use patience::Patience;
pub use transport::{BadServer, Client};
pub use trust::{BadPin, BadTrust, Pin, Trust};
