//! The office that is measured: a city's eight sites of four services and 24 counters each, written straight into a
//! database together with everybody's tokens, so that nobody has to log in while a clock runs.

use crate::{
    load::Asked,
    serving::{self, free_port},
    slow_disk::Disk,
};
use ::tests::equipment::program::{Program, ours};
use anyhow::{Context, Result};
use contract::time::Instant;
use server::{
    auth::{IDLE_MINUTES, LONGEST_MINUTES},
    office::plan::Plan,
    pairing::give_token,
    store::{self, Db, Tx, staff::StoredSession},
    token::{self, TokenKind},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    fmt::Write,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::process::Command;

/// Sites: a site's day is what is decided as one, so several must go on side by side.
pub const SITES: usize = 8;
/// One site more, counted from 0, where little happens. Its board is the one that is looked at: on the others every call
/// of the last minute would be, and that minute brings more calls than a week in an office.
pub const QUIET: usize = SITES;
/// Counters of a site.
pub const COUNTERS: usize = 24;
/// The services, by the letter of their codes. Every site gives all of them.
pub const SERVICES: [char; 4] = ['A', 'B', 'C', 'D'];
/// People who have a place at the same time, for one service at one site.
pub const LANES: usize = 20;
/// The length of a place, in minutes.
pub const SLOT_MINUTES: i64 = 5;
/// Where the server's clock stands when it starts, in Rome: the office is open at whatever hour this is run.
pub const CLOCK: &str = "2026-11-23T10:20";
/// The same moment.
const NOW: &str = "2026-11-23T09:20:00Z";

/// The moment at which the server's clock starts.
pub fn now() -> Result<Instant> {
    NOW.parse().context("the office's clock")
}

/// An office in a database, and the tokens of those who may ask.
#[derive(Debug, Clone)]
pub struct Office {
    /// Where its settings and logs are.
    pub folder: PathBuf,
    /// The database.
    pub database: String,
    /// A totem's token per site.
    pub totems: Vec<String>,
    /// A display's token per site, then those of more displays at the first site.
    pub displays: Vec<String>,
    /// Sessions: site by site, counter by counter.
    pub clerks: Vec<Vec<String>>,
}

impl Office {
    /// Furnishes an office. With a PostgreSQL's URL it gets a schema of its own there, else a file in the folder.
    pub async fn furnish(folder: &Path, postgres: Option<&str>, more_displays: usize) -> Result<Self> {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let database = match postgres {
            Some(cluster) => schema(cluster, folder).await?,
            None => folder.join("avanti.sqlite3").display().to_string(),
        };
        let plan: Plan = toml::from_str(&plan(more_displays)?).context("the benchmark's office")?;
        let db = Db::open(&database).await?;
        let mut tx = db.write().await?;
        plan.write(&mut tx).await?;
        let mut office = Self {
            folder: folder.to_owned(),
            database,
            totems: Vec::new(),
            displays: Vec::new(),
            clerks: vec![Vec::new(); QUIET + 1],
        };
        for (kind, id) in plan.devices() {
            let tokens = if kind == TokenKind::Totem { &mut office.totems } else { &mut office.displays };
            tokens.push(give_token(&mut tx, kind, id, now()?).await?);
        }
        for (at, operator) in plan.operators.iter().enumerate() {
            office.clerks[at / COUNTERS].push(session(&mut tx, &operator.id, now()?).await?);
        }
        tx.commit().await?;
        db.close().await;
        Ok(office)
    }

    /// The same office again in another folder, with all that is in it.
    pub fn copy(&self, folder: &Path) -> Result<Self> {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder)?;
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            fs::copy(entry.path(), folder.join(entry.file_name()))?;
        }
        let database = folder.join("avanti.sqlite3").display().to_string();
        Ok(Self { folder: folder.to_owned(), database, ..self.clone() })
    }

    /// What starts the server of this office, and where it will listen. `shifted`: on the office's own clock.
    fn server(&self, shifted: bool) -> Result<(Command, SocketAddr)> {
        let address = free_port()?;
        let mut settings = toml::Table::new();
        settings.insert("listen".to_owned(), address.to_string().into());
        settings.insert("database".to_owned(), self.database.clone().into());
        settings.insert("keys".to_owned(), self.folder.display().to_string().into());
        if shifted {
            settings.insert("demonstration_clock".to_owned(), CLOCK.into());
        }
        let path = self.folder.join(format!("server-{}.toml", address.port()));
        fs::write(&path, toml::to_string(&settings)?)?;
        let mut command = ours("avanti-server")?;
        command.arg("run").arg("--config").arg(path);
        Ok((command, address))
    }

    /// Starts its server, and says how long the first answer took.
    pub async fn open(&self, shifted: bool, disk: &Disk) -> Result<(Program, Asked, Duration)> {
        let (command, address) = self.server(shifted)?;
        serving::start("server", disk.dress(command), address, "/api/v1", &self.folder).await
    }
}

async fn session(tx: &mut Tx, operator: &contract::ids::OperatorId, now: Instant) -> Result<String> {
    let token = TokenKind::Session.make()?;
    let session = StoredSession {
        operator: operator.clone(),
        seen_at: now,
        idle_until: now.plus_minutes(IDLE_MINUTES),
        expires_at: now.plus_minutes(LONGEST_MINUTES),
    };
    store::staff::begin_session(tx, &token::hash(&token), &session).await?;
    Ok(token)
}

/// A schema of the office's own, emptied, in that cluster.
async fn schema(cluster: &str, folder: &Path) -> Result<String> {
    let name = folder.file_name().and_then(|name| name.to_str()).context("the folder has no name")?.replace('-', "_");
    let mut admin = PgConnection::connect(cluster).await.context("PostgreSQL does not answer")?;
    sqlx::raw_sql(AssertSqlSafe(format!("drop schema if exists {name} cascade; create schema {name}")))
        .execute(&mut admin)
        .await?;
    let joint = if cluster.contains('?') { '&' } else { '?' };
    Ok(format!("{cluster}{joint}options=-csearch_path%3D{name}"))
}

fn plan(more_displays: usize) -> Result<String> {
    let mut text = String::from("[[institutions]]\nid = \"city\"\nname = { it = \"Comune\" }\n");
    let mut rooms = String::new();
    for site in 1..=QUIET + 1 {
        writeln!(text, "[[sites]]\nid = \"site-{site}\"\ninstitution = \"city\"\nname = {{ it = \"Sede {site}\" }}")?;
        writeln!(text, "address = {{ it = \"Via {site}\" }}\nzone = \"Europe/Rome\"")?;
        writeln!(text, "[[rooms]]\nid = \"room-{site}\"\nsite = \"site-{site}\"\nname = {{ it = \"Sala {site}\" }}")?;
        write!(rooms, "site-{site} = \"room-{site}\", ")?;
    }
    for letter in SERVICES {
        let id = letter.to_ascii_lowercase();
        writeln!(text, "[[services]]\nid = \"{id}\"\ninstitution = \"city\"\nname = {{ it = \"Servizio {letter}\" }}")?;
        // Whoever is here may be called: what is measured is calling, not waiting.
        writeln!(text, "prefix = \"{letter}\"\nrooms = {{ {rooms} }}\nearly_call_minutes = 480")?;
    }
    for site in 1..=QUIET + 1 {
        furnish_site(&mut text, site)?;
    }
    for more in 1..=more_displays {
        display(&mut text, &format!("more-{more}"), 1)?;
    }
    Ok(text)
}

fn furnish_site(text: &mut String, site: usize) -> Result<()> {
    let services = SERVICES.map(|letter| format!("\"{}\"", letter.to_ascii_lowercase())).join(", ");
    for service in SERVICES.map(|letter| letter.to_ascii_lowercase()) {
        writeln!(text, "[[agendas]]\nid = \"{service}-{site}\"\nservice = \"{service}\"\nsite = \"site-{site}\"")?;
        writeln!(text, "valid_from = \"2025-01-01\"\nslot_minutes = {SLOT_MINUTES}\nlanes = {LANES}")?;
        let days = "\"monday\", \"tuesday\", \"wednesday\", \"thursday\", \"friday\"";
        writeln!(text, "weekly = [{{ days = [{days}], from = \"10:30\", until = \"20:00\" }}]")?;
    }
    for counter in 1..=COUNTERS {
        writeln!(text, "[[counters]]\nid = \"counter-{site}-{counter}\"\nsite = \"site-{site}\"")?;
        writeln!(text, "room = \"room-{site}\"\nlabel = \"{counter}\"")?;
        writeln!(text, "[[operators]]\nid = \"clerk-{site}-{counter}\"\ninstitution = \"city\"\nname = \"Clerk\"")?;
        writeln!(text, "role = \"operator\"\nservices = [{services}]")?;
    }
    writeln!(text, "[[totems]]\nid = \"totem-{site}\"\nsite = \"site-{site}\"\nname = \"Totem\"")?;
    writeln!(text, "lineup = {{ pages = [[{services}]] }}")?;
    display(text, &format!("display-{site}"), site)
}

fn display(text: &mut String, id: &str, site: usize) -> Result<()> {
    writeln!(text, "[[displays]]\nid = \"{id}\"\nsite = \"site-{site}\"\nname = \"Monitor\"")?;
    Ok(writeln!(text, "lineup = {{ room = \"room-{site}\" }}")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_office_is_in_order() {
        let folder = std::env::temp_dir().join(format!("avanti-bench-office-{}", std::process::id()));
        let office = Office::furnish(&folder, None, 3).await.unwrap();
        let db = Db::open(&office.database).await.unwrap();
        let stored = server::office::Office::load(&mut db.read().await.unwrap()).await.unwrap();
        db.close().await;
        fs::remove_dir_all(folder).unwrap();
        assert_eq!(stored.problems(), Vec::new());
        assert_eq!((office.totems.len(), office.displays.len()), (QUIET + 1, QUIET + 4));
        assert!(office.clerks.iter().all(|clerks| clerks.len() == COUNTERS));
    }
}
