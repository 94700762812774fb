//! Places computed from an agenda: they are never stored.

use crate::{holidays::is_holiday, rules::SiteRules};
use contract::{
    agenda::{Agenda, CELL_MINUTES},
    time::*,
};
use std::ops::Range;

/// When a place begins and ends. With a lane it is room for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// On the wall.
    pub time: TimeOfDay,
    /// The same as an instant.
    pub starts_at: Instant,
    /// The cells of the day that it covers.
    pub cells: Range<usize>,
}

/// The slots of an agenda on a date, in order of time. Each has room for `agenda.lanes` people.
///
/// In spring the slots of the hour that is skipped do not exist; in autumn those of the repeated hour exist once.
pub fn slots(rules: &SiteRules, agenda: &Agenda, date: Date) -> Vec<Slot> {
    let valid = agenda.valid_from <= date && agenda.valid_until.is_none_or(|until| date <= until);
    if !valid || is_holiday(date, rules.site.patron) {
        return Vec::new();
    }
    let today = date.weekday();
    let mut slots: Vec<Slot> = agenda
        .weekly
        .iter()
        .filter(|band| band.days.contains(&today))
        .flat_map(|band| starts(band.from, band.until, agenda.slot_minutes))
        .filter_map(|time| {
            let starts_at = date.at(time, &rules.site.zone)?;
            Some(Slot { time, starts_at, cells: cells(time, agenda.slot_minutes) })
        })
        .collect();
    slots.sort_by_key(|slot| slot.starts_at);
    slots
}

/// The cells of a slot that begins at `time`.
pub fn cells(time: TimeOfDay, slot_minutes: u16) -> Range<usize> {
    let first = usize::from(time.minutes() / CELL_MINUTES);
    first..first + usize::from(slot_minutes / CELL_MINUTES)
}

fn starts(from: TimeOfDay, until: TimeOfDay, slot_minutes: u16) -> impl Iterator<Item = TimeOfDay> {
    let last = until.minutes().saturating_sub(slot_minutes);
    (from.minutes()..=last).step_by(usize::from(slot_minutes.max(CELL_MINUTES))).filter_map(TimeOfDay::from_minutes)
}
