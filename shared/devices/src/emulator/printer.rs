//! An emulated slip printer: it understands the ESC/POS that this crate writes, answers status questions like a real
//! one, and leaves each slip as bytes, as text and as a picture true to paper.

mod answers;
mod canvas;
mod command;
mod connector;
mod folder;
mod glyphs;
mod machine;
mod orders;
mod press;
mod service;
mod slip;

pub use command::commands;
pub use folder::Folder;
pub use machine::{Knob, Machine};
pub use service::EmulatedPrinter;
pub use slip::{Picture, Slip};
