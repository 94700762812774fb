//! The premises: a folder with the settings of every program, and the programs started from it.
//!
//! It knows which programs there are and how they find one another; what is done with them is not its business.

use crate::program::{Program, run, wait_for};
use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::process::Command;

/// The names of the demonstration's devices, as its data has them.
const TOTEM: &str = "totem-1";
const DISPLAY: &str = "monitor-sala-a";
/// How long a program may take until it answers. The machine may be busy building something else.
const COMING_UP: Duration = Duration::from_secs(30);

/// The folder, the addresses, and the programs that run.
#[derive(Debug)]
pub struct Premises {
    folder: PathBuf,
    server: SocketAddr,
    printer: SocketAddr,
    /// Where cards are scanned.
    pub reader: SocketAddr,
    /// What `avanti-server demo-data` said: logins, passwords, cards.
    pub said: String,
    /// Programs without a window.
    pub programs: Vec<Program>,
}

/// A program with a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum App {
    Totem,
    Display,
    Counter,
}

impl App {
    pub const ALL: [Self; 3] = [Self::Totem, Self::Display, Self::Counter];

    /// "totem"
    pub fn name(self) -> &'static str {
        match self {
            Self::Totem => "totem",
            Self::Display => "display",
            Self::Counter => "counter",
        }
    }

    /// The screen that it is made for.
    pub fn screen(self) -> (u32, u32) {
        match self {
            Self::Totem => (1080, 1920),
            Self::Display => (1920, 1080),
            Self::Counter => (1280, 800),
        }
    }
}

impl Premises {
    /// Furnishes the folder, loads the demonstration office and starts everything that has no window.
    pub async fn open(folder: &Path) -> Result<Self> {
        for old in ["data", "settings", "slips", "logs"] {
            let _ = fs::remove_dir_all(folder.join(old));
            fs::create_dir_all(folder.join(old)).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let folder = fs::canonicalize(folder)?;
        let [server, printer, reader] = [free_address()?, free_address()?, free_address()?];
        fs::write(folder.join("reader.address"), reader.to_string())?;
        let mut premises = Self { folder, server, printer, reader, said: String::new(), programs: Vec::new() };
        premises.start_server().await?;
        premises.start_devices().await?;
        Ok(premises)
    }

    /// Where the logs are.
    pub fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    /// Where slips come out.
    pub fn slips(&self) -> PathBuf {
        self.folder.join("slips")
    }

    fn settings(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.folder.join("settings").join(format!("{name}.toml"));
        fs::write(&path, text)?;
        Ok(path)
    }

    async fn start_server(&mut self) -> Result<()> {
        let text = format!(
            "listen = \"{}\"\ndatabase = \"{}\"\n\
             # The office is open, whatever o'clock it is here.\ndemonstration_clock = \"working-day\"\n",
            self.server,
            self.folder.join("data/avanti.sqlite3").display()
        );
        let settings = self.settings("server", &text)?;
        let mut load = command("avanti-server")?;
        load.arg("--config").arg(&settings).args(["demo-data", "--secrets"]).arg(self.folder.join("data"));
        self.said = String::from_utf8_lossy(&run(load).await?).into_owned();
        let mut serve = command("avanti-server")?;
        serve.arg("--config").arg(&settings).arg("run");
        self.start("server", serve, self.server).await
    }

    async fn start_devices(&mut self) -> Result<()> {
        let mut reader = command("avanti-emulator")?;
        reader.args(["reader", "--control", &self.reader.to_string(), "--link"]).arg(self.folder.join("data/reader"));
        self.start("reader", reader, self.reader).await?;
        let mut printer = command("avanti-emulator")?;
        printer.args(["printer", "--listen", &self.printer.to_string(), "--out"]).arg(self.slips());
        self.start("printer", printer, self.printer).await
    }

    async fn start(&mut self, name: &str, command: Command, answers_at: SocketAddr) -> Result<()> {
        let mut program = Program::start(name, command, &self.logs())?;
        wait_for(&format!("the {name} to answer"), COMING_UP, async || {
            program.still_runs()?;
            Ok(TcpStream::connect_timeout(&answers_at, Duration::from_secs(1)).ok())
        })
        .await?;
        self.programs.push(program);
        Ok(())
    }

    /// Opens the window of an app, on the screen and the loudspeaker that `lead` leads it to.
    pub fn open_window(&self, app: App, full_screen: bool, lead: impl FnOnce(&mut Command)) -> Result<Program> {
        let token = |device: &str| self.folder.join("data").join(format!("{device}.token"));
        let own = match app {
            App::Totem => format!(
                "token_file = \"{}\"\nreader = \"serial:{}\"\nprinter = \"tcp://{}\"\n",
                token(TOTEM).display(),
                self.folder.join("data/reader").display(),
                self.printer
            ),
            App::Display => format!("token_file = \"{}\"\n", token(DISPLAY).display()),
            App::Counter => String::new(),
        };
        let screen = if app == App::Counter { String::new() } else { format!("full_screen = {full_screen}\n") };
        let text = format!("server = \"http://{}\"\n{screen}{own}", self.server);
        let settings = self.settings(app.name(), &text)?;
        let mut command = command(&format!("avanti-{}", app.name()))?;
        command.arg("--config").arg(settings);
        lead(&mut command);
        Program::start(app.name(), command, &self.logs())
    }

    /// Passes a card in front of the totem's reader.
    pub async fn scan(&self, code: &str) -> Result<()> {
        scan(self.reader, code).await
    }

    /// Fails if a program has ended.
    pub fn all_run(&mut self) -> Result<()> {
        self.programs.iter_mut().try_for_each(Program::still_runs)
    }

    /// Ends everything, what was started last first.
    pub async fn close(&mut self) {
        while let Some(mut program) = self.programs.pop() {
            program.stop().await;
        }
    }
}

/// Passes a card in front of the reader that takes orders at that address.
pub async fn scan(reader: SocketAddr, code: &str) -> Result<()> {
    let mut scan = command("avanti-emulator")?;
    scan.args(["scan", "--to", &reader.to_string(), code]);
    run(scan).await.map(drop)
}

/// One of our programs, beside this one.
fn command(program: &str) -> Result<Command> {
    let path = env::current_exe()?.with_file_name(program);
    if !path.exists() {
        bail!("{} is not built; `./x demo` builds it", path.display());
    }
    let mut command = Command::new(path);
    // What is set for a developer's own programs must not change the demonstration.
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AVANTI_")) {
        command.env_remove(name);
    }
    Ok(command)
}

/// An address on this computer where nobody listens yet.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
