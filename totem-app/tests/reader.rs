//! From the reader's line to the words: what a person is told of a code that came broken or is foreign (F45, F47), of a
//! reader that was pulled out (F44, F48), and how a camera reads a slip.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod office;

use app_kit::worker;
use contract::{
    health::DeviceFault,
    identity::{Credential, Scan},
    text::Lang,
};
use devices::{
    card_reader::{self, ReaderEvent, ReaderHandle},
    emulator::{
        camera::{EmulatedCamera, Sight},
        printer::Machine,
        reader::{Gesture, TerminalReader},
    },
    printer::{Paper, encode},
};
use office::*;
use std::{sync::mpsc, time::Duration};
use totem_app::{
    flow::{Effect, Input, SlipOrder, Touch, modal::Misread, office::Reader},
    perform::{Keyboard, open_readers},
    settings::Settings,
    slip::slip,
    view::{ModalView, PageView},
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

/// What a totem hears of readers that are set up as in its settings.
struct Devices {
    totem: Totem,
    waiting: worker::Waiting<Input>,
    _readers: Vec<ReaderHandle>,
}

impl Devices {
    fn open(readers: &[String]) -> Self {
        let (inputs, waiting) = worker::channel();
        let settings = Settings { readers: readers.to_vec(), ..Settings::default() };
        let _readers = open_readers(&settings, &inputs).unwrap();
        let mut totem = Totem::standing_by();
        totem.reports.clear();
        Self { totem, waiting, _readers }
    }

    /// Lets the totem hear what its devices say until it is as expected; gives how long that took.
    fn until(&mut self, what: &str, is_so: impl Fn(&Totem) -> bool) -> Duration {
        let clock = app_kit::clock::Clock::start();
        loop {
            while let Some(input) = self.waiting.try_next() {
                self.totem.hears(input);
            }
            let took = Duration::from_millis(clock.millis());
            if is_so(&self.totem) {
                return took;
            }
            assert!(took < PATIENCE, "{what}: {:?}", self.totem.page());
            // Until a line or a camera has spoken, or too much time has passed.
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }
}

/// The code for staff on stand-by, while no card can be read.
fn hint(totem: &Totem) -> Option<&'static str> {
    if let PageView::StandBy { reader, .. } = totem.page() { reader } else { None }
}

fn reported(totem: &Totem) -> bool {
    totem.reports.last().is_some_and(|health| health.faults.contains(&DeviceFault::ReaderAway))
}

/// F44: whoever pulls the reader's cable sees a hint, staff hear of it, and it is gone within 3 s of the cable's return.
#[test]
fn a_reader_that_is_yanked_is_told_and_found_again_by_its_path() {
    let link = std::env::temp_dir().join(format!("avanti-totem-yanked-{}", std::process::id()));
    let reader = TerminalReader::start(&link).unwrap();
    let mut desk = Devices::open(&[format!("serial:{}", link.display())]);
    desk.until("it is there", |totem| totem.state.reader == Reader::Ready);
    for _ in 0..3 {
        reader.apply(&Gesture::Unplug).unwrap();
        desk.until("it is missed", |totem| hint(totem) == Some("T-RDR-01") && reported(totem));
        reader.apply(&Gesture::Plug).unwrap();
        let took = desk.until("it is back", |totem| hint(totem).is_none() && !reported(totem));
        assert!(took < Duration::from_secs(3), "{took:?}");
        reader.apply(&Gesture::Scan(CARD.to_owned())).unwrap();
        desk.until("a card is read", |totem| matches!(totem.page(), PageView::Reading { .. }));
        desk.totem.touches(Touch::Leave);
    }
}

/// A reader that is named and was never there is missed from the beginning, until somebody plugs it in.
#[test]
fn a_reader_that_was_never_there_is_missed_until_it_is() {
    let link = std::env::temp_dir().join(format!("avanti-totem-late-{}", std::process::id()));
    let mut desk = Devices::open(&["keyboard".to_owned(), format!("serial:{}", link.display())]);
    desk.until("staff hear of it", |totem| hint(totem).is_none() && reported(totem));
    let _reader = TerminalReader::start(&link).unwrap();
    desk.until("all is well", |totem| totem.state.reader == Reader::Ready && !reported(totem));
}

/// Nobody hears of readers that were never asked for: neither by the settings as they come nor by settings that name none.
#[test]
fn a_totem_without_readers_in_its_settings_is_silent() {
    for (readers, reads) in [(Settings::default().readers, true), (Vec::new(), false)] {
        let mut desk = Devices::open(&readers);
        desk.until("it is known", |totem| totem.state.reader.reads() == reads);
        assert_eq!((hint(&desk.totem), desk.totem.reports.len()), (None, 0), "{readers:?}");
    }
}

/// F48: of a scanner and a camera one can go, and the totem goes on with the other; staff are told.
#[test]
fn a_scanner_and_a_camera_stand_in_for_one_another() {
    let name = |what: &str| std::env::temp_dir().join(format!("avanti-totem-{what}-{}", std::process::id()));
    let scanner = TerminalReader::start(name("scanner")).unwrap();
    let camera = EmulatedCamera::start(name("camera")).unwrap();
    let mut desk = Devices::open(&[format!("serial:{}", scanner.link().display()), camera.url()]);
    desk.until("both are there", |totem| totem.state.reader == Reader::Ready);
    camera.unplug().unwrap();
    desk.until("staff hear of it", |totem| hint(totem).is_none() && reported(totem));
    scanner.apply(&Gesture::Scan(CARD.to_owned())).unwrap();
    desk.until("the scanner reads", |totem| matches!(totem.page(), PageView::Reading { card: true, .. }));
    desk.totem.touches(Touch::Leave);
    scanner.apply(&Gesture::Unplug).unwrap();
    desk.until("nothing reads", |totem| hint(totem) == Some("T-RDR-01"));
    camera.plug().unwrap();
    desk.until("the camera reads", |totem| hint(totem).is_none());
    camera.sees(&Sight::Code(qr_text().reveal().to_owned())).unwrap();
    desk.until("a ticket is seen", |totem| matches!(totem.page(), PageView::Reading { card: false, .. }));
    camera.unplug().unwrap();
}

/// The whole way: a slip comes out of the printer, its paper is held before the camera, and its holder is present.
#[test]
fn a_printed_slip_before_the_camera_checks_its_holder_in() {
    for paper in [Paper::Mm80, Paper::Mm58] {
        let folder = std::env::temp_dir().join(format!("avanti-totem-paper-{paper:?}-{}", std::process::id()));
        let order = SlipOrder {
            ticket: expected(1, "23 10:40"),
            lang: Lang::It,
            totem_name: "Totem 1".to_owned(),
            zone: zone(),
            reprint: false,
            reads: true,
        };
        let mut machine = Machine::new(paper).unwrap();
        machine.feed(&encode(&slip(&order, paper), paper).unwrap());
        machine.take_slips().pop().unwrap().save(&folder).unwrap();
        let mut desk = Devices::open(&[format!("dir:{}", folder.display())]);
        desk.until("the slip is seen", |totem| matches!(totem.page(), PageView::Reading { card: false, .. }));
        let asked = desk.totem.effect().clone();
        assert!(matches!(&asked, Effect::Search { credential: Credential::Qr { token }, .. } if *token == qr_text()));
        desk.totem.found(Ok(vec![order.ticket]));
        assert!(matches!(desk.totem.page(), PageView::Presence { .. }));
        desk.totem.confirms(9).checked_in(1, Ok(present(1, "23 10:40", None)));
        assert!(matches!(desk.totem.page(), PageView::Present { since: None, .. }));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
