//! Servers that share a PostgreSQL wake one another at each commit, so that what one has done is on the boards of all. An
//! embedded file has one server, and nobody to wake.

use super::{Db, Fault, Result, Tx};
use contract::ids::SiteId;
use sqlx::postgres::PgListener;
use uuid::Uuid;

const CHANNEL: &str = "avanti_site";

/// Lets the others know, if that transaction is committed, that a site looks different.
pub async fn tell(tx: &mut Tx, server: Uuid, site: &SiteId) -> Result<()> {
    if let Tx::Pg(tx) = tx {
        let said = format!("{server} {site}");
        sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(said).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Hears what the others say.
#[derive(Debug)]
pub struct Ear(PgListener);

/// What was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// That server has changed that site.
    Site(Uuid, SiteId),
    /// The connection broke off: nobody knows what was said meanwhile.
    Gap,
}

impl Ear {
    /// Begins to listen. None where nobody else can say anything.
    pub async fn open(db: &Db) -> Result<Option<Self>> {
        let Db::Pg(pool) = db else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Self(listener)))
    }

    /// Waits for what is said next.
    pub async fn next(&mut self) -> Result<Heard> {
        let Some(said) = self.0.try_recv().await? else { return Ok(Heard::Gap) };
        let damaged = |why: &dyn std::fmt::Display| Fault::damaged("a word of another server", why);
        let (server, site) = said.payload().split_once(' ').ok_or_else(|| damaged(&"two words are expected"))?;
        let server = server.parse().map_err(|why: uuid::Error| damaged(&why))?;
        Ok(Heard::Site(server, site.parse().map_err(|why| damaged(&why))?))
    }
}
