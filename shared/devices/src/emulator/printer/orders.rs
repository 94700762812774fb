//! The orders that an emulated printer takes at its control port.

use super::{machine::Knob, service::EmulatedPrinter};
use crate::{emulator::control::Obey, printer::Status};
use std::time::Duration;

/// Slower than this nobody waits for a printer.
const SLOWEST_MILLIS: u64 = 60_000;
const KNOWN: &str = "recovered, near-end, paper-out, cover-open, cutter-jam, broken, offline, silent, garbage, \
    slow MILLISECONDS, paper-out-after BYTES, break-after BYTES, unplug, plug, status";

impl Obey for EmulatedPrinter {
    fn obey(&self, order: &str) -> Result<String, String> {
        let bytes = |text: &str| text.parse::<usize>().map_err(|_| format!("{text} is no number of bytes"));
        let words: Vec<&str> = order.split_whitespace().collect();
        let status = match *words.as_slice() {
            ["recovered" | "ready"] => Status::Ready,
            ["near-end"] => Status::NearEnd,
            ["paper-out"] => Status::PaperOut,
            ["cover-open"] => Status::CoverOpen,
            ["cutter-jam"] => Status::CutterJam,
            ["broken"] => Status::Broken,
            ["offline"] => Status::Offline,
            ["silent"] => Status::Unknown,
            ["garbage"] => {
                self.turn(Knob::Garbage);
                return Ok(String::new());
            }
            ["slow", millis] => {
                let pause = millis.parse().ok().filter(|millis| *millis <= SLOWEST_MILLIS);
                let pause = pause.ok_or_else(|| format!("slow takes milliseconds, up to {SLOWEST_MILLIS}"))?;
                self.slow_down(Duration::from_millis(pause));
                return Ok(String::new());
            }
            ["paper-out-after", count] => {
                self.turn(Knob::PaperEndsAfter(bytes(count)?));
                return Ok(String::new());
            }
            ["break-after", count] => {
                self.break_line_after(bytes(count)?);
                return Ok(String::new());
            }
            ["unplug"] => {
                self.unplug();
                return Ok(String::new());
            }
            ["plug"] => return self.plug().map(|()| String::new()).map_err(|error| error.to_string()),
            ["status"] => return Ok(word(self.status()).to_owned()),
            _ => return Err(format!("known orders: {KNOWN}")),
        };
        self.turn(Knob::Is(status));
        Ok(String::new())
    }
}

/// The order that makes a printer so.
fn word(status: Status) -> &'static str {
    match status {
        Status::Ready => "ready",
        Status::NearEnd => "near-end",
        Status::PaperOut => "paper-out",
        Status::CoverOpen => "cover-open",
        Status::CutterJam => "cutter-jam",
        Status::Broken => "broken",
        Status::Offline => "offline",
        Status::Unknown => "silent",
    }
}
