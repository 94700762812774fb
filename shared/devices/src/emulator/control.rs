//! A control port for emulators: one line of words in, one line of answer out, so that a second shell can scan a card
//! or take the paper away. It listens on this machine only, because it asks nobody who they are.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

/// The longest order: a scan of the longest code and a word.
const LONGEST_ORDER: u64 = 8 * 1024;
/// Whoever opens the port and says nothing is hung up on.
const PATIENCE: Duration = Duration::from_secs(10);

/// Carries out an order; the error says what would have been right.
pub trait Obey: Send + Sync + 'static {
    /// Carries out one order and gives its answer.
    fn obey(&self, order: &str) -> Result<String, String>;
}

/// Listens for orders in a thread of its own; gives the address it listens at.
pub fn listen(address: SocketAddr, device: impl Obey) -> io::Result<SocketAddr> {
    if !address.ip().is_loopback() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "a control port listens on 127.0.0.1 or [::1] only",
        ));
    }
    let listener = TcpListener::bind(address)?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for line in listener.incoming().flatten() {
            if let Err(error) = answer(&line, &device) {
                tracing::debug!(%error, "the control line broke");
            }
        }
    });
    Ok(address)
}

fn answer(line: &TcpStream, device: &impl Obey) -> io::Result<()> {
    line.set_read_timeout(Some(PATIENCE))?;
    let mut order = String::new();
    BufReader::new(line.take(LONGEST_ORDER)).read_line(&mut order)?;
    let answer = match device.obey(order.trim()) {
        Ok(answer) => format!("ok {answer}"),
        Err(why) => format!("error {why}"),
    };
    let mut line = line;
    writeln!(line, "{}", answer.trim_end())
}

/// Sends one order to an emulator and gives its answer.
pub fn tell(address: SocketAddr, order: &str) -> io::Result<String> {
    let mut line = TcpStream::connect_timeout(&address, PATIENCE)?;
    line.set_read_timeout(Some(PATIENCE))?;
    writeln!(line, "{order}")?;
    let mut answer = String::new();
    BufReader::new(line.take(LONGEST_ORDER)).read_line(&mut answer)?;
    match answer.trim().split_once(' ').unwrap_or((answer.trim(), "")) {
        ("ok", rest) => Ok(rest.to_owned()),
        (_, why) => Err(io::Error::other(why.to_owned())),
    }
}
