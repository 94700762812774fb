//! What a caller's key named: the keyed hash of the request and its outcome, stored in the transaction of its effect.

use super::{Result, Tx, on};
use contract::{ids::CommandKey, time::Instant};

/// What is remembered of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// A keyed hash of the request.
    pub request: String,
    /// What came of it, as JSON.
    pub outcome: String,
}

/// What that caller's key named.
pub async fn find(tx: &mut Tx, caller: &str, key: CommandKey) -> Result<Option<Remembered>> {
    let row = on!(tx, |c| {
        sqlx::query_as::<_, (String, String)>("select request, outcome from idempotency where caller = $1 and key = $2")
            .bind(caller)
            .bind(key.to_string())
            .fetch_optional(c)
            .await?
    });
    Ok(row.map(|(request, outcome)| Remembered { request, outcome }))
}

/// Remembers a request. A second one under the same key is a conflict.
pub async fn remember(tx: &mut Tx, caller: &str, key: CommandKey, what: &Remembered, now: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("insert into idempotency (caller, key, request, outcome, at) values ($1, $2, $3, $4, $5)")
            .bind(caller)
            .bind(key.to_string())
            .bind(what.request.as_str())
            .bind(what.outcome.as_str())
            .bind(now.as_millis())
            .execute(c)
            .await?;
    });
    Ok(())
}

/// Forgets what is older than `before`.
pub async fn forget(tx: &mut Tx, before: Instant) -> Result<u64> {
    Ok(on!(tx, |c| {
        sqlx::query("delete from idempotency where at < $1").bind(before.as_millis()).execute(c).await?.rows_affected()
    }))
}
