//! Slip printers: a [`Sheet`] becomes ESC/POS bytes, goes out, and the printer says what became of it.
//!
//! A printer prints sheets; what a slip says is the app's business. One job is one paper: never a second one, never a
//! late one, and "printed" is only said when the printer's own status after the job says so.

mod charset;
mod dialogue;
mod escpos;
mod layout;
mod link;
mod sheet;
mod status;
mod usb;
mod worker;

pub(crate) use charset::from_page;
pub use charset::printable;
pub use escpos::encode;
pub use layout::wrap;
pub use link::{Link, LinkSource, SendError};
pub use sheet::{Align, BadPaper, BadSheet, Line, Paper, Sheet, Style};
pub(crate) use status::FORGET;
pub use status::Status;
pub use usb::{UsbPrinter, UsbRoots};
pub use worker::{Busy, JOB_LIFE, Printer};

/// What a printer reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrinterEvent {
    /// The printer's state, at the start and whenever it changes.
    Status(Status),
    /// What became of a job. Every accepted job gets exactly one.
    Job {
        /// The name that the job was given.
        id: String,
        /// Its end.
        outcome: Outcome,
    },
}

/// What became of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The printer took it all and says that it is still well: the paper is out.
    Confirmed,
    /// No paper came out, for sure.
    Failed(Why),
    /// Part of it may be on paper, or all.
    Unknown(Why),
}

/// Why a job was not confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The printer says that it cannot print.
    Status(Status),
    /// The line broke; the system's words are for the log.
    Line(String),
    /// It waited longer than [`JOB_LIFE`], and old jobs are never printed late.
    TooLate,
    /// A job with this name was already taken.
    SameJob,
    /// The sheet does not fit this paper.
    Sheet(BadSheet),
}
