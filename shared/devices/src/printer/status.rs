//! What a printer says about itself, from the bytes that it answers. Pure.

use escpos::utils::{RealTimeStatusRequest as Request, RealTimeStatusResponse as Sign};
use std::collections::HashMap;

/// The state of a printer.
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
    /// Its cutter is stuck.
    CutterJam,
    /// Stopped by another error of its own.
    Broken,
    /// Away, switched off, or stopped for a reason that it does not tell.
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

/// `DLE EOT 1`: is it online.
pub(crate) const ASK_PRINTER: [u8; 3] = [0x10, 0x04, 1];
/// `DLE EOT 2`: why is it offline.
pub(crate) const ASK_CAUSE: [u8; 3] = [0x10, 0x04, 2];
/// `DLE EOT 3`: which error stopped it.
pub(crate) const ASK_ERROR: [u8; 3] = [0x10, 0x04, 3];
/// `DLE EOT 4`: how much paper is there.
pub(crate) const ASK_PAPER: [u8; 3] = [0x10, 0x04, 4];
/// `GS r 1`: answered in its turn, so after everything that was sent before it is on paper.
pub(crate) const ASK_IN_TURN: [u8; 3] = [0x1D, b'r', 1];
/// `DLE DC4 8`: forget everything that was sent and is not printed, so that it never comes out late.
pub(crate) const FORGET: [u8; 10] = [0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8];

/// Whether a byte answers a `DLE EOT`: bits 1 and 4 are set, 0 and 7 are not.
pub(crate) fn answers_now(byte: u8) -> bool {
    byte & 0b1001_0011 == 0b0001_0010
}

/// Whether a byte answers a `GS r`: bits 4 and 7 are not set.
pub(crate) fn answers_in_turn(byte: u8) -> bool {
    byte & 0b1001_0000 == 0
}

/// The state that the three answers tell, the worst thing first.
pub(crate) fn read(printer: u8, cause: u8, paper: u8) -> Status {
    let signs = |request, byte| Sign::parse(request, byte).unwrap_or_default();
    let (printer, cause) = (signs(Request::Printer, printer), signs(Request::OfflineCause, cause));
    let paper = signs(Request::RollPaperSensor, paper);
    let is = |signs: &HashMap<Sign, bool>, sign| signs.get(&sign).copied();
    if is(&cause, Sign::CoverClosed) == Some(false) {
        Status::CoverOpen
    } else if is(&paper, Sign::RollPaperEndSensorPaperPresent) == Some(false)
        || is(&cause, Sign::PrintingStopsDueToPaperEnd) == Some(true)
    {
        Status::PaperOut
    } else if is(&cause, Sign::ErrorOccurred) == Some(true) {
        Status::Broken
    } else if is(&printer, Sign::Online) == Some(false) {
        Status::Offline
    } else if is(&paper, Sign::RollPaperNearEndSensorPaperAdequate) == Some(false) {
        Status::NearEnd
    } else {
        Status::Ready
    }
}

/// What stopped a printer that has paper and is closed, from its answer to [`ASK_ERROR`].
pub(crate) fn read_error(stopped: Status, error: u8) -> Status {
    let signs = Sign::parse(Request::ErrorCause, error).unwrap_or_default();
    let is = |sign| signs.get(&sign) == Some(&true);
    if is(Sign::AutocutterErrorOccurred) {
        Status::CutterJam
    } else if is(Sign::RecoverableErrorOccurred)
        || is(Sign::UnrecoverableErrorOccurred)
        || is(Sign::AutoRecoverableErrorOccurred)
    {
        Status::Broken
    } else {
        stopped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WELL: u8 = 0b0001_0010;

    #[test]
    fn each_state_is_told_apart() {
        let offline = WELL | 1 << 3;
        for (answers, status) in [
            ([WELL, WELL, WELL], Status::Ready),
            ([WELL, WELL, WELL | 0b0000_1100], Status::NearEnd),
            ([offline, WELL | 1 << 5, WELL | 0b0110_1100], Status::PaperOut),
            ([offline, WELL | 1 << 2, WELL], Status::CoverOpen),
            ([offline, WELL | 1 << 2 | 1 << 5, WELL | 0b0110_1100], Status::CoverOpen),
            ([offline, WELL, WELL], Status::Offline),
            ([WELL, WELL | 1 << 6, WELL], Status::Broken),
            ([offline, WELL | 1 << 6, WELL | 0b0000_1100], Status::Broken),
        ] {
            assert_eq!(read(answers[0], answers[1], answers[2]), status, "{answers:x?}");
        }
    }

    /// F42: each bit of the error has its own meaning, and one that no manual names changes nothing.
    #[test]
    fn each_error_is_told_apart() {
        for (bit, status) in [
            (3, Status::CutterJam),
            (5, Status::Broken),
            (6, Status::Broken),
            (2, Status::Broken),
            (7, Status::Offline),
        ] {
            assert_eq!(read_error(Status::Offline, WELL | 1 << bit), status, "bit {bit}");
        }
        assert_eq!(read_error(Status::Offline, WELL), Status::Offline);
        assert_eq!(read_error(Status::Broken, WELL), Status::Broken, "an error without a name is one all the same");
    }

    #[test]
    fn the_two_kinds_of_answer_are_told_apart() {
        for byte in 0..=255 {
            assert!(!(answers_now(byte) && answers_in_turn(byte)));
        }
        assert!(answers_now(WELL) && answers_in_turn(0b0000_1111));
    }
}
