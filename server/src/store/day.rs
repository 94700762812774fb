//! The row of a day: its lock and its version.

use super::{Fault, Result, Tx, on};
use contract::{
    ids::SiteId,
    time::{Date, Instant},
};

/// The version of a day, 0 if nothing has happened in it.
pub async fn version(tx: &mut Tx, site: &SiteId, date: Date) -> Result<i64> {
    let version = on!(tx, |c| {
        sqlx::query_scalar::<_, i64>("select version from day where site = $1 and date = $2")
            .bind(site.as_str())
            .bind(date.to_string())
            .fetch_optional(c)
            .await?
    });
    Ok(version.unwrap_or(0))
}

/// Takes the day's lock and moves it from that version to the next. False if somebody else moved it before.
pub async fn lock(tx: &mut Tx, site: &SiteId, date: Date, version: i64) -> Result<bool> {
    let date = date.to_string();
    let rows = on!(tx, |c| {
        if version == 0 {
            sqlx::query("insert into day (site, date, version) values ($1, $2, 1) on conflict (site, date) do nothing")
                .bind(site.as_str())
                .bind(date.as_str())
                .execute(c)
                .await?
                .rows_affected()
        } else {
            sqlx::query("update day set version = version + 1 where site = $1 and date = $2 and version = $3")
                .bind(site.as_str())
                .bind(date.as_str())
                .bind(version)
                .execute(c)
                .await?
                .rows_affected()
        }
    });
    Ok(rows == 1)
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
