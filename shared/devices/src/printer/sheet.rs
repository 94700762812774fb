//! A sheet: what stands on a slip, before anybody knows which printer prints it.

use std::fmt;

/// The widths of slip paper, and how many characters a printer puts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// 80 mm wide: 576 dots, 48 columns.
    #[default]
    Mm80,
    /// 80 mm wide in a printer whose head has 512 dots: 42 columns.
    Mm80Columns42,
    /// 58 mm wide: 384 dots, 32 columns.
    Mm58,
}

/// One character of size 1 on paper, in dots: the Font A of every ESC/POS printer.
pub(crate) const CELL: (u16, u16) = (12, 24);
/// The largest magnification that printers know.
const LARGEST: u8 = 8;

/// Paper that no printer has. The text is for whoever edits the settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("slip paper is 80 mm wide with 48 or 42 columns, or 58 mm with 32")]
pub struct BadPaper;

impl Paper {
    /// The paper of so many millimetres, with so many columns where that is not what is usual for it.
    pub fn of(millimetres: u16, columns: Option<u16>) -> Result<Self, BadPaper> {
        match (millimetres, columns) {
            (80, None | Some(48)) => Ok(Self::Mm80),
            (80, Some(42)) => Ok(Self::Mm80Columns42),
            (58, None | Some(32)) => Ok(Self::Mm58),
            _ => Err(BadPaper),
        }
    }

    /// Printable dots across, at 203 dpi (8 to a millimetre).
    pub fn dots(self) -> u16 {
        match self {
            Self::Mm80 => 576,
            Self::Mm80Columns42 => 512,
            Self::Mm58 => 384,
        }
    }

    /// How many characters of this width stand on a line.
    pub fn columns(self, width: u8) -> usize {
        usize::from(self.dots() / CELL.0 / u16::from(width.clamp(1, LARGEST)))
    }
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// From the left edge.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right edge.
    Right,
}

/// How a text looks. Width and height are multiples of a 12 × 24 dot character (1.5 × 3 mm), from 1 to 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub(crate) align: Align,
    pub(crate) width: u8,
    pub(crate) height: u8,
    pub(crate) bold: bool,
}

impl Style {
    /// Text of this size, 1 to 8. Capitals of size 6 are at least 10 mm tall.
    pub const fn size(size: u8) -> Self {
        Self::stretched(size, size)
    }

    /// Text of different width and height: twice as tall as wide saves columns and is still easy to read.
    pub const fn stretched(width: u8, height: u8) -> Self {
        const fn within(size: u8) -> u8 {
            if size < 1 {
                1
            } else if size > LARGEST {
                LARGEST
            } else {
                size
            }
        }
        Self { align: Align::Left, width: within(width), height: within(height), bold: false }
    }

    /// The same in bold.
    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// The same in the middle.
    pub const fn centred(self) -> Self {
        Self { align: Align::Centre, ..self }
    }

    /// The same at the right edge.
    pub const fn right(self) -> Self {
        Self { align: Align::Right, ..self }
    }
}

/// One thing on a sheet, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A text, wrapped at words where it is too long.
    Text {
        /// The text. Whatever in it could command a printer is dropped when it is encoded.
        text: String,
        /// How it looks.
        style: Style,
    },
    /// A thin line across the paper.
    Rule,
    /// A QR of error level M in the middle, with its quiet zone.
    Qr {
        /// What it says.
        text: String,
        /// The side of a module in dots, 4 (half a millimetre) to 16; less where the paper is too narrow for it.
        module_dots: u8,
    },
    /// Blank paper, 8 dots to a millimetre.
    Feed {
        /// How much.
        dots: u8,
    },
    /// The end of the slip.
    Cut,
}

/// What stands on a slip, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    pub(crate) lines: Vec<Line>,
}

impl Sheet {
    /// An empty sheet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    #[must_use]
    pub fn text(self, text: impl Into<String>, style: Style) -> Self {
        self.line(Line::Text { text: text.into(), style })
    }

    /// Adds a thin line across the paper.
    #[must_use]
    pub fn rule(self) -> Self {
        self.line(Line::Rule)
    }

    /// Adds a QR whose modules have this many dots, less where the paper is too narrow, and never less than 4 (half a
    /// millimetre): 6 is a good size.
    #[must_use]
    pub fn qr(self, text: impl Into<String>, module_dots: u8) -> Self {
        self.line(Line::Qr { text: text.into(), module_dots })
    }

    /// Adds blank paper, 8 dots to a millimetre.
    #[must_use]
    pub fn feed(self, dots: u8) -> Self {
        self.line(Line::Feed { dots })
    }

    /// Ends the slip.
    #[must_use]
    pub fn cut(self) -> Self {
        self.line(Line::Cut)
    }

    /// The lines, from top to bottom.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    fn line(mut self, line: Line) -> Self {
        self.lines.push(line);
        self
    }
}

/// Why a sheet cannot be printed on this paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadSheet {
    /// The QR says too much: its modules would be smaller than half a millimetre.
    QrTooLong {
        /// How many characters it has.
        characters: usize,
    },
    /// A QR without a text.
    QrEmpty,
    /// More than a slip ever needs: a mistake would eat the roll.
    TooLong {
        /// How many lines it has.
        lines: usize,
    },
    /// The encoder refused it.
    Encoding(String),
}

impl fmt::Display for BadSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QrTooLong { characters } => write!(f, "a QR of {characters} characters does not fit the paper"),
            Self::QrEmpty => f.write_str("a QR needs a text"),
            Self::TooLong { lines } => write!(f, "a sheet of {lines} lines is too long"),
            Self::Encoding(why) => write!(f, "the sheet cannot be encoded: {why}"),
        }
    }
}
impl std::error::Error for BadSheet {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_has_one_of_two_widths_and_the_columns_that_fit() {
        let columns = |millimetres, columns| Paper::of(millimetres, columns).map(|paper| paper.columns(1));
        assert_eq!((columns(80, None), columns(80, Some(42)), columns(58, None)), (Ok(48), Ok(42), Ok(32)));
        for (millimetres, columns) in [(57, None), (80, Some(32)), (58, Some(42)), (0, None)] {
            assert_eq!(Paper::of(millimetres, columns), Err(BadPaper), "{millimetres} {columns:?}");
        }
    }
}
