//! What the clerk is to see, as plain data: queue, promises, reasons, buttons, sentences.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod office;

use contract::{
    board::{Because, CounterBoard, Current, Rule},
    refusal::Refusal,
    time::Moment,
};
use counter_app::{flow::*, view::*};
use office::*;

fn seen(state: &State, now: Moment) -> WorkView {
    match view(state, now) {
        View::Working(view) => *view,
        other => panic!("not at work: {other:?}"),
    }
}

fn rows(rows: &[QueueRow]) -> Vec<(&str, i32, Level)> {
    rows.iter().map(|row| (row.code.as_str(), row.minutes, row.level)).collect()
}

#[test]
fn the_queue_in_three_groups_with_the_state_of_each_promise() {
    let queue = seen(&at_work(busy_board()), millis(0)).queue;
    assert_eq!(rows(&queue.due), [("B009", 24, Level::Past), ("A043", 13, Level::Near), ("A031", 2, Level::Within)]);
    assert_eq!(rows(&queue.early), [("A044", 6, Level::None), ("B010", 16, Level::None)]);
    assert_eq!(
        rows(&queue.expected),
        [("A041", -9, Level::None), ("A045", 16, Level::None), ("A046", 26, Level::None)]
    );
}

#[test]
fn time_goes_on_by_the_server_s_clock() {
    let state = at_work(busy_board());
    let view = seen(&state, millis(6 * 60_000));
    assert_eq!(view.clock, "10:50");
    assert_eq!(rows(&view.queue.due).last(), Some(&("A044", 0, Level::Within)), "its hour has come");
}

#[test]
fn a_promise_is_near_from_three_quarters_and_past_after_its_end() {
    for (time, expect) in
        [("11:11:14", Level::Within), ("11:11:15", Level::Near), ("11:15:00", Level::Near), ("11:15:01", Level::Past)]
    {
        let queue = vec![line("A001", "Tributi", "11:00", Some("10:00"), 15)];
        let board = CounterBoard { queue, waiting: 1, ..empty_board(time) };
        assert_eq!(seen(&at_work(board), millis(0)).queue.due[0].level, expect, "{time}");
    }
}

#[test]
fn while_nobody_is_there_it_says_who_can_be_called_or_from_when() {
    let idle = |board: CounterBoard| seen(&at_work(board), millis(0)).idle;
    assert_eq!(idle(empty_board("10:44")), IdleView::default());
    assert_eq!(idle(busy_board()).callable, 3, "A044 must wait until those due are called");
    let queue = vec![line("A044", "Tributi", "10:50", Some("10:33"), 15)];
    assert_eq!(idle(CounterBoard { queue, waiting: 1, ..empty_board("10:44") }).callable, 1, "early, nobody is due");
    let queue = vec![line("A044", "Tributi", "11:00", Some("10:33"), 15)];
    let board = CounterBoard { queue, waiting: 1, expected_count: 2, ..empty_board("10:44") };
    let expect = IdleView { callable: 0, next_from: "10:50".into(), expected: 2 };
    assert_eq!(idle(board.clone()), expect);
    assert_eq!(seen(&at_work(board.clone()), millis(0)).main.note, "nobody-now");
    assert_eq!(seen(&at_work(board), millis(360_000)).main.note, "", "at 10:50 it can be called");
    let queue: Vec<_> = (1..=50).map(|n| line(&format!("A{n:03}"), "Tributi", "10:00", Some("10:00"), 15)).collect();
    let crowd = CounterBoard { queue, waiting: 63, ..empty_board("10:44") };
    assert_eq!(idle(crowd.clone()).callable, 63);
    assert_eq!(seen(&at_work(crowd), millis(0)).queue.more_present, 13);
}

#[test]
fn the_person_with_reason_rivals_and_what_to_ask_for() {
    let with = |rule| {
        let because = Because { rule, ..called("10:43", 1).because };
        let board = CounterBoard { current: Some(Current { because, ..called("10:43", 1) }), ..busy_board() };
        seen(&at_work(board), millis(12_000)).person.unwrap()
    };
    let person = with(Rule::Due { waited_minutes: 4 });
    assert_eq!(
        (person.code.as_str(), person.appointment.as_str(), person.present_since.as_str()),
        ("A042", "10:40", "10:29")
    );
    assert_eq!(person.check, "4821");
    assert_eq!((person.rule, person.rule_minutes, person.deadline.as_str()), ("due", 4, "10:55"));
    assert_eq!(person.ahead_of, "B011\u{a0}(10:57), A043\u{a0}(11:02)");
    assert_eq!(
        (person.lasting, person.times, person.bring.len()),
        (Lasting { minutes: 1, ..Lasting::default() }, 1, 4)
    );
    let person = with(Rule::Readmitted { late_minutes: 8 });
    assert_eq!((person.rule, person.rule_minutes), ("readmitted", 8));
    let person = with(Rule::Early { early_minutes: 6 });
    assert_eq!((person.rule, person.rule_minutes), ("early", 6));
}

#[test]
fn calling_again_counts_the_seconds_and_then_the_times() {
    let again = |times, now| {
        let board = CounterBoard { current: Some(called("10:43:56", times)), ..busy_board() };
        let button = seen(&at_work(board), millis(now)).again;
        (button.enabled, button.note, button.count)
    };
    assert_eq!(again(1, 0), (false, "in-seconds", 6));
    assert_eq!(again(1, 5_001), (false, "in-seconds", 1));
    assert_eq!(again(1, 6_000), (true, "calls-left", 2));
    assert_eq!(again(3, 6_000), (false, "no-calls-left", 0));
}

#[test]
fn with_the_server_away_buttons_say_so_and_the_timer_goes_on() {
    let mut state = at_work(CounterBoard { current: Some(serving("10:40:48")), ..busy_board() });
    step(
        &mut state,
        Input::Feed(id("sportello-3"), Feed::Lost { why: Trouble::Unreachable, quiet_millis: 0 }),
        millis(2_000),
    );
    let view = seen(&state, millis(65_000));
    let minutes = |minutes| Lasting { minutes, ..Lasting::default() };
    assert_eq!((view.lost_for, view.person.unwrap().lasting), (Some(minutes(1)), minutes(4)));
    assert_eq!((view.main.enabled, view.main.note), (false, "server-away"));
    assert_eq!(
        (view.finish.enabled, view.finish.note),
        (true, ""),
        "a service ends whether the server hears of it or not"
    );
}

#[test]
fn the_button_on_its_way_is_busy_and_the_others_rest() {
    let mut state = at_work(CounterBoard { current: Some(serving("10:40:48")), ..busy_board() });
    step(&mut state, Input::Press(Button::Finish, key(1)), millis(0));
    let view = seen(&state, millis(10));
    assert!(view.finish.busy && view.finish.enabled && !view.main.busy);
}

#[test]
fn how_long_somebody_is_served_is_told_in_calm_steps() {
    let after = |seconds: u64| {
        let board = CounterBoard { current: Some(serving("10:44")), ..busy_board() };
        let Lasting { hours, minutes, seconds } = seen(&at_work(board), millis(seconds * 1000)).person.unwrap().lasting;
        (hours, minutes, seconds)
    };
    let steps = [0, 4, 5, 44, 45, 59, 60, 119, 120, 638, 3_599, 3_600, 3_900, 7_260];
    let expect = [
        (0, 0, 0),
        (0, 0, 0),
        (0, 0, 5),
        (0, 0, 40),
        (0, 0, 45),
        (0, 0, 55),
        (0, 1, 0),
        (0, 1, 0),
        (0, 2, 0),
        (0, 10, 0),
        (0, 59, 0),
        (1, 0, 0),
        (1, 5, 0),
        (2, 1, 0),
    ];
    assert_eq!(steps.map(after), expect);
}

#[test]
fn alarms_take_three_lines_at_most() {
    let shown = |count| {
        let view = seen(&at_work(CounterBoard { alarms: alarms(count), ..busy_board() }), millis(0)).alarms;
        let rows: Vec<_> = view.rows.iter().map(|row| format!("{} {}", row.device, row.fault)).collect();
        (rows.join(", "), view.more)
    };
    assert_eq!(shown(0), (String::new(), 0));
    assert_eq!(shown(1), ("Totem 1 paper-out".to_owned(), 0));
    assert_eq!(shown(3), ("Totem 1 paper-out, Totem 2 reader-away, Monitor Sala A no-sound".to_owned(), 0));
    assert_eq!(shown(4), ("Totem 1 paper-out, Totem 2 reader-away".to_owned(), 2));
}

#[test]
fn every_refusal_that_a_counter_can_meet_has_its_own_sentence() {
    let code = "A042".parse().unwrap();
    let mut keys = Vec::new();
    for refusal in [
        Refusal::WrongPassword,
        Refusal::NotFound,
        Refusal::CounterTaken { by: "Marco Rota".into() },
        Refusal::AtOtherCounter { counter: "4".into() },
        Refusal::CounterNotOpen,
        Refusal::CurrentNotClosed { code },
        Refusal::NotCurrent,
        Refusal::WrongStage,
        Refusal::CallLimit { limit: 3 },
        Refusal::CalledJustNow { seconds: 4 },
        Refusal::NotYourService,
        Refusal::NobodyWaiting { next_from: Some(at("10:50")), expected: 1 },
        Refusal::NobodyWaiting { next_from: None, expected: 1 },
        Refusal::DayClosed,
        Refusal::TooMany { retry_after_seconds: 30 },
        Refusal::Unavailable { retry_after_seconds: 5 },
        Refusal::Fault { incident: "7F3A".into() },
        Refusal::KeyReused,
        Refusal::Changed,
    ] {
        let mut state = at_work(busy_board());
        step(&mut state, Input::Press(Button::Main, key(1)), millis(0));
        step(&mut state, Input::Acted(key(1), Err(Trouble::Refused(refusal))), millis(1));
        keys.push(seen(&state, millis(1)).notice.unwrap().key);
    }
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count, "{keys:?}");
}
