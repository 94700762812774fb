//! The card reader driver against an emulated reader at a real pty, and in process.

use crate::clock::{PATIENCE, now};
use devices::{
    card_reader::{self, ReaderEvent, ReaderHandle},
    emulator::reader::{Gesture, TerminalReader},
};
use std::{
    path::PathBuf,
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

const CARD: &str = "RSSMRA85T10A562S";

fn open(url: &str) -> (ReaderHandle, Receiver<ReaderEvent>) {
    let (sender, events) = channel();
    let handle = card_reader::open(url, move |event| {
        // A test that is over listens no more.
        let _ = sender.send(event);
    });
    (handle.expect("a good URL"), events)
}

fn scan(code: &str) -> Gesture {
    Gesture::Scan(code.to_owned())
}

fn read(code: &str) -> ReaderEvent {
    ReaderEvent::Read(code.to_owned())
}

/// An emulated reader at a pty and the driver that listens to it.
struct Desk {
    emulated: TerminalReader,
    _handle: ReaderHandle,
    events: Receiver<ReaderEvent>,
}

impl Desk {
    fn new(name: &str) -> Self {
        let link: PathBuf = std::env::temp_dir().join(format!("avanti-reader-{name}-{}", std::process::id()));
        let emulated = TerminalReader::start(&link).expect("a pty");
        let (handle, events) = open(&format!("serial:{}", link.display()));
        let desk = Self { emulated, _handle: handle, events };
        desk.expect(ReaderEvent::Connected);
        desk
    }

    fn expect(&self, event: ReaderEvent) {
        assert_eq!(self.events.recv_timeout(PATIENCE), Ok(event));
    }

    fn apply(&self, gesture: Gesture) {
        self.emulated.apply(&gesture).expect("the reader is plugged");
    }
}

#[test]
fn a_card_is_read_from_a_serial_line() {
    let desk = Desk::new("card");
    desk.apply(scan(CARD));
    desk.expect(read(CARD));
}

#[test]
fn a_partial_and_a_glued_code_are_never_a_card() {
    let desk = Desk::new("partial");
    desk.apply(Gesture::Partial(CARD.to_owned()));
    desk.expect(read("RSSMRA85"));
    desk.apply(Gesture::Glued(CARD.to_owned(), CARD.to_owned()));
    desk.expect(read(&format!("{CARD}{CARD}")));
    desk.apply(scan(CARD));
    desk.expect(read(CARD));
}

#[test]
fn a_megabyte_of_noise_is_one_event_and_then_a_card_is_read() {
    let desk = Desk::new("noise");
    desk.apply(Gesture::Noise(1 << 20));
    desk.expect(ReaderEvent::Noise);
    // The line falls silent; nothing else comes of the noise.
    assert_eq!(desk.events.recv_timeout(Duration::from_millis(600)), Err(RecvTimeoutError::Timeout));
    desk.apply(scan(CARD));
    desk.expect(read(CARD));
}

#[test]
fn a_reader_that_was_unplugged_is_found_again() {
    let desk = Desk::new("unplug");
    for _ in 0..3 {
        desk.apply(Gesture::Unplug);
        assert!(matches!(desk.events.recv_timeout(PATIENCE), Ok(ReaderEvent::Lost { .. })));
        let put_back = now();
        desk.apply(Gesture::Plug);
        desk.expect(ReaderEvent::Connected);
        assert!(put_back.elapsed() < Duration::from_secs(3));
        desk.apply(scan(CARD));
        desk.expect(read(CARD));
    }
}

#[test]
fn a_reader_that_is_not_there_at_the_start_is_looked_for() {
    let link = std::env::temp_dir().join(format!("avanti-reader-late-{}", std::process::id()));
    let (_handle, events) = open(&format!("serial:{}", link.display()));
    assert!(matches!(events.recv_timeout(PATIENCE), Ok(ReaderEvent::Lost { .. })));
    let _emulated = TerminalReader::start(&link).expect("a pty");
    assert_eq!(events.recv_timeout(PATIENCE), Ok(ReaderEvent::Connected), "told lost once, then found");
}

#[test]
fn what_was_scanned_before_anybody_listened_is_not_read() {
    let link = std::env::temp_dir().join(format!("avanti-reader-early-{}", std::process::id()));
    let emulated = TerminalReader::start(&link).expect("a pty");
    emulated.apply(&scan("BNCGNN80A01D142V")).expect("the line takes it");
    let (_handle, events) = open(&format!("serial:{}", link.display()));
    assert_eq!(events.recv_timeout(PATIENCE), Ok(ReaderEvent::Connected));
    emulated.apply(&scan(CARD)).expect("the reader is plugged");
    assert_eq!(events.recv_timeout(PATIENCE), Ok(read(CARD)));
}

#[test]
fn an_emulated_reader_in_process_does_the_same() {
    let (handle, events) = open("emulated");
    let scanner = handle.scanner().expect("it is emulated");
    assert_eq!(events.recv_timeout(PATIENCE), Ok(ReaderEvent::Connected));
    scanner.apply(&scan(CARD));
    assert_eq!(events.recv_timeout(PATIENCE), Ok(read(CARD)));
    scanner.apply(&Gesture::Unplug);
    assert!(matches!(events.recv_timeout(PATIENCE), Ok(ReaderEvent::Lost { .. })));
    scanner.apply(&Gesture::Plug);
    assert_eq!(events.recv_timeout(PATIENCE), Ok(ReaderEvent::Connected));
}

#[test]
fn a_keyboard_reader_is_the_apps_own_and_is_always_there() {
    let (handle, events) = open("keyboard");
    assert_eq!(events.recv_timeout(PATIENCE), Ok(ReaderEvent::Connected));
    assert!(handle.scanner().is_none());
}

#[test]
fn a_wrong_url_says_what_would_be_right() {
    let why = card_reader::open("usb:1234", |_| {}).expect_err("no reader is called that").to_string();
    assert!(why.contains("serial:/dev/ttyACM0"), "{why}");
    for wrong in ["v4l:", "v4l:first", "dir:", "serial:"] {
        assert!(card_reader::open(wrong, |_| {}).is_err(), "{wrong}");
    }
}

#[test]
fn a_closed_reader_reports_nothing_more() {
    let desk = Desk::new("closed");
    let Desk { emulated, _handle, events } = desk;
    drop(_handle);
    assert_eq!(events.recv_timeout(PATIENCE), Err(RecvTimeoutError::Disconnected), "its thread ended");
    drop(emulated);
}
