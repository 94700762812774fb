//! What stands around the real programs while they are played with or measured: the programs themselves as processes,
//! and screens and a loudspeaker that are not there.
//!
//! It starts, watches and ends them. It must not know what they are for.

pub mod ports;
pub mod program;
pub mod screen;
pub mod sound;
pub mod wave;
