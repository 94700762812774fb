//! The thread that reads a line, and looks for it again when it goes away.

use super::{
    ReaderEvent,
    camera::Camera,
    folder::Folder,
    framer::{Frame, Framer},
    line::{Line, LineSource},
};
use crate::{
    clock,
    emulator::reader::{EmulatedLine, Scanner},
    url::{self, BadUrl},
};
use std::{
    io,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// How long one read waits: short enough to notice the silence that ends a code.
const READ_LIMIT: Duration = Duration::from_millis(20);
/// A reader that is away is looked for after this pause, then twice it, up to the longest: back within 3 s of its return.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// A broken reader may write this often to the log.
const NOISE_LOG_PAUSE: Duration = Duration::from_secs(60);

/// An open reader; dropping it ends its thread and closes the line.
#[derive(Debug)]
pub struct ReaderHandle {
    /// Closing it is the order to stop.
    _stop: mpsc::Sender<()>,
    scanner: Option<Scanner>,
}

impl ReaderHandle {
    /// The other end of an `emulated` reader, to scan with; `None` for any other.
    pub fn scanner(&self) -> Option<Scanner> {
        self.scanner.clone()
    }
}

/// Opens the reader that `url` names: `serial:/dev/ttyACM0?baud=9600`, `keyboard`, a camera (`v4l:0`), a folder of
/// pictures in place of one (`dir:frames`), or `emulated`.
///
/// Returns at once; [`ReaderEvent::Connected`] comes when the reader is there. With `keyboard` nothing ever comes from
/// here but that event: the app feeds its own [`super::Wedge`].
pub fn open(url: &str, mut on_event: impl FnMut(ReaderEvent) + Send + 'static) -> Result<ReaderHandle, BadUrl> {
    match url.split_once(':').unwrap_or((url, "")) {
        ("serial", rest) => Ok(open_source(url::serial(url, rest)?, on_event)),
        ("v4l", camera) if !camera.is_empty() => open_camera(url, camera, on_event),
        ("dir", folder) if !folder.is_empty() => Ok(open_source(Camera(Folder::new(folder)), on_event)),
        ("emulated", "") => {
            let (line, scanner) = EmulatedLine::new();
            let handle = open_source(line, on_event);
            Ok(ReaderHandle { scanner: Some(scanner), ..handle })
        }
        ("keyboard", "") => {
            on_event(ReaderEvent::Connected);
            Ok(ReaderHandle { _stop: mpsc::channel().0, scanner: None })
        }
        _ => Err(BadUrl::new(url, "a reader is serial:/dev/ttyACM0, keyboard, v4l:0, dir:frames or emulated")),
    }
}

#[cfg(feature = "camera")]
fn open_camera(
    url: &str,
    camera: &str,
    on_event: impl FnMut(ReaderEvent) + Send + 'static,
) -> Result<ReaderHandle, BadUrl> {
    Ok(open_source(Camera(super::v4l::V4l::new(url, camera)?), on_event))
}

#[cfg(not(feature = "camera"))]
fn open_camera(url: &str, _: &str, _: impl FnMut(ReaderEvent) + Send + 'static) -> Result<ReaderHandle, BadUrl> {
    Err(BadUrl::new(url, "this program was built without cameras: build it with the feature `camera`"))
}

/// Reads any source of lines in a thread of its own.
pub fn open_source(
    source: impl LineSource + 'static,
    on_event: impl FnMut(ReaderEvent) + Send + 'static,
) -> ReaderHandle {
    let (stop, stopped) = mpsc::channel();
    let worker = Worker {
        source: Box::new(source),
        on_event: Box::new(on_event),
        stopped,
        started: clock::now(),
        noise_logged: None,
    };
    thread::spawn(move || worker.run());
    ReaderHandle { _stop: stop, scanner: None }
}

struct Worker {
    source: Box<dyn LineSource>,
    on_event: Box<dyn FnMut(ReaderEvent) + Send>,
    stopped: mpsc::Receiver<()>,
    started: Instant,
    noise_logged: Option<Instant>,
}

impl Worker {
    fn run(mut self) {
        let mut pause = FIRST_PAUSE;
        let mut told_lost = false;
        loop {
            let lost = match self.source.open() {
                Ok(line) => {
                    tracing::info!(reader = self.source.name(), "card reader connected");
                    (self.on_event)(ReaderEvent::Connected);
                    (pause, told_lost) = (FIRST_PAUSE, false);
                    match self.listen(line) {
                        Some(lost) => lost,
                        None => return,
                    }
                }
                Err(why) => why,
            };
            if !told_lost {
                tracing::warn!(reader = self.source.name(), why = %lost, "card reader away");
                (self.on_event)(ReaderEvent::Lost { why: lost.to_string() });
                told_lost = true;
            }
            if self.stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Reads until the line is lost, or until nobody wants it any more (`None`).
    fn listen(&mut self, mut line: Box<dyn Line>) -> Option<io::Error> {
        let mut framer = Framer::default();
        let mut buffer = [0; 512];
        loop {
            if self.stopped.try_recv() == Err(mpsc::TryRecvError::Disconnected) {
                return None;
            }
            let count = match line.read(&mut buffer, READ_LIMIT) {
                Ok(count) => count,
                Err(why) => return Some(why),
            };
            let now = clock::now();
            for frame in framer.feed(&buffer[..count], now.duration_since(self.started).as_millis() as u64) {
                let event = match frame {
                    Frame::Code(text) => ReaderEvent::Read(text),
                    Frame::Noise => {
                        self.log_noise(now);
                        ReaderEvent::Noise
                    }
                };
                (self.on_event)(event);
            }
        }
    }

    fn log_noise(&mut self, now: Instant) {
        if self.noise_logged.is_none_or(|then| now.duration_since(then) >= NOISE_LOG_PAUSE) {
            tracing::warn!(reader = self.source.name(), "noise from the card reader");
            self.noise_logged = Some(now);
        }
    }
}
