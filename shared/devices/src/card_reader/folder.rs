//! A folder of pictures in place of a camera: PNGs, taken one after another by their names; the last one stays before the
//! lens. For tests and for training, and to try a totem where there is no camera.

use super::frames::{Frame, FrameSource, Frames};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufReader},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

/// More pictures than anybody puts there; what stands in the folder beyond them is not looked at.
const MOST_FRAMES: usize = 10_000;
/// The largest picture of a telephone; a larger one is a mistake, and takes memory.
const MOST_DOTS: u64 = 48_000_000;

/// A folder that may come and go, as a camera does.
pub(super) struct Folder {
    path: PathBuf,
    seen: Arc<Mutex<Seen>>,
}

/// What has been before the lens: kept while nobody looks, so that nothing is shown twice.
#[derive(Default)]
struct Seen {
    /// The pictures, and when each was written: one that is written anew is a new one.
    taken: BTreeMap<PathBuf, SystemTime>,
    /// The last of them.
    last: Option<Frame>,
}

impl Folder {
    /// The folder there, or where it will be.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), seen: Arc::default() }
    }
}

impl FrameSource for Folder {
    fn open(&mut self) -> io::Result<Box<dyn Frames + Send>> {
        fs::read_dir(&self.path)?;
        Ok(Box::new(Pictures { folder: self.path.clone(), seen: Arc::clone(&self.seen) }))
    }

    fn name(&self) -> String {
        format!("pictures in {}", self.path.display())
    }
}

struct Pictures {
    folder: PathBuf,
    seen: Arc<Mutex<Seen>>,
}

impl Frames for Pictures {
    fn next(&mut self, _: Duration) -> io::Result<Option<Frame>> {
        let there = self.there()?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.taken.retain(|path, _| there.contains_key(path));
        if seen.taken.is_empty() {
            // The folder is new, or another one.
            seen.last = None;
        }
        if let Some((path, written)) = there.into_iter().find(|(path, written)| seen.taken.get(path) != Some(written)) {
            match read(&path) {
                Ok(frame) => seen.last = Some(frame),
                // One that is still being written will be another one when it is whole.
                Err(error) => tracing::debug!(picture = %path.display(), %error, "no picture"),
            }
            seen.taken.insert(path, written);
        }
        Ok(Some(seen.last.clone().unwrap_or_else(nothing)))
    }
}

impl Pictures {
    /// The pictures in the folder by name, and when each was written.
    fn there(&self) -> io::Result<BTreeMap<PathBuf, SystemTime>> {
        let mut there = BTreeMap::new();
        for entry in fs::read_dir(&self.folder)?.take(MOST_FRAMES) {
            let path = entry?.path();
            // A picture that has just been taken away is not there.
            if path.extension().is_some_and(|kind| kind == "png")
                && let Ok(written) = path.metadata().and_then(|file| file.modified())
            {
                there.insert(path, written);
            }
        }
        Ok(there)
    }
}

/// What a lens sees with nothing before it: a wall.
fn nothing() -> Frame {
    Frame { width: 64, height: 48, luma: vec![128; 64 * 48] }
}

fn read(path: &Path) -> io::Result<Frame> {
    let mut decoder = png::Decoder::new(BufReader::new(File::open(path)?));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let info = reader.info();
    let dots = u64::from(info.width) * u64::from(info.height);
    let size = reader.output_buffer_size().filter(|_| dots <= MOST_DOTS);
    let mut pixels = vec![0; size.ok_or_else(|| io::Error::other("the picture is too large"))?];
    let frame = reader.next_frame(&mut pixels)?;
    let channels = frame.color_type.samples();
    // Green is nearly what the eye takes for brightness.
    let green = usize::from(channels >= 3);
    let luma = pixels[..frame.buffer_size()].chunks(channels).map(|pixel| pixel[green]).collect();
    Ok(Frame { width: frame.width as usize, height: frame.height as usize, luma })
}
