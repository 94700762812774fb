//! The emulated paper: rows of dots that grow downwards.

use super::glyphs::{CELL, Glyphs};

/// Two metres and a half: what is longer is a mistake, and memory is not paper.
const LONGEST: usize = 20_000;

/// Paper of one width, white where nothing was printed.
pub(super) struct Canvas {
    width: usize,
    /// One byte a dot, 0 black to 255 white, whole rows.
    dots: Vec<u8>,
    /// Where the next line begins.
    y: usize,
    /// Nothing is drawn: the paper only moves.
    blind: bool,
}

impl Canvas {
    pub fn new(width: u16) -> Self {
        Self { width: usize::from(width), dots: Vec::new(), y: 0, blind: false }
    }

    /// Draws nothing from now on.
    pub fn blind(&mut self) {
        self.blind = true;
    }

    /// Moves the paper.
    pub fn feed(&mut self, dots: usize) {
        self.y = (self.y + dots).min(LONGEST);
        self.grow(self.y);
    }

    /// Where something this wide begins: 0 left, 1 centre, 2 right.
    fn start(&self, width: usize, justify: u8) -> usize {
        let free = self.width.saturating_sub(width);
        match justify {
            1 => free / 2,
            2 => free,
            _ => 0,
        }
    }

    /// Draws a line of characters that stand on one baseline, and moves on by `spacing` at least.
    pub fn line(&mut self, glyphs: &Glyphs, line: &[(char, bool, (u8, u8))], justify: u8, spacing: usize) {
        let wide: usize = line.iter().map(|(.., size)| usize::from(size.0) * CELL.0 as usize).sum();
        let tall: usize = line.iter().map(|(.., size)| usize::from(size.1) * CELL.1 as usize).max().unwrap_or(0);
        let mut x = self.start(wide, justify);
        for (c, bold, size) in if self.blind { &[] } else { line } {
            let top = self.y + tall - usize::from(size.1) * CELL.1 as usize;
            glyphs.draw(*c, *bold, *size, |dx, dy, black| {
                self.ink(x as i64 + i64::from(dx), top as i64 + i64::from(dy), black)
            });
            x += usize::from(size.0) * CELL.0 as usize;
        }
        self.feed(tall.max(spacing));
    }

    /// Draws a block of square modules, each so many dots wide, and moves past it.
    pub fn modules(&mut self, black: &[bool], across: usize, size: usize, justify: u8) {
        let left = self.start(across * size, justify);
        let blind = self.blind;
        for (at, _) in black.iter().enumerate().filter(|(_, black)| **black && !blind) {
            let (x, y) = (left + at % across * size, self.y + at / across * size);
            for dy in 0..size {
                for dx in 0..size {
                    self.ink((x + dx) as i64, (y + dy) as i64, 1.0);
                }
            }
        }
        self.feed(black.len() / across.max(1) * size);
    }

    fn ink(&mut self, x: i64, y: i64, black: f32) {
        if x < 0 || y < 0 || x as usize >= self.width || y as usize >= LONGEST {
            return;
        }
        self.grow(y as usize + 1);
        let dot = &mut self.dots[y as usize * self.width + x as usize];
        *dot = (*dot).min(255 - (black.clamp(0.0, 1.0) * 255.0) as u8);
    }

    fn grow(&mut self, rows: usize) {
        if self.dots.len() < rows * self.width {
            self.dots.resize(rows * self.width, 255);
        }
    }

    /// The paper up to here; what follows is new paper.
    pub fn tear(&mut self) -> Vec<u8> {
        self.y = 0;
        std::mem::take(&mut self.dots)
    }

    /// Whether nothing has been printed or fed yet.
    pub fn is_blank(&self) -> bool {
        self.dots.is_empty()
    }
}
