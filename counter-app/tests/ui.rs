//! The window as a clerk uses it: found by the labels a screen reader speaks, acted on by click and by keyboard.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod office;

use app_kit::worker;
use contract::{board::*, refusal::Refusal, text::Lang};
use counter_app::{bind, flow::*, ui, view};
use i_slint_backend_testing::{ElementHandle, TestingBackend, TestingBackendOptions};
use office::*;
use slint::{
    ComponentHandle, PhysicalSize, SharedString,
    platform::{Key, PointerEventButton, WindowEvent},
};

/// The window in Italian, with what it sends.
struct Desk {
    app: ui::App,
    sent: worker::Waiting<Input>,
}

impl Desk {
    fn showing(state: &State) -> Self {
        let options =
            TestingBackendOptions { mock_time: true, threading: true, renderer_name: Some("software".into()) };
        slint::platform::set_platform(Box::new(TestingBackend::new(options))).unwrap();
        let app = ui::App::new().unwrap();
        let (inputs, sent) = worker::channel();
        bind::connect(&app, &inputs);
        app.window().set_size(PhysicalSize::new(1280, 800));
        app.show().unwrap();
        bind::dress(&app, Lang::It, false, false).unwrap();
        let desk = Self { app, sent };
        desk.show(state);
        desk
    }

    fn show(&self, state: &State) {
        bind::show(&self.app, &view::view(state, millis(0)));
        i_slint_backend_testing::mock_elapsed_time(std::time::Duration::from_millis(1));
        self.app.window().take_snapshot().unwrap();
    }

    fn find(&self, label: &str) -> ElementHandle {
        let mut found: Vec<_> = ElementHandle::find_by_accessible_label(&self.app, label).collect();
        assert_eq!(found.len(), 1, "{} elements are called \"{label}\"", found.len());
        found.remove(0)
    }

    fn click(&self, label: &str) {
        self.find(label).mock_single_click(PointerEventButton::Left);
    }

    fn key(&self, key: impl Into<SharedString>) {
        let text: SharedString = key.into();
        self.app.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        self.app.window().dispatch_event(WindowEvent::KeyReleased { text });
    }

    fn heard(&mut self) -> Vec<Input> {
        std::iter::from_fn(|| self.sent.try_next()).collect()
    }

    fn pressed(&mut self) -> Vec<Button> {
        let button = |input| if let Input::Press(button, _) = input { button } else { panic!("{input:?}") };
        self.heard().into_iter().map(button).collect()
    }
}

fn with(current: Current) -> CounterBoard {
    CounterBoard { current: Some(current), ..busy_board() }
}

#[test]
fn a_clerk_logs_in_by_keyboard() {
    let mut desk = Desk::showing(&at_login());
    for letter in ["s", "e", "g"] {
        desk.key(letter);
    }
    desk.key(Key::Return);
    assert_eq!(desk.heard(), [Input::LogIn { login: "giulia".into(), password: Password("seg".into()) }]);
}

#[test]
fn after_a_wrong_password_the_next_one_is_typed_wherever_the_keyboard_was() {
    let mut state = at_login();
    let mut desk = Desk::showing(&state);
    let mut wrong = |sending: &[Key]| {
        desk.key("x");
        for key in sending {
            desk.key(*key);
        }
        let again = Input::LogIn { login: "giulia".into(), password: Password("x".into()) };
        assert_eq!(desk.heard(), [again], "only what was typed now");
        step(&mut state, log_in(), millis(0));
        desk.show(&state);
        step(&mut state, Input::LoggedIn(Err(Trouble::Refused(Refusal::WrongPassword))), millis(0));
        desk.show(&state);
        desk.app.window().take_snapshot().unwrap().as_bytes().to_vec()
    };
    let from_field = wrong(&[Key::Return]);
    let from_button = wrong(&[Key::Tab, Key::Return]);
    assert!(from_field == from_button, "the ring around the button has gone with the keyboard");
    wrong(&[Key::Return]);
}

#[test]
fn whoever_is_no_clerk_reads_so_and_the_next_user_name_replaces_theirs() {
    let mut state = at_login();
    let mut desk = Desk::showing(&state);
    for input in turned_away() {
        step(&mut state, input, millis(0));
        desk.show(&state);
    }
    let said = "Questo programma è per chi lavora allo sportello: acceda con un nome utente da operatore.";
    assert_ne!(ElementHandle::find_by_accessible_label(&desk.app, said).count(), 0);
    for letter in ["a", "n", "n", "a"] {
        desk.key(letter);
    }
    desk.key(Key::Return);
    desk.key("x");
    desk.key(Key::Return);
    assert_eq!(desk.heard(), [Input::LogIn { login: "anna".into(), password: Password("x".into()) }]);
}

#[test]
fn capital_letters_without_shift_are_remarked_on() {
    let desk = Desk::showing(&at_login());
    let remark = || ElementHandle::find_by_accessible_label(&desk.app, "Le maiuscole sembrano bloccate.").count();
    desk.key("s");
    assert_eq!(remark(), 0);
    desk.key("S");
    desk.app.window().take_snapshot().unwrap();
    assert_ne!(remark(), 0);
}

#[test]
fn counter_and_services_are_chosen_by_click_and_enter_begins() {
    let mut desk = Desk::showing(&choosing());
    desk.click("Sportello 3");
    desk.click("Tributi");
    desk.click("Sportello 4");
    assert_eq!(desk.heard(), [Input::PickCounter(1), Input::TickService(2)], "counter 4 is a colleague's");
    let mut state = choosing();
    step(&mut state, Input::PickCounter(1), millis(0));
    desk.show(&state);
    desk.key(Key::Return);
    assert_eq!(desk.heard(), [Input::SitDown]);
}

#[test]
fn counter_and_services_are_chosen_by_keyboard_alone() {
    let mut desk = Desk::showing(&choosing());
    let mut state = choosing();
    // Log out, counter 1, counter 3. Counter 4 is a colleague's.
    for _ in 0..3 {
        desk.key(Key::Tab);
    }
    desk.key(" ");
    assert_eq!(desk.heard(), [Input::PickCounter(1)]);
    step(&mut state, Input::PickCounter(1), millis(0));
    desk.show(&state);
    // The keyboard is still there: office 12, then the first two services.
    for _ in 0..3 {
        desk.key(Key::Tab);
    }
    desk.key(" ");
    assert_eq!(desk.heard(), [Input::TickService(1)]);
    step(&mut state, Input::TickService(1), millis(0));
    desk.show(&state);
    desk.key(Key::Return);
    assert_eq!(desk.heard(), [Input::SitDown], "enter begins, wherever the keyboard is");
}

#[test]
fn a_service_out_of_sight_comes_into_sight_with_the_keyboard() {
    let mut many = desk();
    let service =
        |number| ServiceName { id: id(&format!("servizio-{number}")), name: name(&format!("Servizio {number}")) };
    many.services = (1..=14).map(service).collect();
    let mut state = choosing();
    step(&mut state, Input::Desk(Ok(many)), millis(0));
    let desk = Desk::showing(&state);
    desk.app.window().set_size(PhysicalSize::new(960, 640));
    desk.show(&state);
    let seen = || ElementHandle::find_by_accessible_label(&desk.app, "Servizio 14").count();
    assert_eq!(seen(), 0);
    for _ in 0..(1 + 3 + 14) {
        desk.key(Key::Tab);
    }
    desk.show(&state);
    assert_eq!(seen(), 1);
}

#[test]
fn each_key_does_what_its_button_says() {
    let mut desk = Desk::showing(&at_work(busy_board()));
    desk.key(" ");
    desk.show(&at_work(with(called("10:43", 1))));
    for key in ["r", "N"] {
        desk.key(key);
    }
    desk.key(Key::Return);
    desk.show(&at_work(with(serving("10:40"))));
    desk.key("f");
    desk.key("x");
    assert_eq!(desk.pressed(), [Button::Main, Button::Again, Button::Absent, Button::Main, Button::Finish]);
}

#[test]
fn each_button_does_the_same_by_click() {
    let mut desk = Desk::showing(&at_work(busy_board()));
    desk.click("Chiama il prossimo");
    desk.show(&at_work(with(called("10:43", 1))));
    desk.click("Richiama");
    desk.click("Assente");
    desk.click("È allo sportello, inizia");
    desk.show(&at_work(with(serving("10:40"))));
    desk.click("Concludi");
    desk.click("Concludi e chiama il prossimo");
    use Button::*;
    assert_eq!(desk.pressed(), [Main, Again, Absent, Main, Finish, Main]);
    desk.click("Cambia");
    desk.click("Esci");
    assert_eq!(desk.heard(), [Input::Change, Input::LogOut]);
}

#[test]
fn a_button_on_its_way_takes_no_second_click() {
    let mut state = at_work(busy_board());
    step(&mut state, Input::Press(Button::Main, key(1)), millis(0));
    let mut desk = Desk::showing(&state);
    desk.click("Chiama il prossimo");
    assert_eq!(desk.heard(), []);
}

#[test]
fn tab_walks_and_space_presses_where_the_keyboard_is() {
    let mut desk = Desk::showing(&at_work(busy_board()));
    desk.key(Key::Tab);
    desk.key(" ");
    assert_eq!(desk.heard(), [Input::Change]);
}

#[test]
fn the_keyboard_still_calls_after_a_button_has_gone() {
    let mut desk = Desk::showing(&at_work(with(called("10:43", 1))));
    for _ in 0..4 {
        desk.key(Key::Tab);
    }
    desk.show(&at_work(busy_board()));
    desk.heard();
    desk.key(" ");
    assert_eq!(desk.pressed(), [Button::Main]);
}

#[test]
fn an_alarm_comes_and_goes_without_moving_a_button_or_taking_the_keyboard() {
    let mut desk = Desk::showing(&at_work(with(called("10:43", 1))));
    let buttons = ["È allo sportello, inizia", "Richiama", "Assente", "Cambia", "Esci"];
    let places = |desk: &Desk| buttons.map(|label| (desk.find(label).absolute_position(), desk.find(label).size()));
    let before = places(&desk);
    let person = desk.find("A042, Carta d’identità").size();
    for count in [1, 3, 4] {
        desk.show(&at_work(CounterBoard { alarms: alarms(count), ..with(called("10:43", 1)) }));
        assert_eq!((places(&desk), desk.find("A042, Carta d’identità").size()), (before, person), "{count} alarms");
        desk.find("Totem 1: manca la carta");
        desk.key("r");
        assert_eq!(desk.pressed(), [Button::Again]);
    }
    assert_ne!(ElementHandle::find_by_accessible_label(&desk.app, "e altri 2").count(), 0);
    desk.show(&at_work(with(called("10:43", 1))));
    assert_eq!(ElementHandle::find_by_accessible_label(&desk.app, "Totem 1: manca la carta").count(), 0);
}

#[test]
fn a_screen_reader_hears_the_queue_and_the_person() {
    let desk = Desk::showing(&at_work(with(serving("10:40"))));
    desk.find("B009, Anagrafe e stato civile, 10:20, 24 min, oltre il tempo promesso");
    desk.find("A044, Carta d’identità, 10:50, fra 6 min");
    desk.find("A042, Carta d’identità");
}
