//! `avanti-server device …`: how devices get their tokens.

use super::say;
use crate::{
    app::{clock_of, open_database},
    certificate::Certificate,
    config::Config,
    office::Office,
    pairing,
    store::Db,
    token::TokenKind,
};
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use client::{Pin, fingerprint};
use contract::{
    pairing::{CODE_MINUTES, DeviceKind, Invitation, NewPairing},
    time::Instant,
};
use qrcode::{QrCode, render::unicode::Dense1x2};
use std::{io::IsTerminal, net::SocketAddr};

/// What can be done with devices.
#[derive(Debug, Subcommand)]
pub enum DeviceCommand {
    /// Print a code for a new device, good once and for ten minutes. Type it on the device, or show it the QR code.
    Pair(NewDevice),
    /// Print a new token for a totem or a display, once. The old one is void.
    Token(Device),
    /// Take a totem's or a display's token away, because it was stolen or is no longer used. Within ten seconds it serves
    /// and shows nothing more; it is linked again by a new code.
    Revoke(Device),
}

/// A device to be linked.
#[derive(Debug, Args)]
pub struct NewDevice {
    #[command(flatten)]
    device: Device,
    /// By which name and port devices reach this server, if not by this computer's name and the port of the settings.
    /// Behind a proxy it must be said, and the key that devices are told is the one that answers there.
    #[arg(long, value_name = "HOST:PORT")]
    address: Option<String>,
}

/// One device.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Device {
    /// A totem's id.
    #[arg(long, value_name = "ID")]
    totem: Option<String>,
    /// A display's id.
    #[arg(long, value_name = "ID")]
    display: Option<String>,
    /// A counter's id: its computer learns which server and which counter, and gets no token.
    #[arg(long, value_name = "ID")]
    counter: Option<String>,
}

impl Device {
    fn kind_and_id(&self) -> anyhow::Result<(DeviceKind, &str)> {
        let totem = self.totem.as_deref().map(|id| (DeviceKind::Totem, id));
        let display = self.display.as_deref().map(|id| (DeviceKind::Display, id));
        let counter = self.counter.as_deref().map(|id| (DeviceKind::Counter, id));
        let named = totem.or(display).or(counter);
        named.ok_or_else(|| anyhow::anyhow!("name a totem, a display or a counter"))
    }
}

/// Does it.
pub async fn carry_out(config: &Config, command: DeviceCommand) -> anyhow::Result<()> {
    let db = open_database(config).await?;
    let office = Office::load(&mut db.read().await?).await?;
    let now = clock_of(config, &db).await?.now();
    let (DeviceCommand::Pair(NewDevice { device, .. }) | DeviceCommand::Token(device) | DeviceCommand::Revoke(device)) =
        &command;
    let (kind, id) = device.kind_and_id()?;
    let Some(name) = pairing::name(&office, kind, id) else { bail!("there is no {} {id}", pairing::word(kind)) };
    let said = match (&command, kind) {
        (DeviceCommand::Pair(new), _) => {
            // Before there is a code: without a key that devices can believe it would be of no use.
            let (host, pin) = front(config, &db, new.address.as_deref()).await?;
            let code = pairing::begin(&db, &NewPairing { kind, id: id.to_owned() }, now).await?.code;
            let key =
                pin.map_or_else(|| "none, it serves this computer only".to_owned(), |pin| pin.figures().join(" "));
            let invitation = Invitation { host, pin: pin.map(|pin| pin.to_string()), code };
            format!(
                "{}\n{name}: type this code on it within {CODE_MINUTES} minutes. It is good once.\n\
                 The server's address: {}\nThe server's key: {key}\n\
                 For a reader: {invitation}{}",
                invitation.code,
                invitation.server(),
                drawn(&invitation)
            )
        }
        (DeviceCommand::Token(_), DeviceKind::Totem) => new_device_token(&db, TokenKind::Totem, id, now).await?,
        (DeviceCommand::Token(_), DeviceKind::Display) => new_device_token(&db, TokenKind::Display, id, now).await?,
        (DeviceCommand::Token(_) | DeviceCommand::Revoke(_), DeviceKind::Counter) => {
            bail!("a counter has no token: whoever works there logs in")
        }
        (DeviceCommand::Revoke(_), _) => {
            pairing::revoke(&db, kind, id).await?;
            format!("{name} is no longer linked: within ten seconds it serves nobody, until it is given a new code.")
        }
    };
    db.close().await;
    say(&said)
}

/// How devices reach this server, and the key that they meet there: its own, or that of the proxy in front of it. None
/// for a server that serves this computer only.
async fn front(config: &Config, db: &Db, address: Option<&str>) -> anyhow::Result<(String, Option<Pin>)> {
    if !config.behind_proxy {
        let pin = Certificate::of(config, db).await?.map(|certificate| certificate.pin);
        let host = address.map_or_else(|| host(config.listen), str::to_owned);
        if pin.is_some() || address.is_none() {
            return Ok((host, pin));
        }
    }
    let Some(address) = address else {
        bail!("devices reach this server through its proxy: say by which name, --address avanti.comune.it:443");
    };
    let met = fingerprint(&format!("https://{address}")).await;
    let pin =
        met.with_context(|| format!("devices would come to https://{address}, and nobody with a key is there"))?;
    Ok((address.to_owned(), Some(pin)))
}

/// How devices reach this server, as far as it can know that itself.
fn host(listen: SocketAddr) -> String {
    if listen.ip().is_unspecified() {
        let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_else(|_| "localhost".to_owned());
        format!("{}:{}", name.trim(), listen.port())
    } else {
        listen.to_string()
    }
}

/// The invitation as a QR code on the terminal, for a device's reader to see. Nothing where nobody looks at a screen.
fn drawn(invitation: &Invitation) -> String {
    if !std::io::stdout().is_terminal() {
        return String::new();
    }
    let drawn = QrCode::new(invitation.to_string()).map(|code| code.render::<Dense1x2>().build());
    drawn.map(|drawn| format!("\n\n{drawn}")).unwrap_or_default()
}

/// Makes a device's token; the old one is void.
pub async fn new_device_token(db: &Db, kind: TokenKind, id: &str, now: Instant) -> anyhow::Result<String> {
    let mut tx = db.write().await?;
    let token = pairing::give_token(&mut tx, kind, id, now).await?;
    tx.commit().await?;
    Ok(token)
}
