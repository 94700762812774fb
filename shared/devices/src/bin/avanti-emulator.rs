//! `avanti-emulator`: devices that are not there, at the interfaces where real ones are.
//!
//! A card reader at a pty, a slip printer at a TCP port or a pty, a camera in a folder; a second shell scans cards and
//! makes faults. It holds no logic of its own: what a device does is in `devices::emulator`.

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use devices::{
    emulator::{
        camera::EmulatedCamera,
        control::{self, Obey},
        printer::EmulatedPrinter,
        reader::{Gesture, TerminalReader},
    },
    printer::Paper,
};
use std::{
    io::{self, BufRead, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    thread,
};

/// Emulated devices at their real interfaces.
#[derive(Parser)]
#[command(name = "avanti-emulator", version)]
struct Arguments {
    #[command(subcommand)]
    device: Device,
}

#[derive(Subcommand)]
enum Device {
    /// A card reader on a serial line. Each line typed here is scanned; orders are known too: partial CODE,
    /// glued CODE CODE, noise [BYTES], unplug, plug.
    Reader {
        /// Where programs find the line: a link to a pty is made here.
        #[arg(long)]
        link: PathBuf,
        /// Where orders from a second shell are taken, on this machine only.
        #[arg(long)]
        control: Option<SocketAddr>,
    },
    /// A slip printer on the network or on a line; leaves each slip as .bin, .txt and .png.
    Printer {
        /// Where it listens, as printers do.
        #[arg(long, default_value = "127.0.0.1:9100")]
        listen: SocketAddr,
        /// Instead of that: where programs find its line. A link to a pty is made here.
        #[arg(long, conflicts_with = "listen")]
        link: Option<PathBuf>,
        /// The folder for the slips.
        #[arg(long)]
        out: PathBuf,
        /// How wide the paper is: 80 or 58 millimetres.
        #[arg(long, default_value_t = 80)]
        paper: u16,
        /// How many characters stand on a line, where that is not usual: 42 on 80 millimetres.
        #[arg(long)]
        columns: Option<u16>,
        /// Where orders from a second shell are taken, on this machine only: paper-out, near-end, cover-open, cutter-jam,
        /// broken, offline, silent, garbage, slow MILLISECONDS, recovered, paper-out-after BYTES, break-after BYTES,
        /// unplug, plug, status.
        #[arg(long)]
        control: Option<SocketAddr>,
    },
    /// A camera that reads codes: a folder of pictures, at dir:FOLDER. Each line typed here is held before the lens;
    /// orders are known too: clear, cover, noise, unplug, plug.
    Camera {
        /// The folder. It comes with the camera and goes when it is unplugged.
        #[arg(long)]
        folder: PathBuf,
        /// Where orders from a second shell are taken, on this machine only.
        #[arg(long)]
        control: Option<SocketAddr>,
    },
    /// Scans a card or a code with an emulated reader or camera that runs.
    Scan {
        /// Its control port.
        #[arg(long)]
        to: SocketAddr,
        /// What to scan.
        code: String,
    },
    /// Gives an order to an emulator that runs, such as `tell --to 127.0.0.1:7102 paper-out`.
    Tell {
        /// Its control port.
        #[arg(long)]
        to: SocketAddr,
        /// The order.
        #[arg(required = true)]
        order: Vec<String>,
    },
}

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    match run(Arguments::parse().device) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(device: Device) -> Result<()> {
    match device {
        Device::Reader { link, control } => reader(link, control),
        Device::Printer { listen, link, out, paper, columns, control } => {
            printer(listen, link, out, Paper::of(paper, columns)?, control)
        }
        Device::Camera { folder, control } => camera(folder, control),
        Device::Scan { to, code } => tell(to, &format!("scan {code}")),
        Device::Tell { to, order } => tell(to, &order.join(" ")),
    }
}

fn reader(link: PathBuf, control: Option<SocketAddr>) -> Result<()> {
    let reader = Arc::new(TerminalReader::start(&link).with_context(|| format!("no pty at {}", link.display()))?);
    say(&format!("reader at serial:{}", link.display()))?;
    if let Some(address) = control {
        let address = control::listen(address, Arc::clone(&reader)).context("no control port")?;
        say(&format!("orders at {address}"))?;
    }
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let gesture = Gesture::parse(&line).unwrap_or_else(|_| Gesture::Scan(line.trim().to_owned()));
        if let Err(error) = reader.apply(&gesture) {
            tracing::warn!(%error, "not scanned");
        }
    }
    stay()
}

fn printer(
    listen: SocketAddr,
    link: Option<PathBuf>,
    out: PathBuf,
    paper: Paper,
    control: Option<SocketAddr>,
) -> Result<()> {
    std::fs::create_dir_all(&out).with_context(|| format!("no folder {}", out.display()))?;
    let shown = out.display().to_string();
    let printer = match link {
        Some(link) => EmulatedPrinter::at_line(&link, paper, Some(out))
            .with_context(|| format!("no pty at {}", link.display()))?,
        None => {
            EmulatedPrinter::start(listen, paper, Some(out)).with_context(|| format!("cannot listen at {listen}"))?
        }
    };
    say(&format!("printer at {}, slips in {shown}", printer.url()))?;
    if let Some(address) = control {
        let address = control::listen(address, printer).context("no control port")?;
        say(&format!("orders at {address}"))?;
        return stay();
    }
    let _plugged = printer;
    stay()
}

fn camera(folder: PathBuf, control: Option<SocketAddr>) -> Result<()> {
    let camera = EmulatedCamera::start(&folder).with_context(|| format!("no folder {}", folder.display()))?;
    let camera = Arc::new(camera);
    say(&format!("camera at {}", camera.url()))?;
    if let Some(address) = control {
        let address = control::listen(address, Arc::clone(&camera)).context("no control port")?;
        say(&format!("orders at {address}"))?;
    }
    for line in io::stdin().lock().lines() {
        let line = line?;
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let order = if EmulatedCamera::knows(line) { line.to_owned() } else { format!("show {line}") };
        if let Err(why) = camera.obey(&order) {
            tracing::warn!(why, "not shown");
        }
    }
    stay()
}

/// Sends an order and shows the answer.
fn tell(to: SocketAddr, order: &str) -> Result<()> {
    let answer = control::tell(to, order).with_context(|| format!("the emulator at {to} did not obey \"{order}\""))?;
    if answer.is_empty() { Ok(()) } else { say(&answer) }
}

fn say(words: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{words}")?;
    Ok(out.flush()?)
}

/// An emulated device stays until it is ended by a signal.
fn stay() -> Result<()> {
    loop {
        thread::park();
    }
}
