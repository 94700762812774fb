//! The row of a day: its lock and its version.

use super::{Fault, Result, Tx, on};
use contract::{
    ids::SiteId,
    time::{Date, Instant},
};

/// What tells whether what is at hand of a day is still what was committed last, all of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The version of everything that is configured.
    pub office: i64,
    /// The version of the day, 0 if nothing has happened in it.
    pub day: i64,
    /// The number of the site's latest event, 0 before the first.
    pub site_seq: i64,
}

/// A day's stamp.
pub async fn stamp(tx: &mut Tx, site: &SiteId, date: Date) -> Result<Stamp> {
    let (office, day, site_seq) = on!(tx, |c| {
        sqlx::query_as::<_, (i64, i64, i64)>(
            "select version, coalesce((select version from day where site = $1 and date = $2), 0), \
             coalesce((select seq from site_journal where site = $1), 0) from office_version where id = 1",
        )
        .bind(site.as_str())
        .bind(date.to_string())
        .fetch_one(c)
        .await?
    });
    Ok(Stamp { office, day, site_seq })
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
