//! The server of a site: it keeps the office, decides what happens in a day, and tells everybody who follows.
//!
//! `http, jobs → desk → {domain, store}`; configuration goes `http → store`; `live → {health, store}, domain::board`.
//! It must never import devices or slint: what a totem prints and a display shows is theirs to draw.

pub mod app;
pub mod attempts;
pub mod auth;
pub mod certificate;
pub mod clock;
pub mod commands;
pub mod config;
pub mod demo;
pub mod desk;
pub mod error;
pub mod files;
pub mod health;
pub mod http;
pub mod jobs;
pub mod keys;
pub mod live;
pub mod metrics;
pub mod office;
pub mod others;
pub mod pairing;
pub mod password;
pub mod places;
pub mod qr;
pub mod request;
pub mod store;
pub mod token;
pub mod watchdog;

pub use app::App;
pub use clock::Clock;
pub use config::Config;
