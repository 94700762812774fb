//! What the totem tells the office about its printer and its readers, so that a clerk goes and looks (F39).
//!
//! Nobody at the totem hears of it: what a person needs to know stands on the pages.

use super::{
    Effect, State,
    printing::{PrintFault, Printer},
};
use contract::{
    health::{DeviceFault, DeviceHealth},
    time::Moment,
};

/// Tells how the totem is: at once when that changes, and again after a while. A server that does not answer is told
/// when it answers again.
pub fn report(state: &mut State, now: Moment) -> Option<Effect> {
    if state.office.board.is_none() || state.office.failures > 0 {
        state.reports.forget();
        return None;
    }
    let health = health(state);
    state.reports.due(health, now).map(Effect::Report)
}

fn health(state: &State) -> DeviceHealth {
    let printer = match state.printer {
        Printer::Ready | Printer::Out(PrintFault::NoPrinter) => None,
        Printer::NearEnd => Some(DeviceFault::PaperLow),
        Printer::Out(PrintFault::Paper) => Some(DeviceFault::PaperOut),
        Printer::Out(PrintFault::Cover) => Some(DeviceFault::CoverOpen),
        Printer::Out(PrintFault::Cutter) => Some(DeviceFault::CutterJam),
        Printer::Out(PrintFault::Away) => Some(DeviceFault::PrinterAway),
        Printer::Out(PrintFault::Broken) => Some(DeviceFault::PrinterBroken),
    };
    let reader = state.reader.is_wanting().then_some(DeviceFault::ReaderAway);
    DeviceHealth { faults: printer.into_iter().chain(reader).collect() }
}
