//! First availability over the coming weeks, from the small rows that say what is taken: no day is loaded.

use crate::store::{self, Tx};
use contract::{
    api::Offer,
    ids::{AgendaId, ServiceId},
    time::{Date, Instant},
};
use domain::{
    SiteRules,
    availability::{HORIZON_DAYS, TakenCells, agendas_of, first_place},
};
use std::collections::BTreeMap;

/// Most searches end within a week, so the first look goes no further.
const FIRST_LOOK_DAYS: i32 = 7;

/// The first free place of a service at a site.
pub async fn first_available(
    tx: &mut Tx,
    rules: &SiteRules,
    service: &ServiceId,
    now: Instant,
) -> store::Result<Option<Offer>> {
    let beyond = rules.date_at(now).plus_days(HORIZON_DAYS + 1);
    first_available_before(tx, rules, service, beyond, now).await
}

/// The first free place of a service at a site on a date before that one.
pub async fn first_available_before(
    tx: &mut Tx,
    rules: &SiteRules,
    service: &ServiceId,
    before: Date,
    now: Instant,
) -> store::Result<Option<Offer>> {
    let (today, last) = (rules.date_at(now), before.plus_days(-1));
    let look_again = today.plus_days(FIRST_LOOK_DAYS);
    for (from, until) in [(today, last.min(look_again.plus_days(-1))), (look_again, last)] {
        if from > until {
            break;
        }
        let offer = within(tx, rules, service, (from, until), now).await?;
        if offer.is_some() {
            return Ok(offer);
        }
    }
    Ok(None)
}

async fn within(
    tx: &mut Tx,
    rules: &SiteRules,
    service: &ServiceId,
    (from, until): (Date, Date),
    now: Instant,
) -> store::Result<Option<Offer>> {
    let mut taken: BTreeMap<Date, TakenCells> = BTreeMap::new();
    let agendas: Vec<&AgendaId> = agendas_of(rules, service).map(|agenda| &agenda.id).collect();
    for agenda in agendas {
        for (date, cells) in store::place::load(tx, agenda, from, until).await? {
            taken.entry(date).or_default().insert(agenda.clone(), cells);
        }
    }
    let nothing = TakenCells::new();
    let dates = (0..=until.days_since(from)).map(|days| from.plus_days(days));
    Ok(dates.into_iter().find_map(|date| first_place(rules, service, date, taken.get(&date).unwrap_or(&nothing), now)))
}
