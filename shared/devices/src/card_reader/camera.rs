//! A camera as a reader: what it sees becomes the bytes that a scanner would have sent, so that all that follows is the
//! same. Only QRs are looked for: bars on the back of a card want a scanner.

use super::{
    frames::{Frame, FrameSource, Frames},
    gaze::Gaze,
    line::{Line, LineSource},
};
use crate::clock;
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::{Duration, Instant},
};

/// A picture is looked at five times a second at most: nobody shows two tickets faster.
const PACE: Duration = Duration::from_millis(200);
/// After a look it rests three times as long as the look took: a quarter of one processor at most.
const REST: u32 = 3;
/// A camera gives its first picture within this, …
const FIRST_LIMIT: Duration = Duration::from_secs(3);
/// … and one that has given none for so long is stuck.
const STUCK: Duration = Duration::from_secs(5);

/// A camera that is looked for whenever it is away.
pub(super) struct Camera<S>(pub S);

impl<S: FrameSource> LineSource for Camera<S> {
    fn open(&mut self) -> io::Result<Box<dyn Line>> {
        let mut frames = self.0.open()?;
        let first = frames.next(FIRST_LIMIT)?.ok_or_else(|| gone("the camera gives no pictures"))?;
        if first.is_dark() {
            return Err(covered());
        }
        let now = clock::now();
        Ok(Box::new(Eye {
            frames,
            first: Some(first),
            gaze: Gaze::default(),
            opened: now,
            look_at: now,
            looked: now,
            left: Vec::new(),
        }))
    }

    fn name(&self) -> String {
        self.0.name()
    }
}

fn gone(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, why.to_owned())
}

fn covered() -> io::Error {
    io::Error::other("the camera sees nothing: it is covered, or it is dark")
}

/// An open camera.
struct Eye {
    frames: Box<dyn Frames + Send>,
    first: Option<Frame>,
    gaze: Gaze,
    opened: Instant,
    /// When to look again.
    look_at: Instant,
    /// When it last saw anything.
    looked: Instant,
    /// Bytes that nobody has fetched yet.
    left: Vec<u8>,
}

impl Line for Eye {
    fn read(&mut self, buffer: &mut [u8], limit: Duration) -> io::Result<usize> {
        if self.left.is_empty() {
            let rest = self.look_at.saturating_duration_since(clock::now());
            if !rest.is_zero() {
                thread::sleep(rest.min(limit));
                return Ok(0);
            }
            self.look(limit)?;
        }
        let count = self.left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.left[..count]);
        self.left.drain(..count);
        Ok(count)
    }
}

impl Eye {
    fn look(&mut self, limit: Duration) -> io::Result<()> {
        let frame = match self.first.take() {
            Some(frame) => Some(frame),
            None => self.frames.next(limit)?,
        };
        let began = clock::now();
        let Some(frame) = frame else {
            let stuck = began.duration_since(self.looked) >= STUCK;
            return if stuck { Err(gone("the camera gives no pictures any more")) } else { Ok(()) };
        };
        let (dark, codes) = (frame.is_dark(), codes(frame));
        let now = clock::now();
        self.looked = now;
        self.look_at = now + PACE.max(now.duration_since(began) * REST);
        let now_ms = now.duration_since(self.opened).as_millis() as u64;
        if self.gaze.is_blind(dark, now_ms) {
            return Err(covered());
        }
        self.left = self.gaze.sees(codes, now_ms).iter().flat_map(|code| bytes(code)).collect();
        Ok(())
    }
}

/// A code as a scanner sends it. One that no scanner sends is noise, as there.
fn bytes(code: &str) -> Vec<u8> {
    let printable = !code.is_empty() && code.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if printable { format!("{code}\r").into_bytes() } else { vec![0] }
}

/// The texts of the QRs in a picture.
fn codes(frame: Frame) -> Vec<String> {
    let Frame { width, height, luma } = frame.shrunk();
    let at = |x: usize, y: usize| luma.get(y * width + x).copied().unwrap_or(u8::MAX);
    // A picture over which the decoder stumbles is a picture without a code.
    let found = catch_unwind(AssertUnwindSafe(|| {
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, at);
        picture.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
    }));
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_noise() {
        assert_eq!(bytes("AV1QRST"), b"AV1QRST\r");
        for foreign in ["", "due\rcodici", "città", "\u{0}"] {
            assert_eq!(bytes(foreign), [0], "{foreign:?}");
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        for (width, height) in [(0, 0), (1, 1), (640, 1), (64, 48)] {
            let frame = Frame { width, height, luma: vec![200; width * height] };
            assert!(codes(frame).is_empty(), "{width} x {height}");
        }
    }
}
