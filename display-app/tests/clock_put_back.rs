//! The server's clock is put right while a room waits: nobody is passed over, nobody is called twice, nobody late.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test says what it needs by failing")]
#![allow(dead_code, reason = "other tests use the rest of the room")]

mod room;

use contract::{
    text::Lang,
    time::{Instant, Moment},
};
use display_app::{
    flow::{Effect, Input, SoundNews, Trouble, step},
    view,
};
use room::{Room, board, calls, settings_at, wall};

/// By how many seconds clocks are put back: by the time protocol, after a restart, by hand.
const BACK: [i64; 6] = [30, 90, 119, 121, 3_600, -3_600];

/// A room and its server, second by second. Calls are made at seconds of true time.
struct Wait {
    room: Room,
    /// How far the server's clock is behind.
    back: i64,
    called: Vec<(i64, Instant)>,
    said: Vec<(u64, String)>,
    feed_is_up: bool,
}

impl Wait {
    fn begins() -> Self {
        let mut wait = Self { room: Room::ready(), back: 0, called: vec![], said: vec![], feed_is_up: true };
        wait.board(0);
        wait
    }

    fn takes(&mut self, second: i64, input: Input) {
        for effect in step(&mut self.room.state, input, Moment(second.unsigned_abs() * 1000)) {
            match effect {
                Effect::Say { saying, .. } => {
                    self.said.push((
                        second.unsigned_abs(),
                        format!("{}{}", saying.code, if saying.first { "" } else { "-" }),
                    ));
                }
                Effect::AskSettings if self.feed_is_up => {
                    self.takes(second, settings_at(second - self.back, Lang::It, 100));
                }
                Effect::AskSettings => self.takes(second, Input::Settings(Err(Trouble::Away))),
                Effect::Follow(_) | Effect::Report(_) | Effect::RenewToken | Effect::LinkAgain => {}
            }
        }
    }

    /// The board as the server draws it then.
    fn board(&mut self, second: i64) {
        let lines: Vec<_> = self
            .called
            .iter()
            .rev()
            .map(|(second, at)| format!("A{second:03} 1 {}", -at.seconds_since(wall(0))))
            .collect();
        let drawn = board(second - self.back, calls(&lines.iter().map(String::as_str).collect::<Vec<_>>()));
        self.takes(second, Input::Board(Box::new(drawn)));
    }

    /// From one second to another; each announcement takes three. Boards come with the calls and every minute.
    fn lives(&mut self, seconds: std::ops::Range<i64>, call_at: &[i64]) {
        for second in seconds {
            if call_at.contains(&second) {
                self.called.push((second, wall(second - self.back)));
            }
            if self.feed_is_up && (call_at.contains(&second) || second % 60 == 0) {
                self.board(second);
            }
            if self.said.last().is_some_and(|(at, _)| at + 3 == second.unsigned_abs()) {
                self.takes(second, Input::Sound(SoundNews::Said));
            }
            self.takes(second, Input::Tick);
        }
    }

    fn words(&self) -> String {
        self.said.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn wall_shows(&self, second: u64) -> String {
        view::view(&self.room.state, Moment(second * 1000)).clock.unwrap().time
    }
}

#[test]
fn calls_after_it_are_said_and_none_twice() {
    for back in BACK {
        let mut wait = Wait::begins();
        wait.lives(0..50, &[20]);
        wait.back = back;
        wait.lives(50..200, &[51, 70, 130]);
        assert_eq!(wait.words(), "A020 A020- A051 A051- A070 A070- A130 A130-", "{back} s");
    }
}

#[test]
fn so_they_are_after_a_restart_with_another_clock() {
    for back in BACK {
        let mut wait = Wait::begins();
        wait.lives(0..50, &[20, 49]);
        wait.takes(50, Input::Lost(Trouble::Away, 0));
        wait.feed_is_up = false;
        wait.lives(50..54, &[]);
        (wait.back, wait.feed_is_up) = (back, true);
        wait.takes(54, Input::Up);
        wait.board(54);
        wait.lives(54..200, &[56, 130]);
        assert_eq!(wait.words(), "A020 A020- A049 A049- A056 A056- A130 A130-", "{back} s");
    }
}

#[test]
fn what_was_called_while_the_server_was_away_is_said_if_it_is_fresh() {
    for back in BACK {
        let mut wait = Wait::begins();
        wait.takes(10, Input::Lost(Trouble::Away, 0));
        wait.feed_is_up = false;
        wait.back = back;
        wait.lives(10..100, &[30, 95]);
        wait.feed_is_up = true;
        wait.takes(100, Input::Up);
        wait.board(100);
        wait.lives(100..200, &[]);
        assert_eq!(wait.words(), "A095 A095-", "{back} s");
    }
}

/// Called under the old clock, drawn under the new one: it lies in the future.
#[test]
fn a_call_between_two_clocks_is_as_old_as_the_board_before_it_at_most() {
    for back in BACK.into_iter().filter(|back| *back > 0) {
        let mut wait = Wait::begins();
        wait.lives(0..50, &[20]);
        wait.called.push((50, wall(50)));
        wait.back = back;
        wait.board(51);
        wait.lives(51..80, &[]);
        assert_eq!(wait.words(), "A020 A020- A050 A050-", "{back} s");
    }
}

#[test]
fn a_display_that_is_switched_on_after_it_says_nothing_old() {
    for back in BACK {
        let mut wait = Wait { room: Room::switched_on(), back, called: vec![], said: vec![], feed_is_up: true };
        wait.called = [(39, wall(39 - back)), (60, wall(60 - back))].into();
        wait.takes(100, Input::Tick);
        wait.takes(100, Input::Up);
        wait.board(100);
        wait.lives(101..150, &[]);
        assert_eq!(wait.words(), "A060 A060-", "{back} s");
    }
}

/// The first board of a feed may be one that was drawn for another display, almost a minute ago.
#[test]
fn the_first_board_of_a_feed_may_be_old() {
    for answered_first in [true, false] {
        let mut room = Room::switched_on();
        room.at(100_000, settings_at(100, Lang::It, 100));
        assert_eq!(room.at(100_100, Input::Up), "ask");
        let drawn = board(45, calls(&["A040 1 -40", "A039 1 -39"]));
        if answered_first {
            room.at(100_200, settings_at(100, Lang::It, 100));
            assert_eq!(room.board(100_300, drawn), "");
        } else {
            assert_eq!(room.board(100_200, drawn), "", "its age is not known yet");
            assert_eq!(room.at(100_300, settings_at(100, Lang::It, 100)), "");
        }
        assert_eq!(room.at(101_000, Input::Tick), "");
    }
}

#[test]
fn the_clock_on_the_wall_is_right_again_within_ten_seconds() {
    for (back, expect) in [(30, "10:41"), (90, "10:40"), (121, "10:39"), (3_600, "09:41"), (-3_600, "11:41")] {
        let mut wait = Wait::begins();
        wait.lives(0..40, &[]);
        wait.back = back;
        wait.lives(40..51, &[]);
        assert_eq!(wait.wall_shows(50), expect, "{back} s");
    }
}
