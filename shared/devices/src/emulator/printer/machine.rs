//! The emulated printer itself: bytes in, answers and slips out. Pure, so tests use it in process.

use super::{
    answers,
    command::{Command, Token, Tokens},
    press::Press,
    slip::Slip,
};
use crate::printer::{Paper, Status};
use std::collections::VecDeque;

/// What a printer remembers while it cannot print; real ones have about as much.
const BUFFER: usize = 64 * 1024;

/// What a hand, or bad luck, does to an emulated printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knob {
    /// The printer says that it is so from now on. `Ready` is: roll changed, cover closed, all well.
    Is(Status),
    /// The paper ends after so many more bytes.
    PaperEndsAfter(usize),
    /// What it answers is garbage from now on, until all is well again.
    Garbage,
}

/// An emulated printer without its connector.
pub struct Machine {
    tokens: Tokens,
    waiting: VecDeque<Token>,
    waiting_bytes: usize,
    status: Status,
    ends_after: Option<usize>,
    garbled: bool,
    press: Press,
    bytes: Vec<u8>,
    slips: Vec<Slip>,
}

impl Machine {
    /// A printer that is well, with this paper in it.
    pub fn new(paper: Paper) -> Result<Self, ab_glyph::InvalidFont> {
        Ok(Self {
            tokens: Tokens::default(),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            status: Status::Ready,
            ends_after: None,
            garbled: false,
            press: Press::new(paper)?,
            bytes: Vec::new(),
            slips: Vec::new(),
        })
    }

    /// The same printer, whose slips have words and no pictures: for whoever prints thousands of them.
    pub fn without_pictures(mut self) -> Self {
        self.press.blind();
        self
    }

    /// Takes bytes, prints what it can, and gives what it answers.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut said = Vec::new();
        for byte in bytes {
            let Some(token) = self.tokens.push(*byte) else { continue };
            match token.command {
                // These two are heard even by a printer that cannot print.
                Command::AskNow(what) => said.extend(answers::now(self.status, what)),
                Command::Forget => self.forget(),
                _ if self.waiting_bytes + token.bytes.len() <= BUFFER => {
                    self.waiting_bytes += token.bytes.len();
                    self.waiting.push_back(token);
                }
                _ => tracing::warn!("the emulated printer's buffer is full, a command is lost"),
            }
            self.work(&mut said);
        }
        self.tell(said)
    }

    /// Turns a knob; gives what the printer now answers to questions that were waiting.
    pub fn turn(&mut self, knob: Knob) -> Vec<u8> {
        match knob {
            Knob::Is(status) => {
                self.status = status;
                self.ends_after = None;
                self.garbled = false;
            }
            Knob::PaperEndsAfter(bytes) => self.ends_after = Some(bytes),
            Knob::Garbage => self.garbled = true,
        }
        let mut said = Vec::new();
        self.work(&mut said);
        self.tell(said)
    }

    fn tell(&self, said: Vec<u8>) -> Vec<u8> {
        if self.garbled { answers::garbled(&said) } else { said }
    }

    /// How it is, whatever it answers.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The slips that came out since the last time.
    pub fn take_slips(&mut self) -> Vec<Slip> {
        std::mem::take(&mut self.slips)
    }

    fn work(&mut self, said: &mut Vec<u8>) {
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
                said.extend(answers::in_turn(self.status));
                continue;
            }
            self.bytes.extend_from_slice(&token.bytes);
            let cut = token.command == Command::Cut;
            self.press.obey(token.command);
            if cut {
                self.finish(false);
            }
        }
    }

    fn finish(&mut self, torn: bool) {
        let bytes = std::mem::take(&mut self.bytes);
        if let Some((text, picture)) = self.press.tear() {
            self.slips.push(Slip { bytes, text, picture, torn });
        }
    }

    fn forget(&mut self) {
        self.tokens.clear();
        self.waiting.clear();
        self.waiting_bytes = 0;
        self.finish(true);
        self.press.obey(Command::Initialise);
    }
}
