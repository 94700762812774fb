//! The counter: an office worker calls people and serves them.
//!
//! `flow` decides, `view` says what is to be seen, `bind` joins them to the window, `perform` talks to the server.
//! It may import contract, client and app-kit; never domain, server or another app.

pub mod bind;
pub mod flow;
pub mod memory;
pub mod perform;
pub mod settings;
pub mod view;

/// The pages, compiled.
#[allow(missing_docs, unsafe_code, clippy::all, clippy::restriction, reason = "made by the Slint compiler")]
pub mod ui {
    slint::include_modules!();
}
