//! The installation's life: its epoch, new when it is set up, its heartbeat, and whether all its tables are there.

use super::{Fault, Result, Tx, on};
use contract::{ids::Epoch, time::Instant};

/// The epoch of this database; `fresh` becomes it when there is none yet.
pub async fn epoch(tx: &mut Tx, fresh: Epoch, now: Instant) -> Result<Epoch> {
    let known = on!(tx, |c| {
        sqlx::query(
            "insert into install (id, epoch, created_at, alive_at) values (1, $1, $2, $2) on conflict (id) do nothing",
        )
        .bind(fresh.to_string())
        .bind(now.as_millis())
        .execute(&mut *c)
        .await?;
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
