//! The letters of the emulated printer: Atkinson Hyperlegible Mono on a grid of 12 × 24 dots, like a printer's Font A.

use ab_glyph::{Font, FontRef, InvalidFont, PxScale, point};

const REGULAR: &[u8] = include_bytes!("../../../../../assets/fonts/AtkinsonHyperlegibleMono-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../../../assets/fonts/AtkinsonHyperlegibleMono-Bold.ttf");

/// A character of size 1, in dots.
pub(super) const CELL: (u32, u32) = (12, 24);
/// The height that gives the font's characters the width of a cell (an advance of 632 in 1300 units of height).
const SCALE_X: f32 = 12.0 * 1300.0 / 632.0;
/// A little taller than wide, as printers' fonts are: accents on capitals and descenders just fit the cell.
const SCALE_Y: f32 = 27.3;
/// Where letters stand in the cell.
const BASELINE: f32 = 19.0;
/// Heat spreads on thermal paper: every stroke comes out this much wider than it was drawn.
const BLEED: f32 = 0.5;

/// The two weights.
pub(super) struct Glyphs {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

impl Glyphs {
    pub fn new() -> Result<Self, InvalidFont> {
        Ok(Self { regular: FontRef::try_from_slice(REGULAR)?, bold: FontRef::try_from_slice(BOLD)? })
    }

    /// Tells `dot` each dot of the character, from the upper left of its cell, and how black it is (0 to 1).
    pub fn draw(&self, c: char, bold: bool, size: (u8, u8), mut dot: impl FnMut(i32, i32, f32)) {
        let font = if bold { &self.bold } else { &self.regular };
        let (width, height) = (f32::from(size.0), f32::from(size.1));
        let scale = PxScale { x: SCALE_X * width, y: SCALE_Y * height };
        for bleed in [0.0, BLEED] {
            let glyph = font.glyph_id(c).with_scale_and_position(scale, point(bleed, BASELINE * height));
            if let Some(outline) = font.outline_glyph(glyph) {
                let corner = outline.px_bounds().min;
                outline.draw(|x, y, black| dot(corner.x as i32 + x as i32, corner.y as i32 + y as i32, black));
            }
        }
    }
}
