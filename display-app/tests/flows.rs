//! A display without window, network or sound: what happens to it, and what it then shows and has said.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test says what it needs by failing")]

mod room;

use contract::{text::Lang, time::Moment};
use display_app::{
    flow::{Input, SoundNews, Trouble},
    view::{self, Called, Page, View},
};
use room::{Room, board, calls, settings, settings_at};

impl Room {
    fn shows(&self, millis: u64) -> View {
        view::view(&self.state, Moment(millis))
    }
    fn current(&self, millis: u64) -> Called {
        match self.shows(millis).page {
            Page::Calls { current, .. } => current,
            other => panic!("{other:?}"),
        }
    }
    fn clock(&self, millis: u64) -> Option<String> {
        self.shows(millis).clock.map(|clock| clock.time)
    }
}

#[test]
fn a_display_asks_what_to_show_and_follows_that_room() {
    let mut room = Room::switched_on();
    assert_eq!(room.at(0, Input::Tick), "ask");
    assert_eq!(room.at(250, Input::Tick), "", "the answer is on its way");
    assert_eq!(room.at(300, Input::Settings(Err(Trouble::Away))), "");
    assert_eq!(room.at(5_299, Input::Tick), "");
    assert_eq!(room.at(5_300, Input::Tick), "ask");
    assert_eq!(room.at(5_400, settings(Lang::It, 100)), "follow(sala-a)");
    assert_eq!(room.at(15_399, Input::Tick), "");
    assert_eq!(room.at(15_400, Input::Tick), "ask", "settings may change");
    assert_eq!(room.at(15_500, settings(Lang::En, 50)), "", "the room is the same");
}

#[test]
fn a_call_is_shown_at_once_and_said_twice() {
    let mut room = Room::ready();
    room.board(0, board(0, vec![]));
    assert_eq!(room.board(3_000, board(3, calls(&["A042 3 -3"]))), "say(A042 it 100)");
    assert_eq!(room.current(3_000).code, "A042");
    assert_eq!(room.at(6_000, Input::Sound(SoundNews::Said)), "", "a breath");
    assert_eq!(room.at(6_699, Input::Tick), "");
    assert_eq!(room.at(6_700, Input::Tick), "say(A042- it 100)");
    room.at(9_000, Input::Sound(SoundNews::Said));
    assert_eq!(room.at(9_900, Input::Tick), "");
}

#[test]
fn five_calls_in_one_second_are_all_on_the_screen_and_wait_for_the_voice() {
    let mut room = Room::ready();
    let five = calls(&["A005 5 0", "A004 4 0", "A003 3 0", "A002 2 0", "A001 1 0"]);
    assert_eq!(room.board(500, board(0, five)), "say(A001 it 100)");
    match room.shows(600).page {
        Page::Calls { current, earlier } => {
            assert_eq!(current.code, "A005");
            let lines: Vec<_> = earlier.iter().map(|call| (call.code.as_str(), call.speaking)).collect();
            assert_eq!(lines, [("A004", false), ("A003", false), ("A002", false), ("A001", true)]);
            assert!(earlier.iter().all(|call| call.bright));
        }
        other => panic!("{other:?}"),
    }
    room.at(4_500, Input::Sound(SoundNews::Said));
    assert_eq!(room.at(5_250, Input::Tick), "say(A002 it 100)");
}

#[test]
fn an_announcement_that_never_ends_does_not_silence_the_next() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A001 1 0"])));
    room.board(25_000, board(25, calls(&["A002 2 -25", "A001 1 0"])));
    assert_eq!(room.at(30_000, Input::Tick), "");
    assert_eq!(room.at(30_250, Input::Tick), "say(A001- it 100)");
}

#[test]
fn a_silent_display_is_asked_to_say_nothing() {
    let mut room = Room::ready();
    room.at(0, settings(Lang::It, 0));
    assert_eq!(room.board(0, board(0, calls(&["A001 1 0"]))), "");
    assert_eq!(room.at(100, settings(Lang::It, 80)), "", "what was called in silence is not said later");
}

#[test]
fn a_new_call_stands_out_for_twenty_seconds_and_swells_three_times_a_second_apart() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A042 3 0"])));
    let swellings: Vec<_> = (0..80).map(|tick| room.current(tick * 250).swollen).collect();
    let begins = swellings.windows(2).filter(|pair| pair == &[false, true]).count() + usize::from(swellings[0]);
    assert_eq!(begins, 3);
    assert!(swellings[12..].iter().all(|swollen| !swollen));
    assert!(room.current(19_999).bright && !room.current(20_000).bright);
}

#[test]
fn with_motion_off_nothing_swells() {
    let mut room = Room { state: display_app::flow::State::new(false, Moment(0)), reports: vec![] };
    room.at(0, settings(Lang::It, 100));
    room.board(0, board(0, calls(&["A042 3 0"])));
    assert!((0..80).all(|tick| !room.current(tick * 250).swollen));
    assert!(room.current(0).bright);
}

#[test]
fn a_call_older_than_a_minute_is_never_shown_as_new() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A042 3 61"])));
    assert!(!room.current(0).bright);
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A042 3 50"])));
    assert!(room.current(0).bright && room.current(9_000).bright && !room.current(10_000).bright);
}

#[test]
fn a_repeated_call_is_marked_and_stands_out_again() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A042 3 0"])));
    let mut again = calls(&["A042 3 -30 again"]);
    again[0].seq = 20;
    assert_eq!(room.current(29_000).repeated, 0);
    room.board(30_000, board(30, again));
    let current = room.current(30_000);
    assert_eq!((current.repeated, current.bright), (2, true));
}

#[test]
fn when_everybody_has_come_the_room_is_shown_again() {
    let mut room = Room::ready();
    let idle = |room: &Room, millis| matches!(room.shows(millis).page, Page::Idle { .. });
    room.board(0, board(0, vec![]));
    assert!(idle(&room, 0));
    room.board(0, board(0, calls(&["A042 3 0 served"])));
    assert!(!idle(&room, 599_000) && idle(&room, 600_000));
    room.board(0, board(0, calls(&["A042 3 0"])));
    assert!(!idle(&room, 3_600_000), "whoever has not come is still called");
}

#[test]
fn a_long_list_of_services_comes_in_parts_of_ten_seconds() {
    let mut room = Room::ready();
    let mut long = board(0, vec![]);
    long.waiting.extend(long.waiting.clone());
    room.board(0, long);
    let part = |millis| match room.shows(millis).page {
        Page::Idle { waiting, part, parts } => (waiting.len(), part, parts),
        other => panic!("{other:?}"),
    };
    assert_eq!((part(0), part(9_999), part(10_000), part(20_000)), ((5, 1, 2), (5, 1, 2), (3, 2, 2), (5, 1, 2)));
}

#[test]
fn the_clock_is_the_servers_and_hidden_until_it_is_known() {
    let mut room = Room::switched_on();
    assert_eq!(room.clock(0), None);
    room.at(1_000, settings(Lang::It, 100));
    assert_eq!(room.clock(1_000), None, "the zone comes with the board");
    room.board(2_000, board(1, vec![]));
    assert_eq!(room.clock(60_000).as_deref(), Some("10:41"));
    assert_eq!(room.clock(61_000).as_deref(), Some("10:42"));
    room.board(61_500, board(40, vec![]));
    assert_eq!(room.clock(61_500).as_deref(), Some("10:42"), "a board may be older than its arrival");
    room.at(62_000, settings_at(-3_600, Lang::It, 100));
    assert_eq!(room.clock(62_000).as_deref(), Some("09:41"), "a clock may be put right");
}

#[test]
fn a_lost_server_is_told_within_fifteen_seconds_and_forgotten_at_the_next_board() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A042 3 0"])));
    room.at(65_000, Input::Lost(Trouble::Away, 0));
    room.at(70_000, Input::Lost(Trouble::Away, 0));
    let before = room.shows(78_999);
    assert!(!before.stale && before.away_since.is_none() && before.clock.is_some());
    let lost = room.shows(79_000);
    assert_eq!((lost.stale, lost.away_since.as_deref(), lost.staff_code), (true, Some("10:42"), "D-NET-01"));
    assert_eq!(lost.clock, None, "a clock that runs looks like a board that is right");
    assert_eq!(room.current(80_000).code, "A042", "the last board stays");
    room.at(90_000, Input::Up);
    room.board(90_100, board(90, calls(&["A042 3 0"])));
    let back = room.shows(90_100);
    assert!(!back.stale && back.away_since.is_none() && back.clock.is_some());
}

#[test]
fn an_empty_room_stays_empty_when_the_server_is_lost() {
    let mut room = Room::ready();
    let mut long = board(0, calls(&["A042 3 750 served", "C017 1 900"]));
    long.waiting.extend(long.waiting.clone());
    room.board(0, long);
    let before = room.shows(0).page;
    assert!(matches!(before, Page::Idle { part: 1, parts: 2, .. }));
    room.at(1_000, Input::Lost(Trouble::Away, 0));
    for millis in [16_000, 19_000, 26_000, 3_600_000] {
        let lost = room.shows(millis);
        assert_eq!((&lost.page, lost.stale, lost.away_since.as_deref()), (&before, true, Some("10:41")), "{millis}");
    }
}

#[test]
fn a_call_that_is_up_when_the_server_is_lost_stays_until_its_time_is_over() {
    for (call, until_s) in [("A042 3 0 served", 600), ("A042 3 0", 660), ("A042 3 3000", 660)] {
        let mut room = Room::ready();
        room.board(0, board(0, calls(&[call])));
        room.at(60_000, Input::Lost(Trouble::Away, 0));
        let up = |second: u64| matches!(room.shows(second * 1000).page, Page::Calls { .. });
        assert!(up(76) && up(until_s - 1) && !up(until_s) && !up(until_s + 3600), "{call}");
    }
}

#[test]
fn a_feed_that_fell_silent_is_told_as_soon_as_it_is_noticed() {
    let mut room = Room::ready();
    room.board(0, board(0, vec![]));
    room.at(60_000, Input::Lost(Trouble::Away, 13_500));
    assert!(room.shows(60_000).away_since.is_none());
    assert_eq!(room.shows(60_500).away_since.as_deref(), Some("10:41"));
}

#[test]
fn after_ten_minutes_without_network_nothing_old_is_said() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A001 1 0 served"])));
    room.at(4_000, Input::Sound(SoundNews::Said));
    room.at(5_000, Input::Lost(Trouble::Away, 0));
    let mut missed = calls(&["A003 3 -300", "A002 2 -100 served", "A001 1 0 served"]);
    assert_eq!(room.board(605_000, board(605, missed.clone())), "ask");
    missed.insert(0, calls(&["A004 4 -606"])[0].clone());
    missed[0].seq = 20;
    assert_eq!(room.board(607_000, board(607, missed)), "say(A004 it 100)");
}

#[test]
fn a_board_older_than_the_one_shown_or_of_another_room_changes_nothing() {
    let mut room = Room::ready();
    let mut new = board(0, calls(&["A002 2 0"]));
    new.seq = 30;
    room.board(0, new);
    room.board(100, board(0, calls(&["A001 1 0"])));
    assert_eq!(room.current(100).code, "A002");
    let mut other = board(0, calls(&["B001 1 0"]));
    (other.seq, other.room) = (40, "sala-b".parse().unwrap());
    room.board(200, other);
    assert_eq!(room.current(200).code, "A002");
    let mut restored = board(0, calls(&["C001 1 0"]));
    restored.epoch = "00000000-0000-4000-8000-000000000002".parse().unwrap();
    room.board(300, restored);
    assert_eq!(room.current(300).code, "C001", "another life of the installation counts anew");
}

#[test]
fn a_display_that_is_not_admitted_says_so_to_the_staff_at_once() {
    let mut room = Room::switched_on();
    room.at(0, Input::Settings(Err(Trouble::NotAdmitted)));
    let view = room.shows(0);
    assert_eq!((view.page, view.away_since.as_deref(), view.staff_code), (Page::TurnedAway, Some(""), "D-TOK-02"));
}

#[test]
fn a_missing_loudspeaker_is_told_to_the_staff_and_changes_nothing_else() {
    let mut room = Room::ready();
    room.at(0, Input::Sound(SoundNews::Missing));
    room.board(0, board(0, calls(&["A042 3 0"])));
    assert!(!room.shows(24_999).silent && room.shows(25_000).silent);
    assert_eq!(room.current(0).code, "A042");
    room.at(30_000, Input::Sound(SoundNews::Ready));
    assert!(!room.shows(60_000).silent);
    room.at(60_000, Input::Sound(SoundNews::Missing));
    room.at(60_000, settings(Lang::It, 0));
    assert!(!room.shows(99_000).silent, "nobody misses a sound that is not wanted");
}

#[test]
fn the_hour_of_a_call_is_that_of_its_appointment() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A042 3 0", "C017 B 65 office", "B1000 12 4000"])));
    let current = room.current(0);
    assert_eq!((current.appointment.as_str(), current.service.as_str()), ("10:40", "Carta d’identità"));
    match room.shows(0).page {
        Page::Calls { earlier, .. } => {
            let lines: Vec<_> = earlier.iter().map(|call| (call.minutes, call.office, call.roomy)).collect();
            assert_eq!(lines, [(1, true, true), (66, false, false)]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_to_another_room_says_which() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A042 4 0 office B", "C017 1 65 B", "B1000 12 70 B", "B1001 12 70"])));
    assert_eq!(room.current(0).room, "Sala B");
    match room.shows(0).page {
        Page::Calls { earlier, .. } => {
            let lines: Vec<_> = earlier.iter().map(|call| (call.room.as_str(), call.roomy, call.small)).collect();
            assert_eq!(lines, [("Sala B", true, false), ("Sala B", true, true), ("", false, false)]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_display_tells_how_it_is_from_the_start_and_a_missing_loudspeaker_within_thirty_seconds() {
    let mut room = Room::switched_on();
    room.at(0, Input::Sound(SoundNews::Missing));
    for millis in (0..60_000).step_by(250) {
        room.at(millis, Input::Tick);
        if millis == 5_000 {
            room.at(millis, settings(Lang::It, 100));
        }
    }
    assert_eq!(room.reports, ["5000: {NoSound}", "35000: {NoSound}"]);
    room.at(60_000, Input::Sound(SoundNews::Ready));
    assert_eq!(room.reports.last().unwrap(), "60000: {}");
}

#[test]
fn a_voice_that_stays_away_is_told_and_the_calls_go_on() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A001 1 0"])));
    room.at(2_000, Input::Sound(SoundNews::OnlyChimed));
    room.at(3_000, Input::Tick);
    room.at(3_100, Input::Sound(SoundNews::Unheard));
    assert_eq!(room.reports, ["0: {}"]);
    assert_eq!(room.board(5_000, board(5, calls(&["A002 2 -5", "A001 1 0"]))), "say(A002 it 100)");
    room.at(7_000, Input::Sound(SoundNews::OnlyChimed));
    assert_eq!(room.reports, ["0: {}", "7000: {NoVoice}"]);
}

#[test]
fn only_a_display_that_was_turned_away_is_linked_again() {
    let mut room = Room::ready();
    assert_eq!(room.at(1_000, Input::LinkAgain), "");
    room.at(2_000, Input::Lost(Trouble::Away, 0));
    assert_eq!(room.at(3_000, Input::LinkAgain), "");
    room.at(4_000, Input::Lost(Trouble::NotAdmitted, 0));
    assert_eq!(room.at(5_000, Input::LinkAgain), "link again");
}

#[test]
fn a_new_token_is_asked_for_every_hour_while_the_server_is_there() {
    const HOUR: u64 = 3_600_000;
    let mut room = Room::ready();
    room.board(0, board(0, vec![]));
    let renews = |room: &mut Room, millis| room.at(millis, Input::Tick).contains("renew");
    assert_eq!(
        [renews(&mut room, HOUR - 1), renews(&mut room, HOUR), renews(&mut room, HOUR + 1)],
        [false, true, false]
    );
    room.at(HOUR + 2, Input::Lost(Trouble::Away, 0));
    assert!(!renews(&mut room, 2 * HOUR), "nobody can be asked");
    assert!(room.board(2 * HOUR + 5_000, board(0, vec![])).contains("renew"), "as soon as somebody can be");
}
