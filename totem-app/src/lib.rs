//! The totem: a kiosk at which a citizen takes a ticket, or shows a card and says "I am here".
//!
//! `flow` decides, `view` tells the window what to show, `bind` is the only module with Slint types, `perform` carries
//! out what the flow asks for. It may import contract, client, devices and app-kit; never domain, the server or another
//! app.

pub mod bind;
pub mod flow;
pub mod perform;
pub mod settings;
pub mod slip;
pub mod view;
