//! The journal: append-only, gap-free per site. It stores events as text and knows nothing of their meaning.

use super::{Fault, Result, Tx, on, portions};
use contract::{
    ids::SiteId,
    time::{Date, Instant},
};
use std::collections::BTreeMap;

/// One event as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the site's journal.
    pub seq: i64,
    /// The event as JSON.
    pub body: String,
}

/// An event to append.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// In whose journal.
    pub site: SiteId,
    /// Its number there.
    pub seq: i64,
    /// The service date it belongs to.
    pub date: Date,
    /// When it happened.
    pub at: Instant,
    /// The event as JSON.
    pub body: String,
}

/// The number of the site's latest event, 0 before the first.
pub async fn latest(tx: &mut Tx, site: &SiteId) -> Result<i64> {
    let seq = on!(tx, |c| {
        sqlx::query_scalar::<_, i64>("select seq from site_journal where site = $1")
            .bind(site.as_str())
            .fetch_optional(c)
            .await?
    });
    Ok(seq.unwrap_or(0))
}

/// When the latest event of any site happened. It reads the whole journal: for the start of a demonstration only.
pub async fn latest_moment(tx: &mut Tx) -> Result<Option<Instant>> {
    let at = on!(tx, |c| sqlx::query_scalar::<_, Option<i64>>("select max(at) from journal").fetch_one(c).await?);
    Ok(at.map(Instant::from_millis))
}

/// Reserves numbers, so many for each site, and returns the last of each. It locks the sites' journals until the
/// transaction ends, so it comes last: nobody waits behind it for more than the commit.
pub async fn reserve(tx: &mut Tx, counts: &[(SiteId, i64)]) -> Result<BTreeMap<SiteId, i64>> {
    let mut last = BTreeMap::new();
    for counts in portions(counts) {
        let rows = on!(tx, |c| {
            let mut upsert = sqlx::QueryBuilder::new("insert into site_journal (site, seq) ");
            upsert.push_values(counts, |mut row, (site, count)| {
                row.push_bind(site.as_str()).push_bind(*count);
            });
            upsert.push(" on conflict (site) do update set seq = site_journal.seq + excluded.seq returning site, seq");
            upsert.build_query_as::<(String, i64)>().fetch_all(c).await?
        });
        for (site, seq) in rows {
            last.insert(site.parse().map_err(|why| Fault::damaged("site_journal.site", why))?, seq);
        }
    }
    Ok(last)
}

/// Appends events under numbers that were reserved.
pub async fn append(tx: &mut Tx, entries: &[NewEntry]) -> Result<()> {
    for entries in portions(entries) {
        on!(tx, |c| {
            let mut insert = sqlx::QueryBuilder::new("insert into journal (site, seq, date, at, body) ");
            insert.push_values(entries, |mut row, entry| {
                row.push_bind(entry.site.as_str()).push_bind(entry.seq).push_bind(entry.date.to_string());
                row.push_bind(entry.at.as_millis()).push_bind(entry.body.as_str());
            });
            insert.build().execute(c).await?;
        });
    }
    Ok(())
}

/// All events of a day, in order.
pub async fn of_day(tx: &mut Tx, site: &SiteId, date: Date) -> Result<Vec<Entry>> {
    let rows = on!(tx, |c| {
        sqlx::query_as::<_, (i64, String)>("select seq, body from journal where site = $1 and date = $2 order by seq")
            .bind(site.as_str())
            .bind(date.to_string())
            .fetch_all(c)
            .await?
    });
    Ok(rows.into_iter().map(|(seq, body)| Entry { seq, body }).collect())
}
