//! The installation's life: its epoch, new when it is set up, the keys that belong to it, its heartbeat, and whether all
//! its tables are there.

use super::{Fault, Result, Tx, on};
use contract::{ids::Epoch, time::Instant};

/// What the installation's keys are known by: fingerprints, from which no key can be found.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Prints {
    /// Of the key by which persons are known.
    pub person_key: String,
    /// Of the key that signs tickets.
    pub qr_key: String,
    /// Of the key with which its servers encrypt, if it is their own.
    pub tls_key: Option<String>,
}

/// The keys that belong to this database; none if it is new.
pub async fn prints(tx: &mut Tx) -> Result<Option<Prints>> {
    Ok(on!(tx, |c| {
        sqlx::query_as("select person_key, qr_key, tls_key from install where id = 1").fetch_optional(&mut *c).await?
    }))
}

/// Notes the keys of a new database; one that has its keys keeps them. `fresh` becomes the epoch when there is none.
pub async fn begin(tx: &mut Tx, prints: &Prints, fresh: Epoch, now: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "insert into install (id, epoch, person_key, qr_key, tls_key, created_at, alive_at) \
             values (1, $1, $2, $3, $4, $5, $5) on conflict (id) do nothing",
        )
        .bind(fresh.to_string())
        .bind(&prints.person_key)
        .bind(&prints.qr_key)
        .bind(&prints.tls_key)
        .bind(now.as_millis())
        .execute(c)
        .await?;
    });
    Ok(())
}

/// Notes the key of the first server that encrypts with one of its own, and says which is known now; none if the
/// installation has not begun.
pub async fn begin_tls(tx: &mut Tx, print: &str) -> Result<Option<String>> {
    on!(tx, |c| {
        sqlx::query("update install set tls_key = $1 where id = 1 and tls_key is null")
            .bind(print)
            .execute(&mut *c)
            .await?;
    });
    Ok(prints(tx).await?.and_then(|known| known.tls_key))
}

/// From now on the database belongs to these keys.
pub async fn replace(tx: &mut Tx, prints: &Prints) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("update install set person_key = $1, qr_key = $2, tls_key = $3 where id = 1")
            .bind(&prints.person_key)
            .bind(&prints.qr_key)
            .bind(&prints.tls_key)
            .execute(c)
            .await?;
    });
    Ok(())
}

/// The epoch of this database.
pub async fn epoch(tx: &mut Tx) -> Result<Epoch> {
    let known = on!(tx, |c| {
        sqlx::query_scalar::<_, String>("select epoch from install where id = 1").fetch_one(&mut *c).await?
    });
    known.parse().map_err(|why| Fault::damaged("install.epoch", why))
}

/// Writes that the server is alive: a commit that means nothing and shows that commits are possible.
pub async fn heartbeat(tx: &mut Tx, now: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("update install set alive_at = $1 where id = 1").bind(now.as_millis()).execute(c).await?;
    });
    Ok(())
}

/// Looks into every table: a row of each, if it has one.
pub async fn glance(tx: &mut Tx) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(GLANCE).execute(c).await?;
    });
    Ok(())
}

const GLANCE: &str = "select (select count(*) from (select 1 from install limit 1) t) \
     + (select count(*) from (select 1 from office limit 1) t) \
     + (select count(*) from (select 1 from office_version limit 1) t) \
     + (select count(*) from (select 1 from day limit 1) t) \
     + (select count(*) from (select 1 from site_journal limit 1) t) \
     + (select count(*) from (select 1 from journal limit 1) t) \
     + (select count(*) from (select 1 from ticket limit 1) t) \
     + (select count(*) from (select 1 from occupancy limit 1) t) \
     + (select count(*) from (select 1 from day_load limit 1) t) \
     + (select count(*) from (select 1 from counter_session limit 1) t) \
     + (select count(*) from (select 1 from person limit 1) t) \
     + (select count(*) from (select 1 from ticket_person limit 1) t) \
     + (select count(*) from (select 1 from idempotency limit 1) t) \
     + (select count(*) from (select 1 from operator_login limit 1) t) \
     + (select count(*) from (select 1 from session limit 1) t) \
     + (select count(*) from (select 1 from device_health limit 1) t) \
     + (select count(*) from (select 1 from device_token limit 1) t) \
     + (select count(*) from (select 1 from pairing limit 1) t) \
     + (select count(*) from (select 1 from pairing_miss limit 1) t)";
