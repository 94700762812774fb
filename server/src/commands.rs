//! What can be asked of the program on the command line.

use crate::{
    app::{App, open_database},
    clock::Clock,
    config::Config,
    demo,
    http::{router, serve},
    jobs,
    office::{Office, plan::put},
    password,
    store::{self, Db},
    token::{self, TokenKind},
};
use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use contract::{
    ids::OperatorId,
    office::{Configured, Display, Operator, Role, Totem},
};
use std::{
    fs::{File, TryLockError},
    io::{IsTerminal, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};
use tokio::{
    net::TcpListener,
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
};

/// Avanti, reception and queues of public offices: the server.
#[derive(Debug, Parser)]
#[command(name = "avanti-server", version, about, disable_help_subcommand = true)]
pub struct Arguments {
    /// The settings; without them: ./avanti.sqlite3 and 127.0.0.1:8080.
    #[arg(long, global = true, value_name = "FILE", env = "AVANTI_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Serve until told to stop.
    Run,
    /// Look whether settings, keys and database are in order.
    Check,
    /// Load the demonstration office: Comune di Crema.
    DemoData {
        /// Where to write the devices' tokens, one file each.
        #[arg(long, value_name = "DIR")]
        secrets: PathBuf,
    },
    /// Staff.
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Totems and displays.
    #[command(subcommand)]
    Device(DeviceCommand),
}

#[derive(Debug, Subcommand)]
enum OperatorCommand {
    /// Add an administrator of the installation, who then configures the rest. The password comes from standard input.
    Add {
        /// The login.
        #[arg(long)]
        login: OperatorId,
        /// As colleagues know them.
        #[arg(long)]
        name: String,
    },
    /// Set a password, which comes from standard input.
    SetPassword {
        /// The login.
        #[arg(long)]
        login: OperatorId,
    },
}

#[derive(Debug, Subcommand)]
enum DeviceCommand {
    /// Print a new token for a device, once. The old one is void.
    Token(Device),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Device {
    /// A totem's id.
    #[arg(long, value_name = "ID")]
    totem: Option<String>,
    /// A display's id.
    #[arg(long, value_name = "ID")]
    display: Option<String>,
}

/// Does what was asked.
pub fn carry_out(arguments: Arguments) -> anyhow::Result<()> {
    let config = Config::read(arguments.config.as_deref(), |name| std::env::var(name).ok())?;
    let runtime = Runtime::new().context("cannot start")?;
    runtime.block_on(async {
        match arguments.what {
            What::Run => run(&config).await,
            What::Check => check(&config).await,
            What::DemoData { secrets } => say(&demo::load(&config, &secrets).await?),
            What::Operator(command) => operator(&config, command).await,
            What::Device(DeviceCommand::Token(device)) => device_token(&config, device).await,
        }
    })
}

async fn run(config: &Config) -> anyhow::Result<()> {
    // Before anybody can know that it runs: an early signal would end it in the middle.
    let stop = told_to_stop()?;
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    let _alone = alone(config)?;
    let app = App::open(config).await?;
    if config.demonstration_clock.is_some() {
        tracing::warn!(now = %app.clock.now(), "DEMONSTRATION: the clock does not show the real time");
    }
    let router = router(app.clone());
    tracing::info!(address = %listener.local_addr()?, epoch = %app.epoch, "serving");
    let jobs = tokio::spawn(jobs::run(app.clone()));
    serve(app.clone(), router, listener, stop).await?;
    jobs.await?;
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// One server per embedded file: a second one would change days behind the boards that the first one draws. Several
/// servers share a PostgreSQL. The lock ends with the process, however that ends.
fn alone(config: &Config) -> anyhow::Result<Option<File>> {
    let Some(database) = config.database_file().map(Path::display) else { return Ok(None) };
    let path = format!("{database}.lock");
    let open = File::options().write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = open.with_context(|| format!("cannot write {path}"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => bail!("another avanti-server serves from {database}"),
        Err(TryLockError::Error(why)) => Err(why).with_context(|| format!("cannot lock {path}")),
    }
}

fn told_to_stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

async fn check(config: &Config) -> anyhow::Result<()> {
    let app = App::open(config).await?;
    let office = app.office().await?;
    for (kind, problem) in office.problems() {
        tracing::warn!("{kind}: {problem}");
    }
    say(&format!(
        "database {}, keys in {}, {} sites, {} services, {} agendas",
        config.database_name(),
        config.keys_directory().display(),
        office.sites.len(),
        office.services.len(),
        office.agendas.len()
    ))
}

async fn operator(config: &Config, command: OperatorCommand) -> anyhow::Result<()> {
    let db = open_database(config).await?;
    let now = Clock::real().now();
    let mut tx = db.write().await?;
    store::office::next_version(&mut tx).await?;
    let office = Office::load(&mut tx).await?;
    let login = match command {
        OperatorCommand::Add { login, name } => {
            if office.get::<Operator>(login.as_str()).is_some() {
                bail!("there is an operator {login} already; `operator set-password` sets the password");
            }
            let admin =
                Operator { id: login.clone(), institution: None, name, role: Role::Admin, services: Vec::new() };
            put(&mut tx, &office, &admin).await?;
            login
        }
        OperatorCommand::SetPassword { login } => login,
    };
    if store::office::revision(&mut tx, Operator::KIND, login.as_str()).await?.is_none() {
        bail!("there is no operator {login}");
    }
    let hash = password::hash(&password_from_input()?)?;
    store::staff::set_password(&mut tx, &login, &hash, now).await?;
    tx.commit().await?;
    db.close().await;
    say(&format!("the password of {login} is set"))
}

fn password_from_input() -> anyhow::Result<String> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        tracing::info!("type the password, then Ctrl-D on a line of its own");
    }
    let mut text = String::new();
    input.by_ref().take(1024).read_to_string(&mut text).context("cannot read the password")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

async fn device_token(config: &Config, device: Device) -> anyhow::Result<()> {
    let db = open_database(config).await?;
    let office = Office::load(&mut db.read().await?).await?;
    let (kind, id, known) = match (device.totem, device.display) {
        (Some(id), _) => (TokenKind::Totem, id.clone(), office.get::<Totem>(&id).is_some()),
        (_, Some(id)) => (TokenKind::Display, id.clone(), office.get::<Display>(&id).is_some()),
        (None, None) => bail!("name a totem or a display"),
    };
    if !known {
        bail!("there is no {} {id}", kind.word());
    }
    let token = new_device_token(&db, kind, &id, Clock::real().now()).await?;
    db.close().await;
    say(&token)
}

/// Makes a device's token; the old one is void.
pub async fn new_device_token(
    db: &Db,
    kind: TokenKind,
    id: &str,
    now: contract::time::Instant,
) -> anyhow::Result<String> {
    let token = kind.make()?;
    let mut tx = db.write().await?;
    store::device::set_token(&mut tx, kind.word(), id, &token::hash(&token), now).await?;
    // What the former device reported is not true of the new one.
    store::health::clear(&mut tx, kind.word(), id).await?;
    tx.commit().await?;
    Ok(token)
}

fn say(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{text}").context("cannot write to standard output")
}
