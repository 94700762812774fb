//! What o'clock it is for the server, told from what it says and from how long that took to get here.
//!
//! Only what the wall shows hangs on it. How old a call is, is counted by our own clock (`arrivals`), so that a server
//! whose clock is put back silences nobody. This machine's own date and time do not matter at all (F60).

use contract::time::{Instant, Moment};

/// The server's clock as far as it is known, kept running by ours, which never jumps.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServerClock(Option<(Instant, Moment)>);

impl ServerClock {
    /// What it shows at that moment, if anything has been heard of it.
    pub fn at(&self, at: Moment) -> Option<Instant> {
        let (shown, heard) = self.0?;
        let millis = |span: u64| i64::try_from(span).unwrap_or(i64::MAX);
        Some(shown.plus_millis(millis(at.millis_since(heard))).plus_millis(-millis(heard.millis_since(at))))
    }

    /// The server said so on its own, some time ago: a board may have been drawn a minute before it got here. It shows
    /// that much by now, or more.
    pub fn at_least(&mut self, shown: Instant, now: Moment) {
        if self.at(now).is_none_or(|known| known < shown) {
            self.0 = Some((shown, now));
        }
    }

    /// The server said so when it was asked, so that it shows no less by now, and no more than that and the time since
    /// the question. Whatever was known otherwise is wrong: its clock has been put right.
    pub fn answered(&mut self, shown: Instant, asked: Moment, now: Moment) {
        self.at_least(shown, now);
        let most = shown.plus_millis(i64::try_from(now.millis_since(asked)).unwrap_or(i64::MAX));
        if self.at(now).is_some_and(|known| known > most) {
            self.0 = Some((most, now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(millis: i64) -> Instant {
        Instant::from_millis(1_000_000 + millis)
    }

    #[test]
    fn what_comes_late_sets_nothing_back() {
        let mut clock = ServerClock::default();
        assert_eq!(clock.at(Moment(0)), None);
        clock.at_least(shown(0), Moment(0));
        clock.at_least(shown(1_000), Moment(31_000));
        assert_eq!(clock.at(Moment(31_000)), Some(shown(31_000)));
        clock.at_least(shown(40_000), Moment(32_000));
        assert_eq!(clock.at(Moment(33_000)), Some(shown(41_000)));
        assert_eq!(clock.at(Moment(0)), Some(shown(8_000)), "before it was heard, too");
    }

    #[test]
    fn an_answer_bounds_it_from_both_sides() {
        for (told, asked, expect) in [
            (60_000, 60_000, 60_000),
            // On its way for four seconds: anything between is possible, so what was known stays.
            (57_000, 56_000, 60_000),
            (30_000, 59_000, 31_000),
            (-3_600_000, 60_000, -3_600_000),
            (90_000, 59_000, 90_000),
        ] {
            let mut clock = ServerClock::default();
            clock.at_least(shown(0), Moment(0));
            clock.answered(shown(told), Moment(asked), Moment(60_000));
            assert_eq!(clock.at(Moment(60_000)), Some(shown(expect)), "{told} {asked}");
        }
    }
}
