//! "Link this device" at a counter, by its keyboard, and as it looks: `target/pictures/counter-0-*.png`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use app_kit::{
    linking::{Effect, Input, Problem, State, step, view},
    worker,
};
use contract::text::Lang;
use counter_app::{
    bind::{self, link},
    ui,
};
use i_slint_backend_testing::{ElementHandle, TestingBackend, TestingBackendOptions, mock_elapsed_time};
use slint::{
    ComponentHandle, PhysicalSize,
    platform::{Key, WindowEvent},
};
use std::time::Duration;

fn window(lang: Lang, large_text: bool, (width, height): (u32, u32)) -> ui::App {
    let options = TestingBackendOptions { mock_time: true, threading: true, renderer_name: Some("software".into()) };
    slint::platform::set_platform(Box::new(TestingBackend::new(options))).unwrap();
    let app = ui::App::new().unwrap();
    bind::dress(&app, lang, false, large_text).unwrap();
    app.show().unwrap();
    app.window().set_size(PhysicalSize::new(width, height));
    app.global::<ui::Linking>().set_shown(true);
    app
}

fn show(app: &ui::App, state: &State) {
    link::show(app, &view(state), false);
    mock_elapsed_time(Duration::from_millis(500));
}

fn save(app: &ui::App, name: &str) {
    let picture = app.window().take_snapshot().unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    let file = std::fs::File::create(folder.join(format!("counter-0-linking-{name}.png"))).unwrap();
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().unwrap().write_image_data(picture.as_bytes()).unwrap();
}

fn key(app: &ui::App, key: impl Into<slint::SharedString>) {
    let text = key.into();
    app.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    app.window().dispatch_event(WindowEvent::KeyReleased { text });
}

const FIGURES: [&str; 6] = ["1042", "7731", "0098", "5510", "3327", "8864"];

#[test]
fn it_is_linked_by_keyboard_alone_and_enter_out_of_habit_says_no() {
    let app = window(Lang::It, false, (1280, 800));
    let (inputs, mut waiting) = worker::channel();
    link::connect(&app, &inputs);
    let mut state = State::new(None, false, link::invited, true);
    show(&app, &state);
    let mut play = |state: &mut State| {
        let mut effects = Vec::new();
        while let Some(input) = waiting.try_next() {
            effects.extend(step(state, input, 0));
        }
        show(&app, state);
        effects
    };
    for letter in "avanti.local".chars() {
        key(&app, letter);
    }
    // A tab goes to the code, and so does Enter.
    key(&app, Key::Tab);
    play(&mut state);
    for letter in "bcdf-ghjk".chars() {
        key(&app, letter);
    }
    key(&app, Key::Return);
    assert_eq!(play(&mut state), [Effect::Meet { server: "https://avanti.local:8443".to_owned() }]);
    let met = Input::Met(Ok(Some(("sha256/x".to_owned(), FIGURES.map(str::to_owned)))));
    step(&mut state, met.clone(), 0);
    show(&app, &state);
    key(&app, Key::Return);
    play(&mut state);
    assert_eq!(view(&state).problem, "declined");
    key(&app, Key::Return);
    play(&mut state);
    step(&mut state, met, 0);
    show(&app, &state);
    let yes = ElementHandle::find_by_accessible_label(&app, "Sì, sono uguali").next().unwrap();
    yes.invoke_accessible_default_action();
    assert!(matches!(&play(&mut state)[..], [Effect::Tell { .. }]));
}

fn pictures(look: &str, lang: Lang, large: bool, size: (u32, u32)) {
    let app = window(lang, large, size);
    let mut state = State::new(None, false, link::invited, lang == Lang::It);
    show(&app, &state);
    save(&app, &format!("1-new-{look}"));
    for key in "avanti.local\nBCDFGHJK\n".chars() {
        step(&mut state, Input::Key(key.to_string()), 0);
    }
    step(&mut state, Input::Met(Ok(Some(("sha256/x".to_owned(), FIGURES.map(str::to_owned))))), 0);
    show(&app, &state);
    save(&app, &format!("2-comparing-{look}"));
    step(&mut state, Input::Yes, 0);
    step(&mut state, Input::Told(Err(Problem::WrongCode)), 0);
    show(&app, &state);
    save(&app, &format!("3-wrong-{look}"));
}

#[test]
fn it_looks_like_this_in_italian() {
    pictures("it", Lang::It, false, (1280, 800));
}

#[test]
fn it_looks_like_this_in_english_in_a_small_window() {
    pictures("en-small", Lang::En, false, (960, 640));
}

#[test]
fn it_looks_like_this_in_large_text_in_a_small_window() {
    pictures("it-large-text", Lang::It, true, (1240, 720));
}
