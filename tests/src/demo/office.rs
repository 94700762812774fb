//! The office: a folder with its settings, the server with the demonstration's data, the emulated devices, and the
//! three apps, all of them the real programs.
//!
//! It starts, watches and ends them. It must not know what people do there.

use crate::folder::Folder;
use ::tests::equipment::{
    ports,
    program::{Program, ours, run, wait_for},
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{process::Command, time::sleep};

/// How long a server may take to answer at first: it makes its keys and opens its file.
const STARTING: Duration = Duration::from_secs(20);
/// How often the programs are looked at.
const LOOK: Duration = Duration::from_millis(200);

/// What the server is called here.
pub const SERVER: &str = "avanti-server";
/// What the display is called here.
pub const DISPLAY: &str = "avanti-display";

/// Who logs in at the counter, and with what. The server's demonstration data has the same.
pub const LOGIN: &str = "anna";
/// The password of every operator of the demonstration.
pub const PASSWORD: &str = "demo-crema";

/// Where an app's window is shown.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The X server. None for that of the user.
    pub display: Option<String>,
    /// The port at which the window tells what it shows. None where nobody asks.
    pub mcp_port: Option<u16>,
    /// The size of a pixel of the design, 1 on a device of its own.
    pub scale: Option<f64>,
    /// Does the window cover the screen?
    pub full_screen: bool,
}

/// A running office.
#[derive(Debug)]
pub struct Office {
    folder: PathBuf,
    logs: PathBuf,
    server: SocketAddr,
    reader_orders: SocketAddr,
    printer: SocketAddr,
    printer_orders: SocketAddr,
    /// Tells a second shell where the reader takes orders, while somebody is there to obey.
    orders: PathBuf,
    programs: Vec<Program>,
    logins: Vec<String>,
}

impl Office {
    /// Opens the office in this folder: server and devices. The apps come when they are called.
    pub async fn open(folder: &Folder) -> Result<Self> {
        let here = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let [server, reader_orders, printer, printer_orders] = ports::free()?.map(here);
        let orders = folder.path().join(ORDERS);
        let logs = folder.inner("logs")?;
        let mut office = Self {
            folder: folder.inner("office")?,
            logs,
            server,
            reader_orders,
            orders,
            printer,
            printer_orders,
            programs: Vec::new(),
            logins: Vec::new(),
        };
        fs::write(&office.orders, reader_orders.to_string())?;
        office.start_server().await?;
        office.start_devices().await?;
        Ok(office)
    }

    async fn start_server(&mut self) -> Result<()> {
        let settings = self.settings("server", |table| {
            table.insert("listen".to_owned(), self.server.to_string().into());
            table.insert("database".to_owned(), self.path("avanti.sqlite3").into());
            // So that the office is open at any hour.
            table.insert("demonstration_clock".to_owned(), "working-day".into());
        })?;
        let mut load = ours(SERVER)?;
        load.arg("demo-data").arg("--config").arg(&settings).arg("--secrets").arg(self.secrets());
        let said = run(load).await.context("the demonstration's data")?;
        let logins = String::from_utf8_lossy(&said);
        self.logins = logins.lines().filter(|line| line.starts_with("login ")).map(str::to_owned).collect();
        self.switch_server_on().await
    }

    /// Starts the server as it was set up, and waits until it answers.
    pub async fn switch_server_on(&mut self) -> Result<()> {
        let mut server = ours(SERVER)?;
        server.arg("run").arg("--config").arg(self.settings_of("server"));
        self.start(SERVER, server)?;
        let client = self.client()?;
        wait_for("the server", STARTING, async || {
            self.still_open()?;
            Ok(client.about().await.ok())
        })
        .await?;
        Ok(())
    }

    async fn start_devices(&mut self) -> Result<()> {
        let mut reader = ours("avanti-emulator")?;
        reader.arg("reader").arg("--link").arg(self.path("reader"));
        reader.arg("--control").arg(self.reader_orders.to_string());
        self.start("reader", reader)?;
        let mut printer = ours("avanti-emulator")?;
        printer.arg("printer").arg("--listen").arg(self.printer.to_string()).arg("--out").arg(self.slips());
        printer.arg("--control").arg(self.printer_orders.to_string());
        self.start("printer", printer)?;
        fs::create_dir_all(self.lens()).context("no folder for what the camera sees")?;
        let link = self.folder.join("reader");
        wait_for("the reader's line", STARTING, async || {
            self.still_open()?;
            Ok(link.exists().then_some(()))
        })
        .await
    }

    /// Who may log in, with what, and for which services, a line each, as the server said when it loaded the office.
    pub fn logins(&self) -> &[String] {
        &self.logins
    }

    /// Where a picture is put to be held before the totem's camera.
    pub fn lens(&self) -> PathBuf {
        self.folder.join("lens")
    }

    /// Starts the totem's program.
    pub fn start_totem(&mut self, place: &Place) -> Result<()> {
        let settings = self.settings("totem", |table| {
            table.insert("server".to_owned(), self.url().into());
            table.insert("token_file".to_owned(), self.secret("totem-1").into());
            let printer = toml::Table::from_iter([("url".to_owned(), format!("tcp://{}", self.printer).into())]);
            let readers = [format!("serial:{}", self.path("reader")), format!("dir:{}", self.lens().display())];
            table.insert("readers".to_owned(), readers.to_vec().into());
            table.insert("printer".to_owned(), printer.into());
            table.insert("full_screen".to_owned(), place.full_screen.into());
            // What is heard in a demonstration is the display.
            table.insert("sound".to_owned(), "none".into());
        })?;
        self.start_app("avanti-totem", &settings, place, |_| {})
    }

    /// Starts the display's program; `dress` may send its sound elsewhere.
    pub fn start_display(&mut self, place: &Place, dress: impl FnOnce(&mut Command)) -> Result<()> {
        let settings = self.settings("display", |table| {
            table.insert("server".to_owned(), self.url().into());
            table.insert("token_file".to_owned(), self.secret("monitor-a").into());
            table.insert("full_screen".to_owned(), place.full_screen.into());
        })?;
        self.start_app(DISPLAY, &settings, place, dress)
    }

    /// Starts a clerk's program.
    pub fn start_counter(&mut self, place: &Place) -> Result<()> {
        let settings = self.settings("counter", |table| {
            table.insert("server".to_owned(), self.url().into());
            table.insert("memory".to_owned(), self.path("counter-memory").into());
        })?;
        self.start_app("avanti-counter", &settings, place, |_| {})
    }

    fn start_app(
        &mut self,
        name: &str,
        settings: &Path,
        place: &Place,
        dress: impl FnOnce(&mut Command),
    ) -> Result<()> {
        let mut app = ours(name)?;
        app.arg("--config").arg(settings).env_remove("SLINT_SCALE_FACTOR").env_remove("SLINT_MCP_PORT");
        place.display.as_ref().map(|display| app.env("DISPLAY", display));
        place.mcp_port.map(|port| app.env("SLINT_MCP_PORT", port.to_string()));
        place.scale.map(|scale| app.env("SLINT_SCALE_FACTOR", scale.to_string()));
        dress(&mut app);
        self.start(name, app)
    }

    /// Fails when a program has ended, with the end of its log.
    pub fn still_open(&mut self) -> Result<()> {
        self.programs.iter_mut().try_for_each(Program::still_runs)
    }

    /// Comes back only when a program has ended by itself.
    pub async fn watch(&mut self) -> anyhow::Error {
        loop {
            if let Err(dead) = self.still_open() {
                return dead;
            }
            sleep(LOOK).await;
        }
    }

    /// The number of a program in the system.
    pub fn pid_of(&self, name: &str) -> Option<u32> {
        self.programs.iter().find(|program| program.name() == name)?.pid().ok()
    }

    /// Ends one program, as its machine would when it is switched off.
    pub async fn switch_off(&mut self, name: &str) {
        if let Some(at) = self.programs.iter().position(|program| program.name() == name) {
            self.programs.remove(at).stop().await;
        }
    }

    /// Ends everything, the last first.
    pub async fn close(&mut self) {
        let _ = fs::remove_file(&self.orders);
        for mut program in self.programs.drain(..).rev() {
            program.stop().await;
        }
    }

    /// The server's address.
    pub fn url(&self) -> String {
        format!("http://{}", self.server)
    }

    /// A client of the server, with no rights yet.
    pub fn client(&self) -> Result<client::Client> {
        Ok(client::Client::new(&self.url(), "avanti-demo", client::Patience::default(), &client::Trust::Nobody)?)
    }

    /// A client with the rights of the totem.
    pub fn totem_client(&self) -> Result<client::Client> {
        let client = self.client()?;
        let token = fs::read_to_string(self.secret("totem-1")).context("the totem's token")?;
        client.set_token(Some(token.trim().to_owned()));
        Ok(client)
    }

    /// Where slips appear.
    pub fn slips(&self) -> PathBuf {
        self.folder.join("slips")
    }

    /// Where the reader takes orders.
    pub fn reader_orders(&self) -> SocketAddr {
        self.reader_orders
    }

    /// Where the printer takes orders.
    pub fn printer_orders(&self) -> SocketAddr {
        self.printer_orders
    }

    fn secrets(&self) -> PathBuf {
        self.folder.join("secrets")
    }

    fn secret(&self, name: &str) -> String {
        self.secrets().join(format!("{name}.token")).display().to_string()
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn start(&mut self, name: &str, command: Command) -> Result<()> {
        self.programs.push(Program::start(name, command, &self.logs)?);
        Ok(())
    }

    fn settings(&self, name: &str, set: impl FnOnce(&mut toml::Table)) -> Result<PathBuf> {
        let mut table = toml::Table::new();
        set(&mut table);
        let path = self.settings_of(name);
        fs::write(&path, toml::to_string(&table)?).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }

    fn settings_of(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.toml"))
    }
}

/// The file that tells a second shell where the reader takes orders.
const ORDERS: &str = "reader-orders";

/// Passes a card or a code in front of the reader of the demonstration that runs in this folder.
pub async fn scan(folder: &Path, code: &str) -> Result<()> {
    // Why the file is not there says nothing that whoever scans could mend.
    let Ok(orders) = fs::read_to_string(folder.join(ORDERS)) else {
        bail!("no demonstration is running in {}: start it with `./x demo`, then scan again", folder.display());
    };
    order(orders.trim(), &format!("scan {code}")).await
}

/// Gives the emulated device that takes orders there an order: "scan CODE" to a reader, "paper-out" to a printer.
pub async fn order(to: &str, order: &str) -> Result<()> {
    let mut tell = ours("avanti-emulator")?;
    tell.arg("tell").arg("--to").arg(to).arg("--").arg(order);
    run(tell).await.context("the emulated device does not answer").map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    #[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    async fn whoever_scans_where_nothing_runs_is_told_what_to_do() {
        let nowhere = Path::new("/nonexistent/demonstration");
        let said = format!("{:#}", scan(nowhere, "RSSMRA85T10A562S").await.unwrap_err());
        let expect =
            "no demonstration is running in /nonexistent/demonstration: start it with `./x demo`, then scan again";
        assert_eq!(said, expect);
    }
}
