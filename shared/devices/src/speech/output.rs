//! Where sound goes: a sound device, files, or nowhere.

use super::clip::{Clip, MONO, SAMPLE_RATE};
use crate::{clock, url::BadUrl};
use rodio::{DeviceSinkBuilder, MixerDeviceSink, Player, buffer::SamplesBuffer, cpal::BufferSize};
use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// How often a player is asked whether it is done.
const LOOK: Duration = Duration::from_millis(5);
/// A device that has taken no sound for so long has stopped. One that is slow, on a busy machine, still takes some.
const GRACE: Duration = Duration::from_secs(5);
/// Frames that are handed to the device at a time; it holds twice as many, 0.37 s. With rodio's own 50 ms an announcement
/// on a busy machine breaks off several times more often. The price: it begins 0.2 s later.
const AHEAD: u32 = 8_192;

/// Plays clips one after the other. The error of each step says why there is no sound.
pub(super) trait Output {
    /// Makes sure that the output is there.
    fn open(&mut self) -> Result<(), String>;
    /// Begins an announcement.
    fn begin(&mut self, id: &str);
    /// Plays a clip right after the one before it.
    fn play(&mut self, clip: Clip) -> Result<(), String>;
    /// Returns when everything was heard.
    fn settle(&mut self) -> Result<(), String>;
    /// Ends an announcement.
    fn end(&mut self) -> Result<(), String>;
}

/// What an output's URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Device,
    Folder(PathBuf),
    Nowhere,
}

impl Place {
    pub fn parse(url: &str) -> Result<Self, BadUrl> {
        match url.split_once(':').unwrap_or((url, "")) {
            ("default", "") => Ok(Self::Device),
            ("none", "") => Ok(Self::Nowhere),
            ("wav", folder) if !folder.is_empty() => Ok(Self::Folder(folder.into())),
            _ => Err(BadUrl::new(url, "a sound output is default, wav:DIR or none")),
        }
    }

    pub fn output(self) -> Box<dyn Output> {
        match self {
            Self::Device => Box::new(Device::default()),
            Self::Folder(path) => Box::new(Folder { path, name: String::new(), whole: Clip::from_samples(Vec::new()) }),
            Self::Nowhere => Box::new(Nowhere),
        }
    }
}

struct Nowhere;

impl Output for Nowhere {
    fn open(&mut self) -> Result<(), String> {
        Ok(())
    }
    fn begin(&mut self, _: &str) {}
    fn play(&mut self, _: Clip) -> Result<(), String> {
        Ok(())
    }
    fn settle(&mut self) -> Result<(), String> {
        Ok(())
    }
    fn end(&mut self) -> Result<(), String> {
        Ok(())
    }
}

/// Each announcement becomes `0001-ID.wav` in a folder, exactly as it would sound, only sooner.
struct Folder {
    path: PathBuf,
    name: String,
    whole: Clip,
}

impl Output for Folder {
    fn open(&mut self) -> Result<(), String> {
        fs::create_dir_all(&self.path).map_err(|error| format!("{}: {error}", self.path.display()))
    }

    fn begin(&mut self, id: &str) {
        // An id is the app's; as a file name it may only hold what is harmless there.
        let harmless = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
        self.name = id.chars().take(60).map(harmless).collect();
        self.whole = Clip::from_samples(Vec::new());
    }

    fn play(&mut self, clip: Clip) -> Result<(), String> {
        self.whole.append(&clip);
        Ok(())
    }

    fn settle(&mut self) -> Result<(), String> {
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let number = fs::read_dir(&self.path).map_or(0, Iterator::count) + 1;
        let whole = self.path.join(format!("{number:04}-{}.wav", self.name));
        let partial = whole.with_extension("part");
        fs::write(&partial, self.whole.to_wav())
            .and_then(|()| fs::rename(&partial, &whole))
            .map_err(|error| format!("{}: {error}", whole.display()))
    }
}

/// The computer's sound device.
#[derive(Default)]
struct Device {
    open: Option<OpenDevice>,
}

struct OpenDevice {
    /// Only while something is said: a player with nothing to play still reckons every sample of its silence.
    player: Option<Player>,
    /// Closing it ends all sound. It stays open between announcements: a television that has no sound for a while goes
    /// to sleep, and would swallow the chime while it wakes up.
    sink: MixerDeviceSink,
    broken: Arc<AtomicBool>,
}

impl Output for Device {
    fn open(&mut self) -> Result<(), String> {
        if self.open.as_ref().is_some_and(|open| !open.broken.load(Ordering::Relaxed)) {
            return Ok(());
        }
        self.open = None;
        self.open = Some(OpenDevice::new()?);
        Ok(())
    }

    fn begin(&mut self, _: &str) {}

    fn play(&mut self, clip: Clip) -> Result<(), String> {
        let open = self.open.as_mut().ok_or("no sound device")?;
        let player = open.player.get_or_insert_with(|| Player::connect_new(open.sink.mixer()));
        player.append(SamplesBuffer::new(MONO, SAMPLE_RATE, clip.samples()));
        Ok(())
    }

    fn settle(&mut self) -> Result<(), String> {
        let open = self.open.as_ref().ok_or("no sound device")?;
        let Some(player) = &open.player else { return Ok(()) };
        let mut progress = Progress { at: player.get_pos(), since: clock::now() };
        while !player.empty() {
            let stopped = progress.stopped(player.get_pos(), clock::now());
            if open.broken.load(Ordering::Relaxed) || stopped {
                self.open = None;
                return Err("the sound device stopped".to_owned());
            }
            thread::sleep(LOOK);
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        if let Some(open) = &mut self.open {
            open.player = None;
        }
        Ok(())
    }
}

/// How far a player had got, and since when it has been there.
struct Progress {
    at: Duration,
    since: Instant,
}

impl Progress {
    fn stopped(&mut self, at: Duration, now: Instant) -> bool {
        if at != self.at {
            *self = Self { at, since: now };
        }
        now.duration_since(self.since) > GRACE
    }
}

impl OpenDevice {
    fn new() -> Result<Self, String> {
        quieten();
        let broken = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&broken);
        let mut complaints = Complaints::default();
        let mut sink = DeviceSinkBuilder::from_default_device()
            .map_err(|error| error.to_string())?
            .with_buffer_size(BufferSize::Fixed(AHEAD))
            .with_error_callback(move |error| {
                if flag.load(Ordering::Relaxed) {
                    return;
                }
                tracing::warn!(%error, "sound device");
                if loses_the_device(error.kind()) || complaints.are_too_many(clock::now()) {
                    flag.store(true, Ordering::Relaxed);
                }
            })
            .open_sink_or_fallback()
            .map_err(|error| error.to_string())?;
        sink.log_on_drop(false);
        Ok(Self { player: None, sink, broken })
    }
}

/// A device that complains so often in a second is gone, whatever it calls it: one whose server has died complains
/// thousands of times.
const COMPLAINTS: u32 = 10;

/// What a device has complained of lately.
#[derive(Clone, Default)]
struct Complaints {
    since: Option<Instant>,
    count: u32,
}

impl Complaints {
    /// Counts one more.
    fn are_too_many(&mut self, now: Instant) -> bool {
        match self.since {
            Some(since) if now.duration_since(since) < Duration::from_secs(1) => self.count += 1,
            _ => *self = Self { since: Some(now), count: 1 },
        }
        self.count >= COMPLAINTS
    }
}

/// Late samples are a short crackle; these mean that the device must be opened again.
fn loses_the_device(kind: rodio::cpal::ErrorKind) -> bool {
    use rodio::cpal::ErrorKind::{DeviceChanged, DeviceNotAvailable, HostUnavailable, StreamInvalidated};
    matches!(kind, DeviceNotAvailable | DeviceChanged | HostUnavailable | StreamInvalidated)
}

/// Looking for a device makes alsa-lib print twenty lines on standard error, every ten seconds where there is none.
/// In this thread they go to a buffer instead, emptied each time.
#[cfg(target_os = "linux")]
fn quieten() {
    if let Err(error) = alsa::Output::local_error_handler() {
        tracing::debug!(%error, "alsa-lib keeps printing");
    }
}

#[cfg(not(target_os = "linux"))]
fn quieten() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_is_slow_has_not_stopped_and_one_that_takes_nothing_has() {
        let began = clock::now();
        let at = |millis| Duration::from_millis(millis);
        let mut progress = Progress { at: Duration::ZERO, since: began };
        for seconds in 1..60 {
            assert!(!progress.stopped(at(seconds * 50), began + at(seconds * 1000)), "{seconds} s");
        }
        assert!(!progress.stopped(at(59 * 50), began + at(64_000)));
        assert!(progress.stopped(at(59 * 50), began + at(64_001)));
    }

    #[test]
    fn a_crackle_now_and_then_is_no_loss_and_complaints_without_end_are() {
        let began = clock::now();
        let mut complaints = Complaints::default();
        for tenth in 0..1_000 {
            let at = began + Duration::from_millis(200 * tenth);
            assert!(!complaints.are_too_many(at), "five a second, for minutes");
        }
        let later = began + Duration::from_secs(3_600);
        let too_many = (0..100).position(|_| complaints.are_too_many(later));
        assert_eq!(too_many, Some(9));
    }

    #[test]
    fn an_output_is_a_device_files_or_nothing() {
        assert_eq!(Place::parse("default"), Ok(Place::Device));
        assert_eq!(Place::parse("wav:out/said"), Ok(Place::Folder("out/said".into())));
        assert_eq!(Place::parse("none"), Ok(Place::Nowhere));
        for wrong in ["", "wav:", "default:1", "mp3:out"] {
            assert!(Place::parse(wrong).is_err(), "{wrong}");
        }
    }
}
