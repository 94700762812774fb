//! What is wrong with the devices of the site, in a few lines for somebody to go and look.

use super::number;
use contract::health::{DeviceAlarm, DeviceFault};

/// The most lines: whoever sees three goes and looks, and the queue above keeps its place.
const LINES: usize = 3;

/// The devices that need somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlarmsView {
    /// The worst, a line each.
    pub rows: Vec<AlarmRow>,
    /// How many more there are.
    pub more: i32,
}

/// One device and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmRow {
    /// What the device is called in the office.
    pub device: String,
    /// What is wrong: a key of `ui/words.slint`.
    pub fault: &'static str,
}

pub(super) fn view(alarms: &[DeviceAlarm]) -> AlarmsView {
    // The last line says how many more there are, if there are more.
    let shown = if alarms.len() > LINES { LINES - 1 } else { alarms.len() };
    let row = |alarm: &DeviceAlarm| AlarmRow { device: alarm.name.clone(), fault: fault_key(alarm.fault) };
    AlarmsView { rows: alarms.iter().take(shown).map(row).collect(), more: number(alarms.len() - shown) }
}

/// The key of the words for that fault.
pub fn fault_key(fault: DeviceFault) -> &'static str {
    match fault {
        DeviceFault::PaperOut => "paper-out",
        DeviceFault::CoverOpen => "cover-open",
        DeviceFault::CutterJam => "cutter-jam",
        DeviceFault::PrinterBroken => "printer-broken",
        DeviceFault::PrinterAway => "printer-away",
        DeviceFault::ReaderAway => "reader-away",
        DeviceFault::NoSound => "no-sound",
        DeviceFault::NoVoice => "no-voice",
        DeviceFault::PaperLow => "paper-low",
    }
}
