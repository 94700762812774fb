//! A card reader at a pty, where a program finds it as it finds a real one: by the path of a serial line.

use super::gesture::Gesture;
use crate::emulator::{control::Obey, pty::Pty};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// An emulated reader whose line is found at a path of its own. Dropping it unplugs it.
#[derive(Debug)]
pub struct TerminalReader {
    link: PathBuf,
    plugged: Mutex<Option<Pty>>,
}

impl TerminalReader {
    /// A plugged reader at `link`. What is there is replaced only if it is a link, as an earlier emulator leaves it.
    pub fn start(link: impl Into<PathBuf>) -> io::Result<Self> {
        let link = link.into();
        let plugged = Mutex::new(Some(Pty::plug(&link)?));
        Ok(Self { link, plugged })
    }

    /// Where programs find it.
    pub fn link(&self) -> &Path {
        &self.link
    }

    /// Does one thing to it.
    pub fn apply(&self, gesture: &Gesture) -> io::Result<()> {
        let mut plugged = self.plugged();
        match (gesture, plugged.as_ref()) {
            (Gesture::Unplug, _) => *plugged = None,
            (Gesture::Plug, None) => *plugged = Some(Pty::plug(&self.link)?),
            (Gesture::Plug, Some(_)) => {}
            (_, Some(line)) => return line.send(&gesture.bytes()),
            (_, None) => return Err(io::Error::new(io::ErrorKind::NotConnected, "the reader is unplugged")),
        }
        Ok(())
    }

    fn plugged(&self) -> MutexGuard<'_, Option<Pty>> {
        self.plugged.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Obey for Arc<TerminalReader> {
    fn obey(&self, order: &str) -> Result<String, String> {
        self.apply(&Gesture::parse(order)?).map_err(|error| error.to_string())?;
        Ok(String::new())
    }
}
