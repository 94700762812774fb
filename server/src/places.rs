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
    let today = rules.date_at(now);
    for (from, until) in [(0, FIRST_LOOK_DAYS - 1), (FIRST_LOOK_DAYS, HORIZON_DAYS)] {
        let offer = within(tx, rules, service, (today.plus_days(from), today.plus_days(until)), now).await?;
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
