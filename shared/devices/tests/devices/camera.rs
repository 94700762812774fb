//! A camera as a reader, against an emulated one: a folder of pictures.

use crate::clock::{PATIENCE, now};
use devices::{
    card_reader::{self, ReaderEvent, ReaderHandle},
    emulator::camera::{EmulatedCamera, Sight},
};
use std::{
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

const CARD: &str = "RSSMRA85T10A562S";
/// Longer than a camera needs to see and to forget a code, twice over.
const A_WHILE: Duration = Duration::from_secs(4);

fn folder(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("avanti-camera-{name}-{}", std::process::id()))
}

fn open(url: &str) -> (ReaderHandle, Receiver<ReaderEvent>) {
    let (sender, events) = channel();
    let handle = card_reader::open(url, move |event| {
        // A test that is over listens no more.
        let _ = sender.send(event);
    });
    (handle.expect("a good URL"), events)
}

/// An emulated camera and the driver that looks through it.
struct Desk {
    camera: EmulatedCamera,
    _handle: ReaderHandle,
    events: Receiver<ReaderEvent>,
}

impl Desk {
    fn new(name: &str) -> Self {
        let camera = EmulatedCamera::start(folder(name)).expect("a folder");
        let (handle, events) = open(&camera.url());
        let desk = Self { camera, _handle: handle, events };
        assert_eq!(desk.next(), Ok(ReaderEvent::Connected));
        desk
    }

    fn next(&self) -> Result<ReaderEvent, RecvTimeoutError> {
        self.events.recv_timeout(PATIENCE)
    }

    fn shows(&self, code: &str) {
        self.camera.sees(&Sight::Code(code.to_owned())).expect("the camera is plugged");
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // A test that unplugged it has removed it.
        let _ = self.camera.unplug();
    }
}

fn read(code: &str) -> Result<ReaderEvent, RecvTimeoutError> {
    Ok(ReaderEvent::Read(code.to_owned()))
}

#[test]
fn a_code_before_the_lens_is_read_and_counts_once_until_it_has_been_away() {
    let desk = Desk::new("once");
    desk.shows(CARD);
    assert_eq!(desk.next(), read(CARD));
    assert_eq!(desk.events.recv_timeout(A_WHILE), Err(RecvTimeoutError::Timeout), "it is held before the lens");
    desk.shows("BNCGNN80A01D142V");
    assert_eq!(desk.next(), read("BNCGNN80A01D142V"), "the next one is news at once");
    desk.camera.sees(&Sight::Nothing).expect("the camera is plugged");
    assert_eq!(desk.events.recv_timeout(A_WHILE), Err(RecvTimeoutError::Timeout));
    desk.shows(CARD);
    assert_eq!(desk.next(), read(CARD), "it has been away");
}

#[test]
fn a_qr_that_no_scanner_would_send_is_noise() {
    let desk = Desk::new("noise");
    desk.shows("città");
    assert_eq!(desk.next(), Ok(ReaderEvent::Noise));
    desk.camera.sees(&Sight::Noise).expect("the camera is plugged");
    desk.shows(CARD);
    assert_eq!(desk.next(), read(CARD), "half a picture is passed over");
}

#[test]
fn a_covered_lens_is_a_reader_that_is_away() {
    let desk = Desk::new("covered");
    desk.camera.sees(&Sight::Cover).expect("the camera is plugged");
    let Ok(ReaderEvent::Lost { why }) = desk.next() else { panic!("it sees nothing") };
    assert!(why.contains("covered"), "{why}");
    desk.camera.sees(&Sight::Nothing).expect("the camera is plugged");
    assert_eq!(desk.next(), Ok(ReaderEvent::Connected));
    desk.shows(CARD);
    assert_eq!(desk.next(), read(CARD));
}

#[test]
fn a_camera_that_was_unplugged_is_found_again() {
    let desk = Desk::new("unplugged");
    desk.camera.unplug().expect("it was there");
    assert!(matches!(desk.next(), Ok(ReaderEvent::Lost { .. })));
    let put_back = now();
    desk.camera.plug().expect("a folder");
    assert_eq!(desk.next(), Ok(ReaderEvent::Connected));
    assert!(put_back.elapsed() < Duration::from_secs(3));
    desk.shows(CARD);
    assert_eq!(desk.next(), read(CARD));
}

#[test]
fn a_camera_that_was_never_there_is_looked_for() {
    let (_handle, events) = open(&format!("dir:{}", folder("late").display()));
    assert!(matches!(events.recv_timeout(PATIENCE), Ok(ReaderEvent::Lost { .. })));
    let camera = EmulatedCamera::start(folder("late")).expect("a folder");
    assert_eq!(events.recv_timeout(PATIENCE), Ok(ReaderEvent::Connected));
    camera.unplug().expect("it was there");
}

/// By number and by path: one that is not plugged in is missed, and the program goes on.
#[cfg(feature = "camera")]
#[test]
fn a_real_camera_that_is_not_there_is_missed() {
    for url in ["v4l:63", "v4l:/dev/v4l/by-id/none"] {
        let (_handle, events) = open(url);
        assert!(matches!(events.recv_timeout(PATIENCE), Ok(ReaderEvent::Lost { .. })), "{url}");
    }
}

/// Pictures of any size and make are taken; what is no picture is passed over.
#[test]
fn pictures_that_somebody_puts_there_are_looked_at_by_name() {
    let folder = folder("training");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("01.png"), "no picture at all").expect("a place to write");
    save(&folder.join("02.png"), CARD, 9, png::ColorType::Rgba);
    save(&folder.join("03.png"), "BNCGNN80A01D142V", 60, png::ColorType::Grayscale);
    std::fs::write(folder.join("readme.txt"), "not a picture").expect("a place to write");
    let (handle, events) = open(&format!("dir:{}", folder.display()));
    assert_eq!(events.recv_timeout(PATIENCE), Ok(ReaderEvent::Connected));
    assert_eq!(events.recv_timeout(PATIENCE), read(CARD));
    assert_eq!(events.recv_timeout(PATIENCE), read("BNCGNN80A01D142V"), "a picture larger than any camera's");
    drop(handle);
    std::fs::remove_dir_all(folder).expect("it was there");
}

/// A QR alone on a picture, each module so many dots wide.
fn save(path: &Path, text: &str, module: usize, color: png::ColorType) {
    let modules = devices::qr::modules(text).expect("short enough");
    let side = modules.side * module;
    let dark = |at: usize| modules.dark[at / side / module * modules.side + at % side / module];
    let dots: Vec<u8> = (0..side * side)
        .flat_map(|at| {
            let grey = if dark(at) { 0 } else { 255 };
            if color == png::ColorType::Rgba { vec![grey, grey, grey, 255] } else { vec![grey] }
        })
        .collect();
    let file = std::fs::File::create(path).expect("a place to write");
    let mut encoder = png::Encoder::new(file, side as u32, side as u32);
    encoder.set_color(color);
    encoder.write_header().expect("a header").write_image_data(&dots).expect("dots");
}
