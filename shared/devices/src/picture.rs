//! Pictures in grey as PNG files, for emulated paper and emulated cameras. It decides nothing of what is on them.

use std::io;

/// A picture in grey, one byte a dot, as a PNG; with how many dots there are to a metre, where that is known.
pub(crate) fn grey(width: usize, height: usize, dots: &[u8], per_metre: Option<u32>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let unit = png::Unit::Meter;
    encoder.set_pixel_dims(per_metre.map(|dots| png::PixelDimensions { xppu: dots, yppu: dots, unit }));
    encoder.write_header().and_then(|mut writer| writer.write_image_data(dots)).map_err(io::Error::other)?;
    Ok(bytes)
}
