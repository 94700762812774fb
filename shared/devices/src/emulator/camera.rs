//! An emulated camera: a folder of pictures (`dir:FOLDER`) and what a hand holds before the lens, or over it.

use crate::{
    emulator::control::Obey,
    qr::{self, Modules},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The picture of a plain camera.
const SIZE: (usize, usize) = (640, 480);
/// How large a QR is held before the lens: three quarters of the picture's height.
const HELD: usize = 360;
const KNOWN: &str = "show CODE, clear, cover, noise, unplug, plug";

/// An emulated camera. What it sees stays in its folder.
#[derive(Debug)]
pub struct EmulatedCamera {
    folder: PathBuf,
    /// The pictures that it has given.
    given: Mutex<usize>,
}

/// What is before the lens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// A code, as on a ticket or a telephone.
    Code(String),
    /// Nothing but the wall behind.
    Nothing,
    /// A hand or a coat over the lens.
    Cover,
    /// No picture: half a file, as a broken cable gives it.
    Noise,
}

impl EmulatedCamera {
    /// A camera that is plugged in, with nothing before it.
    pub fn start(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let camera = Self { folder: folder.into(), given: Mutex::new(0) };
        camera.plug()?;
        Ok(camera)
    }

    /// The URL by which programs find it.
    pub fn url(&self) -> String {
        format!("dir:{}", self.folder.display())
    }

    /// Holds something before the lens, until something else comes.
    pub fn sees(&self, sight: &Sight) -> io::Result<()> {
        let mut given = self.given();
        *given += 1;
        let path = self.folder.join(format!("frame-{:06}.png", *given));
        let whole = picture(sight)?;
        let part = path.with_extension("part");
        fs::write(&part, whole)?;
        fs::rename(part, path)
    }

    /// Pulls it out: its folder and all pictures go.
    pub fn unplug(&self) -> io::Result<()> {
        let _given = self.given();
        remove(&self.folder)
    }

    /// Puts it back in, with nothing before it.
    pub fn plug(&self) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        self.sees(&Sight::Nothing)
    }

    /// Whether this is an order, and not a code to show.
    pub fn knows(order: &str) -> bool {
        let word = order.split(' ').next().unwrap_or_default();
        KNOWN.split(", ").any(|known| known.split(' ').next() == Some(word))
    }

    fn given(&self) -> MutexGuard<'_, usize> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes the pictures and then the folder, and nothing else that may lie in it.
fn remove(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("frame-")) {
            fs::remove_file(path)?;
        }
    }
    fs::remove_dir(folder)
}

impl Obey for Arc<EmulatedCamera> {
    fn obey(&self, order: &str) -> Result<String, String> {
        let done = match order.split_once(' ').unwrap_or((order, "")) {
            ("show" | "scan", code) if !code.trim().is_empty() => self.sees(&Sight::Code(code.trim().to_owned())),
            ("clear", "") => self.sees(&Sight::Nothing),
            ("cover", "") => self.sees(&Sight::Cover),
            ("noise", "") => self.sees(&Sight::Noise),
            ("unplug", "") => self.unplug(),
            ("plug", "") => self.plug(),
            _ => return Err(format!("known orders: {KNOWN}")),
        };
        done.map(|()| String::new()).map_err(|error| error.to_string())
    }
}

/// What the lens sees, as a PNG in grey.
fn picture(sight: &Sight) -> io::Result<Vec<u8>> {
    let (width, height) = SIZE;
    // The wall is lit from one side, and never evenly.
    let mut dots: Vec<u8> = (0..width * height).map(|at| 90 + (at % width / 8) as u8 + (at * 31 % 7) as u8).collect();
    match sight {
        Sight::Nothing => {}
        Sight::Cover => dots.fill(9),
        Sight::Noise => return Ok(dots),
        Sight::Code(text) => {
            let modules = qr::modules(text).ok_or_else(|| io::Error::other("too long for a QR"))?;
            hold(&mut dots, &modules);
        }
    }
    crate::picture::grey(width, height, &dots, None)
}

/// Holds a QR into the middle of the picture.
fn hold(dots: &mut [u8], modules: &Modules) {
    let (width, height) = SIZE;
    let module = (HELD / modules.side).max(1);
    let side = module * modules.side;
    let (left, top) = (width.saturating_sub(side) / 2, height.saturating_sub(side) / 2);
    for at in 0..side * side {
        let (x, y) = (at % side, at / side);
        let dark = modules.dark.get(y / module * modules.side + x / module) == Some(&true);
        if let Some(dot) = dots.get_mut((top + y) * width + left + x).filter(|_| left + x < width) {
            *dot = if dark { 40 } else { 215 };
        }
    }
}
