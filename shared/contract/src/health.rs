//! How a device is: what it reports about itself, and what a clerk is told so that somebody goes and looks (F39, F57).

use crate::time::{Instant, Moment};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A device reports this often even if nothing has changed: it is how the server knows that it still runs.
pub const REPORT_SECONDS: i64 = 30;
/// What a device reported counts for this long. One that is switched off, at night say, alarms nobody.
pub const REPORT_COUNTS_SECONDS: i64 = 180;

/// The most alarms on a counter's board. With more, something is wrong that no list of devices tells.
pub const ALARM_LINES: usize = 20;

/// What is wrong with a device, as it notices by itself. The worst for a citizen first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceFault {
    /// A totem's printer has no paper.
    PaperOut,
    /// Its cover is open.
    CoverOpen,
    /// Its cutter is stuck.
    CutterJam,
    /// It says that something is wrong with it.
    PrinterBroken,
    /// It does not answer: not connected, switched off.
    PrinterAway,
    /// A totem cannot read cards.
    ReaderAway,
    /// A display has no sound device: its calls are seen and not heard.
    NoSound,
    /// A display has a sound device and no voice: the chime only.
    NoVoice,
    /// A printer wants a new roll soon. Nobody has noticed anything yet.
    PaperLow,
}

/// `PUT /api/v1/devices/current/health`: a device tells how it is. Empty if all is well.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceHealth {
    /// All that is wrong now.
    pub faults: BTreeSet<DeviceFault>,
}

/// A device of a site that needs somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeviceAlarm {
    /// Which one, as it is called in the office: "Totem 1", "Monitor Sala A".
    pub name: String,
    /// What is wrong.
    pub fault: DeviceFault,
    /// Since when, by the server's clock.
    pub since: Instant,
}

/// What a device has reported, so that it reports at first, whenever something changes, and every [`REPORT_SECONDS`].
#[derive(Debug, Clone, Default)]
pub struct Reports(Option<(DeviceHealth, Moment)>);

impl Reports {
    /// What to report now, if anything. Whether it gets through is nobody's business here: it is said again.
    pub fn due(&mut self, health: DeviceHealth, now: Moment) -> Option<DeviceHealth> {
        let every = REPORT_SECONDS.unsigned_abs() * 1_000;
        let known = self.0.as_ref().is_some_and(|(told, at)| *told == health && now.millis_since(*at) < every);
        if known {
            return None;
        }
        self.0 = Some((health.clone(), now));
        Some(health)
    }

    /// Nobody heard the last one: the next is due at once.
    pub fn forget(&mut self) {
        self.0 = None;
    }
}
