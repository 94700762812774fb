//! The row of a day: its lock and its version.

use super::{Fault, Result, Tx, on, portions};
use contract::{
    ids::SiteId,
    time::{Date, Instant},
};
use std::collections::BTreeMap;

/// What tells whether what is at hand of a day is still what was committed last, all of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The version of everything that is configured.
    pub office: i64,
    /// The version of the day, 0 if nothing has happened in it.
    pub day: i64,
    /// The number of the site's latest event, 0 before the first.
    pub site_seq: i64,
    /// When that was.
    pub at: Option<Instant>,
}

/// A day's stamp.
pub async fn stamp(tx: &mut Tx, site: &SiteId, date: Date) -> Result<Stamp> {
    let mut stamps = stamps(tx, &[(site.clone(), date)]).await?;
    stamps.pop_first().map(|(_, stamp)| stamp).ok_or_else(|| Fault::damaged("office_version", "it has no row"))
}

/// The stamps of days.
pub async fn stamps(tx: &mut Tx, days: &[(SiteId, Date)]) -> Result<BTreeMap<(SiteId, Date), Stamp>> {
    let mut stamps = BTreeMap::new();
    for days in portions(days) {
        let rows = on!(tx, |c| {
            let mut select = sqlx::QueryBuilder::new("with asked (n, site, date) as (");
            select.push_values(days.iter().zip(0_i64..), |mut row, ((site, date), n)| {
                row.push_bind(n).push_bind(site.as_str()).push_bind(date.to_string());
            });
            select.push(
                ") select asked.n, office.version, coalesce(day.version, 0), coalesce(latest.seq, 0), journal.at \
                 from asked join office_version office on office.id = 1 \
                 left join day on day.site = asked.site and day.date = asked.date \
                 left join site_journal latest on latest.site = asked.site \
                 left join journal on journal.site = asked.site and journal.seq = latest.seq",
            );
            select.build_query_as::<(i64, i64, i64, i64, Option<i64>)>().fetch_all(c).await?
        });
        for (n, office, day, site_seq, at) in rows {
            let Some(asked) = usize::try_from(n).ok().and_then(|n| days.get(n)) else { continue };
            stamps.insert(asked.clone(), Stamp { office, day, site_seq, at: at.map(Instant::from_millis) });
        }
    }
    Ok(stamps)
}

/// Takes the locks of days, in this order, and moves each from its version to the next. False if somebody else moved one
/// before.
pub async fn lock(tx: &mut Tx, days: &[(SiteId, Date, i64)]) -> Result<bool> {
    for days in portions(days) {
        let moved = on!(tx, |c| {
            let mut upsert = sqlx::QueryBuilder::new("insert into day (site, date, version) ");
            upsert.push_values(days, |mut row, (site, date, version)| {
                row.push_bind(site.as_str()).push_bind(date.to_string()).push_bind(version + 1);
            });
            upsert.push(
                " on conflict (site, date) do update set version = excluded.version \
                 where day.version = excluded.version - 1",
            );
            upsert.build().execute(c).await?.rows_affected()
        });
        if usize::try_from(moved) != Ok(days.len()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Remembers that the day is over.
pub async fn close(tx: &mut Tx, site: &SiteId, date: Date, now: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("update day set closed_at = $3 where site = $1 and date = $2")
            .bind(site.as_str())
            .bind(date.to_string())
            .bind(now.as_millis())
            .execute(c)
            .await?;
    });
    Ok(())
}

/// Days before `date` that nobody has closed, oldest first, at most 100 at a time.
pub async fn open_before(tx: &mut Tx, date: Date) -> Result<Vec<(SiteId, Date)>> {
    let rows = on!(tx, |c| {
        sqlx::query_as::<_, (String, String)>(
            "select site, date from day where closed_at is null and date < $1 order by date, site limit 100",
        )
        .bind(date.to_string())
        .fetch_all(c)
        .await?
    });
    let read = |(site, date): (String, String)| {
        let site = site.parse().map_err(|why| Fault::damaged("day.site", why))?;
        Ok((site, date.parse().map_err(|why| Fault::damaged("day.date", why))?))
    };
    rows.into_iter().map(read).collect()
}
