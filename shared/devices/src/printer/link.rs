//! How bytes reach a printer and come back: network, serial line or file, each with time-outs of our own.
//! USB is in [`super::usb`]; the emulated printer's link is in [`crate::emulator`].

use super::{
    Paper,
    usb::{UsbPrinter, UsbRoots},
};
use crate::url::{self, BadUrl, SerialAddress};
use serialport::{ClearBuffer, SerialPort};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    path::PathBuf,
    time::Duration,
};

/// A printer that takes no bytes for so long has stopped.
pub(super) const WRITE_LIMIT: Duration = Duration::from_secs(3);
/// A printer in the same building answers in milliseconds.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

/// Bytes that did not all go out.
#[derive(Debug)]
pub struct SendError {
    /// How many went out for sure; with 0 no paper can come.
    pub sent: usize,
    /// Why the rest did not.
    pub why: io::Error,
}

/// An open way to a printer.
pub trait Link: Send {
    /// Sends all bytes, or tells how many went out.
    fn send(&mut self, bytes: &[u8]) -> Result<(), SendError>;

    /// Waits up to `limit` for one byte from the printer.
    fn answer(&mut self, limit: Duration) -> io::Result<Option<u8>>;

    /// For what is no printer but keeps the bytes safe: makes sure of it. `None` where the printer must be asked.
    fn keep(&mut self) -> Option<io::Result<()>> {
        None
    }
}

/// What opens the way again whenever the printer returns.
pub trait LinkSource: Send {
    /// Opens the way, or tells why the printer is not there.
    fn open(&mut self) -> io::Result<Box<dyn Link>>;
    /// What to call it in the log.
    fn name(&self) -> String;
}

/// The source that a printer's URL names.
pub(super) fn source(url: &str, paper: Paper) -> Result<Box<dyn LinkSource>, BadUrl> {
    match url.split_once(':').unwrap_or((url, "")) {
        ("tcp", rest) => Ok(Box::new(Network(url::tcp(url, rest.trim_start_matches('/'))?))),
        ("serial", rest) => Ok(Box::new(url::serial(url, rest)?)),
        ("usb", _) => Ok(Box::new(UsbPrinter::new(url, UsbRoots::default())?)),
        ("file", path) if !path.is_empty() => Ok(Box::new(PlainFile(path.into()))),
        ("emulated", folder) if !folder.is_empty() => {
            Ok(Box::new(crate::emulator::printer::Folder::new(folder, paper)))
        }
        _ => Err(BadUrl::new(
            url,
            "a printer is usb:04b8:0e28, tcp://printer:9100, serial:/dev/ttyUSB0, file:out.bin or emulated:DIR",
        )),
    }
}

/// Writes piece by piece, so that what went out is known when the rest does not.
fn write_counted(stream: &mut impl Write, bytes: &[u8]) -> Result<(), SendError> {
    let mut sent = 0;
    while sent < bytes.len() {
        match stream.write(&bytes[sent..]) {
            Ok(0) => return Err(SendError { sent, why: io::ErrorKind::WriteZero.into() }),
            Ok(count) => sent += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(why) => return Err(SendError { sent, why }),
        }
    }
    Ok(())
}

/// Reads one byte from something whose time-out is set; a closed line is an error.
fn read_one(stream: &mut impl Read) -> io::Result<Option<u8>> {
    let mut byte = [0];
    match stream.read(&mut byte) {
        Ok(0) => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the printer closed the line")),
        Ok(_) => Ok(Some(byte[0])),
        Err(error) => match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(None),
            _ => Err(error),
        },
    }
}

struct Network(String);

impl LinkSource for Network {
    fn open(&mut self) -> io::Result<Box<dyn Link>> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name of the printer has no address");
        for address in self.0.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, CONNECT_LIMIT) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    stream.set_write_timeout(Some(WRITE_LIMIT))?;
                    return Ok(Box::new(NetworkLink(stream)));
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }
    fn name(&self) -> String {
        self.0.clone()
    }
}

struct NetworkLink(TcpStream);

impl Link for NetworkLink {
    fn send(&mut self, bytes: &[u8]) -> Result<(), SendError> {
        write_counted(&mut self.0, bytes)
    }
    fn answer(&mut self, limit: Duration) -> io::Result<Option<u8>> {
        self.0.set_read_timeout(Some(limit))?;
        read_one(&mut self.0)
    }
}

impl LinkSource for SerialAddress {
    fn open(&mut self) -> io::Result<Box<dyn Link>> {
        let port = serialport::new(&self.path, self.baud).timeout(WRITE_LIMIT).open_native()?;
        port.clear(ClearBuffer::All)?;
        Ok(Box::new(SerialLink(port)))
    }
    fn name(&self) -> String {
        self.path.clone()
    }
}

struct SerialLink(serialport::TTYPort);

impl Link for SerialLink {
    fn send(&mut self, bytes: &[u8]) -> Result<(), SendError> {
        self.0.set_timeout(WRITE_LIMIT).map_err(|error| SendError { sent: 0, why: error.into() })?;
        write_counted(&mut self.0, bytes)
    }
    fn answer(&mut self, limit: Duration) -> io::Result<Option<u8>> {
        self.0.set_timeout(limit)?;
        read_one(&mut self.0)
    }
}

/// A file that gathers what would be printed, or a device file that takes it without a word.
struct PlainFile(PathBuf);

impl LinkSource for PlainFile {
    fn open(&mut self) -> io::Result<Box<dyn Link>> {
        let file = OpenOptions::new().create(true).append(true).open(&self.0)?;
        let gathers = file.metadata()?.is_file();
        Ok(Box::new(FileLink { file, gathers }))
    }
    fn name(&self) -> String {
        self.0.display().to_string()
    }
}

struct FileLink {
    file: File,
    gathers: bool,
}

impl Link for FileLink {
    fn send(&mut self, bytes: &[u8]) -> Result<(), SendError> {
        write_counted(&mut self.file, bytes)
    }
    fn answer(&mut self, _: Duration) -> io::Result<Option<u8>> {
        Ok(None)
    }
    fn keep(&mut self) -> Option<io::Result<()>> {
        self.gathers.then(|| self.file.sync_all())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_url_says_what_would_be_right() {
        for wrong in ["", "tcp://printer", "serial:", "file:", "lpt1", "emulated:", "usb:", "usb:04b8"] {
            assert!(source(wrong, Paper::Mm80).is_err(), "{wrong}");
        }
        let why = source("lpt1", Paper::Mm80).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(why.contains("tcp://printer:9100"), "{why}");
    }
}
