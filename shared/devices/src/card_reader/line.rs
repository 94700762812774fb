//! Where a reader's bytes come from: a serial line. The emulated line is in [`crate::emulator`].

use crate::url::SerialAddress;
use serialport::{ClearBuffer, SerialPort};
use std::{
    io::{self, Read},
    time::Duration,
};

/// An open line to a reader.
pub trait Line: Send {
    /// Waits up to `limit` for bytes; 0 means that none came. An error means that the reader is gone.
    fn read(&mut self, buffer: &mut [u8], limit: Duration) -> io::Result<usize>;
}

/// What opens the line again whenever the reader returns.
pub trait LineSource: Send {
    /// Opens the line, or tells why the reader is not there.
    fn open(&mut self) -> io::Result<Box<dyn Line>>;
    /// What to call it in the log.
    fn name(&self) -> String;
}

impl LineSource for SerialAddress {
    fn open(&mut self) -> io::Result<Box<dyn Line>> {
        let port = serialport::new(&self.path, self.baud).open_native()?;
        // What was scanned while nobody listened belongs to nobody now.
        port.clear(ClearBuffer::Input)?;
        Ok(Box::new(SerialLine { port }))
    }

    fn name(&self) -> String {
        self.path.clone()
    }
}

struct SerialLine {
    port: serialport::TTYPort,
}

impl Line for SerialLine {
    fn read(&mut self, buffer: &mut [u8], limit: Duration) -> io::Result<usize> {
        self.port.set_timeout(limit)?;
        match self.port.read(buffer) {
            Ok(0) => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the line was closed")),
            Ok(count) => Ok(count),
            Err(error) if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::Interrupted) => Ok(0),
            Err(error) => Err(error),
        }
    }
}
