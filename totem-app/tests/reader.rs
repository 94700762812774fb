//! What a person is told of a code that came broken or is foreign, from the reader's line to the words (F45, F47).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod office;

use contract::identity::Scan;
use devices::{
    card_reader::{self, ReaderEvent},
    emulator::reader::Gesture,
};
use office::{CARD, OTHER_CARD, Totem};
use std::{sync::mpsc, time::Duration};
use totem_app::{
    flow::{Effect, Input, modal::Misread},
    perform::Keyboard,
    settings::Settings,
    view::ModalView,
};

/// Longer than any line takes.
const PATIENCE: Duration = Duration::from_secs(10);

fn told(totem: &Totem) -> Option<Misread> {
    if let ModalView::NotRead { why, .. } = totem.view().modal { Some(why) } else { None }
}

fn gestures() -> Vec<(Gesture, Option<Misread>)> {
    let scan = |code: &str| Gesture::Scan(code.to_owned());
    vec![
        (Gesture::Partial(CARD.to_owned()), Some(Misread::Garbled)),
        (Gesture::Glued(CARD.to_owned(), OTHER_CARD.to_owned()), Some(Misread::Garbled)),
        (scan("T10A562S"), Some(Misread::Garbled)),
        (scan("AV1QRSTUV23"), Some(Misread::Garbled)),
        (Gesture::Noise(200), Some(Misread::Garbled)),
        (scan("8001234567890"), Some(Misread::Foreign)),
        (scan("0050000012345678"), Some(Misread::Foreign)),
        (scan("80380000123456789012"), Some(Misread::CardNumber)),
        (scan(CARD), None),
    ]
}

#[test]
fn a_reader_on_a_line_is_answered_by_what_came() {
    for (gesture, why) in gestures() {
        let (sender, events) = mpsc::channel();
        let reader = card_reader::open("emulated", move |event| {
            // A gesture that is over is listened to no more.
            let _ = sender.send(event);
        })
        .unwrap();
        assert_eq!(events.recv_timeout(PATIENCE), Ok(ReaderEvent::Connected));
        reader.scanner().unwrap().apply(&gesture);
        let input = match events.recv_timeout(PATIENCE).unwrap() {
            ReaderEvent::Read(text) => Input::Scanned(Scan::of(&text)),
            ReaderEvent::Noise => Input::Garbled,
            other => panic!("{gesture:?}: {other:?}"),
        };
        is_answered(input, why, &format!("{gesture:?}"));
    }
}

#[test]
fn a_reader_that_types_is_answered_by_what_came() {
    let settings = Settings { readers: vec!["keyboard".to_owned()], ..Settings::default() };
    for (gesture, why) in gestures().into_iter().filter(|(gesture, _)| !matches!(gesture, Gesture::Noise(_))) {
        let mut keyboard = Keyboard::of(&settings).unwrap();
        let typed = String::from_utf8(gesture.bytes()).unwrap();
        let typed = format!("{}\n", typed.trim());
        let input = typed.chars().find_map(|key| keyboard.key(&key.to_string()));
        is_answered(input.unwrap_or_else(|| panic!("{gesture:?} was typed in vain")), why, &format!("{gesture:?}"));
    }
}

/// The words are those, and only a whole card is looked up.
fn is_answered(input: Input, why: Option<Misread>, what: &str) {
    let mut totem = Totem::standing_by();
    totem.hears(input);
    assert_eq!(told(&totem), why, "{what}");
    let asked = totem.effects.iter().any(|effect| matches!(effect, Effect::Search { .. }));
    assert_eq!(asked, why.is_none(), "{what}");
}
