//! How this display is, for the clerks: what is wrong with its sound, and when that is to be reported (F57).
//!
//! A value that comes in, a report that comes out. Whether it gets through is nobody's business here: what is lost is
//! said again at the next occasion, and the public is told by the screen itself.

use contract::{
    health::{DeviceFault, DeviceHealth, REPORT_SECONDS},
    time::Moment,
};

const REPORT_MILLIS: u64 = REPORT_SECONDS.unsigned_abs() * 1000;
/// So many calls in a row with the chime alone are no accident of the speech program.
const MUTE_CALLS: u8 = 2;

/// What is known of it, and what has been reported.
#[derive(Debug, Default)]
pub struct Health {
    /// Calls in a row of which only the chime was heard.
    mute: u8,
    told: Option<(DeviceHealth, Moment)>,
}

impl Health {
    /// A call was said in full.
    pub fn spoke(&mut self) {
        self.mute = 0;
    }

    /// Of a call only the chime was heard.
    pub fn only_chimed(&mut self) {
        self.mute = self.mute.saturating_add(1);
    }

    /// What to report now: at first, when something has changed, and every 30 s, by which the server knows that this
    /// display runs. On a display that is to be silent nothing is wrong with the sound.
    pub fn report(&mut self, sound_is_there: bool, sound_is_wanted: bool, now: Moment) -> Option<DeviceHealth> {
        let fault = match (sound_is_wanted, sound_is_there) {
            (false, _) => None,
            (true, false) => Some(DeviceFault::NoSound),
            (true, true) => (self.mute >= MUTE_CALLS).then_some(DeviceFault::NoVoice),
        };
        let health = DeviceHealth { faults: fault.into_iter().collect() };
        let known = |(told, at): &(DeviceHealth, Moment)| *told == health && now.millis_since(*at) < REPORT_MILLIS;
        if self.told.as_ref().is_some_and(known) {
            return None;
        }
        self.told = Some((health.clone(), now));
        Some(health)
    }
}
