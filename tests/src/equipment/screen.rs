//! A screen that is not there: an X server of one size with a window manager, a finger, a keyboard and a camera.
//!
//! It touches where it is told to and must not know what stands there.

use super::program::{Program, run, wait_for};
use anyhow::{Context, Result, bail};
use std::{fs, io, os::unix::fs::PermissionsExt, path::Path, time::Duration};
use tokio::{process::Command, time::sleep};

/// Where programs find X servers.
const SOCKETS: &str = "/tmp/.X11-unix";

/// Numbers for screens, above those that people choose by hand.
const NUMBERS: std::ops::Range<u32> = 200..300;
/// How long a screen may take to be there.
const STARTING: Duration = Duration::from_secs(20);

/// How often a window is asked to have a size.
const RESIZES: usize = 6;
/// How long it takes to draw itself in its new size.
const SETTLING: Duration = Duration::from_millis(300);

/// How windows stand on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Windows {
    /// Each fills the screen and has no frame, as on a kiosk.
    Full,
    /// Each has a frame and its own size, as on a desk.
    Free,
}

impl Windows {
    /// The window manager's settings.
    fn openbox(self) -> String {
        let rule = match self {
            Self::Full => r#"<application class="*"><decor>no</decor><maximized>yes</maximized></application>"#,
            Self::Free => r#"<application class="*"><decor>yes</decor></application>"#,
        };
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc"><applications>{rule}</applications></openbox_config>
"#
        )
    }
}

/// A screen. It goes dark when this value goes.
#[derive(Debug)]
pub struct Screen {
    display: String,
    size: (u32, u32),
    server: Program,
    windows: Program,
}

impl Screen {
    /// Switches a screen on and waits until windows can be shown on it.
    pub async fn on(name: &str, size: (u32, u32), windows: Windows, logs: &Path) -> Result<Self> {
        let (number, server) = switch_on(name, size, logs).await?;
        let display = format!(":{number}");
        let settings = logs.join(format!("{name}-openbox.xml"));
        fs::write(&settings, windows.openbox())?;
        let mut command = Command::new("openbox");
        command.arg("--sm-disable").arg("--config-file").arg(&settings).env("DISPLAY", &display);
        let windows = Program::start(&format!("{name}-openbox"), command, logs)?;
        let mut screen = Self { display, size, server, windows };
        wait_for("the window manager", STARTING, async || {
            screen.windows.still_runs()?;
            let mut ask = screen.command("xprop");
            ask.args(["-root", "_NET_SUPPORTING_WM_CHECK"]);
            Ok(run(ask).await.ok().filter(|said| said.windows(11).any(|part| part == b"window id #")))
        })
        .await?;
        Ok(screen)
    }

    /// Switches it off.
    pub async fn off(mut self) {
        self.windows.stop().await;
        self.server.stop().await;
    }

    /// Its name for programs that draw on it (":95").
    pub fn display(&self) -> &str {
        &self.display
    }

    /// How many pixels it is wide and high.
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    fn command(&self, program: &str) -> Command {
        command_at(Some(&self.display), program)
    }

    async fn xdotool(&self, arguments: &[&str]) -> Result<()> {
        xdotool(Some(&self.display), arguments).await.map(drop)
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
    pub async fn picture(&self, path: &Path) -> Result<()> {
        let mut command = self.command("import");
        command.args(["-window", "root", "-depth", "8"]).arg(path);
        run(command).await.map(drop)
    }
}

/// How large a screen is; the user's if none is named.
pub async fn size(display: Option<&str>) -> Option<(u32, u32)> {
    let said = xdotool(display, &["getdisplaygeometry"]).await.ok()?;
    let (width, height) = said.trim().split_once(' ')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}

/// Puts the window of a program there in this size, once it is to be seen.
pub async fn put_window(display: Option<&str>, pid: u32, at: (i32, i32), size: (i32, i32)) -> Result<()> {
    let found = xdotool(display, &["search", "--onlyvisible", "--pid", &pid.to_string()]).await?;
    for window in found.split_whitespace() {
        let (width, height) = (size.0.to_string(), size.1.to_string());
        // What a window can be made to depends on what it is: a page drawn for a wide one has to become narrow first.
        for _ in 0..RESIZES {
            xdotool(display, &["windowsize", window, &width, &height]).await?;
            sleep(SETTLING).await;
            let geometry = xdotool(display, &["getwindowgeometry", "--shell", window]).await?;
            let has = |line: String| geometry.lines().any(|known| known == line);
            if has(format!("WIDTH={width}")) && has(format!("HEIGHT={height}")) {
                break;
            }
        }
        xdotool(display, &["windowmove", window, &at.0.to_string(), &at.1.to_string()]).await?;
    }
    Ok(())
}

fn command_at(display: Option<&str>, program: &str) -> Command {
    let mut command = Command::new(program);
    if let Some(display) = display {
        command.env("DISPLAY", display);
    }
    command
}

async fn xdotool(display: Option<&str>, arguments: &[&str]) -> Result<String> {
    let mut command = command_at(display, "xdotool");
    command.args(arguments);
    Ok(String::from_utf8_lossy(&run(command).await?).into_owned())
}

/// An X server on the first number that is free. That is known only by taking it: several of us may be looking.
async fn switch_on(name: &str, (width, height): (u32, u32), logs: &Path) -> Result<(u32, Program)> {
    make_room_for_sockets()?;
    for number in NUMBERS {
        let mut server = Command::new("Xvfb");
        server.arg(format!(":{number}")).args(["-displayfd", "1", "-nolisten", "tcp"]);
        server.args(["-screen", "0", &format!("{width}x{height}x24")]);
        let mut server = Program::start(&format!("{name}-Xvfb"), server, logs)?;
        let is_ours = wait_for("a screen by Xvfb", STARTING, async || {
            // It says its number when it is ready, and ends at once when somebody else has the number.
            Ok(display_number(&server.said()).map(|_| true).or(server.still_runs().err().map(|_| false)))
        });
        if is_ours.await? {
            return Ok((number, server));
        }
    }
    bail!("no screen could be switched on: see {}/{name}-Xvfb.log", logs.display())
}

/// Makes the folder of sockets where no screen has ever been: an X server that is not root's refuses to make it, goes
/// on without, and nobody finds it.
fn make_room_for_sockets() -> Result<()> {
    match fs::create_dir(SOCKETS) {
        // Everybody may add a socket and nobody may take away another's, as in /tmp itself.
        Ok(()) => Ok(fs::set_permissions(SOCKETS, fs::Permissions::from_mode(0o1777))?),
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(why) => Err(why).with_context(|| format!("cannot make {SOCKETS}")),
    }
}

/// What Xvfb writes when it is ready: its number, on a whole line.
fn display_number(said: &str) -> Option<u32> {
    let whole = &said[..said.rfind('\n')?];
    whole.lines().find_map(|line| line.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_has_its_number_when_the_line_is_whole() {
        assert_eq!(display_number("_XSERVTransmkdir: Owner of /tmp/.X11-unix\n10"), None);
        assert_eq!(display_number("_XSERVTransmkdir: Owner of /tmp/.X11-unix\n101\n"), Some(101));
    }
}
