//! An emulated printer at a TCP port or a pty, where real ones are found too.

use super::{
    connector::{Line, Socket},
    machine::{Knob, Machine},
    slip::Slip,
};
use crate::{
    emulator::pty::Pty,
    printer::{Paper, Status},
};
use std::{
    io,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// How often the connector looks whether it was pulled out.
const LOOK: Duration = Duration::from_millis(20);
/// Slips kept for whoever asks in process; a program that runs for days asks never.
const KEPT: usize = 32;

/// The printer behind the connector, and its paper.
struct Desk {
    machine: Machine,
    folder: Option<PathBuf>,
    slips: Vec<Slip>,
    plugged: bool,
    breaks_after: Option<usize>,
    /// It takes so long over whatever it is sent.
    slow: Duration,
    lines: Vec<Line>,
}

/// An emulated printer that is plugged in. Dropping it pulls it out for good.
pub struct EmulatedPrinter {
    socket: Socket,
    shared: Arc<Shared>,
}

struct Shared {
    desk: Mutex<Desk>,
    printed: Condvar,
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EmulatedPrinter {
    /// Plugs a printer into the network. With a `folder` each slip is saved there.
    pub fn start(listen: SocketAddr, paper: Paper, folder: Option<PathBuf>) -> io::Result<Self> {
        let listener = TcpListener::bind(listen)?;
        let printer = Self::new(Socket::Tcp(listener.local_addr()?), paper, folder)?;
        printer.listen(listener)?;
        Ok(printer)
    }

    /// Plugs a printer into a line that is found at `link`, as a serial or a USB printer is.
    pub fn at_line(link: impl Into<PathBuf>, paper: Paper, folder: Option<PathBuf>) -> io::Result<Self> {
        let link = link.into();
        let pty = Pty::plug(&link)?;
        let printer = Self::new(Socket::Line(link), paper, folder)?;
        printer.shared.connect(Line::Pty(Arc::new(pty)))?;
        Ok(printer)
    }

    fn new(socket: Socket, paper: Paper, folder: Option<PathBuf>) -> io::Result<Self> {
        let desk = Desk {
            machine: Machine::new(paper).map_err(io::Error::other)?,
            folder,
            slips: Vec::new(),
            plugged: true,
            breaks_after: None,
            slow: Duration::ZERO,
            lines: Vec::new(),
        };
        Ok(Self { socket, shared: Arc::new(Shared { desk: Mutex::new(desk), printed: Condvar::new() }) })
    }

    /// The URL by which programs find it.
    pub fn url(&self) -> String {
        match &self.socket {
            Socket::Tcp(address) => format!("tcp://{address}"),
            Socket::Line(link) => format!("serial:{}", link.display()),
        }
    }

    /// How it is.
    pub fn status(&self) -> Status {
        self.shared.desk().machine.status()
    }

    /// Turns a knob of the printer.
    pub fn turn(&self, knob: Knob) {
        let mut desk = self.shared.desk();
        let answers = desk.machine.turn(knob);
        for line in &mut desk.lines {
            // A line that is gone is noticed by its reader.
            let _ = line.send(&answers);
        }
        if knob == Knob::Is(Status::Ready) {
            desk.slow = Duration::ZERO;
        }
        self.shared.collect(&mut desk);
    }

    /// Takes so long over whatever it is sent, until all is well again.
    pub fn slow_down(&self, pause: Duration) {
        self.shared.desk().slow = pause;
    }

    /// Breaks the line after so many more bytes, in the middle of whatever is being sent.
    pub fn break_line_after(&self, bytes: usize) {
        self.shared.desk().breaks_after = Some(bytes);
    }

    /// Pulls the cable out: nobody listens any more.
    pub fn unplug(&self) {
        let mut desk = self.shared.desk();
        desk.plugged = false;
        desk.hang_up();
    }

    /// Puts the cable back in.
    pub fn plug(&self) -> io::Result<()> {
        if std::mem::replace(&mut self.shared.desk().plugged, true) {
            return Ok(());
        }
        match &self.socket {
            Socket::Tcp(address) => self.listen(TcpListener::bind(address)?),
            Socket::Line(link) => self.shared.connect(Line::Pty(Arc::new(Pty::plug(link)?))),
        }
    }

    /// Waits up to `limit` for the next slip.
    pub fn next_slip(&self, limit: Duration) -> Option<Slip> {
        let desk = self.shared.desk();
        let waited = self.shared.printed.wait_timeout_while(desk, limit, |desk| desk.slips.is_empty());
        let (mut desk, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if desk.slips.is_empty() { None } else { Some(desk.slips.remove(0)) }
    }

    fn listen(&self, listener: TcpListener) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        let shared = Arc::clone(&self.shared);
        thread::spawn(move || {
            while shared.desk().plugged {
                match listener.accept() {
                    Ok((line, _)) => {
                        let connected = line.set_nonblocking(false).and_then(|()| shared.connect(Line::Tcp(line)));
                        if let Err(error) = connected {
                            tracing::debug!(%error, "a line broke at once");
                        }
                    }
                    Err(_) => thread::sleep(LOOK),
                }
            }
        });
        Ok(())
    }
}

impl Drop for EmulatedPrinter {
    fn drop(&mut self) {
        self.unplug();
    }
}

impl Desk {
    fn hang_up(&mut self) {
        for line in self.lines.drain(..) {
            line.hang_up();
        }
    }

    /// How many of these bytes still come through before the line breaks.
    fn comes_through(&mut self, bytes: usize) -> usize {
        match &mut self.breaks_after {
            Some(left) if bytes > *left => *left,
            Some(left) => {
                *left -= bytes;
                bytes
            }
            None => bytes,
        }
    }
}

impl Shared {
    fn connect(self: &Arc<Self>, line: Line) -> io::Result<()> {
        self.desk().lines.push(line.copy()?);
        let shared = Arc::clone(self);
        thread::spawn(move || shared.serve(line));
        Ok(())
    }

    /// Feeds the machine from one line until it is closed.
    fn serve(&self, mut line: Line) {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = line.receive(&mut buffer) {
            let pause = self.desk().slow;
            thread::sleep(pause);
            let mut desk = self.desk();
            let through = desk.comes_through(count);
            let answers = desk.machine.feed(&buffer[..through]);
            self.collect(&mut desk);
            if through < count {
                desk.breaks_after = None;
                // A port can be called again at once; a line that broke is plugged in again by hand.
                desk.plugged = matches!(line, Line::Tcp(_));
                desk.hang_up();
                return;
            }
            drop(desk);
            if line.send(&answers).is_err() {
                return;
            }
        }
    }

    /// Puts what came out where it belongs.
    fn collect(&self, desk: &mut Desk) {
        for slip in desk.machine.take_slips() {
            if let Some(folder) = &desk.folder {
                match slip.save(folder) {
                    Ok(path) => tracing::info!(slip = %path.display(), torn = slip.torn, "printed"),
                    Err(error) => tracing::error!(%error, folder = %folder.display(), "the slip cannot be saved"),
                }
            }
            if desk.slips.len() == KEPT {
                desk.slips.remove(0);
            }
            desk.slips.push(slip);
            self.printed.notify_all();
        }
    }
}
