//! Emulated devices: a product, not mocks. The same interfaces as the real ones, and their faults on demand.
//!
//! Never used by a program that was told to use real devices.

pub mod camera;
pub mod control;
pub mod printer;
mod pty;
pub mod reader;
