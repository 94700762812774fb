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

/// The slots of an agenda on a service date, in order of time. Each has room for `agenda.lanes` people.
///
/// A service date goes from one roll of the day to the next: the small hours of the next civil date belong to it, and
/// whoever has a place then is checked in and called on the day that has not ended yet. A slot that would lie in two
/// service dates does not exist.
pub fn slots(rules: &SiteRules, agenda: &Agenda, date: Date) -> Vec<Slot> {
    let roll = rules.site.day_rolls_at;
    let ends = |time: TimeOfDay| time.minutes() + agenda.slot_minutes;
    let mut slots = on_civil_date(rules, agenda, date, |time| time >= roll);
    if roll > TimeOfDay::default() {
        slots.append(&mut on_civil_date(rules, agenda, date.plus_days(1), |time| ends(time) <= roll.minutes()));
    }
    slots
}

/// In spring the slots of the hour that is skipped do not exist; in autumn those of the repeated hour exist once.
fn on_civil_date(rules: &SiteRules, agenda: &Agenda, date: Date, belongs: impl Fn(TimeOfDay) -> bool) -> Vec<Slot> {
    let valid = agenda.valid_from <= date && agenda.valid_until.is_none_or(|until| date <= until);
    if !valid || is_holiday(date, rules.site.patron) {
        return Vec::new();
    }
    let (weekday, clock) = (date.weekday(), WallClock::new(date, &rules.site.zone));
    let mut slots: Vec<Slot> = agenda
        .weekly
        .iter()
        .filter(|band| band.days.contains(&weekday))
        .flat_map(|band| starts(band.from, band.until, agenda.slot_minutes))
        .filter(|time| belongs(*time))
        .filter_map(|time| Some(Slot { time, starts_at: clock.at(time)?, cells: cells(time, agenda.slot_minutes) }))
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
