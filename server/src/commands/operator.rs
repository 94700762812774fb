//! `avanti-server operator …`: the first administrator, and passwords that nobody remembers.

use super::say;
use crate::{
    app::open_database,
    clock::Clock,
    config::Config,
    office::{Office, plan::put},
    password, store,
};
use anyhow::{Context, bail};
use clap::Subcommand;
use contract::{
    ids::OperatorId,
    office::{Configured, Operator, Role},
};
use std::io::{IsTerminal, Read};

/// What can be done with staff.
#[derive(Debug, Subcommand)]
pub enum OperatorCommand {
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

/// Does it.
pub async fn carry_out(config: &Config, command: OperatorCommand) -> anyhow::Result<()> {
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
