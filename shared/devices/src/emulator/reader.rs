//! An emulated card reader, in process or at a pty, and what a hand does with it.

mod gesture;
mod in_process;
mod terminal;

pub use gesture::Gesture;
pub use in_process::{EmulatedLine, Scanner};
pub use terminal::TerminalReader;
