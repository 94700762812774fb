//! What is still worth saying aloud, decided from one board after the other.
//!
//! What is new (`arrivals`) is said within its first minute, once for sure and a second time if nobody else waits long
//! for it (F59). What the board no longer shows has been withdrawn and is not said (INV-12).
//! No sound device and no words in here; the words are `spoken`'s.

use crate::arrivals::Arrival;
use contract::{
    board::{BoardCall, RoomBoard},
    office::CounterKind,
    text::Text,
    ticket::CallCode,
    time::Moment,
};
use std::collections::VecDeque;

/// How long a chime with its call sounds, and how long the second time without a chime, each with the breath after it,
/// in milliseconds. Long numbers were measured; only the choice to repeat hangs on them.
const FIRST_MILLIS: u64 = 4500;
const SECOND_MILLIS: u64 = 3500;
/// Nobody is called a second time while there is more to say than this.
pub const BACKLOG_MILLIS: u64 = 20_000;

/// One call to be said now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// The call's number on the board.
    pub seq: u64,
    /// Who.
    pub code: CallCode,
    /// Counter or office.
    pub kind: CounterKind,
    /// What is written there.
    pub counter: String,
    /// The room where that is, if it is another one.
    pub room: Option<Text>,
    /// True the first time, which begins with a chime.
    pub first: bool,
}

#[derive(Debug, Clone)]
struct Pending {
    call: BoardCall,
    fresh_until: Moment,
    said: bool,
}

/// What is still to be said.
#[derive(Debug, Default)]
pub struct Announcer {
    pending: VecDeque<Pending>,
    speaking: Option<Saying>,
}

impl Announcer {
    /// A board stands on the screen: what it no longer shows was withdrawn, or called again under a new number.
    pub fn shown(&mut self, board: &RoomBoard) {
        self.pending.retain_mut(|pending| {
            let now = board.calls.iter().find(|call| call.seq == pending.call.seq);
            now.map(|call| pending.call = call.clone()).is_some()
        });
    }

    /// Calls that are new, the oldest first.
    pub fn heard(&mut self, new: Vec<(BoardCall, Arrival)>) {
        self.pending.extend(new.into_iter().map(|(call, Arrival { fresh_until, .. })| Pending {
            call,
            fresh_until,
            said: false,
        }));
    }

    /// What to say now, if nothing is being said.
    pub fn next(&mut self, now: Moment) -> Option<Saying> {
        if self.speaking.is_some() {
            return None;
        }
        self.pending.retain(|pending| now < pending.fresh_until);
        while self.pending.front().is_some_and(|pending| pending.said && !self.worth_repeating(pending)) {
            self.pending.pop_front();
        }
        let pending = self.pending.front_mut()?;
        let call = &pending.call;
        let saying = Saying {
            seq: call.seq,
            code: call.code,
            kind: call.kind,
            counter: call.counter.clone(),
            room: call.room_name.clone(),
            first: !pending.said,
        };
        if pending.said {
            self.pending.pop_front();
        } else {
            pending.said = true;
        }
        self.speaking = Some(saying.clone());
        Some(saying)
    }

    /// It has been said, or cannot be.
    pub fn done(&mut self) {
        self.speaking = None;
    }

    /// Nothing is to be said, now or later: a silent display.
    pub fn hush(&mut self) {
        self.pending.clear();
    }

    /// What is being said.
    pub fn speaking(&self) -> Option<&Saying> {
        self.speaking.as_ref()
    }

    /// A person who stands at the counter already needs no second call.
    fn worth_repeating(&self, pending: &Pending) -> bool {
        pending.call.open && self.backlog_millis() <= BACKLOG_MILLIS
    }

    fn backlog_millis(&self) -> u64 {
        let rest = |pending: &Pending| match (pending.said, pending.call.open) {
            (false, true) => FIRST_MILLIS + SECOND_MILLIS,
            (false, false) => FIRST_MILLIS,
            (true, _) => SECOND_MILLIS,
        };
        self.pending.iter().map(rest).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrivals::Arrivals;
    use contract::time::Instant;

    /// A call by its number: code, seconds after nine, open or not.
    fn call(seq: u64, code: &str, second: i64, open: bool) -> BoardCall {
        BoardCall {
            seq,
            code: code.parse().unwrap(),
            service: Text::italian("Tributi").unwrap(),
            appointment: "09:00".parse().unwrap(),
            counter: "3".to_owned(),
            kind: CounterKind::Desk,
            room_name: None,
            called_at: nine(second),
            times: 1,
            open,
        }
    }
    fn nine(second: i64) -> Instant {
        "2026-11-23T08:00:00Z".parse::<Instant>().unwrap().plus_seconds(second)
    }
    fn board(second: i64, mut calls: Vec<BoardCall>) -> RoomBoard {
        calls.sort_by_key(|call| std::cmp::Reverse(call.seq));
        RoomBoard {
            epoch: "00000000-0000-4000-8000-000000000001".parse().unwrap(),
            seq: calls.first().map_or(0, |call| call.seq),
            at: nine(second),
            zone: "Europe/Rome".parse().unwrap(),
            room: "sala-a".parse().unwrap(),
            institution: Text::default(),
            room_name: Text::default(),
            calls,
            waiting: vec![],
        }
    }
    /// An announcer that hears boards as a display does.
    #[derive(Default)]
    struct Voice {
        announcer: Announcer,
        arrivals: Arrivals,
    }

    impl Voice {
        fn hears(&mut self, second: i64, calls: Vec<BoardCall>) {
            let board = board(second, calls);
            self.announcer.shown(&board);
            self.announcer.heard(self.arrivals.take(&board, 0, moment(second)));
        }
        fn begins(&mut self, second: i64) -> Option<String> {
            let saying = self.announcer.next(moment(second));
            saying.map(|saying| saying.code.to_string())
        }
        /// Everything said until there is nothing more, each taking as long as it sounds: "A001 A001-".
        fn says(&mut self, second: i64) -> String {
            let mut now = moment(second);
            let mut words = Vec::new();
            while let Some(saying) = self.announcer.next(now) {
                words.push(format!("{}{}", saying.code, if saying.first { "" } else { "-" }));
                now = now.plus_millis(if saying.first { FIRST_MILLIS } else { SECOND_MILLIS });
                self.announcer.done();
            }
            words.join(" ")
        }
    }
    fn moment(second: i64) -> Moment {
        Moment(second.unsigned_abs() * 1000)
    }

    #[test]
    fn a_call_is_said_twice_with_one_chime() {
        let mut voice = Voice::default();
        voice.hears(0, vec![call(1, "A007", 0, true)]);
        assert_eq!(voice.says(0), "A007 A007-");
        voice.hears(10, vec![call(1, "A007", 0, true)]);
        assert_eq!(voice.says(10), "");
    }

    #[test]
    fn five_calls_in_a_second_are_each_said_in_order_and_none_is_lost() {
        let calls: Vec<_> = (1..=5).map(|n| call(n, &format!("A{n:03}"), 0, true)).collect();
        let mut voice = Voice::default();
        voice.hears(1, calls);
        assert_eq!(voice.says(1), "A001 A002 A003 A003- A004 A004- A005 A005-");
    }

    #[test]
    fn calls_that_come_while_one_is_said_wait_for_their_turn() {
        let mut voice = Voice::default();
        voice.hears(0, vec![call(1, "A001", 0, true)]);
        assert_eq!(voice.begins(0).unwrap(), "A001");
        voice.hears(1, vec![call(1, "A001", 0, true), call(2, "B001", 1, true)]);
        assert_eq!(voice.begins(1), None);
        voice.announcer.done();
        assert_eq!(voice.says(5), "A001- B001 B001-");
    }

    #[test]
    fn after_ten_minutes_without_network_only_what_is_fresh_is_said() {
        let mut voice = Voice::default();
        voice.hears(0, vec![call(1, "A001", 0, true)]);
        voice.says(0);
        let missed = vec![call(2, "A002", 30, false), call(3, "A003", 540, true), call(4, "A004", 590, true)];
        voice.hears(601, missed);
        assert_eq!(voice.says(601), "A004 A004-");
    }

    #[test]
    fn the_first_board_after_a_start_says_what_is_fresh() {
        for (age, expect) in [(59, "A001"), (60, ""), (600, "")] {
            let mut voice = Voice::default();
            voice.hears(age, vec![call(9, "A001", 0, true)]);
            assert_eq!(voice.says(age), expect, "{age} s");
        }
    }

    #[test]
    fn what_waited_too_long_is_not_said_any_more() {
        let mut voice = Voice::default();
        voice.hears(20, vec![call(1, "A001", 0, true), call(2, "A002", 20, true)]);
        assert_eq!(voice.says(60), "A002 A002-");
    }

    #[test]
    fn whoever_has_come_is_not_called_a_second_time() {
        let mut voice = Voice::default();
        voice.hears(0, vec![call(1, "A001", 0, true)]);
        voice.begins(0);
        voice.announcer.done();
        voice.hears(4, vec![call(1, "A001", 0, false)]);
        assert_eq!(voice.says(4), "");
    }

    #[test]
    fn whoever_came_before_being_said_is_said_once_and_whoever_was_withdrawn_not_at_all() {
        let mut voice = Voice::default();
        voice.hears(0, vec![call(1, "A001", 0, true), call(2, "A002", 0, true), call(3, "A003", 0, true)]);
        voice.hears(2, vec![call(1, "A001", 0, true), call(3, "A003", 0, false)]);
        assert_eq!(voice.says(2), "A001 A001- A003");
    }

    #[test]
    fn a_repeated_call_takes_the_place_of_the_one_before() {
        let mut voice = Voice::default();
        voice.hears(0, vec![call(1, "A001", 0, true)]);
        voice.begins(0);
        voice.announcer.done();
        voice.hears(12, vec![call(4, "A001", 12, true)]);
        assert_eq!(voice.says(12), "A001 A001-");
    }

    #[test]
    fn an_old_board_says_nothing_again() {
        let mut voice = Voice::default();
        voice.hears(10, vec![call(2, "A002", 8, true), call(1, "A001", 5, true)]);
        voice.says(10);
        voice.hears(10, vec![call(1, "A001", 5, true)]);
        assert_eq!(voice.says(12), "");
    }

    #[test]
    fn a_silent_display_says_nothing_later_either() {
        let mut voice = Voice::default();
        voice.hears(0, vec![call(1, "A001", 0, true)]);
        voice.announcer.hush();
        assert_eq!(voice.says(1), "");
    }
}
