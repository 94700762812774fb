//! What the emulated printer answers to questions about its state. Pure; the driver's reading of it is
//! [`crate::printer::Status`].

use crate::printer::Status;

/// The bits that every real-time answer has.
const WELL: u8 = 0b0001_0010;

/// The answer to `DLE EOT what`, at once.
pub(super) fn now(status: Status, what: u8) -> Option<u8> {
    let offline = u8::from(!status.prints()) << 3;
    let paper_out = status == Status::PaperOut;
    match (what, status) {
        (_, Status::Unknown) => None,
        (1, _) => Some(WELL | offline),
        (2, Status::CutterJam | Status::Broken) => Some(WELL | 1 << 6),
        (2, status) => Some(WELL | u8::from(status == Status::CoverOpen) << 2 | u8::from(paper_out) << 5),
        (3, Status::CutterJam) => Some(WELL | 1 << 3),
        (3, Status::Broken) => Some(WELL | 1 << 5),
        (3, _) => Some(WELL),
        (4, _) if paper_out => Some(WELL | 0b0110_1100),
        (4, Status::NearEnd) => Some(WELL | 0b0000_1100),
        (4, _) => Some(WELL),
        _ => None,
    }
}

/// The answer to `GS r 1`, after everything before it was printed.
pub(super) fn in_turn(status: Status) -> Option<u8> {
    match status {
        Status::Unknown => None,
        Status::NearEnd => Some(0b0000_0011),
        _ => Some(0),
    }
}

/// What comes instead of an answer from a printer with a bad cable: bytes that answer nothing.
pub(super) fn garbled(answer: &[u8]) -> Vec<u8> {
    answer.iter().flat_map(|byte| [byte | 0x80, 0xF3, 0x9D]).collect()
}
