//! The part of the emulated printer that prints: commands in, dots and words on paper out. Pure.

use super::{
    canvas::Canvas,
    command::Command,
    glyphs::{CELL, Glyphs},
    slip::Picture,
};
use crate::printer::{Paper, from_page};

/// The usual distance between lines, in dots.
const SPACING: usize = 30;
/// The code page that this crate prints with.
const WPC1252: u8 = 16;

/// The head, the paper under it, and how the next character will look.
pub(super) struct Press {
    paper: Paper,
    glyphs: Glyphs,
    style: Style,
    line: Vec<(char, bool, (u8, u8))>,
    canvas: Canvas,
    text: String,
}

struct Style {
    page: u8,
    justify: u8,
    bold: bool,
    size: (u8, u8),
    spacing: usize,
    qr_module: u8,
    qr_level: u8,
    qr_text: Vec<u8>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            page: 0,
            justify: 0,
            bold: false,
            size: (1, 1),
            spacing: SPACING,
            qr_module: 3,
            qr_level: 48,
            qr_text: Vec::new(),
        }
    }
}

impl Press {
    pub fn new(paper: Paper) -> Result<Self, ab_glyph::InvalidFont> {
        Ok(Self {
            paper,
            glyphs: Glyphs::new()?,
            style: Style::default(),
            line: Vec::new(),
            canvas: Canvas::new(paper.dots()),
            text: String::new(),
        })
    }

    /// Prints words and no pictures from now on.
    pub fn blind(&mut self) {
        self.canvas.blind();
    }

    /// Takes the paper off: what is written on it, and how it looks. `None` if it is blank.
    pub fn tear(&mut self) -> Option<(String, Picture)> {
        self.line.clear();
        let text = std::mem::take(&mut self.text);
        if self.canvas.is_blank() {
            return None;
        }
        let roll = match self.paper {
            Paper::Mm80 | Paper::Mm80Columns42 => 640,
            Paper::Mm58 => 464,
        };
        Some((text, Picture::on_paper(&self.canvas.tear(), usize::from(self.paper.dots()), roll)))
    }

    /// Carries out one command.
    pub fn obey(&mut self, command: Command) {
        match command {
            Command::Character(byte) => self.character(byte),
            Command::LineFeed => self.end_line(),
            Command::Initialise => {
                self.style = Style::default();
                self.line.clear();
            }
            Command::CodePage(page) => self.style.page = page,
            Command::Justify(side) => self.style.justify = side,
            Command::Bold(on) => self.style.bold = on,
            Command::Size(width, height) => self.style.size = (width, height),
            Command::LineSpacing(dots) => self.style.spacing = dots.map_or(SPACING, usize::from),
            Command::FeedLines(lines) => {
                // What stands on the line is printed by the first of these feeds.
                let blank = if self.end_partial_line() { lines.saturating_sub(1) } else { lines };
                self.canvas.feed(usize::from(blank) * self.style.spacing);
            }
            Command::FeedDots(dots) => {
                self.end_partial_line();
                self.canvas.feed(usize::from(dots));
            }
            Command::Raster(across, rows) => self.raster(across, &rows),
            Command::QrModule(dots) => self.style.qr_module = dots.clamp(1, 16),
            Command::QrLevel(level) => self.style.qr_level = level,
            Command::QrText(text) => self.style.qr_text = text,
            Command::QrPrint => self.qr(),
            Command::Cut => {
                self.end_partial_line();
            }
            Command::Foreign => tracing::warn!("the emulated printer does not know a command"),
            Command::Nothing | Command::AskInTurn(_) | Command::AskNow(_) | Command::Forget => {}
        }
    }

    fn character(&mut self, byte: u8) {
        let c = if self.style.page == WPC1252 || byte.is_ascii() { from_page(byte) } else { '?' };
        let wide =
            |line: &[(char, bool, (u8, u8))]| line.iter().map(|(.., size)| u32::from(size.0)).sum::<u32>() * CELL.0;
        self.line.push((c, self.style.bold, self.style.size));
        if wide(&self.line) > u32::from(self.paper.dots())
            && let Some(over) = self.line.pop()
        {
            self.end_line();
            self.line.push(over);
        }
    }

    /// Prints what stands on the line, if anything does.
    fn end_partial_line(&mut self) -> bool {
        let partial = !self.line.is_empty();
        if partial {
            self.end_line();
        }
        partial
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.canvas.line(&self.glyphs, &line, self.style.justify, self.style.spacing);
        let width = line.iter().map(|(.., size)| size.0).max().unwrap_or(1);
        let words: String = line.iter().map(|(c, ..)| c).collect();
        self.write(&words, self.paper.columns(width));
    }

    /// Adds a line to the text, as far from the left as it stands on paper.
    fn write(&mut self, words: &str, columns: usize) {
        let free = columns.saturating_sub(words.chars().count());
        let blank = match self.style.justify {
            1 => free / 2,
            2 => free,
            _ => 0,
        };
        self.text.push_str(format!("{:blank$}{words}", "").trim_end());
        self.text.push('\n');
    }

    fn raster(&mut self, across: usize, rows: &[u8]) {
        if across == 0 {
            return;
        }
        let black: Vec<bool> = rows.iter().flat_map(|byte| (0..8).map(move |bit| byte & (0x80 >> bit) != 0)).collect();
        self.canvas.modules(&black, across * 8, 1, self.style.justify);
        self.text.push_str(&"-".repeat((across * 8 / CELL.0 as usize).min(self.paper.columns(1))));
        self.text.push('\n');
    }

    fn qr(&mut self) {
        let level = match self.style.qr_level {
            49 => qrcode::EcLevel::M,
            50 => qrcode::EcLevel::Q,
            51 => qrcode::EcLevel::H,
            _ => qrcode::EcLevel::L,
        };
        let text = String::from_utf8_lossy(&self.style.qr_text).into_owned();
        match qrcode::QrCode::with_error_correction_level(&self.style.qr_text, level) {
            Ok(code) => {
                let black: Vec<bool> = code.to_colors().iter().map(|color| *color == qrcode::Color::Dark).collect();
                self.canvas.modules(&black, code.width(), usize::from(self.style.qr_module), self.style.justify);
                self.text.push_str(&format!("[QR {text}]\n"));
            }
            Err(error) => tracing::warn!(%error, "the emulated printer cannot draw this QR"),
        }
    }
}
