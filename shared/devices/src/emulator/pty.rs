//! A line of an emulated device: a pty, found at a path of its own, that can be pulled out and put back in.

use rustix::{
    fs::{Mode, OFlags, open},
    io::{Errno, read, write},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{OptionalActions, tcgetattr, tcsetattr},
};
use std::{
    fs, io,
    os::{fd::OwnedFd, unix::fs::symlink},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

/// How often a line that is full or empty is looked at again.
const LOOK: Duration = Duration::from_millis(10);
/// A full line empties within three seconds, or nobody reads it.
const WRITE_TRIES: usize = 300;

/// A line that is plugged in. Dropping it pulls it out.
#[derive(Debug)]
pub(super) struct Pty {
    master: OwnedFd,
    /// Held so that the line keeps its settings while no program reads it.
    _slave: OwnedFd,
    link: PathBuf,
    /// What the link leads to.
    end: PathBuf,
    pulled: AtomicBool,
}

impl Pty {
    /// Plugs a line in at `link`. What is there is replaced only if it is a link, as an earlier emulator leaves it.
    pub fn plug(link: &Path) -> io::Result<Self> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        rustix::fs::fcntl_setfl(&master, OFlags::NONBLOCK)?;
        let name = ptsname(&master, Vec::new())?;
        let slave = open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        let mut settings = tcgetattr(&slave)?;
        settings.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &settings)?;
        let end = PathBuf::from(name.to_string_lossy().as_ref());
        remove_link(link)?;
        symlink(&end, link)?;
        Ok(Self { master, _slave: slave, link: link.to_owned(), end, pulled: AtomicBool::new(false) })
    }

    /// Pulls it out: the link goes, and whoever waits in [`Self::receive`] is told. The line itself closes when nobody
    /// holds it any more.
    pub fn pull(&self) {
        self.pulled.store(true, Ordering::Relaxed);
        // A link that was replaced meanwhile belongs to somebody else.
        if fs::read_link(&self.link).is_ok_and(|end| end == self.end) {
            // One that cannot be removed is replaced by the next emulator.
            let _ = fs::remove_file(&self.link);
        }
    }

    /// Sends all bytes to the program at the other end.
    pub fn send(&self, bytes: &[u8]) -> io::Result<()> {
        let (mut sent, mut tries) = (0, 0);
        while sent < bytes.len() {
            match write(&self.master, &bytes[sent..]) {
                Ok(count) => (sent, tries) = (sent + count, 0),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) if tries < WRITE_TRIES => {
                    tries += 1;
                    thread::sleep(LOOK);
                }
                Err(Errno::AGAIN) => {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "no program reads this line"));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Waits for bytes from the program at the other end; 0 means that the line was pulled out.
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.pulled.load(Ordering::Relaxed) {
            match read(&self.master, &mut *buffer) {
                Ok(count @ 1..) => return Ok(count),
                Ok(0) | Err(Errno::AGAIN | Errno::INTR) => thread::sleep(LOOK),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(0)
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        self.pull();
    }
}

fn remove_link(link: &Path) -> io::Result<()> {
    match fs::symlink_metadata(link) {
        Ok(found) if found.is_symlink() => fs::remove_file(link),
        Ok(_) => Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            format!("{} is there and is no link of an emulator", link.display()),
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}
