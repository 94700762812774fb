//! The first free place. What is offered is not held: whoever confirms first has it.

use crate::{rules::SiteRules, slots::*, taken::Taken};
use contract::{agenda::Agenda, api::Offer, ids::*, time::*};
use std::collections::BTreeMap;

/// How many days ahead a first availability is looked for. Beyond it a person is better advised at the desk.
pub const HORIZON_DAYS: i32 = 60;

/// The cells taken at a site on one date, agenda by agenda.
pub type TakenCells = BTreeMap<AgendaId, Taken>;

/// The agendas of a service at the site, in the order of their ids.
pub fn agendas_of<'r>(rules: &'r SiteRules, service: &'r ServiceId) -> impl Iterator<Item = &'r Agenda> {
    rules.agendas.values().filter(move |agenda| &agenda.service == service)
}

/// The first free place of a service on a service date, not beginning before `not_before`.
pub fn first_place(
    rules: &SiteRules,
    service: &ServiceId,
    date: Date,
    taken: &TakenCells,
    not_before: Instant,
) -> Option<Offer> {
    let first_of = |agenda: &Agenda| {
        slots(rules, agenda, date)
            .into_iter()
            .find(|slot| slot.starts_at >= not_before && free_lane(agenda, taken, slot).is_some())
    };
    let slot = agendas_of(rules, service).filter_map(first_of).min_by_key(|slot| slot.starts_at)?;
    // What is offered is read from a calendar on a wall: after midnight it is the next date's.
    Some(Offer { date: slot.starts_at.on_the_wall(&rules.site.zone).0, time: slot.time, starts_at: slot.starts_at })
}

/// The lowest lane of the agenda that is free for the whole slot.
pub fn free_lane(agenda: &Agenda, taken: &TakenCells, slot: &Slot) -> Option<u16> {
    let taken = taken.get(&agenda.id);
    (1..=agenda.lanes).find(|lane| taken.is_none_or(|taken| taken.is_free(*lane, slot.cells.clone())))
}
