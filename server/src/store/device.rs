//! Tokens of totems and displays, as hashes only: one token per device, and while it is being renewed the next one, too.

use super::{Result, Tx, on};
use contract::time::Instant;

/// Gives a device a new token; the old one is void.
pub async fn set_token(tx: &mut Tx, kind: &str, device: &str, token: &str, now: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "insert into device_token (kind, device, token, created_at) values ($1, $2, $3, $4) \
             on conflict (kind, device) do update \
             set token = excluded.token, next = null, created_at = excluded.created_at",
        )
        .bind(kind)
        .bind(device)
        .bind(token)
        .bind(now.as_millis())
        .execute(c)
        .await?;
    });
    Ok(())
}

/// Notes the token that a device is to have next. The one it has stays good until that has been used.
pub async fn set_next(tx: &mut Tx, kind: &str, device: &str, next: &str) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("update device_token set next = $1 where kind = $2 and device = $3")
            .bind(next)
            .bind(kind)
            .bind(device)
            .execute(c)
            .await?;
    });
    Ok(())
}

/// The next token has been used: it is the device's only one from now on.
pub async fn take_next(tx: &mut Tx, kind: &str, next: &str, now: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("update device_token set token = next, next = null, created_at = $3 where next = $1 and kind = $2")
            .bind(next)
            .bind(kind)
            .bind(now.as_millis())
            .execute(c)
            .await?;
    });
    Ok(())
}

/// Which device of that kind has this token, and whether it is the next one, used for the first time.
pub async fn of_token(tx: &mut Tx, kind: &str, token: &str) -> Result<Option<(String, bool)>> {
    let found = on!(tx, |c| {
        sqlx::query_as::<_, (String, String)>(
            "select device, token from device_token where (token = $1 or next = $1) and kind = $2",
        )
        .bind(token)
        .bind(kind)
        .fetch_optional(c)
        .await?
    });
    Ok(found.map(|(device, current)| (device, current != token)))
}
