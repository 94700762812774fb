//! Tokens of totems and displays, as hashes only: one token per device, a new one replaces it.

use super::{Result, Tx, on};
use contract::time::Instant;

/// Gives a device a new token; the old one is void.
pub async fn set_token(tx: &mut Tx, kind: &str, device: &str, token: &str, now: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "insert into device_token (kind, device, token, created_at) values ($1, $2, $3, $4) \
             on conflict (kind, device) do update set token = excluded.token, created_at = excluded.created_at",
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

/// Which device of that kind has this token.
pub async fn of_token(tx: &mut Tx, kind: &str, token: &str) -> Result<Option<String>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar::<_, String>("select device from device_token where token = $1 and kind = $2")
            .bind(token)
            .bind(kind)
            .fetch_optional(c)
            .await?
    }))
}
