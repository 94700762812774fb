//! An emulated printer in process: what the URL `emulated:DIR` names. Its slips appear in that folder.

use super::machine::Machine;
use crate::printer::{Link, LinkSource, Paper, SendError};
use std::{collections::VecDeque, io, path::PathBuf, time::Duration};

/// A printer whose paper is a folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    paper: Paper,
}

impl Folder {
    /// A printer with this paper that leaves its slips there.
    pub fn new(path: impl Into<PathBuf>, paper: Paper) -> Self {
        Self { path: path.into(), paper }
    }
}

impl LinkSource for Folder {
    fn open(&mut self) -> io::Result<Box<dyn Link>> {
        std::fs::create_dir_all(&self.path)?;
        let machine = Machine::new(self.paper).map_err(io::Error::other)?;
        Ok(Box::new(FolderLink { machine, path: self.path.clone(), answers: VecDeque::new() }))
    }
    fn name(&self) -> String {
        format!("emulated printer {}", self.path.display())
    }
}

struct FolderLink {
    machine: Machine,
    path: PathBuf,
    answers: VecDeque<u8>,
}

impl Link for FolderLink {
    fn send(&mut self, bytes: &[u8]) -> Result<(), SendError> {
        self.answers.extend(self.machine.feed(bytes));
        for slip in self.machine.take_slips() {
            slip.save(&self.path).map_err(|why| SendError { sent: bytes.len(), why })?;
        }
        Ok(())
    }
    fn answer(&mut self, _: Duration) -> io::Result<Option<u8>> {
        Ok(self.answers.pop_front())
    }
}
