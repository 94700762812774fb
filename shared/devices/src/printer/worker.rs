//! The thread that owns a printer: it polls, prints one job at a time, and tells what became of each.

use super::{Paper, PrinterEvent, Sheet};
use crate::url::BadUrl;
use std::{
    sync::mpsc::{self, TrySendError},
    time::{Duration, Instant},
};

/// How long a job may wait for its printer. Whoever asked for it stands there: later it is of no use to anybody.
pub const JOB_LIFE: Duration = Duration::from_secs(6);
/// Jobs that may wait. A totem has one person before it.
const QUEUE: usize = 4;

/// A printer; dropping it ends its thread.
#[derive(Debug)]
pub struct Printer {
    jobs: mpsc::SyncSender<Job>,
}

/// More jobs are waiting than a totem can have; this one was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the printer's queue is full")]
pub struct Busy;

pub(super) struct Job {
    id: String,
    sheet: Sheet,
    asked: Instant,
}

impl Printer {
    /// Starts the printer that `url` names: `tcp://printer:9100`, `serial:/dev/ttyUSB0?baud=115200`, `file:out.bin`
    /// (also `file:/dev/usb/lp0`), or `emulated:DIR`, which leaves each slip as a picture in that folder.
    ///
    /// Returns at once; the first [`PrinterEvent::Status`] tells whether the printer is there.
    pub fn start(url: &str, paper: Paper, on_event: impl FnMut(PrinterEvent) + Send + 'static) -> Result<Self, BadUrl> {
        let _ = (url, paper, on_event);
        let (jobs, _) = mpsc::sync_channel(QUEUE);
        Ok(Self { jobs })
    }

    /// Prints a sheet once. `id` names the job: a second job of the same name is refused, so that a retry cannot make
    /// a second paper; a reprint is a new job with a new name.
    pub fn print(&self, id: impl Into<String>, sheet: Sheet) -> Result<(), Busy> {
        let job = Job { id: id.into(), sheet, asked: crate::clock::now() };
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => Busy,
        })
    }
}
