//! The emulated printer itself: bytes in, answers and slips out. Pure, so tests use it in process.

use super::{
    canvas::Canvas,
    command::{Command, Token, Tokens},
    glyphs::{CELL, Glyphs},
    slip::{Picture, Slip},
};
use crate::printer::{Paper, Status, from_page};
use std::collections::VecDeque;

/// What a printer remembers while it cannot print; real ones have about as much.
const BUFFER: usize = 64 * 1024;
/// The usual distance between lines, in dots.
const SPACING: usize = 30;
/// The code page that this crate prints with.
const WPC1252: u8 = 16;

/// What a hand, or bad luck, does to an emulated printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knob {
    /// The printer says that it is so from now on. `Ready` is: roll changed, cover closed, all well.
    Is(Status),
    /// The paper ends after so many more bytes.
    PaperEndsAfter(usize),
}

/// An emulated printer without its connector.
pub struct Machine {
    paper: Paper,
    glyphs: Glyphs,
    tokens: Tokens,
    waiting: VecDeque<Token>,
    waiting_bytes: usize,
    status: Status,
    ends_after: Option<usize>,
    style: Style,
    line: Vec<(char, bool, (u8, u8))>,
    canvas: Canvas,
    bytes: Vec<u8>,
    text: String,
    slips: Vec<Slip>,
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

impl Machine {
    /// A printer that is well, with this paper in it.
    pub fn new(paper: Paper) -> Result<Self, ab_glyph::InvalidFont> {
        Ok(Self {
            paper,
            glyphs: Glyphs::new()?,
            tokens: Tokens::default(),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            status: Status::Ready,
            ends_after: None,
            style: Style::default(),
            line: Vec::new(),
            canvas: Canvas::new(paper.dots()),
            bytes: Vec::new(),
            text: String::new(),
            slips: Vec::new(),
        })
    }

    /// Takes bytes, prints what it can, and gives what it answers.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut answers = Vec::new();
        for byte in bytes {
            let Some(token) = self.tokens.push(*byte) else { continue };
            match token.command {
                // These two are heard even by a printer that cannot print.
                Command::AskNow(what) => answers.extend(self.answer_now(what)),
                Command::Forget => self.forget(),
                _ if self.waiting_bytes + token.bytes.len() <= BUFFER => {
                    self.waiting_bytes += token.bytes.len();
                    self.waiting.push_back(token);
                }
                _ => tracing::warn!("the emulated printer's buffer is full, a command is lost"),
            }
            self.work(&mut answers);
        }
        answers
    }

    /// Turns a knob; gives what the printer now answers to questions that were waiting.
    pub fn turn(&mut self, knob: Knob) -> Vec<u8> {
        match knob {
            Knob::Is(status) => {
                self.status = status;
                self.ends_after = None;
            }
            Knob::PaperEndsAfter(bytes) => self.ends_after = Some(bytes),
        }
        let mut answers = Vec::new();
        self.work(&mut answers);
        answers
    }

    /// How it is.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The slips that came out since the last time.
    pub fn take_slips(&mut self) -> Vec<Slip> {
        std::mem::take(&mut self.slips)
    }

    fn answer_now(&self, what: u8) -> Option<u8> {
        const WELL: u8 = 0b0001_0010;
        let offline = u8::from(!self.status.prints()) << 3;
        let paper_out = self.status == Status::PaperOut;
        match (what, self.status) {
            (_, Status::Unknown) => None,
            (1, _) => Some(WELL | offline),
            (2, status) => Some(WELL | u8::from(status == Status::CoverOpen) << 2 | u8::from(paper_out) << 5),
            (3, _) => Some(WELL),
            (4, _) if paper_out => Some(WELL | 0b0110_1100),
            (4, Status::NearEnd) => Some(WELL | 0b0000_1100),
            (4, _) => Some(WELL),
            _ => None,
        }
    }

    fn answer_in_turn(&self) -> Option<u8> {
        match self.status {
            Status::Unknown => None,
            Status::NearEnd => Some(0b0000_0011),
            _ => Some(0),
        }
    }

    fn work(&mut self, answers: &mut Vec<u8>) {
        while self.status.prints() {
            let Some(token) = self.waiting.pop_front() else { return };
            self.waiting_bytes -= token.bytes.len();
            if let Some(left) = &mut self.ends_after {
                match left.checked_sub(token.bytes.len()) {
                    Some(less) => *left = less,
                    None => {
                        self.ends_after = None;
                        self.status = Status::PaperOut;
                        self.finish(true);
                        return;
                    }
                }
            }
            if let Command::AskInTurn(_) = token.command {
                answers.extend(self.answer_in_turn());
                continue;
            }
            self.bytes.extend_from_slice(&token.bytes);
            self.obey(token.command);
        }
    }

    fn obey(&mut self, command: Command) {
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
                self.finish(false);
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

    fn finish(&mut self, torn: bool) {
        self.line.clear();
        if self.canvas.is_blank() {
            self.bytes.clear();
            self.text.clear();
            return;
        }
        let roll = match self.paper {
            Paper::Mm80 => 640,
            Paper::Mm58 => 464,
        };
        let picture = Picture::on_paper(&self.canvas.tear(), usize::from(self.paper.dots()), roll);
        self.slips.push(Slip {
            bytes: std::mem::take(&mut self.bytes),
            text: std::mem::take(&mut self.text),
            picture,
            torn,
        });
    }

    fn forget(&mut self) {
        self.tokens.clear();
        self.waiting.clear();
        self.waiting_bytes = 0;
        self.style = Style::default();
        self.finish(true);
    }
}
