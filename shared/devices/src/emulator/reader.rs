//! An emulated card reader, in process or at a pty.

mod in_process;

pub use in_process::{EmulatedLine, Scanner};
