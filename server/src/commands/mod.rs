//! What can be asked of the program on the command line.

mod accept;
mod device;
mod operator;
mod run;

use crate::{app::App, config::Config, demo};
use anyhow::Context;
use clap::{Parser, Subcommand};
use device::DeviceCommand;
pub use device::new_device_token;
use operator::OperatorCommand;
use std::{io::Write, path::PathBuf};
use tokio::runtime::Runtime;

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
    /// Go on with the keys that lie beside the database, or with new ones in their place: for when those of this database are
    /// lost.
    ///
    /// With another avanti.person-key nobody is recognised by the card who has an appointment already; with another
    /// avanti.qr-key the tickets given out until now are void; with another avanti.tls-key devices must be linked anew.
    /// Stop every server of this database before.
    AcceptKeys,
    /// Load the demonstration office: Comune di Crema.
    DemoData {
        /// Where to write the devices' tokens, one file each.
        #[arg(long, value_name = "DIR")]
        secrets: PathBuf,
    },
    /// Staff.
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Totems, displays and the computers at counters.
    #[command(subcommand)]
    Device(DeviceCommand),
}

/// Does what was asked.
pub fn carry_out(arguments: Arguments) -> anyhow::Result<()> {
    let config = Config::read(arguments.config.as_deref(), |name| std::env::var(name).ok())?;
    let runtime = Runtime::new().context("cannot start")?;
    runtime.block_on(async {
        match arguments.what {
            What::Run => run::run(&config).await,
            What::Check => check(&config).await,
            What::AcceptKeys => accept::carry_out(&config).await,
            What::DemoData { secrets } => say(&demo::load(&config, &secrets).await?),
            What::Operator(command) => operator::carry_out(&config, command).await,
            What::Device(command) => device::carry_out(&config, command).await,
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

fn say(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{text}").context("cannot write to standard output")
}
