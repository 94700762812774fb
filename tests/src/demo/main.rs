//! `avanti-demo`: the whole office from the real programs, to try out (`./x demo`) or played by itself as a person would
//! (`./x demo --once --out DIR`).
//!
//! It starts programs, touches, types, scans, listens and looks. It must not reach into a program by any way that an
//! office would not have, but for asking a window what it shows; and it holds no rule of the office.

mod clock;
mod live;
mod paper;
mod play;
mod premises;
mod program;
mod screen;
mod sound;
mod transcript;
mod window;

use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Where the demonstration keeps what it makes.
const FOLDER: &str = "demo";

/// What was asked for.
enum Wish {
    Live,
    Once { out: PathBuf },
    Scan { code: String },
}

fn main() -> ExitCode {
    let done = wish(env::args().skip(1).collect()).and_then(|wish| {
        let runtime = tokio::runtime::Runtime::new().context("cannot start")?;
        runtime.block_on(carry_out(wish))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tell(&format!("\nFAILED: {failure:#}"));
            ExitCode::FAILURE
        }
    }
}

fn wish(words: Vec<String>) -> Result<Wish> {
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Ok(Wish::Live),
        ["--once", "--out", out] | ["--out", out, "--once"] => Ok(Wish::Once { out: out.into() }),
        ["scan", code] => Ok(Wish::Scan { code: (*code).to_owned() }),
        _ => bail!("it knows: nothing, `--once --out DIR`, `scan CODE`"),
    }
}

async fn carry_out(wish: Wish) -> Result<()> {
    match wish {
        Wish::Live => live::run(Path::new(FOLDER)).await,
        Wish::Once { out } => play::once(&out).await,
        Wish::Scan { code } => {
            let address = fs::read_to_string(Path::new(FOLDER).join("reader.address"))
                .context("no demonstration has been started here: ./x demo")?;
            premises::scan(address.trim().parse()?, &code).await
        }
    }
}

/// Says something to whoever started this.
fn tell(words: &str) {
    // Whoever closed the output does not listen any more; the programs matter more.
    let _ = writeln!(std::io::stdout().lock(), "{words}");
}
