//! Codes for new devices, as hashes only, and wrong guesses, which all servers of an installation count together.

use super::{Result, Tx, on};
use contract::time::Instant;

/// Notes a code for a device; an older one of the same device is void.
pub async fn put(tx: &mut Tx, kind: &str, device: &str, code: &str, expires_at: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "insert into pairing (kind, device, code, expires_at) values ($1, $2, $3, $4) \
             on conflict (kind, device) do update set code = excluded.code, expires_at = excluded.expires_at",
        )
        .bind(kind)
        .bind(device)
        .bind(code)
        .bind(expires_at.as_millis())
        .execute(c)
        .await?;
    });
    Ok(())
}

/// A code that a device has not used yet is void.
pub async fn cancel(tx: &mut Tx, kind: &str, device: &str) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("delete from pairing where kind = $1 and device = $2").bind(kind).bind(device).execute(c).await?;
    });
    Ok(())
}

/// From now on nobody else counts wrong guesses until this transaction ends. An embedded file has one writer anyway.
pub async fn alone(tx: &mut Tx) -> Result<()> {
    if let Tx::Pg(tx, _) = tx {
        sqlx::query("lock table pairing_miss in share row exclusive mode").execute(&mut **tx).await?;
    }
    Ok(())
}

/// Uses up a code for a device of that kind: the device's id, if the code is good at that moment.
pub async fn take(tx: &mut Tx, code: &str, kind: &str, now: Instant) -> Result<Option<String>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar::<_, String>(
            "delete from pairing where code = $1 and kind = $2 and expires_at > $3 returning device",
        )
        .bind(code)
        .bind(kind)
        .bind(now.as_millis())
        .fetch_optional(c)
        .await?
    }))
}

/// Notes a wrong guess.
pub async fn miss(tx: &mut Tx, id: &str, now: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("insert into pairing_miss (id, at) values ($1, $2)")
            .bind(id)
            .bind(now.as_millis())
            .execute(c)
            .await?;
    });
    Ok(())
}

/// Wrong guesses after that moment, and the first of them.
pub async fn misses(tx: &mut Tx, after: Instant) -> Result<(i64, Option<Instant>)> {
    let (count, first) = on!(tx, |c| {
        sqlx::query_as::<_, (i64, Option<i64>)>("select count(*), min(at) from pairing_miss where at > $1")
            .bind(after.as_millis())
            .fetch_one(c)
            .await?
    });
    Ok((count, first.map(Instant::from_millis)))
}

/// Removes what is over: codes, and wrong guesses until that moment.
pub async fn forget(tx: &mut Tx, now: Instant, misses_until: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("delete from pairing where expires_at <= $1").bind(now.as_millis()).execute(c).await?;
    });
    on!(tx, |c| {
        sqlx::query("delete from pairing_miss where at <= $1").bind(misses_until.as_millis()).execute(c).await?;
    });
    Ok(())
}
