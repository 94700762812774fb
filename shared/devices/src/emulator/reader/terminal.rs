//! A card reader at a pty, where a program finds it as it finds a real one: by the path of a serial line.

use super::gesture::Gesture;
use crate::emulator::control::Obey;
use rustix::{
    fs::{Mode, OFlags, open},
    io::{Errno, write},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{OptionalActions, tcgetattr, tcsetattr},
};
use std::{
    fs, io,
    os::{fd::OwnedFd, unix::fs::symlink},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

/// A full line empties within this, or nobody reads it.
const WRITE_PAUSE: Duration = Duration::from_millis(10);
const WRITE_TRIES: usize = 300;

/// An emulated reader whose line is found at a path of its own. Dropping it unplugs it.
#[derive(Debug)]
pub struct TerminalReader {
    link: PathBuf,
    plugged: Mutex<Option<Plugged>>,
}

#[derive(Debug)]
struct Plugged {
    master: OwnedFd,
    /// Held so that the line keeps its settings while no program reads it.
    _slave: OwnedFd,
}

impl TerminalReader {
    /// A plugged reader at `link`. What is there is replaced only if it is a link, as an earlier emulator leaves it.
    pub fn start(link: impl Into<PathBuf>) -> io::Result<Self> {
        let reader = Self { link: link.into(), plugged: Mutex::new(None) };
        reader.plug()?;
        Ok(reader)
    }

    /// Where programs find it.
    pub fn link(&self) -> &Path {
        &self.link
    }

    /// Does one thing to it.
    pub fn apply(&self, gesture: &Gesture) -> io::Result<()> {
        match gesture {
            Gesture::Unplug => self.unplug(),
            Gesture::Plug => self.plug(),
            _ => self.send(&gesture.bytes()),
        }
    }

    fn plug(&self) -> io::Result<()> {
        let mut plugged = self.plugged.lock().unwrap_or_else(PoisonError::into_inner);
        if plugged.is_some() {
            return Ok(());
        }
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        rustix::fs::fcntl_setfl(&master, OFlags::NONBLOCK)?;
        let path = ptsname(&master, Vec::new())?;
        let slave = open(path.as_c_str(), OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        let mut settings = tcgetattr(&slave)?;
        settings.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &settings)?;
        self.remove_link()?;
        symlink(path.to_string_lossy().as_ref(), &self.link)?;
        *plugged = Some(Plugged { master, _slave: slave });
        Ok(())
    }

    fn unplug(&self) -> io::Result<()> {
        self.plugged.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.remove_link()
    }

    fn remove_link(&self) -> io::Result<()> {
        match fs::symlink_metadata(&self.link) {
            Ok(found) if found.is_symlink() => fs::remove_file(&self.link),
            Ok(_) => Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                format!("{} is there and is no link of an emulator", self.link.display()),
            )),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn send(&self, bytes: &[u8]) -> io::Result<()> {
        let plugged = self.plugged.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Plugged { master, .. }) = &*plugged else {
            return Err(io::Error::new(io::ErrorKind::NotConnected, "the reader is unplugged"));
        };
        let (mut sent, mut tries) = (0, 0);
        while sent < bytes.len() {
            match write(master, &bytes[sent..]) {
                Ok(count) => (sent, tries) = (sent + count, 0),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) if tries < WRITE_TRIES => {
                    tries += 1;
                    thread::sleep(WRITE_PAUSE);
                }
                Err(Errno::AGAIN) => {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "no program reads this reader"));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl Obey for std::sync::Arc<TerminalReader> {
    fn obey(&self, order: &str) -> Result<String, String> {
        self.apply(&Gesture::parse(order)?).map_err(|error| error.to_string())?;
        Ok(String::new())
    }
}

impl Drop for TerminalReader {
    fn drop(&mut self) {
        // A link that cannot be removed is replaced by the next emulator.
        let _ = self.unplug();
    }
}
