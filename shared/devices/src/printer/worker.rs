//! The thread that owns a printer: it polls, prints one job at a time, and tells what became of each.

use super::{
    Outcome, Paper, PrinterEvent, Sheet, Status, Why,
    dialogue::{self, Dialogue},
    escpos::encode,
    link::{self, LinkSource},
};
use crate::{clock, url::BadUrl};
use std::{
    collections::VecDeque,
    io,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// How long a job may wait for its printer. Whoever asked for it stands there: later it is of no use to anybody.
pub const JOB_LIFE: Duration = Duration::from_secs(6);
/// A printer that is away when a job comes gets this long to return.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often the state is asked: an unplugged printer is noticed within 5 s with time to spare.
const POLL: Duration = Duration::from_secs(2);
/// How often a printer that is away is looked for.
const RETRY: Duration = Duration::from_secs(1);
/// Pause between two looks while a job waits.
const GLANCE: Duration = Duration::from_millis(250);
/// Jobs that may wait. A totem has one person before it.
const QUEUE: usize = 4;
/// Names of jobs that are remembered, so that none is printed twice: an hour of a busy totem.
const REMEMBERED: usize = 256;

/// A printer; dropping it ends its thread.
#[derive(Debug)]
pub struct Printer {
    jobs: mpsc::SyncSender<Job>,
}

/// More jobs are waiting than a totem can have; this one was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the printer's queue is full")]
pub struct Busy;

#[derive(Debug)]
struct Job {
    id: String,
    sheet: Sheet,
    asked: Instant,
}

impl Printer {
    /// Starts the printer that `url` names: `usb:04b8:0e28`, `tcp://printer:9100`, `serial:/dev/ttyUSB0?baud=115200`,
    /// `file:out.bin`, or `emulated:DIR`, which leaves each slip as a picture in that folder.
    ///
    /// Returns at once; the first [`PrinterEvent::Status`] tells whether the printer is there.
    pub fn start(url: &str, paper: Paper, on_event: impl FnMut(PrinterEvent) + Send + 'static) -> Result<Self, BadUrl> {
        Ok(Self::start_source(link::source(url, paper)?, paper, on_event))
    }

    /// The same for any way to a printer.
    pub fn start_source(
        source: Box<dyn LinkSource>,
        paper: Paper,
        on_event: impl FnMut(PrinterEvent) + Send + 'static,
    ) -> Self {
        let (sender, jobs) = mpsc::sync_channel(QUEUE);
        let worker = Worker {
            source,
            paper,
            on_event: Box::new(on_event),
            open: None,
            told: None,
            forget_first: false,
            spoke: false,
            taken: VecDeque::new(),
        };
        thread::spawn(move || worker.run(&jobs));
        Self { jobs: sender }
    }

    /// Prints a sheet once. `id` names the job: a second job of the same name is refused, so that a retry cannot make
    /// a second paper; a reprint is a new job with a new name.
    pub fn print(&self, id: impl Into<String>, sheet: Sheet) -> Result<(), Busy> {
        let job = Job { id: id.into(), sheet, asked: clock::now() };
        self.jobs.try_send(job).map_err(|_| Busy)
    }
}

struct Worker {
    source: Box<dyn LinkSource>,
    paper: Paper,
    on_event: Box<dyn FnMut(PrinterEvent) + Send>,
    open: Option<Dialogue>,
    told: Option<Status>,
    /// A job broke off: before anything else the printer must drop what is left of it.
    forget_first: bool,
    /// This printer has told its state before, so silence now means that it is gone.
    spoke: bool,
    taken: VecDeque<String>,
}

impl Worker {
    fn run(mut self, jobs: &mpsc::Receiver<Job>) {
        loop {
            let status = self.look();
            let pause = if status == Status::Offline { RETRY } else { POLL };
            match jobs.recv_timeout(pause) {
                Ok(Job { id, sheet, asked }) => {
                    let outcome = self.print(&id, &sheet, asked);
                    if outcome != Outcome::Confirmed {
                        tracing::warn!(printer = self.source.name(), job = id, ?outcome, "slip not confirmed");
                    }
                    (self.on_event)(PrinterEvent::Job { id, outcome });
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// How the printer is now; opens it again when it was away, and tells when this is new.
    fn look(&mut self) -> Status {
        let status = self.ask().unwrap_or_else(|why| {
            if self.told != Some(Status::Offline) {
                tracing::warn!(printer = self.source.name(), %why, "printer away");
            }
            self.open = None;
            Status::Offline
        });
        if self.told != Some(status) {
            self.told = Some(status);
            tracing::info!(printer = self.source.name(), ?status, "printer");
            (self.on_event)(PrinterEvent::Status(status));
        }
        status
    }

    fn ask(&mut self) -> io::Result<Status> {
        let open = match &mut self.open {
            Some(open) => open,
            None => self.open.insert(Dialogue::new(self.source.open()?)),
        };
        if self.forget_first {
            open.forget().map_err(|error| error.why)?;
            self.forget_first = false;
        }
        let status = open.status()?;
        self.spoke |= open.speaks();
        if status == Status::Unknown && self.spoke {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "the printer does not answer any more"));
        }
        Ok(status)
    }

    fn print(&mut self, id: &str, sheet: &Sheet, asked: Instant) -> Outcome {
        if clock::now().duration_since(asked) >= JOB_LIFE {
            return Outcome::Failed(Why::TooLate);
        }
        if self.taken.iter().any(|taken| taken == id) {
            return Outcome::Failed(Why::SameJob);
        }
        let bytes = match encode(sheet, self.paper) {
            Ok(bytes) => bytes,
            Err(bad) => return Outcome::Failed(Why::Sheet(bad)),
        };
        let status = self.wait_until_it_prints();
        let Some(open) = self.open.as_mut().filter(|_| status.prints()) else {
            return Outcome::Failed(Why::Status(status));
        };
        // From here on a paper may come, so the name is used up.
        self.taken.truncate(REMEMBERED - 1);
        self.taken.push_front(id.to_owned());
        match open.print(&bytes) {
            Ok(dialogue::Paper::Out) => Outcome::Confirmed,
            Ok(dialogue::Paper::Stopped(Status::Unknown)) if !open.speaks() => {
                Outcome::Unknown(Why::Status(Status::Unknown))
            }
            Ok(dialogue::Paper::Stopped(status)) => {
                self.forget_first = true;
                Outcome::Unknown(Why::Status(status))
            }
            Ok(dialogue::Paper::Broken(why)) => self.broken(&why, Outcome::Unknown),
            Err(error) if error.sent == 0 => self.broken(&error.why, Outcome::Failed),
            Err(error) => self.broken(&error.why, Outcome::Unknown),
        }
    }

    fn broken(&mut self, why: &io::Error, outcome: fn(Why) -> Outcome) -> Outcome {
        self.open = None;
        self.forget_first = true;
        outcome(Why::Line(why.to_string()))
    }

    /// A printer that is away may be on its way back; one that wants a person is told at once.
    fn wait_until_it_prints(&mut self) -> Status {
        let began = clock::now();
        loop {
            let status = self.look();
            if status != Status::Offline || clock::now().duration_since(began) >= PATIENCE {
                return status;
            }
            thread::sleep(GLANCE);
        }
    }
}
