//! What the counter does, told as a clerk's morning: inputs in, pages and effects out, without a window.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod office;
#[path = "office/said.rs"]
mod said;

use contract::{
    board::*,
    ids::*,
    office::{Operator, Role},
    refusal::Refusal,
};
use counter_app::flow::*;
use office::*;
use said::*;

fn choosing_page(state: &State) -> &Choosing {
    match &state.page {
        Page::Choosing(page) => page,
        other => panic!("not choosing: {other:?}"),
    }
}

fn log_in_page(state: &State) -> &LogInPage {
    match &state.page {
        Page::LogIn(page) => page,
        other => panic!("not at the login: {other:?}"),
    }
}

#[test]
fn from_the_login_to_the_counter() {
    let mut state = at_login();
    let sent = step(&mut state, log_in(), millis(0));
    assert_eq!(sent, [Effect::LogIn { login: "giulia".into(), password: Password("segreta".into()) }]);
    assert_eq!(step(&mut state, log_in(), millis(1)), [], "a second press asks nothing");
    let effects = step(&mut state, Input::LoggedIn(Ok(operator())), millis(2));
    assert!(matches!(&effects[..], [Effect::Remember(memory), Effect::LoadDesk] if memory.login == "giulia"));
    step(&mut state, Input::Desk(Ok(desk())), millis(3));
    assert_eq!(choosing_page(&state).services.len(), 3, "all own services are ticked at first");
    assert!(!choosing_page(&state).ready(), "no counter is picked yet");

    step(&mut state, Input::PickCounter(2), millis(4));
    assert_eq!(choosing_page(&state).counter, None, "a colleague sits there");
    step(&mut state, Input::PickCounter(1), millis(5));
    step(&mut state, Input::TickService(2), millis(6));
    let services: Vec<ServiceId> = vec![id("anagrafe"), id("carta-identita")];
    let effects = step(&mut state, Input::SitDown, millis(7));
    assert_eq!(effects, [Effect::Open { leave: None, counter: id("sportello-3"), services: services.clone() }]);
    assert_eq!(step(&mut state, Input::SitDown, millis(8)), []);

    let effects = step(&mut state, Input::Opened(Ok(empty_board("10:44"))), millis(9));
    let [Effect::Remember(memory), Effect::Follow(counter)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((&memory.counter, counter.as_str()), (&Some(id("sportello-3")), "sportello-3"));
    assert_eq!(working(&state).operator, "Giulia Ferri");
}

#[test]
fn the_last_counter_and_services_are_offered_again() {
    let mut state = at_login();
    state.memory.counter = Some(id("ufficio-12"));
    state.memory.services = vec![id("anagrafe"), id("gone")];
    for input in [log_in(), Input::LoggedIn(Ok(operator())), Input::Desk(Ok(desk()))] {
        step(&mut state, input, millis(0));
    }
    let page = choosing_page(&state);
    assert_eq!(page.counter, Some(id("ufficio-12")));
    assert_eq!(page.services.iter().map(ServiceId::as_str).collect::<Vec<_>>(), ["anagrafe"]);
}

#[test]
fn somebody_else_at_the_same_desk_inherits_nothing() {
    let mut state = at_login();
    state.memory.counter = Some(id("sportello-3"));
    let other = Input::LogIn { login: " marco ".into(), password: Password("x".into()) };
    step(&mut state, other, millis(0));
    assert_eq!(state.memory, Memory { login: "marco".into(), ..Memory::default() });
}

#[test]
fn a_wrong_password_is_told_and_can_be_typed_again() {
    let mut state = at_login();
    step(&mut state, log_in(), millis(0));
    step(&mut state, Input::LoggedIn(refused(Refusal::WrongPassword)), millis(1));
    assert_eq!((log_in_page(&state).failures, log_in_page(&state).busy), (1, false));
    assert_eq!(step(&mut state, log_in(), millis(2)).len(), 1);
    assert_eq!(log_in_page(&state).notice, None);
    assert_eq!(format!("{:?}", log_in()).matches("segreta").count(), 0, "a password never shows itself");
}

#[test]
fn whoever_is_no_clerk_is_told_so_and_logged_out() {
    for role in [Role::Admin, Role::Owner] {
        let mut state = at_login();
        step(&mut state, log_in(), millis(0));
        let effects = step(&mut state, Input::LoggedIn(Ok(Operator { role, ..operator() })), millis(1));
        assert_eq!(effects, [Effect::LogOut { leave: None }], "{role:?}");
        assert_eq!(log_in_page(&state).notice.as_ref().unwrap().what, Said::ClerksOnly);
        assert_eq!(step(&mut state, log_in(), millis(2)), [], "first this session ends");
        let mut unheard = state.clone();
        for (state, outcome) in [(&mut state, Ok(())), (&mut unheard, Err(Trouble::Unreachable))] {
            assert_eq!(step(state, Input::LoggedOut(outcome), millis(3)), [Effect::ForgetSession]);
            assert_eq!(log_in_page(state).notice.as_ref().unwrap().what, Said::ClerksOnly);
            assert_eq!(step(state, log_in(), millis(4)).len(), 1, "a clerk can log in");
            let effects = step(state, Input::LoggedIn(Ok(operator())), millis(5));
            assert!(matches!(&effects[..], [Effect::Remember(_), Effect::LoadDesk]), "{effects:?}");
        }
    }
}

#[test]
fn what_each_button_means_follows_the_stage() {
    use Button::{Absent, Again, Finish, Main};
    let a042 = ticket(42);
    let nobody = || busy_board();
    let just_called = || with(called("10:43:58", 1));
    let called_twice = || with(called("10:43", 2));
    let called_thrice = || with(called("10:43", 3));
    let served = || with(serving("10:40"));
    for (what, board, button, expect) in [
        ("free", nobody(), Main, Some(Action::CallNext { finish: None })),
        ("free", nobody(), Again, None),
        ("free", nobody(), Finish, None),
        ("free", nobody(), Absent, None),
        ("called", just_called(), Main, Some(Action::Start(a042))),
        ("called", just_called(), Absent, Some(Action::MarkAbsent(a042))),
        ("called", just_called(), Finish, None),
        ("called 2 s ago", just_called(), Again, None),
        ("called a minute ago", called_twice(), Again, Some(Action::CallAgain(a042))),
        ("called three times", called_thrice(), Again, None),
        ("serving", served(), Main, Some(Action::CallNext { finish: Some(a042) })),
        ("serving", served(), Finish, Some(Action::Finish { ticket: a042, at: at("10:44") })),
        ("serving", served(), Absent, None),
        ("serving", served(), Again, None),
    ] {
        let mut state = at_work(board);
        let effects = step(&mut state, Input::Press(button, key(7)), millis(0));
        assert_eq!(effects, expect.map_or(vec![], |action| act(action, 7)), "{what}, {button:?}");
    }
}

#[test]
fn calling_again_waits_for_the_server_s_clock_and_not_for_ours() {
    let mut state = at_work(with(called("10:43:58", 1)));
    assert_eq!(step(&mut state, Input::Press(Button::Again, key(1)), millis(7_999)), []);
    assert_eq!(
        step(&mut state, Input::Press(Button::Again, key(2)), millis(8_000)),
        act(Action::CallAgain(ticket(42)), 2)
    );
}

#[test]
fn a_double_click_calls_once() {
    let mut state = at_work(busy_board());
    let first = step(&mut state, Input::Press(Button::Main, key(1)), millis(0));
    assert_eq!(first, act(Action::CallNext { finish: None }, 1));
    assert_eq!(step(&mut state, Input::Press(Button::Main, key(2)), millis(90)), []);
    step(&mut state, Input::Acted(key(1), Ok(later(with(called("10:44", 1)), 101))), millis(200));
    assert_eq!(working(&state).board.current.as_ref().unwrap().code.to_string(), "A042");
    assert_eq!(working(&state).doing, None);
}

#[test]
fn the_end_of_a_double_click_does_not_begin_the_service() {
    let mut state = at_work(busy_board());
    step(&mut state, Input::Press(Button::Main, key(1)), millis(5_000));
    step(&mut state, Input::Acted(key(1), Ok(later(with(called("10:44", 1)), 101))), millis(5_020));
    assert_eq!(step(&mut state, Input::Press(Button::Main, key(2)), millis(5_150)), [], "the server was quicker");
    let started = step(&mut state, Input::Press(Button::Main, key(3)), millis(5_020 + SETTLE_MILLIS));
    assert_eq!(started, act(Action::Start(ticket(42)), 3));
}

#[test]
fn what_was_done_is_said_even_if_the_feed_is_quicker_than_the_answer() {
    let code = "A042".parse().unwrap();
    for (current, button, expect) in [
        (serving("10:40"), Button::Finish, Said::NotedServed(code)),
        (called("10:43", 1), Button::Absent, Said::NotedAbsent(code)),
    ] {
        let mut state = at_work(with(current));
        step(&mut state, Input::Press(button, key(1)), millis(0));
        step(&mut state, feed(later(busy_board(), 101)), millis(5));
        step(&mut state, Input::Acted(key(1), Ok(later(busy_board(), 101))), millis(9));
        assert_eq!(working(&state).notice.as_ref().unwrap().what, expect);
    }
}

#[test]
fn an_action_without_an_answer_keeps_its_name_when_pressed_again() {
    let mut state = at_work(busy_board());
    step(&mut state, Input::Press(Button::Main, key(1)), millis(0));
    step(&mut state, Input::Acted(key(1), Err(Trouble::Unreachable)), millis(8_000));
    assert_eq!(working(&state).notice.as_ref().unwrap().what, Said::Unanswered);
    let again = step(&mut state, Input::Press(Button::Main, key(2)), millis(9_000));
    assert_eq!(again, act(Action::CallNext { finish: None }, 1), "the server will know it");

    // Once a board has shown how it stands, the next press is a new command.
    step(&mut state, Input::Acted(key(1), Err(Trouble::Unreachable)), millis(17_000));
    step(&mut state, feed(later(busy_board(), 105)), millis(18_000));
    assert_eq!(working(&state).notice, None);
    let new = step(&mut state, Input::Press(Button::Main, key(3)), millis(19_000));
    assert_eq!(new, act(Action::CallNext { finish: None }, 3));
}

#[test]
fn an_older_board_never_overwrites_a_newer_one() {
    let mut state = at_work(later(with(serving("10:40")), 110));
    step(&mut state, feed(later(busy_board(), 109)), millis(10));
    assert!(working(&state).board.current.is_some());
    step(&mut state, feed(later(busy_board(), 111)), millis(20));
    assert!(working(&state).board.current.is_none());
    let restored =
        CounterBoard { epoch: "00000000-0000-4000-a000-000000000002".parse().unwrap(), ..with(serving("10:40")) };
    step(&mut state, feed(later(restored, 1)), millis(30));
    assert!(working(&state).board.current.is_some(), "after a restore numbers begin anew");
}

#[test]
fn the_server_goes_and_comes_back() {
    let mut state = at_work(with(serving("10:40")));
    step(&mut state, lost(Trouble::Unreachable), millis(1_000));
    step(&mut state, lost(Trouble::Unreachable), millis(3_000));
    assert_eq!(working(&state).lost, Some(millis(1_000)), "it is away since the first loss");
    assert_eq!(step(&mut state, Input::Press(Button::Main, key(1)), millis(4_000)), [], "nobody is called");
    step(&mut state, Input::Feed(id("sportello-3"), Feed::Up), millis(5_000));
    assert!(working(&state).lost.is_some(), "without a board nothing is known");
    step(&mut state, feed(later(with(serving("10:40")), 100)), millis(5_100));
    assert_eq!(working(&state).lost, None);
    assert_eq!(step(&mut state, Input::Press(Button::Finish, key(2)), millis(6_000)).len(), 1);
}

#[test]
fn a_server_that_cannot_answer_now_takes_nobody_from_the_counter() {
    for refusal in [
        Refusal::Unavailable { retry_after_seconds: 2 },
        Refusal::TooMany { retry_after_seconds: 10 },
        Refusal::Fault { incident: "1A2B3C4D".into() },
        Refusal::Invalid { field: String::new(), problem: "another version".into() },
    ] {
        let mut state = at_work(with(called("10:43", 1)));
        for at in [1_000, 61_000] {
            assert_eq!(step(&mut state, lost(Trouble::Refused(refusal.clone())), millis(at)), [], "{refusal:?}");
        }
        assert_eq!(working(&state).lost, Some(millis(1_000)), "{refusal:?}");
        step(&mut state, feed(later(with(called("10:43", 1)), 101)), millis(62_000));
        assert_eq!(working(&state).lost, None, "{refusal:?}");
    }
}

#[test]
fn a_feed_that_says_no_seat_leads_back_to_the_choice() {
    for refusal in [
        Refusal::CounterNotOpen,
        Refusal::CounterTaken { by: "Marco Rota".into() },
        Refusal::AtOtherCounter { counter: "4".into() },
        Refusal::NotFound,
    ] {
        let mut state = at_work(busy_board());
        let effects = step(&mut state, lost(Trouble::Refused(refusal.clone())), millis(1));
        assert_eq!(effects, [Effect::Unfollow, Effect::LoadDesk], "{refusal:?}");
        assert_eq!(choosing_page(&state).notice.as_ref().unwrap().what, Said::SeatLost);
    }
}

#[test]
fn whoever_is_no_longer_a_clerk_logs_in_again() {
    let forbidden = || Trouble::Refused(Refusal::Forbidden);
    for (mut state, input) in
        [(at_work(busy_board()), lost(forbidden())), (choosing(), Input::Desk(refused(Refusal::Forbidden)))]
    {
        assert_eq!(step(&mut state, input, millis(1)), [Effect::Unfollow, Effect::ForgetSession]);
        assert!(matches!(log_in_page(&state).notice.as_ref().unwrap().what, Said::SessionEnded { .. }));
    }
}

#[test]
fn work_is_taken_up_again_also_if_the_list_is_late() {
    let mut state = at_work(with(serving("10:40")));
    step(&mut state, lost(Trouble::Refused(Refusal::Unauthenticated)), millis(1_000));
    step(&mut state, log_in(), millis(2_000));
    step(&mut state, Input::LoggedIn(Ok(operator())), millis(3_000));
    step(&mut state, Input::Desk(refused(Refusal::Unavailable { retry_after_seconds: 2 })), millis(4_000));
    assert_eq!(step(&mut state, Input::Tick, millis(9_000)), [Effect::LoadDesk], "it is asked for again");
    let mut mine = desk();
    mine.counters[1].mine = true;
    let effects = step(&mut state, Input::Desk(Ok(mine)), millis(9_100));
    assert!(matches!(&effects[..], [Effect::Open { counter, .. }] if counter.as_str() == "sportello-3"), "{effects:?}");
}

#[test]
fn a_session_that_ends_leads_back_to_the_same_counter() {
    let mut state = at_work(with(serving("10:40")));
    let effects = step(&mut state, lost(Trouble::Refused(Refusal::Unauthenticated)), millis(1_000));
    assert_eq!(effects, [Effect::Unfollow, Effect::ForgetSession]);
    let notice = log_in_page(&state).notice.clone().unwrap();
    assert_eq!(notice.what, Said::SessionEnded { counter: "3".into() });

    step(&mut state, log_in(), millis(2_000));
    step(&mut state, Input::LoggedIn(Ok(operator())), millis(3_000));
    let mut mine = desk();
    mine.counters[1].mine = true;
    mine.counters[1].taken_by = Some("Giulia Ferri".into());
    mine.counters[1].services = vec![id("anagrafe"), id("carta-identita")];
    let effects = step(&mut state, Input::Desk(Ok(mine)), millis(4_000));
    let services = vec![id("anagrafe"), id("carta-identita")];
    assert_eq!(effects, [Effect::Open { leave: None, counter: id("sportello-3"), services }]);
    step(&mut state, Input::Opened(Ok(with(serving("10:40")))), millis(5_000));
    assert_eq!(working(&state).board.current.as_ref().unwrap().code.to_string(), "A042");
}

#[test]
fn a_counter_closed_from_elsewhere_leads_back_to_the_choice() {
    let closed = CounterBoard { services: vec![], ..empty_board("10:50") };
    for input in [feed(later(closed, 120)), lost(Trouble::Refused(Refusal::CounterNotOpen))] {
        let mut state = at_work(busy_board());
        assert_eq!(step(&mut state, input, millis(1)), [Effect::Unfollow, Effect::LoadDesk]);
        assert_eq!(choosing_page(&state).notice.as_ref().unwrap().what, Said::SeatLost);
    }
}

#[test]
fn changing_counter_leaves_the_old_one_first_and_can_be_thought_better_of() {
    let mut state = at_work(busy_board());
    assert_eq!(step(&mut state, Input::Change, millis(1)), [Effect::LoadDesk]);
    let mut mine = desk();
    mine.counters[1].mine = true;
    mine.counters[1].services = vec![id("anagrafe"), id("carta-identita")];
    step(&mut state, Input::Desk(Ok(mine)), millis(2));
    assert_eq!(choosing_page(&state).counter, Some(id("sportello-3")), "where one sits is picked");

    let mut undecided = state.clone();
    step(&mut undecided, feed(later(with(called("10:44", 1)), 130)), millis(3));
    step(&mut undecided, Input::Back, millis(4));
    assert!(working(&undecided).board.current.is_some(), "the feed went on meanwhile");

    step(&mut state, Input::PickCounter(0), millis(5));
    let effects = step(&mut state, Input::SitDown, millis(6));
    let services = vec![id("anagrafe"), id("carta-identita")];
    let expect = Effect::Open { leave: Some(id("sportello-3")), counter: id("sportello-1"), services };
    assert_eq!(effects, [expect]);
    let code = "A042".parse().unwrap();
    let effects = step(&mut state, Input::Opened(refused(Refusal::CurrentNotClosed { code })), millis(7));
    assert_eq!(effects, [Effect::LoadDesk]);
    assert!(choosing_page(&state).notice.is_some());
}

#[test]
fn going_home_gets_up_first_and_a_person_at_the_counter_keeps_one_there() {
    let mut state = at_work(with(serving("10:40")));
    let effects = step(&mut state, Input::LogOut, millis(1));
    assert_eq!(effects, [Effect::LogOut { leave: Some(id("sportello-3")) }]);
    let code = "A042".parse().unwrap();
    step(&mut state, Input::LoggedOut(refused(Refusal::CurrentNotClosed { code })), millis(2));
    assert!(working(&state).notice.is_some() && !working(&state).leaving);

    step(&mut state, Input::LogOut, millis(3));
    let effects = step(&mut state, Input::LoggedOut(Ok(())), millis(4));
    assert_eq!(effects, [Effect::Unfollow, Effect::ForgetSession]);
    assert_eq!(log_in_page(&state).resume, None);
}

#[test]
fn the_list_of_counters_is_looked_at_anew_and_keeps_what_was_picked() {
    let mut state = choosing();
    step(&mut state, Input::PickCounter(1), millis(100));
    step(&mut state, Input::TickService(0), millis(200));
    assert_eq!(step(&mut state, Input::Tick, millis(4_900)), []);
    assert_eq!(step(&mut state, Input::Tick, millis(5_000)), [Effect::LoadDesk]);
    assert_eq!(step(&mut state, Input::Tick, millis(5_250)), []);
    step(&mut state, Input::Desk(Ok(desk())), millis(5_300));
    assert_eq!(choosing_page(&state).counter, Some(id("sportello-3")));
    assert_eq!(choosing_page(&state).services.len(), 2);

    let mut taken = desk();
    taken.counters[1].taken_by = Some("Marco Rota".into());
    step(&mut state, Input::Desk(Ok(taken)), millis(10_300));
    assert_eq!(choosing_page(&state).counter, None, "a colleague was quicker");
}

#[test]
fn a_sentence_fades_and_a_new_action_removes_it() {
    let nobody = || refused(Refusal::NobodyWaiting { next_from: None, expected: 2 });
    let mut state = at_work(busy_board());
    step(&mut state, Input::Press(Button::Main, key(1)), millis(0));
    step(&mut state, Input::Acted(key(1), nobody()), millis(100));
    step(&mut state, Input::Tick, millis(100 + NOTICE_MILLIS - 1));
    assert!(working(&state).notice.is_some());
    step(&mut state, Input::Tick, millis(100 + NOTICE_MILLIS));
    assert_eq!(working(&state).notice, None);
}
