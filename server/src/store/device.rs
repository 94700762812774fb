//! Tokens of totems and displays, as hashes only: one token per device, and while it is being renewed the next one, too.

use super::{Result, Tx, on, portions};
use contract::time::Instant;
use std::collections::BTreeMap;

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

/// A device has no token any more.
pub async fn forget(tx: &mut Tx, kind: &str, device: &str) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("delete from device_token where kind = $1 and device = $2")
            .bind(kind)
            .bind(device)
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

/// What a device's token tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What sort of device it is.
    pub kind: String,
    /// Which it is.
    pub device: String,
    /// True if it is the device's next token, used for the first time.
    pub is_next: bool,
    /// The version of everything that is configured.
    pub office: i64,
}

/// Which devices have these tokens.
pub async fn of_tokens(tx: &mut Tx, tokens: &[String]) -> Result<BTreeMap<String, Known>> {
    let mut known = BTreeMap::new();
    for tokens in portions(tokens) {
        let rows = on!(tx, |c| {
            let mut select = sqlx::QueryBuilder::new("with asked (token) as (");
            select.push_values(tokens, |mut row, token| {
                row.push_bind(token.as_str());
            });
            let columns = "select asked.token, kind, device, (select version from office_version where id = 1)";
            select.push(format!(") {columns}, false from asked join device_token own on own.token = asked.token "));
            select
                .push(format!("union all {columns}, true from asked join device_token own on own.next = asked.token"));
            select.build_query_as::<(String, String, String, i64, bool)>().fetch_all(c).await?
        });
        let read = |(token, kind, device, office, is_next)| (token, Known { kind, device, is_next, office });
        known.extend(rows.into_iter().map(read));
    }
    Ok(known)
}
