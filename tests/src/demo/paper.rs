//! Paper: reads the QR of a slip from its picture, as a scanner would from the paper.

use anyhow::{Context, Result, bail};
use std::{fs::File, io::BufReader, path::Path};

/// A picture in grey.
struct Picture {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

fn read(path: &Path) -> Result<Picture> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut decoder = png::Decoder::new(BufReader::new(file));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().context("a picture too large")?];
    let frame = reader.next_frame(&mut pixels)?;
    let channels = frame.color_type.samples();
    // The first channel is grey enough for black on white.
    let grey = pixels[..frame.buffer_size()].chunks(channels).map(|pixel| pixel[0]).collect();
    Ok(Picture { width: frame.width as usize, height: frame.height as usize, grey })
}

/// The text of the one QR on the picture.
pub fn qr_of(path: &Path) -> Result<String> {
    let picture = read(path)?;
    let at = |x: usize, y: usize| picture.grey.get(y * picture.width + x).copied().unwrap_or(255);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(picture.width, picture.height, at);
    let grids = prepared.detect_grids();
    let [grid] = grids.as_slice() else {
        bail!("{} QR codes can be seen on {}, not one", grids.len(), path.display());
    };
    let (_, text) = grid.decode().with_context(|| format!("the QR on {} cannot be read", path.display()))?;
    Ok(text)
}
