//! What a printer says about itself, from the bytes that it answers. Pure.

use escpos::utils::{RealTimeStatusRequest, RealTimeStatusResponse};
use std::collections::HashMap;

/// The state of a printer, the worst thing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It prints.
    Ready,
    /// It prints, and wants a new roll soon.
    NearEnd,
    /// No paper.
    PaperOut,
    /// Somebody has it open.
    CoverOpen,
    /// Away, switched off, or stopped by an error of its own.
    Offline,
    /// It is there and says nothing about itself.
    Unknown,
}

impl Status {
    /// Whether a sheet may be sent.
    pub fn prints(self) -> bool {
        matches!(self, Self::Ready | Self::NearEnd | Self::Unknown)
    }
}
