//! Every page and state of the counter in pictures, in Italian and English, large and small, to be looked at:
//! `target/pictures/counter-*.png`. The test holds that each draws and that no two are alike.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod office;

use contract::{board::*, refusal::Refusal, text::Lang, time::Moment};
use counter_app::{bind, flow::*, ui, view};
use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
use office::*;
use slint::{ComponentHandle, PhysicalSize, Rgba8Pixel, SharedPixelBuffer};

fn save(name: &str, picture: &SharedPixelBuffer<Rgba8Pixel>) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    let file = std::fs::File::create(folder.join(format!("counter-{name}.png"))).unwrap();
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().unwrap().write_image_data(picture.as_bytes()).unwrap();
}

fn after(mut state: State, inputs: Vec<Input>, now: Moment) -> (State, Moment) {
    for input in inputs {
        step(&mut state, input, now);
    }
    (state, now)
}

fn still(state: State) -> (State, Moment) {
    (state, millis(0))
}

fn board(current: Current) -> CounterBoard {
    CounterBoard { current: Some(current), ..busy_board() }
}

fn readmitted() -> CounterBoard {
    let rule = Rule::Readmitted { late_minutes: 8 };
    let because = Because { rule, ahead_of: vec![], ..called("10:43", 1).because };
    board(Current { because, identified: false, ..called("10:43:50", 1) })
}

fn here_longer() -> CounterBoard {
    let at = |code: &str| Rival { code: code.parse().unwrap(), deadline: at("10:55") };
    let ahead_of = vec![at("A043"), at("B011"), at("A044"), at("B012")];
    let because = Because { ahead_of, here_longer: true, ..called("10:43", 1).because };
    board(Current { because, ..called("10:43:56", 1) })
}

fn early() -> CounterBoard {
    let rule = Rule::Early { early_minutes: 6 };
    let bring = called("10:43", 1).bring[..2].to_vec();
    let because = Because { rule, ahead_of: vec![], ..called("10:43", 1).because };
    board(Current { because, bring, ..called("10:43:30", 3) })
}

fn nobody_due() -> CounterBoard {
    let queue = vec![line("A044", "Carta d’identità", "11:00", Some("10:33"), 15)];
    CounterBoard { queue, waiting: 1, ..CounterBoard { current: None, ..busy_board() } }
}

fn crowded() -> CounterBoard {
    let code = |number: usize| format!("A{:03}", 50 + number);
    let queue: Vec<_> =
        (0..50).map(|number| line(&code(number), "Carta d’identità", "10:20", Some("10:15"), 30)).collect();
    CounterBoard { queue, waiting: 63, ..board(serving("10:40:48")) }
}

fn refused<T>(refusal: Refusal) -> Result<T, Trouble> {
    Err(Trouble::Refused(refusal))
}

/// Every page and state by its name.
fn scenes() -> Vec<(&'static str, (State, Moment))> {
    let lost = || Input::Feed(id("sportello-3"), Feed::Lost { why: Trouble::Unreachable, quiet_millis: 0 });
    let press = |button| Input::Press(button, key(1));
    let wrong = vec![log_in(), Input::LoggedIn(refused(Refusal::WrongPassword))];
    let taken = vec![
        Input::PickCounter(0),
        Input::SitDown,
        Input::Opened(refused(Refusal::CounterTaken { by: "Marco Rota".into() })),
    ];
    let too_soon = vec![
        press(Button::Main),
        Input::Acted(key(1), refused(Refusal::NobodyWaiting { next_from: Some(at("10:50")), expected: 3 })),
    ];
    let ended = vec![Input::Feed(
        id("sportello-3"),
        Feed::Lost { why: Trouble::Refused(Refusal::Unauthenticated), quiet_millis: 0 },
    )];
    vec![
        ("1-login", still(at_login())),
        ("1-login-busy", after(at_login(), vec![log_in()], millis(0))),
        ("1-login-wrong", after(at_login(), wrong, millis(0))),
        ("1-login-clerks-only", after(at_login(), turned_away(), millis(0))),
        ("1-login-session-ended", after(at_work(board(serving("10:40:48"))), ended, millis(0))),
        ("2-choosing", after(choosing(), vec![Input::PickCounter(1)], millis(0))),
        ("2-choosing-taken", after(choosing(), taken, millis(0))),
        ("2-choosing-back", after(at_work(busy_board()), vec![Input::Change, Input::Desk(Ok(desk()))], millis(0))),
        ("3-free", still(at_work(busy_board()))),
        ("3-free-calling", after(at_work(busy_board()), vec![press(Button::Main)], millis(0))),
        ("3-free-nobody", still(at_work(empty_board("10:44")))),
        ("3-free-nobody-yet", after(at_work(nobody_due()), too_soon, millis(0))),
        ("4-called", still(at_work(board(called("10:43:56", 1))))),
        ("4-called-readmitted", still(at_work(readmitted()))),
        ("4-called-here-longer", still(at_work(here_longer()))),
        ("4-called-early", still(at_work(early()))),
        ("5-serving", still(at_work(board(serving("10:40:48"))))),
        ("5-serving-alarm", still(at_work(CounterBoard { alarms: alarms(1), ..board(serving("10:33:22")) }))),
        ("5-serving-alarms", still(at_work(CounterBoard { alarms: alarms(3), ..crowded() }))),
        ("5-serving-many-alarms", still(at_work(CounterBoard { alarms: alarms(4), ..crowded() }))),
        ("5-serving-crowd", still(at_work(crowded()))),
        ("5-serving-finishing", after(at_work(board(serving("10:40:48"))), vec![press(Button::Finish)], millis(0))),
        ("5-serving-lost", {
            let (state, _) = after(at_work(board(serving("10:40:48"))), vec![lost()], millis(2_000));
            (state, millis(14_000))
        }),
        ("5-serving-lost-finished", {
            let (state, _) = after(at_work(board(serving("10:40:48"))), vec![lost()], millis(2_000));
            let (state, _) = after(state, vec![press(Button::Finish)], millis(12_000));
            (state, millis(14_000))
        }),
    ]
}

fn draw(look: &str, lang: Lang, large_text: bool, (width, height): (u32, u32)) {
    let options = TestingBackendOptions { mock_time: true, threading: true, renderer_name: Some("software".into()) };
    slint::platform::set_platform(Box::new(TestingBackend::new(options))).unwrap();
    let app = ui::App::new().unwrap();
    app.show().unwrap();
    bind::dress(&app, lang, false, large_text).unwrap();
    app.window().set_size(PhysicalSize::new(width, height));
    let mut seen: Vec<(&str, Vec<u8>)> = Vec::new();
    for (scene, (mut state, now)) in scenes() {
        state.lang = lang;
        bind::show(&app, &view::view(&state, now));
        i_slint_backend_testing::mock_elapsed_time(std::time::Duration::from_millis(1));
        let picture = app.window().take_snapshot().unwrap();
        save(&format!("{scene}-{look}"), &picture);
        let twin = seen.iter().find(|(_, other)| other == picture.as_bytes());
        assert!(twin.is_none(), "{scene} looks like {}", twin.unwrap().0);
        seen.push((scene, picture.as_bytes().to_vec()));
    }
}

#[test]
fn every_page_draws_in_italian() {
    draw("it", Lang::It, false, (1280, 800));
}

#[test]
fn every_page_draws_in_a_small_window() {
    draw("it-small", Lang::It, false, (960, 640));
}

#[test]
fn every_page_draws_in_a_large_window() {
    draw("it-large", Lang::It, false, (1920, 1080));
}

#[test]
fn every_page_draws_in_english() {
    draw("en", Lang::En, false, (1280, 800));
}

#[test]
fn every_page_draws_in_english_in_a_small_window() {
    draw("en-small", Lang::En, false, (960, 640));
}

#[test]
fn every_page_draws_in_large_text() {
    draw("it-large-text", Lang::It, true, (1280, 800));
}

#[test]
fn every_page_draws_in_large_text_in_a_small_window() {
    draw("it-small-large-text", Lang::It, true, (1240, 720));
}

#[test]
fn every_page_draws_in_large_text_in_a_large_window() {
    draw("it-large-large-text", Lang::It, true, (1920, 1080));
}
