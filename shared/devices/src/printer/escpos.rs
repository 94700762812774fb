//! A sheet as ESC/POS bytes, made by the escpos crate into memory. Pure: the same sheet gives the same bytes.

use super::{
    charset::printable,
    layout::wrap,
    sheet::{Align, BadSheet, CELL, Line, Paper, Sheet, Style},
};
use escpos::{
    driver::Driver,
    errors::PrinterError,
    printer::Printer,
    printer_options::PrinterOptions,
    utils::{JustifyMode, PageCode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption},
};
use std::sync::{Arc, Mutex, PoisonError};

/// A slip has some thirty lines; ten times that is a mistake that would eat the roll.
const MOST_LINES: usize = 300;
/// Half a millimetre at 203 dpi: below it phones and readers begin to fail.
const SMALLEST_MODULE: u8 = 4;
/// What printers take.
const LARGEST_MODULE: u8 = 16;
/// Blank modules around a QR, as its standard asks.
const QUIET_ZONE: u16 = 4;
/// Blank dots between lines of text, beside what the character itself leaves.
const LEADING: u16 = 6;
/// Eight dots to a millimetre.
const DPI: u8 = 203;
/// How tall a rule is: 0.4 mm.
const RULE_DOTS: u8 = 3;

/// The bytes that print a sheet on this paper.
pub fn encode(sheet: &Sheet, paper: Paper) -> Result<Vec<u8>, BadSheet> {
    if sheet.lines.len() > MOST_LINES {
        return Err(BadSheet::TooLong { lines: sheet.lines.len() });
    }
    let mut encoder = Encoder::new(paper)?;
    for line in &sheet.lines {
        match line {
            Line::Text { text, style } => encoder.text(text, *style)?,
            Line::Rule => encoder.rule()?,
            Line::Qr { text, module_dots } => encoder.qr(text, *module_dots)?,
            Line::Feed { dots } => encoder.feed(*dots)?,
            Line::Cut => {
                encoder.printer.cut()?;
            }
        }
    }
    encoder.bytes()
}

impl From<PrinterError> for BadSheet {
    fn from(error: PrinterError) -> Self {
        Self::Encoding(error.to_string())
    }
}

/// The crate's own driver: bytes stay in memory, so that they go out with our time-outs and not with its.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Driver for Memory {
    fn name(&self) -> String {
        "memory".to_owned()
    }
    fn write(&self, bytes: &[u8]) -> Result<(), PrinterError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(())
    }
    fn read(&self, _: &mut [u8]) -> Result<usize, PrinterError> {
        Ok(0)
    }
    fn flush(&self) -> Result<(), PrinterError> {
        Ok(())
    }
}

struct Encoder {
    paper: Paper,
    memory: Memory,
    printer: Printer<Memory>,
}

impl Encoder {
    /// A printer that knows nothing of what it printed before, and measures in dots of 203 dpi.
    fn new(paper: Paper) -> Result<Self, BadSheet> {
        let memory = Memory::default();
        let options = PrinterOptions::new(Some(PageCode::WPC1252), None, paper.columns(1) as u8);
        let mut printer = Printer::new(memory.clone(), Protocol::default(), Some(options));
        printer.init()?.motion_units(DPI, DPI)?.smoothing(true)?;
        Ok(Self { paper, memory, printer })
    }

    fn text(&mut self, text: &str, style: Style) -> Result<(), BadSheet> {
        let spacing = u16::from(style.height) * CELL.1 + LEADING;
        self.printer
            .justify(justify(style.align))?
            .bold(style.bold)?
            .size(style.width, style.height)?
            .line_spacing(spacing as u8)?;
        for line in wrap(&printable(text), self.paper.columns(style.width)) {
            self.printer.writeln(&line)?;
        }
        Ok(())
    }

    /// A raster image, because a row of dashes is no line.
    fn rule(&mut self) -> Result<(), BadSheet> {
        let across = (self.paper.dots() / 8) as u8;
        let mut command = vec![0x1D, b'v', b'0', 0, across, 0, RULE_DOTS, 0];
        command.resize(command.len() + usize::from(across) * usize::from(RULE_DOTS), 0xFF);
        self.printer.justify(JustifyMode::LEFT)?.custom(&command)?;
        Ok(())
    }

    fn qr(&mut self, text: &str, module_dots: u8) -> Result<(), BadSheet> {
        let text = printable(text);
        let dots = module_size(&text, module_dots, self.paper)?;
        let quiet = dots * QUIET_ZONE as u8;
        let option = QRCodeOption::new(QRCodeModel::Model2, dots, QRCodeCorrectionLevel::M);
        self.feed(quiet)?;
        self.printer.justify(JustifyMode::CENTER)?.qrcode_option(&text, option)?;
        self.feed(quiet)
    }

    fn feed(&mut self, dots: u8) -> Result<(), BadSheet> {
        self.printer.custom(&[0x1B, b'J', dots])?;
        Ok(())
    }

    fn bytes(mut self) -> Result<Vec<u8>, BadSheet> {
        self.printer.print()?;
        Ok(std::mem::take(&mut *self.memory.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn justify(align: Align) -> JustifyMode {
    match align {
        Align::Left => JustifyMode::LEFT,
        Align::Centre => JustifyMode::CENTER,
        Align::Right => JustifyMode::RIGHT,
    }
}

/// The side of a module: what was asked, or less where the paper is too narrow for the QR and its quiet zone.
fn module_size(text: &str, asked: u8, paper: Paper) -> Result<u8, BadSheet> {
    if text.is_empty() {
        return Err(BadSheet::QrEmpty);
    }
    let too_long = BadSheet::QrTooLong { characters: text.len() };
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).map_err(|_| too_long.clone())?;
    let fits = paper.dots() / (code.width() as u16 + 2 * QUIET_ZONE);
    let dots = u16::from(asked.clamp(SMALLEST_MODULE, LARGEST_MODULE)).min(fits);
    if dots < u16::from(SMALLEST_MODULE) { Err(too_long) } else { Ok(dots as u8) }
}
