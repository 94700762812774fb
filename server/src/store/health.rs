//! What is wrong with devices, a row for each that reports something. What is stored says nothing of people.

use super::{Fault, Result, Tx, on, portions};
use contract::{health::DeviceFault, ids::SiteId, time::Instant};
use std::collections::BTreeMap;

/// What a device reported last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredHealth {
    /// Where it stands or hangs.
    pub site: SiteId,
    /// What is wrong, and since when.
    pub faults: BTreeMap<DeviceFault, Instant>,
    /// When it said so, give or take a minute.
    pub seen_at: Instant,
}

type Row = (String, String, i64);

fn stored((site, faults, seen_at): Row) -> Result<StoredHealth> {
    Ok(StoredHealth {
        site: site.parse().map_err(|why| Fault::damaged("device_health.site", why))?,
        faults: serde_json::from_str(&faults).map_err(|why| Fault::damaged("device_health.faults", why))?,
        seen_at: Instant::from_millis(seen_at),
    })
}

/// What a device reported last, if anything was wrong.
pub async fn of_device(tx: &mut Tx, kind: &str, device: &str) -> Result<Option<StoredHealth>> {
    let row = on!(tx, |c| {
        sqlx::query_as::<_, Row>("select site, faults, seen_at from device_health where kind = $1 and device = $2")
            .bind(kind)
            .bind(device)
            .fetch_optional(c)
            .await?
    });
    row.map(stored).transpose()
}

/// A device's kind and id, and what it reported.
pub type Report = (String, String, StoredHealth);

/// What the devices of sites reported, by kind and id.
pub async fn of_sites(tx: &mut Tx, sites: &[SiteId]) -> Result<BTreeMap<SiteId, Vec<Report>>> {
    let mut reports: BTreeMap<SiteId, Vec<Report>> = BTreeMap::new();
    for sites in portions(sites) {
        let rows = on!(tx, |c| {
            let mut select = sqlx::QueryBuilder::new("select kind, device, site, faults, seen_at from device_health ");
            select.push("where site in (");
            select.push_values(sites, |mut row, site| {
                row.push_bind(site.as_str());
            });
            select.push(") order by kind, device");
            select.build_query_as::<(String, String, String, String, i64)>().fetch_all(c).await?
        });
        for (kind, device, site, faults, seen_at) in rows {
            // Others wait for the same statement: a damaged row says nothing of the other devices.
            let health = match stored((site, faults, seen_at)) {
                Ok(health) => health,
                Err(fault) => {
                    tracing::error!(%fault, kind, device, "what a device reported is left out");
                    continue;
                }
            };
            reports.entry(health.site.clone()).or_default().push((kind, device, health));
        }
    }
    Ok(reports)
}

/// Notes what is wrong with a device.
pub async fn note(tx: &mut Tx, kind: &str, device: &str, health: &StoredHealth) -> Result<()> {
    let faults = serde_json::to_string(&health.faults).map_err(|why| Fault::damaged("a new report", why))?;
    on!(tx, |c| {
        sqlx::query(
            "insert into device_health (kind, device, site, faults, seen_at) values ($1, $2, $3, $4, $5) \
             on conflict (kind, device) do update set \
             site = excluded.site, faults = excluded.faults, seen_at = excluded.seen_at",
        )
        .bind(kind)
        .bind(device)
        .bind(health.site.as_str())
        .bind(faults.as_str())
        .bind(health.seen_at.as_millis())
        .execute(c)
        .await?;
    });
    Ok(())
}

/// Nothing is wrong with a device, or nothing is known of it.
pub async fn clear(tx: &mut Tx, kind: &str, device: &str) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("delete from device_health where kind = $1 and device = $2")
            .bind(kind)
            .bind(device)
            .execute(c)
            .await?;
    });
    Ok(())
}

/// Removes what was reported until that moment.
pub async fn forget(tx: &mut Tx, until: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("delete from device_health where seen_at <= $1").bind(until.as_millis()).execute(c).await?;
    });
    Ok(())
}
