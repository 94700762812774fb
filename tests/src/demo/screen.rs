//! A screen that is not there: an X server of one size with a window manager, a finger, a keyboard and a camera.
//!
//! It touches where it is told to and must not know what stands there.

use crate::program::{Program, run, wait_for};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// Every window fills the screen and has no frame, as on a kiosk.
const OPENBOX: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <applications><application class="*"><decor>no</decor><maximized>yes</maximized></application></applications>
</openbox_config>
"#;

/// A screen. It goes dark when this value goes.
#[derive(Debug)]
pub struct Screen {
    display: String,
    _server: Child,
    _windows: Program,
}

impl Screen {
    /// Switches a screen on and waits until windows can be shown on it.
    pub async fn on(name: &str, width: u32, height: u32, logs: &Path) -> Result<Self> {
        let mut server = Command::new("Xvfb");
        server.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{width}x{height}x24")]);
        server.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut server = server.spawn().context("cannot start Xvfb; `./x setup` installs it")?;
        let mut number = String::new();
        let said = server.stdout.take().context("Xvfb says nothing")?;
        timeout(Duration::from_secs(20), BufReader::new(said).read_line(&mut number))
            .await
            .context("Xvfb does not come up")??;
        let display = format!(":{}", number.trim());
        let settings = logs.join("openbox.xml");
        fs::create_dir_all(logs)?;
        fs::write(&settings, OPENBOX)?;
        let mut windows = Command::new("openbox");
        windows.arg("--sm-disable").arg("--config-file").arg(&settings).env("DISPLAY", &display);
        let windows = Program::start(&format!("{name}-openbox"), windows, logs)?;
        let screen = Self { display, _server: server, _windows: windows };
        wait_for("the window manager", Duration::from_secs(20), async || {
            let mut ask = screen.command("xprop");
            ask.args(["-root", "_NET_SUPPORTING_WM_CHECK"]);
            Ok(run(ask).await.ok().filter(|said| said.windows(11).any(|part| part == b"window id #")))
        })
        .await?;
        Ok(screen)
    }

    /// Its name for programs that draw on it (":95").
    pub fn display(&self) -> &str {
        &self.display
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.display);
        command
    }

    async fn xdotool(&self, arguments: &[&str]) -> Result<()> {
        let mut command = self.command("xdotool");
        command.args(arguments);
        run(command).await.map(drop)
    }

    /// A finger touches there.
    pub async fn touch(&self, (x, y): (i32, i32)) -> Result<()> {
        self.xdotool(&["mousemove", &x.to_string(), &y.to_string(), "click", "1"]).await
    }

    /// Hands type a text.
    pub async fn write(&self, text: &str) -> Result<()> {
        self.xdotool(&["type", "--delay", "12", text]).await
    }

    /// A hand presses a key ("Return").
    pub async fn press(&self, key: &str) -> Result<()> {
        self.xdotool(&["key", key]).await
    }

    /// Takes a picture of all that the screen shows.
    pub async fn picture(&self, path: &Path) -> Result<PathBuf> {
        let mut command = self.command("import");
        command.args(["-window", "root", "-depth", "8"]).arg(path);
        run(command).await?;
        Ok(path.to_owned())
    }
}
