//! What is still worth saying aloud, decided from one board after the other.
//!
//! A board is whole and may be the first after a night without network, so nothing is remembered but the number of the
//! latest call heard of: what is newer and younger than a minute is said, once for sure and a second time if nobody
//! else waits long for it (F59). What the board no longer shows has been withdrawn and is not said (INV-12).
//! No sound device and no words in here; the words are `spoken`'s.

use contract::{
    board::{BoardCall, FRESH_SECONDS, RoomBoard},
    ids::Epoch,
    office::CounterKind,
    ticket::CallCode,
    time::Instant,
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
    /// True the first time, which begins with a chime.
    pub first: bool,
}

#[derive(Debug, Clone)]
struct Pending {
    call: BoardCall,
    said: bool,
}

/// What has been heard of and what is still to be said.
#[derive(Debug, Default)]
pub struct Announcer {
    epoch: Option<Epoch>,
    latest: u64,
    pending: VecDeque<Pending>,
    speaking: Option<Saying>,
}

impl Announcer {
    /// Takes in a board.
    pub fn heard(&mut self, board: &RoomBoard) {
        if self.epoch != Some(board.epoch) {
            // Numbers of another life of the installation say nothing about this one.
            self.pending.clear();
            self.latest = 0;
            self.epoch = Some(board.epoch);
        }
        // What the board no longer shows was withdrawn, or called again under a new number.
        self.pending.retain_mut(|pending| {
            let now = board.calls.iter().find(|call| call.seq == pending.call.seq);
            now.map(|call| pending.call = call.clone()).is_some()
        });
        let known = self.latest;
        let mut new: Vec<_> = board.calls.iter().filter(|call| call.seq > known && is_fresh(call, board.at)).collect();
        new.sort_by_key(|call| call.seq);
        self.pending.extend(new.into_iter().map(|call| Pending { call: call.clone(), said: false }));
        self.latest = board.calls.iter().map(|call| call.seq).max().unwrap_or(0).max(known);
    }

    /// What to say now, if nothing is being said. `now` is the server's clock.
    pub fn next(&mut self, now: Instant) -> Option<Saying> {
        if self.speaking.is_some() {
            return None;
        }
        self.pending.retain(|pending| is_fresh(&pending.call, now));
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

fn is_fresh(call: &BoardCall, now: Instant) -> bool {
    now.seconds_since(call.called_at) < FRESH_SECONDS
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::text::Text;

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
    /// Everything said until there is nothing more, each taking as long as it sounds: "A001 A001-".
    fn said(announcer: &mut Announcer, from: i64) -> String {
        let mut now = nine(from);
        let mut words = Vec::new();
        while let Some(saying) = announcer.next(now) {
            words.push(format!("{}{}", saying.code, if saying.first { "" } else { "-" }));
            let millis = if saying.first { FIRST_MILLIS } else { SECOND_MILLIS };
            now = now.plus_millis(i64::try_from(millis).unwrap());
            announcer.done();
        }
        words.join(" ")
    }

    #[test]
    fn a_call_is_said_twice_with_one_chime() {
        let mut announcer = Announcer::default();
        announcer.heard(&board(0, vec![call(1, "A007", 0, true)]));
        assert_eq!(said(&mut announcer, 0), "A007 A007-");
        announcer.heard(&board(10, vec![call(1, "A007", 0, true)]));
        assert_eq!(said(&mut announcer, 10), "");
    }

    #[test]
    fn five_calls_in_a_second_are_each_said_in_order_and_none_is_lost() {
        let calls: Vec<_> = (1..=5).map(|n| call(n, &format!("A{n:03}"), 0, true)).collect();
        let mut announcer = Announcer::default();
        announcer.heard(&board(1, calls));
        assert_eq!(said(&mut announcer, 1), "A001 A002 A003 A003- A004 A004- A005 A005-");
    }

    #[test]
    fn calls_that_come_while_one_is_said_wait_for_their_turn() {
        let mut announcer = Announcer::default();
        announcer.heard(&board(0, vec![call(1, "A001", 0, true)]));
        assert_eq!(announcer.next(nine(0)).unwrap().code.to_string(), "A001");
        announcer.heard(&board(1, vec![call(1, "A001", 0, true), call(2, "B001", 1, true)]));
        assert_eq!(announcer.next(nine(1)), None);
        announcer.done();
        assert_eq!(said(&mut announcer, 5), "A001- B001 B001-");
    }

    #[test]
    fn after_ten_minutes_without_network_only_what_is_fresh_is_said() {
        let mut announcer = Announcer::default();
        announcer.heard(&board(0, vec![call(1, "A001", 0, true)]));
        said(&mut announcer, 0);
        let missed = vec![call(2, "A002", 30, false), call(3, "A003", 540, true), call(4, "A004", 590, true)];
        announcer.heard(&board(601, missed));
        assert_eq!(said(&mut announcer, 601), "A004 A004-");
    }

    #[test]
    fn the_first_board_after_a_start_says_what_is_fresh() {
        for (age, expect) in [(59, "A001"), (60, ""), (600, "")] {
            let mut announcer = Announcer::default();
            announcer.heard(&board(age, vec![call(9, "A001", 0, true)]));
            assert_eq!(said(&mut announcer, age), expect, "{age} s");
        }
    }

    #[test]
    fn what_waited_too_long_is_not_said_any_more() {
        let mut announcer = Announcer::default();
        announcer.heard(&board(0, vec![call(1, "A001", 0, true), call(2, "A002", 20, true)]));
        assert_eq!(said(&mut announcer, 60), "A002 A002-");
    }

    #[test]
    fn a_restored_installation_counts_anew() {
        let mut announcer = Announcer::default();
        announcer.heard(&board(0, vec![call(500, "A001", 0, true)]));
        said(&mut announcer, 0);
        let mut restored = board(30, vec![call(2, "A002", 25, true), call(1, "A001", -200, true)]);
        restored.epoch = "00000000-0000-4000-8000-000000000002".parse().unwrap();
        announcer.heard(&restored);
        assert_eq!(said(&mut announcer, 30), "A002 A002-");
    }

    #[test]
    fn whoever_has_come_is_not_called_a_second_time() {
        let mut announcer = Announcer::default();
        announcer.heard(&board(0, vec![call(1, "A001", 0, true)]));
        announcer.next(nine(0));
        announcer.done();
        announcer.heard(&board(4, vec![call(1, "A001", 0, false)]));
        assert_eq!(said(&mut announcer, 4), "");
    }

    #[test]
    fn whoever_came_before_being_said_is_said_once_and_whoever_was_withdrawn_not_at_all() {
        let mut announcer = Announcer::default();
        announcer.heard(&board(0, vec![call(1, "A001", 0, true), call(2, "A002", 0, true), call(3, "A003", 0, true)]));
        announcer.heard(&board(2, vec![call(1, "A001", 0, true), call(3, "A003", 0, false)]));
        assert_eq!(said(&mut announcer, 2), "A001 A001- A003");
    }

    #[test]
    fn a_repeated_call_takes_the_place_of_the_one_before() {
        let mut announcer = Announcer::default();
        announcer.heard(&board(0, vec![call(1, "A001", 0, true)]));
        announcer.next(nine(0));
        announcer.done();
        announcer.heard(&board(12, vec![call(4, "A001", 12, true)]));
        assert_eq!(said(&mut announcer, 12), "A001 A001-");
    }

    #[test]
    fn an_old_board_says_nothing_again() {
        let mut announcer = Announcer::default();
        announcer.heard(&board(10, vec![call(2, "A002", 8, true), call(1, "A001", 5, true)]));
        said(&mut announcer, 10);
        announcer.heard(&board(10, vec![call(1, "A001", 5, true)]));
        assert_eq!(said(&mut announcer, 12), "");
    }

    #[test]
    fn a_silent_display_says_nothing_later_either() {
        let mut announcer = Announcer::default();
        announcer.heard(&board(0, vec![call(1, "A001", 0, true)]));
        announcer.hush();
        assert_eq!(said(&mut announcer, 1), "");
    }
}
