//! Every page as it is drawn, saved to `target/pictures/display-*.png`, and what can be measured of it.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test says what it needs by failing")]

mod room;

use contract::{text::Lang, time::Moment};
use display_app::{
    bind::{self, ui},
    config::Config,
    flow::{Input, SoundNews, Trouble},
    legibility::{CALL_RATIO, LIST_RATIO, Screen},
    view,
};
use i_slint_backend_testing::{ElementHandle, TestingBackend, TestingBackendOptions};
use room::{Room, board, calls, settings};
use slint::{ComponentHandle, PhysicalSize};

/// A window of 1920 by 1080 that shows this room at that moment.
fn picture(name: &str, room: &Room, millis: u64) -> ui::App {
    let app = window();
    save(&app, name, room, millis);
    app
}

fn save(app: &ui::App, name: &str, room: &Room, millis: u64) {
    bind::show(app, view::view(&room.state, Moment(millis)));
    // So that movements have come to their end.
    i_slint_backend_testing::mock_elapsed_time(std::time::Duration::from_secs(1));
    let first = app.window().take_snapshot().unwrap();
    assert_eq!(first.as_bytes(), app.window().take_snapshot().unwrap().as_bytes(), "{name} differs from itself");
    write(&first, name);
}

fn write(picture: &slint::SharedPixelBuffer<slint::Rgba8Pixel>, name: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    let file = std::fs::File::create(folder.join(format!("display-{name}.png"))).unwrap();
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().unwrap().write_image_data(picture.as_bytes()).unwrap();
}

fn window() -> ui::App {
    let options = TestingBackendOptions { mock_time: true, threading: true, renderer_name: Some("software".into()) };
    slint::platform::set_platform(Box::new(TestingBackend::new(options))).unwrap();
    let app = bind::open(&Config { full_screen: false, ..Config::default() }).unwrap();
    app.window().set_size(PhysicalSize::new(1920, 1080));
    app.show().unwrap();
    app
}

/// The same room on a screen of another size.
fn picture_of(width: u32, height: u32, room: &Room) {
    let app = window();
    app.window().set_size(PhysicalSize::new(width, height));
    save(&app, &format!("call-{width}x{height}"), room, 4_000);
}

fn labels(app: &ui::App, label: &str) -> usize {
    ElementHandle::find_by_accessible_label(app, label).count()
}

fn busy() -> Vec<contract::board::BoardCall> {
    calls(&[
        "A042 3 5",
        "C017 1 70",
        "A041 4 190",
        "B008 2 260 served",
        "A040 3 590 served",
        "D002 B 900 office served",
    ])
}

#[test]
fn a_call() {
    let mut room = Room::ready();
    room.board(0, board(0, busy()));
    let app = picture("call", &room, 4_000);
    assert_eq!((labels(&app, "A042"), labels(&app, "sportello")), (1, 1));
    assert_eq!(labels(&app, "C017, sportello 1"), 1);
    assert_eq!(labels(&app, "D002, ufficio B"), 1);
}

#[test]
fn a_call_on_a_small_screen() {
    let mut room = Room::ready();
    room.board(0, board(0, busy()));
    picture_of(1280, 720, &room);
}

#[test]
fn a_call_on_a_large_screen() {
    let mut room = Room::ready();
    room.board(0, board(0, busy()));
    picture_of(3840, 2160, &room);
}

#[test]
fn a_call_in_the_middle_of_its_movement() {
    let mut room = Room::ready();
    room.board(0, board(0, busy()));
    picture("call-swollen", &room, 100);
}

#[test]
fn a_call_to_another_room() {
    let mut room = Room::ready();
    room.board(
        0,
        board(0, calls(&["A042 4 5 office B", "C017 1 70 B", "A1041 12B 190 B", "B008 2 260 served", "A040 3 590"])),
    );
    let app = picture("other-room", &room, 4_000);
    assert_eq!((labels(&app, "Sala B"), labels(&app, "C017, sportello 1, Sala B")), (1, 1));
}

#[test]
fn a_call_to_a_room_with_a_long_name() {
    let mut room = Room::ready();
    let mut far = calls(&["W1042 12B 5 office B again", "C017 1 70 B", "A1041 12B 190 B", "A041 12B 260"]);
    far.iter_mut().for_each(|call| {
        call.room_name = call.room_name.take().map(|_| room::text("Palazzo Terni, secondo piano", "Palazzo Terni"));
    });
    room.board(0, board(0, far));
    picture("other-room-long", &room, 4_000);
}

#[test]
fn a_call_to_another_room_without_server() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A042 4 5 office B", "C017 1 70 B"])));
    room.at(65_000, Input::Lost(Trouble::Away, 0));
    picture("other-room-offline", &room, 80_000);
}

#[test]
fn the_widest_codes() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["W088 88 5", "W888 12B 70", "W1888 88 190", "M088 8 260"])));
    picture("wide", &room, 4_000);
}

#[test]
fn the_widest_long_code() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["W8888 88W 5", "W8888 88W 70", "W088 88 190 B"])));
    picture("wide-long", &room, 4_000);
}

#[test]
fn a_call_of_a_while_ago() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A042 3 120 served", "C017 1 130 served"])));
    let app = picture("call-past", &room, 0);
    assert_eq!(labels(&app, "Ultima chiamata"), 1);
}

#[test]
fn a_repeated_call() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A042 3 5 again", "C017 1 70", "A041 4 190"])));
    let app = picture("recall", &room, 4_000);
    assert_eq!(labels(&app, "2ª chiamata"), 1);
}

#[test]
fn several_calls_at_once() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A005 5 0", "B004 4 0", "C003 3 0", "A002 2 0", "D001 B 0 office", "A040 3 590"])));
    picture("several", &room, 4_000);
}

#[test]
fn the_longest_of_everything() {
    let mut room = Room::ready();
    let mut long = board(0, calls(&["D1042 12B 5 office", "B1041 10 70", "D1040 12B 190 office", "A999 11 260"]));
    long.institution = room::text("Unione dei Comuni Lombarda della Pianura Cremasca Occidentale", "Union");
    long.room_name = room::text("Sala d’attesa del piano seminterrato, ingresso dal cortile", "Room");
    room.board(0, long);
    picture("long", &room, 4_000);
}

#[test]
fn an_empty_room() {
    let mut room = Room::ready();
    room.board(0, board(0, vec![]));
    let app = picture("idle", &room, 0);
    assert_eq!(labels(&app, "Tributi: 1"), 1);
}

#[test]
fn an_empty_room_with_many_services() {
    let mut room = Room::ready();
    let mut many = board(0, vec![]);
    many.waiting.insert(
        1,
        contract::board::ServiceWaiting {
            service: room::text("Autorizzazioni per l’occupazione temporanea di suolo pubblico", "Permits"),
            people: 104,
        },
    );
    many.waiting.extend(many.waiting.clone());
    room.board(0, many);
    picture("idle-many", &room, 0);
}

#[test]
fn an_empty_room_with_a_long_name() {
    let mut room = Room::ready();
    let mut long = board(0, vec![]);
    long.room_name = room::text("Sala d’attesa del piano seminterrato", "Waiting room in the basement");
    room.board(0, long);
    picture("idle-long-name", &room, 0);
}

#[test]
fn a_lost_server() {
    let mut room = Room::ready();
    room.board(0, board(0, busy()));
    room.at(65_000, Input::Lost(Trouble::Away, 0));
    let app = picture("offline", &room, 80_000);
    assert_eq!(labels(&app, "Collegamento assente dalle 10:42. Ascolti il personale."), 1);
}

#[test]
fn a_lost_server_in_an_empty_room() {
    let mut room = Room::ready();
    room.board(0, board(0, calls(&["A042 3 720 served", "C017 1 900 served"])));
    room.at(65_000, Input::Lost(Trouble::Away, 0));
    let app = picture("offline-idle", &room, 83_000);
    assert_eq!(labels(&app, "A042"), 0);
    assert_eq!(labels(&app, "Collegamento assente dalle 10:42. Ascolti il personale."), 1);
}

#[test]
fn a_server_with_a_fault_that_its_log_knows() {
    let fault = || Input::Lost(Trouble::Refused { incident: "1A2B3C4D".to_owned() }, 0);
    let mut room = Room::ready();
    room.board(0, board(0, busy()));
    room.at(65_000, fault());
    let app = picture("offline-incident", &room, 80_000);
    assert_eq!(labels(&app, "D-SRV-03 1A2B3C4D"), 1);
    let mut alone = Room::switched_on();
    alone.at(0, fault());
    save(&app, "starting-incident", &alone, 15_000);
    assert_eq!(labels(&app, "D-SRV-03 1A2B3C4D"), 1);
    room.at(81_000, settings(Lang::En, 100));
    save(&app, "offline-incident-english", &room, 82_000);
}

#[test]
fn before_the_first_board() {
    picture("starting", &Room::switched_on(), 0);
}

#[test]
fn a_server_that_never_came() {
    let app = picture("starting-offline", &Room::switched_on(), 15_000);
    assert_eq!(labels(&app, "Collegamento assente. Ascolti il personale."), 1);
}

#[test]
fn a_display_that_the_server_does_not_know() {
    let mut room = Room::ready();
    room.board(0, board(0, busy()));
    room.at(65_000, Input::Lost(Trouble::NotAdmitted, 0));
    let app = picture("turned-away", &room, 80_000);
    assert_eq!((labels(&app, "Questo schermo ora non mostra le chiamate."), labels(&app, "A042")), (1, 0));
}

#[test]
fn a_display_that_is_being_linked() {
    use app_kit::linking;
    let app = window();
    app.global::<ui::Linking>().set_shown(true);
    let mut state = linking::State::new(None, false, bind::link::invited, true);
    let save_link = |name: &str, state: &linking::State| {
        bind::link::show(&app, &linking::view(state), false);
        i_slint_backend_testing::mock_elapsed_time(std::time::Duration::from_secs(1));
        write(&app.window().take_snapshot().unwrap(), name);
    };
    save_link("linking-1-new", &state);
    for key in "avanti.local\nBCDFGHJK\n".chars() {
        linking::step(&mut state, linking::Input::Key(key.to_string()), 0);
    }
    let figures = ["1042", "7731", "0098", "5510", "3327", "8864"].map(str::to_owned);
    linking::step(&mut state, linking::Input::Met(Ok(Some(("sha256/x".to_owned(), figures)))), 0);
    save_link("linking-2-comparing", &state);
    assert_ne!(labels(&app, "1042 7731 0098 5510 3327 8864"), 0);
    linking::step(&mut state, linking::Input::No, 0);
    save_link("linking-3-declined", &state);
    let mut english = linking::State::new(None, false, bind::link::invited, false);
    save_link("linking-4-english", &english);
    for key in "avanti.local\nBCDFGHJK\n".chars() {
        linking::step(&mut english, linking::Input::Key(key.to_string()), 0);
    }
    linking::step(&mut english, linking::Input::Met(Err(linking::Problem::Away)), 0);
    save_link("linking-5-english-away", &english);
}

#[test]
fn no_loudspeaker() {
    let mut room = Room::ready();
    room.at(0, Input::Sound(SoundNews::Missing));
    room.board(0, board(0, busy()));
    let app = picture("no-sound", &room, 30_000);
    assert_eq!(labels(&app, "Audio assente. Codice per il personale D-AUD-05"), 1);
}

#[test]
fn in_english() {
    let mut room = Room::ready();
    room.at(0, settings(Lang::En, 100));
    room.board(0, board(0, calls(&["A042 3 5 again", "C017 1 70", "D041 B 190 office"])));
    let app = picture("english", &room, 4_000);
    assert_eq!((labels(&app, "2nd call"), labels(&app, "C017, counter 1")), (1, 1));
}

#[test]
fn an_empty_room_in_english() {
    let mut room = Room::ready();
    room.at(0, settings(Lang::En, 100));
    room.board(0, board(0, vec![]));
    picture("english-idle", &room, 0);
}

/// What sign makers reckon with for ordinary sight: the name of a service is a help, not what one waits for.
const ORDINARY_RATIO: f64 = 400.0;

/// From 10 m on 43 inches: capitals of a hundredth of the distance for the call, of a two-hundredth for list and hours.
#[test]
fn what_matters_can_be_read_from_the_back_of_the_room() {
    let app = window();
    let sizes = app.global::<ui::Sizes>();
    let config = Config::default();
    let screen =
        Screen { width_pixels: 1920.0, width_mm: config.screen_width_mm, max_distance_m: config.max_distance_m };
    for (what, size, ratio) in [
        ("code", sizes.get_code(), CALL_RATIO),
        ("long code", sizes.get_code_long(), CALL_RATIO),
        ("counter", sizes.get_counter(), CALL_RATIO),
        ("long counter", sizes.get_counter_long(), LIST_RATIO),
        ("another room", sizes.get_room(), LIST_RATIO),
        ("list", sizes.get_list(), LIST_RATIO),
        ("service", sizes.get_service(), ORDINARY_RATIO),
        ("clock and hour", sizes.get_clock(), LIST_RATIO),
    ] {
        let capital = f64::from(size * sizes.get_capital());
        let least = screen.least_capital_pixels(ratio);
        assert!(capital >= least, "{what}: {capital} pixels, {least} are needed");
    }
    let (call_m, list_m) = bind::legible_from_m(&app, &config);
    assert!(call_m >= 10.0 && list_m >= 10.0, "{call_m} {list_m}");
}

/// The stage is more than half of the picture.
#[test]
fn the_call_fills_more_than_half_of_the_picture() {
    let app = window();
    let stage = app.global::<ui::Sizes>().get_stage();
    assert!(stage / 1920.0 > 0.5, "{stage}");
}
