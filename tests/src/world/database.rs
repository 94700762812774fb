//! A database of its own for each office in a box, and gone with it.

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{env, fs, path::PathBuf};

/// Names the throw-away PostgreSQL of the tests: an address with a user that may create databases.
pub const POSTGRES: &str = "AVANTI_TEST_POSTGRES";

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A database of the tests' PostgreSQL.
    Postgres,
}

/// A database that nobody else uses.
#[derive(Debug)]
pub struct Database {
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(PathBuf),
    Cluster { address: String, name: String },
}

impl Database {
    /// Makes one.
    pub async fn new(kind: Kind) -> Result<Self> {
        let name = format!("avanti_{}", server::clock::new_id().simple());
        match kind {
            Kind::Sqlite => {
                let folder = env::temp_dir().join(name);
                fs::create_dir(&folder)?;
                let url = folder.join("avanti.sqlite3").to_string_lossy().into_owned();
                Ok(Self { url, place: Place::Folder(folder) })
            }
            Kind::Postgres => {
                let address = env::var(POSTGRES).with_context(|| {
                    format!(
                        "{POSTGRES} is not set: `./x test` starts a PostgreSQL (Debian package postgresql) and sets it"
                    )
                })?;
                order(&address, format!("create database {name}")).await?;
                let (server, query) = match address.split_once('?') {
                    Some((server, query)) => (server, format!("?{query}")),
                    None => (address.as_str(), String::new()),
                };
                let root = server.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
                Ok(Self { url: format!("{root}/{name}{query}"), place: Place::Cluster { address, name } })
            }
        }
    }

    /// Where it is, as the server's settings say it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Removes it.
    pub async fn remove(self) -> Result<()> {
        match self.place {
            Place::Folder(folder) => Ok(fs::remove_dir_all(folder)?),
            Place::Cluster { address, name } => order(&address, format!("drop database {name} with (force)")).await,
        }
    }
}

async fn order(address: &str, sql: String) -> Result<()> {
    let mut connection = PgConnection::connect(address).await.context("the PostgreSQL of the tests")?;
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    Ok(connection.close().await?)
}
