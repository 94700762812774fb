//! What a camera gives: pictures in grey, one after another. Where they come from is the business of each source.

use std::{io, time::Duration};

/// A picture in grey, 0 black to 255 white, row after row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Dots across.
    pub width: usize,
    /// Dots down.
    pub height: usize,
    /// The dots: as many as width times height.
    pub luma: Vec<u8>,
}

/// No picture is decoded at more dots than this: a fifth of a second's work, and more than a QR before a lens needs.
const MOST_DOTS: usize = 1280 * 720;
/// A lens behind which nothing is brighter than this sees nothing: it is covered, or it is night.
const DARK: u8 = 40;
/// So many bright dots in a thousand are the noise of the lens.
const NOISE_PER_THOUSAND: usize = 10;

impl Frame {
    /// Whether the lens is covered or the room dark.
    pub fn is_dark(&self) -> bool {
        let bright = self.luma.iter().filter(|dot| **dot > DARK).count();
        bright * 1000 <= self.luma.len() * NOISE_PER_THOUSAND
    }

    /// The same picture small enough to be decoded in time: four dots become one until it is.
    pub(super) fn shrunk(mut self) -> Self {
        while self.width * self.height > MOST_DOTS {
            self = self.halved();
        }
        self
    }

    fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let at = |x: usize, y: usize| u16::from(self.luma.get(y * self.width + x).copied().unwrap_or_default());
        let mean = |x: usize, y: usize| ((at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4) as u8;
        let luma = (0..width * height).map(|dot| mean(dot % width * 2, dot / width * 2)).collect();
        Self { width, height, luma }
    }
}

/// Open eyes.
pub trait Frames {
    /// The newest picture, waited for until `limit`; `None` if none came. An error means that the camera is gone.
    fn next(&mut self, limit: Duration) -> io::Result<Option<Frame>>;
}

/// What opens the eyes again whenever the camera returns.
pub trait FrameSource: Send {
    /// Opens the camera, or tells why it is not there.
    fn open(&mut self) -> io::Result<Box<dyn Frames + Send>>;
    /// What to call it in the log.
    fn name(&self) -> String;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_covered_lens_is_dark_and_a_dim_room_is_not() {
        let frame = |luma: Vec<u8>| Frame { width: 100, height: luma.len() / 100, luma };
        assert!(frame(vec![12; 10_000]).is_dark());
        let noisy = (0..10_000).map(|dot| if dot % 150 == 0 { 200 } else { 20 }).collect();
        assert!(frame(noisy).is_dark(), "noise is no light");
        let dim = (0..10_000).map(|dot| if dot % 10 == 0 { 70 } else { 20 }).collect();
        assert!(!frame(dim).is_dark());
    }

    #[test]
    fn a_large_picture_is_made_small_and_keeps_its_shape() {
        let large = Frame { width: 4000, height: 3000, luma: vec![90; 4000 * 3000] }.shrunk();
        assert_eq!((large.width, large.height, large.luma.len()), (1000, 750, 750_000));
        assert!(large.luma.iter().all(|dot| *dot == 90));
    }
}
