//! Turns the bytes of a reader into texts. Pure: bytes and milliseconds in, frames out.
//!
//! It frames and never judges: two codes glued together come out as one long text, which no check letter accepts.

/// The longest text that is kept, and the most memory a broken reader can take. A ticket's QR has some 200 characters.
pub const LONGEST_CODE: usize = 4096;
/// A pause this long ends a code that has no terminator: a hundred times the gap between characters at 9600 baud.
pub const SILENCE_MS: u64 = 50;
/// After noise, only a silence this long makes the line worth listening to again.
pub const NOISE_SILENCE_MS: u64 = 300;
/// More texts than this with no pause of [`NOISE_SILENCE_MS`] come from no hand: noise with terminators in it.
const BURST: usize = 8;

/// What a reader said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A text of printable ASCII characters, without its terminator.
    Code(String),
    /// Something that is no text. Everything up to the next silence is discarded.
    Noise,
}

/// The state between bytes.
#[derive(Debug, Default)]
pub struct Framer {
    text: String,
    last_byte_ms: Option<u64>,
    discarding: bool,
    in_burst: usize,
}

impl Framer {
    /// Takes what just came. `now_ms` is on any clock that never goes back.
    pub fn feed(&mut self, bytes: &[u8], now_ms: u64) -> Vec<Frame> {
        if bytes.is_empty() {
            return Vec::from_iter(self.quiet(now_ms));
        }
        let mut frames = Vec::from_iter(self.quiet(now_ms));
        self.last_byte_ms = Some(now_ms);
        for &byte in bytes {
            if self.discarding {
                break;
            }
            frames.extend(self.take(byte));
        }
        frames
    }

    /// Tells that nothing came until `now_ms`: ends a code without terminator, and ends noise.
    pub fn quiet(&mut self, now_ms: u64) -> Option<Frame> {
        let silent_ms = now_ms.saturating_sub(self.last_byte_ms?);
        if silent_ms >= NOISE_SILENCE_MS {
            self.discarding = false;
            self.in_burst = 0;
        }
        if silent_ms >= SILENCE_MS { self.end() } else { None }
    }

    fn take(&mut self, byte: u8) -> Option<Frame> {
        match byte {
            b'\r' | b'\n' | b'\t' => self.end(),
            b' '..=b'~' if self.text.len() < LONGEST_CODE => {
                self.text.push(char::from(byte));
                None
            }
            _ => Some(self.noise()),
        }
    }

    fn end(&mut self) -> Option<Frame> {
        if self.text.is_empty() {
            return None;
        }
        self.in_burst += 1;
        if self.in_burst > BURST {
            return Some(self.noise());
        }
        Some(Frame::Code(std::mem::take(&mut self.text)))
    }

    fn noise(&mut self) -> Frame {
        self.text.clear();
        self.discarding = true;
        Frame::Noise
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CARD: &str = "RSSMRA85T10A562S";

    fn code(text: &str) -> Frame {
        Frame::Code(text.to_owned())
    }

    /// Feeds chunks at their times, then lets a second pass.
    fn heard(chunks: &[(u64, &[u8])]) -> Vec<Frame> {
        let mut framer = Framer::default();
        let mut frames: Vec<Frame> = chunks.iter().flat_map(|(at, bytes)| framer.feed(bytes, *at)).collect();
        frames.extend(framer.quiet(chunks.last().map_or(0, |(at, _)| *at) + 1000));
        frames
    }

    #[test]
    fn every_usual_terminator_ends_a_code() {
        for end in ["\r", "\n", "\t", "\r\n"] {
            assert_eq!(heard(&[(0, format!("{CARD}{end}").as_bytes())]), [code(CARD)], "{end:?}");
        }
    }

    #[test]
    fn silence_ends_a_code_without_terminator() {
        assert_eq!(heard(&[(0, b"RSSMRA85"), (20, b"T10A562S")]), [code(CARD)]);
        assert_eq!(heard(&[(0, CARD.as_bytes()), (60, b"\r")]), [code(CARD)], "a late terminator adds nothing");
    }

    #[test]
    fn a_partial_code_is_never_completed_by_the_next() {
        assert_eq!(heard(&[(0, b"RSSMRA85"), (400, b"RSSMRA85T10A562S\r")]), [code("RSSMRA85"), code(CARD)]);
    }

    #[test]
    fn two_codes_glued_together_are_never_one_of_them() {
        let glued = format!("{CARD}{CARD}");
        assert_eq!(heard(&[(0, glued.as_bytes()), (5, b"\r")]), [code(&glued)]);
        assert_eq!(heard(&[(0, b"RSSMRA85T10A562S\rRSSMRA85T10A562S\r")]), [code(CARD), code(CARD)]);
    }

    #[test]
    fn noise_is_told_once_and_discarded_until_silence() {
        let noise = [0xF3_u8; 700];
        assert_eq!(heard(&[(0, &noise), (100, &noise), (250, b"RSSMRA85T10A562S\r")]), [Frame::Noise]);
        assert_eq!(heard(&[(0, &noise), (300, b"RSSMRA85T10A562S\r")]), [Frame::Noise, code(CARD)]);
    }

    #[test]
    fn a_stuck_key_ends_as_noise_and_takes_no_memory() {
        let mut framer = Framer::default();
        let frames: Vec<Frame> = (0..30_000).flat_map(|at| framer.feed(b"A", at * 33)).collect();
        assert_eq!(frames, [Frame::Noise]);
        assert!(framer.text.capacity() <= 2 * LONGEST_CODE);
    }

    #[test]
    fn a_flood_of_terminators_or_of_tiny_codes_is_noise() {
        assert_eq!(heard(&[(0, &b"\r".repeat(5000))]), []);
        let frames = heard(&[(0, &b"x\r".repeat(5000))]);
        assert_eq!(frames.len(), BURST + 1);
        assert_eq!(frames.last(), Some(&Frame::Noise));
    }

    proptest! {
        #[test]
        fn any_stream_keeps_the_limit_and_the_next_clean_code_gets_through(
            chunks in proptest::collection::vec((0u64..200, proptest::collection::vec(any::<u8>(), 0..6000)), 0..12)
        ) {
            let mut framer = Framer::default();
            let mut now = 0;
            for (gap, bytes) in &chunks {
                now += gap;
                for frame in framer.feed(bytes, now) {
                    if let Frame::Code(text) = frame {
                        prop_assert!(text.len() <= LONGEST_CODE && !text.is_empty());
                        prop_assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
                    }
                }
                prop_assert!(framer.text.len() <= LONGEST_CODE);
            }
            now += NOISE_SILENCE_MS;
            framer.quiet(now);
            prop_assert_eq!(framer.feed(b"RSSMRA85T10A562S\r", now), [code(CARD)]);
        }
    }
}
