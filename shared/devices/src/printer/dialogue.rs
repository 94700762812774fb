//! What is said between us and an open printer: how it is, and whether what was sent is on paper.

use super::{
    link::{Link, SendError},
    status::{self, Status},
};
use crate::clock;
use std::{io, time::Duration};

/// A printer answers a real-time question at once, whatever it is doing.
const ANSWER_LIMIT: Duration = Duration::from_millis(1000);
/// An idle printer answers in its turn nearly as fast; some answer never.
const TURN_PROBE_LIMIT: Duration = Duration::from_millis(600);
/// A slip prints in one to three seconds; after this it will not come any more.
const PRINT_LIMIT: Duration = Duration::from_secs(8);
/// How often a printing printer is asked whether all is still well.
const WATCH: Duration = Duration::from_millis(400);
/// A printer that never answers in its turn has finished a slip by then.
const BLIND_PRINT: Duration = Duration::from_secs(3);
/// Bytes from earlier questions that are thrown away before a new one; more is a printer that babbles.
const STALE: usize = 64;

/// An open printer.
pub(super) struct Dialogue {
    link: Box<dyn Link>,
    /// Whether it ever told its state.
    speaks: bool,
    /// Whether it answers in its turn; found out before the first job.
    takes_turns: Option<bool>,
    /// Its answer in turn to the last question of that kind has come, perhaps while another was awaited.
    turn_came: bool,
}

/// How the wait for paper ended.
pub(super) enum Paper {
    /// Everything is on paper, or kept.
    Out,
    /// The printer said that it stopped, or says nothing at all.
    Stopped(Status),
    /// The line broke meanwhile.
    Broken(io::Error),
}

impl Dialogue {
    pub(super) fn new(link: Box<dyn Link>) -> Self {
        Self { link, speaks: false, takes_turns: None, turn_came: false }
    }

    /// How the printer is. An error means that it is gone.
    pub(super) fn status(&mut self) -> io::Result<Status> {
        if self.link.keep().transpose()?.is_some() {
            return Ok(Status::Ready);
        }
        self.drain()?;
        let mut answers = [0; 3];
        for (answer, question) in answers.iter_mut().zip([status::ASK_PRINTER, status::ASK_CAUSE, status::ASK_PAPER]) {
            match self.ask_now(&question)? {
                Some(byte) => *answer = byte,
                None if self.speaks => return Err(io::Error::new(io::ErrorKind::TimedOut, "the printer fell silent")),
                None => return Ok(Status::Unknown),
            }
        }
        self.speaks = true;
        match status::read(answers[0], answers[1], answers[2]) {
            // It stopped, and not for want of paper: only then it is asked why, because not every printer can say.
            stopped @ (Status::Offline | Status::Broken) => {
                let error = self.ask_now(&status::ASK_ERROR)?;
                Ok(error.map_or(stopped, |error| status::read_error(stopped, error)))
            }
            status => Ok(status),
        }
    }

    /// Whether this printer ever told its state.
    pub(super) fn speaks(&self) -> bool {
        self.speaks
    }

    /// Sends a job and waits until it is on paper.
    pub(super) fn print(&mut self, bytes: &[u8]) -> Result<Paper, SendError> {
        let in_turn = self.finds_turn().map_err(|why| SendError { sent: 0, why })?;
        self.link.send(bytes)?;
        match self.link.keep() {
            Some(Ok(())) => return Ok(Paper::Out),
            Some(Err(why)) => return Ok(Paper::Broken(why)),
            None => {}
        }
        Ok(self.follow(in_turn).unwrap_or_else(Paper::Broken))
    }

    /// Makes the printer drop what it has not printed, so that it never comes out late.
    pub(super) fn forget(&mut self) -> Result<(), SendError> {
        self.link.send(&status::FORGET)
    }

    fn finds_turn(&mut self) -> io::Result<bool> {
        if let Some(known) = self.takes_turns {
            return Ok(known);
        }
        let takes = self.speaks && {
            self.ask_in_turn()?;
            self.turn_within(TURN_PROBE_LIMIT)?
        };
        self.takes_turns = Some(takes);
        Ok(takes)
    }

    /// Watches the printer print.
    fn follow(&mut self, in_turn: bool) -> io::Result<Paper> {
        if !self.speaks {
            return Ok(Paper::Stopped(Status::Unknown));
        }
        let began = clock::now();
        let limit = if in_turn { PRINT_LIMIT } else { BLIND_PRINT };
        if in_turn {
            self.ask_in_turn()?;
        }
        loop {
            let finished = self.turn_within(WATCH)?;
            // After the answer in its turn, or meanwhile: only a printer that is well has printed.
            let now = self.status()?;
            let over = clock::now().duration_since(began) >= limit;
            match now {
                _ if !now.prints() => return Ok(Paper::Stopped(now)),
                _ if finished || (over && !in_turn) => return Ok(Paper::Out),
                _ if over => return Ok(Paper::Stopped(Status::Unknown)),
                _ => {}
            }
        }
    }

    fn ask_in_turn(&mut self) -> io::Result<()> {
        self.turn_came = false;
        self.link.send(&status::ASK_IN_TURN).map_err(|error| error.why)
    }

    fn turn_within(&mut self, limit: Duration) -> io::Result<bool> {
        let began = clock::now();
        while !self.turn_came {
            let left = limit.saturating_sub(clock::now().duration_since(began));
            if left.is_zero() || self.hear(left)?.is_none() {
                break;
            }
        }
        Ok(self.turn_came)
    }

    /// Asks something that is answered at once.
    fn ask_now(&mut self, question: &[u8]) -> io::Result<Option<u8>> {
        self.link.send(question).map_err(|error| error.why)?;
        let began = clock::now();
        loop {
            let left = ANSWER_LIMIT.saturating_sub(clock::now().duration_since(began));
            if left.is_zero() {
                return Ok(None);
            }
            match self.hear(left)? {
                Some(byte) if status::answers_now(byte) => return Ok(Some(byte)),
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }

    /// Throws away answers to questions that nobody waits for any more.
    fn drain(&mut self) -> io::Result<()> {
        for _ in 0..STALE {
            if self.hear(Duration::from_millis(1))?.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// One byte from the printer, whatever it answers.
    fn hear(&mut self, limit: Duration) -> io::Result<Option<u8>> {
        let byte = self.link.answer(limit)?;
        self.turn_came |= byte.is_some_and(status::answers_in_turn);
        Ok(byte)
    }
}
