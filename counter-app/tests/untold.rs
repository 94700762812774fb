//! A service that ends while the server is away: noted, kept, and told later with its time (F64).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod office;
#[path = "office/said.rs"]
mod said;

use contract::refusal::Refusal;
use counter_app::flow::*;
use office::*;
use said::*;

/// What is kept of a service that ended at that time.
fn untold(time: &str, number: u16) -> Untold {
    let (counter, code) = (id("sportello-3"), "A042".parse().unwrap());
    Untold { login: "giulia".into(), counter, ticket: ticket(42), code, at: at(time), key: key(number) }
}

fn finish(time: &str, number: u16) -> Vec<Effect> {
    act(Action::Finish { ticket: ticket(42), at: at(time) }, number)
}

#[test]
fn a_service_that_ends_while_the_server_is_away_is_told_later_with_its_time() {
    let mut state = at_work(with(serving("10:40")));
    step(&mut state, lost(Trouble::Unreachable), millis(1_000));
    let kept = step(&mut state, Input::Press(Button::Finish, key(7)), millis(60_000));
    assert!(matches!(&kept[..], [Effect::Remember(memory)] if memory.untold == Some(untold("10:45", 7))), "{kept:?}");
    assert_eq!(working(&state).current(), None, "for the clerk it is over");
    assert_eq!(working(&state).notice.as_ref().unwrap().what, Said::Untold("A042".parse().unwrap()));
    for button in [Button::Main, Button::Finish] {
        assert_eq!(step(&mut state, Input::Press(button, key(8)), millis(62_000)), [], "nobody is called meanwhile");
    }
    step(&mut state, Input::Tick, millis(90_000));
    assert!(working(&state).notice.is_some(), "it stands there for as long as it is so");

    // The server is back, and cannot store anything at first.
    let told = step(&mut state, feed(later(with(serving("10:40")), 100)), millis(120_000));
    assert_eq!(told, finish("10:45", 7));
    let busy = || refused(Refusal::Unavailable { retry_after_seconds: 2 });
    assert_eq!(step(&mut state, Input::Acted(key(7), busy()), millis(120_100)), []);
    assert_eq!(step(&mut state, Input::Tick, millis(120_200)), []);
    assert_eq!(
        step(&mut state, Input::Tick, millis(120_100 + RETRY_MILLIS)),
        finish("10:45", 7),
        "under the same name"
    );
    let forgotten = step(&mut state, Input::Acted(key(7), Ok(later(busy_board(), 101))), millis(126_000));
    assert!(matches!(&forgotten[..], [Effect::Remember(memory)] if memory.untold.is_none()), "{forgotten:?}");
    assert_eq!(working(&state).notice.as_ref().unwrap().what, Said::NotedServed("A042".parse().unwrap()));
    let next = step(&mut state, Input::Press(Button::Main, key(9)), millis(127_000));
    assert_eq!(next, act(Action::CallNext { finish: None }, 9));
}

#[test]
fn a_finish_whose_answer_is_lost_is_told_again_by_itself() {
    let mut state = at_work(with(serving("10:40")));
    assert_eq!(step(&mut state, Input::Press(Button::Finish, key(7)), millis(0)), finish("10:44", 7));
    let kept = step(&mut state, Input::Acted(key(7), Err(Trouble::Unreachable)), millis(8_000));
    assert!(matches!(&kept[..], [Effect::Remember(memory)] if memory.untold == Some(untold("10:44", 7))), "{kept:?}");
    assert_eq!(step(&mut state, Input::Tick, millis(13_000)), finish("10:44", 7), "with the time of the press");
    // It had arrived the first time: the feed says so before the answer.
    step(&mut state, Input::Acted(key(7), Err(Trouble::Unreachable)), millis(21_000));
    let effects = step(&mut state, feed(later(busy_board(), 101)), millis(22_000));
    assert!(matches!(&effects[..], [Effect::Remember(memory)] if memory.untold.is_none()), "{effects:?}");
}

#[test]
fn a_finish_that_the_server_will_never_take_is_told_to_the_clerk() {
    let mut state = at_work(with(serving("10:40")));
    step(&mut state, lost(Trouble::Unreachable), millis(1_000));
    step(&mut state, Input::Press(Button::Finish, key(7)), millis(60_000));
    step(&mut state, feed(later(with(serving("10:40")), 100)), millis(120_000));
    step(&mut state, Input::Acted(key(7), refused(Refusal::DayClosed)), millis(120_100));
    assert_eq!(working(&state).notice.as_ref().unwrap().what, Said::Trouble(Trouble::Refused(Refusal::DayClosed)));
    assert_eq!(state.memory.untold, None);
}

#[test]
fn a_finish_outlives_the_session() {
    let mut state = at_work(with(serving("10:40")));
    step(&mut state, Input::Press(Button::Finish, key(7)), millis(0));
    let ended = step(&mut state, Input::Acted(key(7), refused(Refusal::Unauthenticated)), millis(100));
    let kept =
        |effect: &Effect| matches!(effect, Effect::Remember(memory) if memory.untold == Some(untold("10:44", 7)));
    assert!(matches!(state.page, Page::LogIn(_)) && ended.iter().any(kept), "{ended:?}");
    step(&mut state, log_in(), millis(60_000));
    step(&mut state, Input::LoggedIn(Ok(operator())), millis(61_000));
    let effects = step(&mut state, Input::Opened(Ok(with(serving("10:40")))), millis(62_000));
    assert!(effects.contains(&finish("10:44", 7)[0]), "it ended when the button was pressed: {effects:?}");
}

#[test]
fn a_finish_outlives_the_program_and_is_told_by_who_served() {
    let mut state = at_login();
    state.memory.untold = Some(untold("10:45", 7));
    let sit = |state: &mut State| {
        for input in [Input::Desk(Ok(desk())), Input::PickCounter(1), Input::SitDown] {
            step(state, input, millis(2));
        }
        step(state, Input::Opened(Ok(with(serving("10:40")))), millis(3))
    };
    let mut other = state.clone();
    step(&mut other, Input::LogIn { login: "marco".into(), password: Password("x".into()) }, millis(0));
    step(&mut other, Input::LoggedIn(Ok(operator())), millis(1));
    assert!(!sit(&mut other).iter().any(|effect| matches!(effect, Effect::Act { .. })), "it is not Marco's to tell");
    assert_eq!(other.memory.untold, state.memory.untold, "and not his to forget");

    step(&mut state, log_in(), millis(0));
    step(&mut state, Input::LoggedIn(Ok(operator())), millis(1));
    let effects = sit(&mut state);
    assert!(effects.contains(&finish("10:45", 7)[0]), "{effects:?}");
    assert_eq!(working(&state).current(), None);
}
