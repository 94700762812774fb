//! Where an emulated printer is plugged in: a TCP port, as printers on a network have it, or a pty in place of a serial
//! or USB device.

use super::super::pty::Pty;
use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    path::PathBuf,
    sync::Arc,
};

/// The place of a connector.
#[derive(Debug, Clone)]
pub(super) enum Socket {
    /// A port.
    Tcp(SocketAddr),
    /// A path, where a link to a pty is made.
    Line(PathBuf),
}

/// A program that is connected.
pub(super) enum Line {
    Tcp(TcpStream),
    Pty(Arc<Pty>),
}

impl Line {
    /// The same line, for somebody else to read or to hang up.
    pub fn copy(&self) -> io::Result<Self> {
        match self {
            Self::Tcp(stream) => stream.try_clone().map(Self::Tcp),
            Self::Pty(pty) => Ok(Self::Pty(Arc::clone(pty))),
        }
    }

    /// Waits for bytes; 0 means that it is closed.
    pub fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buffer),
            Self::Pty(pty) => pty.receive(buffer),
        }
    }

    /// Sends all bytes.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.write_all(bytes),
            Self::Pty(pty) => pty.send(bytes),
        }
    }

    /// Closes it for all who hold it.
    pub fn hang_up(self) {
        match self {
            // Already closed is closed.
            Self::Tcp(stream) => drop(stream.shutdown(Shutdown::Both)),
            Self::Pty(pty) => pty.pull(),
        }
    }
}
