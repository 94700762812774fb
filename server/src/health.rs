//! How the devices are: what they report is kept while it counts, and the clerks of their site are told what is wrong
//! (F39, F57). A device that is well, or says the same again, costs no write.

use crate::{
    app::App,
    auth::Device,
    office::Office,
    store::{
        self, Together,
        health::{Report, StoredHealth},
    },
    token::TokenKind,
};
use contract::{
    health::{ALARM_LINES, DeviceAlarm, DeviceFault, DeviceHealth, REPORT_COUNTS_SECONDS},
    ids::SiteId,
    office::{Display, Totem},
    time::Instant,
};
use std::collections::BTreeSet;

/// The same report is written down again after this time: seldom enough to cost nothing, often enough that what is
/// reported every 30 seconds never seems to be older than counts.
const NOTED_SECONDS: i64 = 60;

/// What a report makes of what is stored.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing: it is known.
    Known,
    /// It is to be noted; only if it is also news are the clerks told at once.
    Note { health: StoredHealth, news: bool },
    /// Nothing is wrong any more.
    Clear,
}

fn outcome(before: Option<&StoredHealth>, faults: &BTreeSet<DeviceFault>, site: &SiteId, now: Instant) -> Outcome {
    if faults.is_empty() {
        return if before.is_some() { Outcome::Clear } else { Outcome::Known };
    }
    let before = before.filter(|before| before.site == *site && before.seen_at > counts_after(now));
    let since = |fault| before.and_then(|before| before.faults.get(fault)).copied().unwrap_or(now);
    let news = before.is_none_or(|before| !before.faults.keys().eq(faults));
    if !news && before.is_some_and(|before| now.seconds_since(before.seen_at) < NOTED_SECONDS) {
        return Outcome::Known;
    }
    let faults = faults.iter().map(|fault| (*fault, since(fault))).collect();
    Outcome::Note { health: StoredHealth { site: site.clone(), faults, seen_at: now }, news }
}

/// What was reported until then does not count any more.
pub fn counts_after(now: Instant) -> Instant {
    now.plus_seconds(-REPORT_COUNTS_SECONDS)
}

/// Takes in what a device reports. The clerks of its site see at once what has changed.
pub async fn report(app: &App, device: &Device, DeviceHealth { faults }: &DeviceHealth) -> store::Result<()> {
    let (kind, id, now) = (device.kind.word(), device.id.as_str(), app.clock.now());
    let known = store::health::of_device(&mut app.db.read().await?, kind, id).await?;
    if outcome(known.as_ref(), faults, &device.site, now) == Outcome::Known {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    let before = store::health::of_device(&mut tx, kind, id).await?;
    let news = match outcome(before.as_ref(), faults, &device.site, now) {
        Outcome::Known => return Ok(()),
        Outcome::Note { health, news } => {
            store::health::note(&mut tx, kind, id, &health).await?;
            news
        }
        Outcome::Clear => {
            store::health::clear(&mut tx, kind, id).await?;
            true
        }
    };
    if news {
        app.desk.tell_others(&mut tx, &device.site).await?;
    }
    tx.commit().await?;
    if news {
        tracing::info!(kind, device = id, ?faults, "a device reports how it is");
        app.desk.announce(&device.site);
    }
    Ok(())
}

/// Where is looked up what devices report, by site.
#[derive(Debug)]
pub struct Reports(Together<SiteId, Vec<Report>>);

impl Default for Reports {
    fn default() -> Self {
        Self(Together::new(|db, sites| {
            Box::pin(async move { store::health::of_sites(&mut db.glance().await?, &sites).await })
        }))
    }
}

/// What is wrong at a site, the worst first. A device that is gone, or stands elsewhere now, alarms nobody.
pub async fn alarms(app: &App, office: &Office, site: &SiteId, now: Instant) -> store::Result<Vec<DeviceAlarm>> {
    let mut alarms = Vec::new();
    let reports = app.reports.0.find(&app.db, site.clone()).await?.unwrap_or_default();
    for (kind, device, health) in reports.into_iter().filter(|(_, _, it)| it.seen_at > counts_after(now)) {
        let Some(name) = name(office, &kind, &device, site) else { continue };
        let alarm = |(fault, since)| DeviceAlarm { name: name.clone(), fault, since };
        alarms.extend(health.faults.into_iter().map(alarm));
    }
    alarms.sort_by(|a, b| (a.fault, a.since, &a.name).cmp(&(b.fault, b.since, &b.name)));
    alarms.truncate(ALARM_LINES);
    Ok(alarms)
}

/// What a device of that site is called in the office.
fn name(office: &Office, kind: &str, device: &str, site: &SiteId) -> Option<String> {
    let (at, name) = if kind == TokenKind::Totem.word() {
        office.get::<Totem>(device).map(|totem| (&totem.site, &totem.name))?
    } else {
        office.get::<Display>(device).map(|display| (&display.site, &display.name))?
    };
    (at == site).then(|| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeviceFault::{NoSound, PaperOut};

    fn at(seconds: i64) -> Instant {
        Instant::from_millis(1_795_420_800_000).plus_seconds(seconds)
    }

    fn after(before: Option<&StoredHealth>, faults: &[DeviceFault], seconds: i64) -> Outcome {
        outcome(before, &faults.iter().copied().collect(), &"palazzo".parse().unwrap(), at(seconds))
    }

    fn stored(faults: &[(DeviceFault, i64)], seen: i64) -> StoredHealth {
        let faults = faults.iter().map(|(fault, since)| (*fault, at(*since))).collect();
        StoredHealth { site: "palazzo".parse().unwrap(), faults, seen_at: at(seen) }
    }

    #[test]
    fn what_is_known_is_not_written_again_for_a_minute() {
        assert_eq!(after(None, &[], 0), Outcome::Known);
        let known = stored(&[(PaperOut, 0)], 0);
        assert_eq!(after(Some(&known), &[PaperOut], 59), Outcome::Known);
        let again = Outcome::Note { health: stored(&[(PaperOut, 0)], 60), news: false };
        assert_eq!(after(Some(&known), &[PaperOut], 60), again);
    }

    #[test]
    fn a_fault_keeps_its_beginning_while_it_is_reported() {
        let known = stored(&[(PaperOut, 0)], 0);
        let both = Outcome::Note { health: stored(&[(PaperOut, 0), (NoSound, 5)], 5), news: true };
        assert_eq!(after(Some(&known), &[PaperOut, NoSound], 5), both);
        assert_eq!(after(Some(&known), &[], 5), Outcome::Clear);
        let anew = Outcome::Note { health: stored(&[(PaperOut, 180)], 180), news: true };
        assert_eq!(after(Some(&known), &[PaperOut], 180), anew, "nobody knows what was in between");
    }

    #[test]
    fn a_device_that_was_moved_begins_anew() {
        let elsewhere = StoredHealth { site: "ombriano".parse().unwrap(), ..stored(&[(PaperOut, 0)], 0) };
        let here = Outcome::Note { health: stored(&[(PaperOut, 5)], 5), news: true };
        assert_eq!(after(Some(&elsewhere), &[PaperOut], 5), here);
    }
}
