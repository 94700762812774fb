//! A printer on USB, by the kernel's own driver for printers (usblp): it is found by what it says about itself, because
//! its number changes when it is plugged in again, and it is asked for its state as on any other line.

use super::link::{Link, LinkSource, SendError, WRITE_LIMIT};
use crate::{
    clock,
    url::{self, BadUrl, UsbAddress},
};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{Mode, OFlags},
    io::Errno,
};
use std::{
    fs, io,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

/// A printer that has nothing to say may answer "nothing" at once and without end: it is asked this often.
const NOTHING_PAUSE: Duration = Duration::from_millis(5);
/// More printers than any totem has; what stands in the folder beyond them is not looked at.
const MOST_PRINTERS: usize = 64;

/// Where the kernel shows USB printers.
#[derive(Debug, Clone)]
pub struct UsbRoots {
    /// What it knows of them: a folder for each, `lp0`, with `device` leading to what is plugged in.
    pub class: PathBuf,
    /// Where they are opened: `lp0` again.
    pub nodes: PathBuf,
}

impl Default for UsbRoots {
    fn default() -> Self {
        Self { class: "/sys/class/usbmisc".into(), nodes: "/dev/usb".into() }
    }
}

/// A USB printer that is looked for by its numbers each time it is opened.
#[derive(Debug, Clone)]
pub struct UsbPrinter {
    address: UsbAddress,
    roots: UsbRoots,
}

impl UsbPrinter {
    /// The printer of a URL such as `usb:04b8:0e28`, or `usb:04b8:0e28?serial=J3AX012345` where two are alike.
    pub fn new(url: &str, roots: UsbRoots) -> Result<Self, BadUrl> {
        let rest = url.strip_prefix("usb:").unwrap_or_default();
        Ok(Self { address: url::usb(url, rest)?, roots })
    }

    /// The device file of the first printer that answers to the address.
    fn find(&self) -> io::Result<PathBuf> {
        let missing = |why: &str| io::Error::new(io::ErrorKind::NotFound, why.to_owned());
        let Ok(class) = fs::read_dir(&self.roots.class) else {
            return Err(missing("no USB printer is plugged in, or the kernel has no driver usblp"));
        };
        let names = class.take(MOST_PRINTERS).flatten().map(|entry| entry.file_name());
        let mut printers: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with("lp")).collect();
        printers.sort_unstable();
        let found = printers.iter().find(|name| self.is_it(&self.roots.class.join(name).join("device/..")));
        found.map(|name| self.roots.nodes.join(name)).ok_or_else(|| missing("no USB printer with these numbers"))
    }

    /// Whether what is plugged in there is the one.
    fn is_it(&self, device: &Path) -> bool {
        let says = |what: &str| fs::read_to_string(device.join(what)).map(|text| text.trim().to_owned());
        let number = |what: &str| says(what).ok().and_then(|text| u16::from_str_radix(&text, 16).ok());
        number("idVendor") == Some(self.address.vendor)
            && number("idProduct") == Some(self.address.product)
            && self.address.serial.as_ref().is_none_or(|serial| says("serial").is_ok_and(|text| text == *serial))
    }
}

impl LinkSource for UsbPrinter {
    fn open(&mut self) -> io::Result<Box<dyn Link>> {
        let node = self.find()?;
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        match rustix::fs::open(&node, flags, Mode::empty()) {
            Ok(printer) => Ok(Box::new(UsbLink(printer))),
            Err(Errno::ACCESS) => Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                format!("{} is closed to this program: its user must be in the group lp", node.display()),
            )),
            Err(why) => Err(why.into()),
        }
    }

    fn name(&self) -> String {
        format!("usb:{:04x}:{:04x}", self.address.vendor, self.address.product)
    }
}

struct UsbLink(OwnedFd);

impl UsbLink {
    /// Waits until the printer takes bytes or has some. False if it did neither within the limit.
    fn wait(&self, what: PollFlags, limit: Duration) -> io::Result<bool> {
        let limit = Timespec { tv_sec: limit.as_secs() as i64, tv_nsec: i64::from(limit.subsec_nanos()) };
        let mut fds = [PollFd::new(&self.0, what)];
        match poll(&mut fds, Some(&limit)) {
            Ok(_) if fds[0].revents().intersects(PollFlags::HUP | PollFlags::NVAL) => {
                Err(io::Error::new(io::ErrorKind::NotConnected, "the printer was unplugged"))
            }
            Ok(_) => Ok(fds[0].revents().intersects(what)),
            Err(Errno::INTR) => Ok(false),
            Err(why) => Err(why.into()),
        }
    }

    fn send_some(&self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match rustix::io::write(&self.0, bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => return Ok(count),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) if self.wait(PollFlags::OUT, WRITE_LIMIT)? => {}
                Err(Errno::AGAIN) => return Err(io::ErrorKind::TimedOut.into()),
                Err(why) => return Err(why.into()),
            }
        }
    }
}

impl Link for UsbLink {
    fn send(&mut self, bytes: &[u8]) -> Result<(), SendError> {
        let mut sent = 0;
        while sent < bytes.len() {
            sent += self.send_some(&bytes[sent..]).map_err(|why| SendError { sent, why })?;
        }
        Ok(())
    }

    fn answer(&mut self, limit: Duration) -> io::Result<Option<u8>> {
        let began = clock::now();
        loop {
            let left = limit.saturating_sub(clock::now().duration_since(began));
            if left.is_zero() || !self.wait(PollFlags::IN, left)? {
                return Ok(None);
            }
            let mut byte = [0];
            match rustix::io::read(&self.0, &mut byte) {
                Ok(1..) => return Ok(Some(byte[0])),
                // An empty packet. So it is with a cable that leads one way only (INVAL): such a printer says nothing.
                Ok(0) | Err(Errno::AGAIN | Errno::INTR | Errno::INVAL) => thread::sleep(NOTHING_PAUSE.min(left)),
                Err(why) => return Err(why.into()),
            }
        }
    }
}
