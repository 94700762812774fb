//! A QR as its modules, for a screen that shows what could not be printed. It draws nothing: how large a module is, is
//! the business of whoever knows the screen.

/// Modules of light around a QR, without which readers do not find it.
pub const QUIET_ZONE: usize = 4;

/// A square of dark and light modules, its quiet zone around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modules {
    /// How many there are along a side.
    pub side: usize,
    /// Row by row, true where dark.
    pub dark: Vec<bool>,
}

/// The QR of a text, with the error correction that slips have (M). None if the text is too long for any QR.
pub fn modules(text: &str) -> Option<Modules> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).ok()?;
    let (inner, side) = (code.width(), code.width() + 2 * QUIET_ZONE);
    let mut dark = vec![false; side * side];
    for (at, color) in code.into_colors().into_iter().enumerate() {
        let (x, y) = (QUIET_ZONE + at % inner, QUIET_ZONE + at / inner);
        dark[y * side + x] = color == qrcode::Color::Dark;
    }
    Some(Modules { side, dark })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_modules_are_those_of_the_text_with_light_around_them() {
        let text = format!("AV1{}", "QRSTUV23".repeat(20));
        let Modules { side, dark } = modules(&text).unwrap();
        assert_eq!((side, dark.len()), (45 + 8, 53 * 53));
        let at = |x: usize, y: usize| dark[y * side + x];
        for along in 0..side {
            for edge in (0..QUIET_ZONE).chain(side - QUIET_ZONE..side) {
                assert!(!at(along, edge) && !at(edge, along), "the quiet zone is light");
            }
        }
        // Three pixels a module, as a camera might see it.
        let grey = |x: usize, y: usize| if at(x / 3, y / 3) { 0 } else { 255 };
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side * 3, side * 3, grey);
        assert_eq!(picture.detect_grids()[0].decode().unwrap().1, text);
        assert_eq!(modules(&"A".repeat(10_000)), None);
    }
}
