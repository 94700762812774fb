//! A slip that left the emulated printer: its bytes, its text, and its picture.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// 203 dpi, as pixels a metre.
const PIXELS_A_METRE: u32 = 7992;
/// Blank paper above the first and below the last dot, 5 mm.
const MARGIN: usize = 40;

/// A picture of paper, one byte a dot, 0 black to 255 white.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Dots across.
    pub width: usize,
    /// Dots down.
    pub height: usize,
    /// The dots, row after row.
    pub dots: Vec<u8>,
}

impl Picture {
    /// Puts what was printed on paper as wide as the roll.
    pub(super) fn on_paper(printed: &[u8], printable: usize, roll: usize) -> Self {
        let side = (roll - printable) / 2;
        let height = printed.len() / printable + 2 * MARGIN;
        let mut dots = vec![255; roll * height];
        for (row, ink) in printed.chunks_exact(printable).enumerate() {
            let from = (row + MARGIN) * roll + side;
            dots[from..from + printable].copy_from_slice(ink);
        }
        Self { width: roll, height, dots }
    }

    /// The picture as a PNG of 203 dpi.
    pub fn png(&self) -> io::Result<Vec<u8>> {
        crate::picture::grey(self.width, self.height, &self.dots, Some(PIXELS_A_METRE))
    }
}

/// What came out between two cuts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The bytes that made it.
    pub bytes: Vec<u8>,
    /// What a person reads on it, line by line, each where it stands; a QR is `[QR …]`, a rule `----`.
    pub text: String,
    /// How it looks.
    pub picture: Picture,
    /// It was not cut: the paper ended, or the printer forgot the rest.
    pub torn: bool,
}

impl Slip {
    /// Leaves `slip-0001.bin`, `.txt` and `.png` (or the next free number) in a folder. The picture appears last and
    /// whole, so whoever waits for it finds all three.
    pub fn save(&self, folder: &Path) -> io::Result<PathBuf> {
        fs::create_dir_all(folder)?;
        let kind = if self.torn { "torn" } else { "slip" };
        let (mut file, path) = next_free(folder, kind)?;
        file.write_all(&self.bytes)?;
        fs::write(path.with_extension("txt"), &self.text)?;
        let (whole, partial) = (path.with_extension("png"), path.with_extension("png.part"));
        fs::write(&partial, self.picture.png()?)?;
        fs::rename(&partial, &whole)?;
        Ok(whole)
    }
}

/// Creates the first `.bin` file that does not exist yet.
fn next_free(folder: &Path, kind: &str) -> io::Result<(fs::File, PathBuf)> {
    for number in 1..=9999 {
        let path = folder.join(format!("{kind}-{number:04}.bin"));
        match fs::File::create_new(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("the folder is full: 9999 slips"))
}
