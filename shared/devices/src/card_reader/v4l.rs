//! A real camera, by the kernel's video interface (nokhwa). It takes what cameras give without a decoder: brightness
//! first, colours thrown away.
//!
//! The camera has a thread of its own, because a camera that hangs would hang whoever waits for its pictures.

use super::frames::{Frame, FrameSource, Frames};
use crate::url::BadUrl;
use nokhwa::{
    Buffer, Camera, NokhwaError,
    utils::{CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType, Resolution},
};
use std::{
    fs, io,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError},
    },
    thread,
    time::Duration,
};

/// Large enough for a ticket at arm's length, small enough to be looked at five times a second.
const SIZE: Resolution = Resolution { width_x: 1280, height_y: 720 };
/// Pictures a second: nobody needs more, and USB has little room.
const RATE: u32 = 10;
/// What a camera may send: brightness alone, or first.
const FORMATS: [FrameFormat; 3] = [FrameFormat::YUYV, FrameFormat::NV12, FrameFormat::GRAY];
/// A camera opens within this, or not at all.
const OPEN_LIMIT: Duration = Duration::from_secs(5);

/// A camera, by number or by a path that stays the same when it is plugged in again.
pub(super) struct V4l {
    place: Place,
    /// Held by the thread that has the camera, so that one that hangs is waited for and no second one is started.
    held: Arc<()>,
}

#[derive(Clone)]
enum Place {
    /// `/dev/video0` is 0.
    Number(u32),
    /// `/dev/v4l/by-id/…`, a link to one of those.
    Path(PathBuf),
}

impl V4l {
    /// The camera of a URL such as `v4l:0` or `v4l:/dev/v4l/by-id/usb-ACME_Camera-video-index0`.
    pub fn new(url: &str, place: &str) -> Result<Self, BadUrl> {
        let place = if place.starts_with('/') {
            Place::Path(place.into())
        } else {
            let number = place.parse().map_err(|_| BadUrl::new(url, "a number or a path is needed, as in v4l:0"))?;
            Place::Number(number)
        };
        Ok(Self { place, held: Arc::default() })
    }
}

impl Place {
    fn number(&self) -> io::Result<u32> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Path(path) => {
                let device = fs::canonicalize(path)?;
                let number = device.to_str().and_then(|path| path.strip_prefix("/dev/video")?.parse().ok());
                number.ok_or_else(|| io::Error::other(format!("{} is no camera", device.display())))
            }
        }
    }
}

impl FrameSource for V4l {
    fn open(&mut self) -> io::Result<Box<dyn Frames + Send>> {
        let number = self.place.number()?;
        if Arc::strong_count(&self.held) > 1 {
            return Err(io::Error::other("the camera neither opens nor closes"));
        }
        let held = Arc::clone(&self.held);
        let (opened, opening) = mpsc::sync_channel(1);
        // One picture waits at most, and none piles up: whoever looks sees what came just after the look before.
        let (taken, pictures) = mpsc::sync_channel(1);
        thread::spawn(move || {
            let _held = held;
            match start(number) {
                Ok(camera) => {
                    // Whoever has stopped waiting does not want it any more.
                    if opened.send(Ok(())).is_ok() {
                        film(camera, &taken);
                    }
                }
                Err(why) => drop(opened.send(Err(io::Error::other(why.to_string())))),
            }
        });
        opening.recv_timeout(OPEN_LIMIT).map_err(|_| io::Error::other("the camera does not open"))??;
        Ok(Box::new(Film(pictures)))
    }

    fn name(&self) -> String {
        match &self.place {
            Place::Number(number) => format!("camera {number}"),
            Place::Path(path) => format!("camera {}", path.display()),
        }
    }
}

/// Opens the camera in the first format that it has and we understand.
fn start(number: u32) -> Result<Camera, NokhwaError> {
    let mut last = NokhwaError::GeneralError("the camera has no format without compression".to_owned());
    for format in FORMATS {
        let wish = RequestedFormatType::Closest(CameraFormat::new(SIZE, format, RATE));
        let camera = Camera::new(CameraIndex::Index(number), RequestedFormat::with_formats(wish, &[format]));
        match camera.and_then(|mut camera| camera.open_stream().map(|()| camera)) {
            Ok(camera) => return Ok(camera),
            Err(why) => last = why,
        }
    }
    Err(last)
}

/// Takes pictures until nobody wants them or the camera is gone.
fn film(mut camera: Camera, taken: &SyncSender<io::Result<Frame>>) {
    loop {
        let picture = camera.frame().map(|picture| luma(&picture)).map_err(|why| io::Error::other(why.to_string()));
        let gone = picture.is_err();
        if matches!(taken.try_send(picture), Err(TrySendError::Disconnected(_))) || gone {
            return;
        }
    }
}

struct Film(Receiver<io::Result<Frame>>);

impl Frames for Film {
    fn next(&mut self, limit: Duration) -> io::Result<Option<Frame>> {
        match self.0.recv_timeout(limit) {
            Ok(picture) => picture.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                Err(io::Error::new(io::ErrorKind::BrokenPipe, "the camera was unplugged"))
            }
        }
    }
}

/// The brightness of a picture: every other byte where colours lie between, else what comes first.
fn luma(picture: &Buffer) -> Frame {
    let (width, height) = (picture.resolution().width() as usize, picture.resolution().height() as usize);
    let step = if picture.source_frame_format() == FrameFormat::YUYV { 2 } else { 1 };
    let luma = picture.buffer().iter().step_by(step).take(width * height).copied().collect();
    Frame { width, height, luma }
}
