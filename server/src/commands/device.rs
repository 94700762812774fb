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
use anyhow::bail;
use clap::{Args, Subcommand};
use contract::{
    pairing::{CODE_MINUTES, DeviceKind, NewPairing},
    time::Instant,
};

/// What can be done with devices.
#[derive(Debug, Subcommand)]
pub enum DeviceCommand {
    /// Print a code for a new device, good once and for ten minutes. Type it on the device.
    Pair(Device),
    /// Print a new token for a totem or a display, once. The old one is void.
    Token(Device),
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
    let (DeviceCommand::Pair(device) | DeviceCommand::Token(device)) = &command;
    let (kind, id) = device.kind_and_id()?;
    let Some(name) = pairing::name(&office, kind, id) else { bail!("there is no {} {id}", pairing::word(kind)) };
    let said = match (&command, kind) {
        (DeviceCommand::Pair(_), _) => {
            let code = pairing::begin(&db, &NewPairing { kind, id: id.to_owned() }, now).await?.code;
            let key = match config.tls() {
                Some(tls) => Certificate::open(&tls, &config.keys_directory())?.pin.figures().join(" "),
                None => "none, it serves this computer only".to_owned(),
            };
            format!(
                "{code}\n{name}: type this code on it within {CODE_MINUTES} minutes. It is good once.\nThe server's key: {key}"
            )
        }
        (DeviceCommand::Token(_), DeviceKind::Totem) => new_device_token(&db, TokenKind::Totem, id, now).await?,
        (DeviceCommand::Token(_), DeviceKind::Display) => new_device_token(&db, TokenKind::Display, id, now).await?,
        (DeviceCommand::Token(_), DeviceKind::Counter) => bail!("a counter has no token: whoever works there logs in"),
    };
    db.close().await;
    say(&said)
}

/// Makes a device's token; the old one is void.
pub async fn new_device_token(db: &Db, kind: TokenKind, id: &str, now: Instant) -> anyhow::Result<String> {
    let mut tx = db.write().await?;
    let token = pairing::give_token(&mut tx, kind, id, now).await?;
    tx.commit().await?;
    Ok(token)
}
