//! Pictures and paper: the QR of a slip read from its picture as a scanner would, the order of its words, and how much
//! two pictures differ.

use anyhow::{Context, Result, bail, ensure};
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
    // Green is nearly what the eye takes for brightness.
    let green = usize::from(channels >= 3);
    let grey = pixels[..frame.buffer_size()].chunks(channels).map(|pixel| pixel[green]).collect();
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

/// True if the whole picture has one colour: nothing has been drawn.
pub fn is_blank(path: &Path) -> Result<bool> {
    let picture = read(path)?;
    Ok(picture.grey.iter().all(|grey| Some(grey) == picture.grey.first()))
}

/// Which part of two pictures differs, 0 to 1.
pub fn difference(one: &Path, other: &Path) -> Result<f64> {
    let (one, other) = (read(one)?, read(other)?);
    ensure!((one.width, one.height) == (other.width, other.height), "two pictures of different sizes");
    let different = one.grey.iter().zip(&other.grey).filter(|(one, other)| one.abs_diff(**other) > 16).count();
    Ok(different as f64 / one.grey.len().max(1) as f64)
}

/// Fails unless these words stand in the text one after the other; gives them as they were found.
pub fn in_order(text: &str, words: &[String]) -> Result<String> {
    let mut at = 0;
    for word in words {
        let found = text[at..].find(word.as_str());
        let found = found.with_context(|| format!("{word:?} does not stand where it should on the slip:\n{text}"))?;
        at += found + word.len();
    }
    let shown: Vec<_> = words.iter().map(|word| word.chars().take(30).collect::<String>()).collect();
    Ok(format!("reads {}", shown.join(" · ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_on_paper_have_an_order() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let slip = "COMUNE\n  ore 10:30\n  A007\n";
        assert_eq!(in_order(slip, &words(&["COMUNE", "10:30", "A007"])).unwrap(), "reads COMUNE · 10:30 · A007");
        assert!(in_order(slip, &words(&["A007", "10:30"])).unwrap_err().to_string().contains("\"10:30\""));
    }
}
