//! `avanti-emulator`: devices that are not there, at the interfaces where real ones are.
//!
//! A card reader at a pty, a slip printer at a TCP port; a second shell scans cards and makes faults. It holds no logic
//! of its own: what a device does is in `devices::emulator`.

use anyhow::{Context, Result};
use clap::{Parser, Subcommand, ValueEnum};
use devices::{
    emulator::{
        control,
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
    /// A slip printer on the network; leaves each slip as .bin, .txt and .png.
    Printer {
        /// Where it listens, as printers do.
        #[arg(long, default_value = "127.0.0.1:9100")]
        listen: SocketAddr,
        /// The folder for the slips.
        #[arg(long)]
        out: PathBuf,
        /// How wide the paper is.
        #[arg(long, value_enum, default_value = "80")]
        paper: Width,
        /// Where orders from a second shell are taken, on this machine only: paper-out, near-end, cover-open, offline,
        /// recovered, paper-out-after BYTES, break-after BYTES, unplug, plug, status.
        #[arg(long)]
        control: Option<SocketAddr>,
    },
    /// Scans a card or a code with an emulated reader that runs.
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

#[derive(Clone, Copy, ValueEnum)]
enum Width {
    /// 80 mm.
    #[value(name = "80")]
    Mm80,
    /// 58 mm.
    #[value(name = "58")]
    Mm58,
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
        Device::Printer { listen, out, paper, control } => printer(listen, out, paper, control),
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

fn printer(listen: SocketAddr, out: PathBuf, paper: Width, control: Option<SocketAddr>) -> Result<()> {
    let paper = match paper {
        Width::Mm80 => Paper::Mm80,
        Width::Mm58 => Paper::Mm58,
    };
    std::fs::create_dir_all(&out).with_context(|| format!("no folder {}", out.display()))?;
    let shown = out.display().to_string();
    let printer =
        EmulatedPrinter::start(listen, paper, Some(out)).with_context(|| format!("cannot listen at {listen}"))?;
    say(&format!("printer at tcp://{}, slips in {shown}", printer.address()))?;
    if let Some(address) = control {
        let address = control::listen(address, printer).context("no control port")?;
        say(&format!("orders at {address}"))?;
        return stay();
    }
    let _plugged = printer;
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
