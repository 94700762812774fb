//! What a caller's key named: the keyed hash of the request, stored in the transaction of its effect.

use super::{Result, Tx, on, portions};
use contract::{ids::CommandKey, time::Instant};
use std::collections::BTreeMap;

/// A name for a request: who gave it, and what they called it.
pub type Name = (String, CommandKey);

/// The requests that these names stand for, of those that are known.
pub async fn requests(tx: &mut Tx, names: &[Name]) -> Result<BTreeMap<Name, String>> {
    let mut requests = BTreeMap::new();
    for names in portions(names) {
        let rows = on!(tx, |c| {
            let mut select = sqlx::QueryBuilder::new("with asked (n, caller, key) as (");
            select.push_values(names.iter().zip(0_i64..), |mut row, ((caller, key), n)| {
                row.push_bind(n).push_bind(caller.as_str()).push_bind(key.to_string());
            });
            select.push(
                ") select asked.n, known.request from asked \
                 join idempotency known on known.caller = asked.caller and known.key = asked.key",
            );
            select.build_query_as::<(i64, String)>().fetch_all(c).await?
        });
        let named = |(n, request): (i64, String)| Some((names.get(usize::try_from(n).ok()?)?.clone(), request));
        requests.extend(rows.into_iter().filter_map(named));
    }
    Ok(requests)
}

/// Remembers requests by their keyed hashes. A second one under the same name is a conflict.
pub async fn remember(tx: &mut Tx, requests: &[(Name, String)], now: Instant) -> Result<()> {
    for requests in portions(requests) {
        on!(tx, |c| {
            let mut insert = sqlx::QueryBuilder::new("insert into idempotency (caller, key, request, at) ");
            insert.push_values(requests, |mut row, ((caller, key), request)| {
                row.push_bind(caller.as_str()).push_bind(key.to_string()).push_bind(request.as_str());
                row.push_bind(now.as_millis());
            });
            insert.build().execute(c).await?;
        });
    }
    Ok(())
}

/// Forgets what is older than `before`.
pub async fn forget(tx: &mut Tx, before: Instant) -> Result<u64> {
    Ok(on!(tx, |c| {
        sqlx::query("delete from idempotency where at < $1").bind(before.as_millis()).execute(c).await?.rows_affected()
    }))
}
