//! A card reader with no line at all: its bytes come through a channel.

use super::gesture::Gesture;
use crate::card_reader::{Line, LineSource};
use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

/// What a hand does with an emulated reader.
#[derive(Debug, Clone)]
pub struct Scanner(Arc<Mutex<Plug>>);

#[derive(Debug, Default)]
struct Plug {
    unplugged: bool,
    line: Option<mpsc::Sender<Vec<u8>>>,
}

impl Scanner {
    /// Does one thing to it. What is scanned while it is unplugged is lost.
    pub fn apply(&self, gesture: &Gesture) {
        let mut plug = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match gesture {
            Gesture::Unplug => *plug = Plug { unplugged: true, line: None },
            Gesture::Plug => plug.unplugged = false,
            _ => {
                if let Some(line) = &plug.line {
                    // A reader that nobody listens to is no error.
                    let _ = line.send(gesture.bytes());
                }
            }
        }
    }
}

/// The driver's end of an emulated reader.
#[derive(Debug)]
pub struct EmulatedLine(Arc<Mutex<Plug>>);

impl EmulatedLine {
    /// A plugged reader, and the hand that uses it.
    pub fn new() -> (Self, Scanner) {
        let plug = Arc::default();
        (Self(Arc::clone(&plug)), Scanner(plug))
    }
}

impl LineSource for EmulatedLine {
    fn open(&mut self) -> io::Result<Box<dyn Line>> {
        let mut plug = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if plug.unplugged {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the emulated reader is unplugged"));
        }
        let (sender, receiver) = mpsc::channel();
        plug.line = Some(sender);
        Ok(Box::new(OpenLine { receiver, left: Vec::new() }))
    }

    fn name(&self) -> String {
        "emulated reader".to_owned()
    }
}

struct OpenLine {
    receiver: mpsc::Receiver<Vec<u8>>,
    left: Vec<u8>,
}

impl Line for OpenLine {
    fn read(&mut self, buffer: &mut [u8], limit: Duration) -> io::Result<usize> {
        if self.left.is_empty() {
            match self.receiver.recv_timeout(limit) {
                Ok(bytes) => self.left = bytes,
                Err(RecvTimeoutError::Timeout) => return Ok(0),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(io::Error::new(io::ErrorKind::BrokenPipe, "the emulated reader was unplugged"));
                }
            }
        }
        let count = self.left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.left[..count]);
        self.left.drain(..count);
        Ok(count)
    }
}
