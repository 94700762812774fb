//! How this display is, for the clerks: what is wrong with its sound, and when that is to be reported (F57).
//!
//! A value that comes in, a report that comes out. Whether it gets through is nobody's business here: what is lost is
//! said again at the next occasion, and the public is told by the screen itself.

use contract::{
    health::{DeviceFault, DeviceHealth, Reports},
    time::Moment,
};

/// So many calls in a row with the chime alone are no accident of the speech program.
const MUTE_CALLS: u8 = 2;

/// What is known of it, and what has been reported.
#[derive(Debug, Default)]
pub struct Health {
    /// Calls in a row of which only the chime was heard.
    mute: u8,
    reports: Reports,
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
        self.reports.due(health, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(health: &mut Health, there: bool, wanted: bool, second: u64) -> Option<Vec<DeviceFault>> {
        let report = health.report(there, wanted, Moment(second * 1000));
        report.map(|health| health.faults.into_iter().collect())
    }

    #[test]
    fn it_reports_at_first_at_every_change_and_every_thirty_seconds() {
        let mut health = Health::default();
        assert_eq!(told(&mut health, true, true, 0), Some(vec![]));
        assert_eq!(told(&mut health, true, true, 29), None);
        assert_eq!(told(&mut health, true, true, 30), Some(vec![]));
        assert_eq!(told(&mut health, false, true, 31), Some(vec![DeviceFault::NoSound]));
        assert_eq!(told(&mut health, false, true, 60), None);
        assert_eq!(told(&mut health, false, true, 61), Some(vec![DeviceFault::NoSound]));
        assert_eq!(told(&mut health, true, true, 62), Some(vec![]));
    }

    #[test]
    fn nobody_misses_a_sound_that_is_not_wanted() {
        let mut health = Health::default();
        assert_eq!(told(&mut health, false, false, 0), Some(vec![]));
        assert_eq!(told(&mut health, false, true, 1), Some(vec![DeviceFault::NoSound]));
    }

    #[test]
    fn two_calls_without_words_are_a_missing_voice_and_one_with_words_ends_it() {
        let mut health = Health::default();
        health.only_chimed();
        assert_eq!(told(&mut health, true, true, 0), Some(vec![]));
        health.only_chimed();
        assert_eq!(told(&mut health, true, true, 5), Some(vec![DeviceFault::NoVoice]));
        assert_eq!(told(&mut health, false, true, 6), Some(vec![DeviceFault::NoSound]), "the worse of the two");
        health.spoke();
        assert_eq!(told(&mut health, true, true, 9), Some(vec![]));
    }
}
