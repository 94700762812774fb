//! Agendas: the rules that yield places. Places are computed from them and never stored.

use crate::{
    ids::*,
    office::{Configured, Invalid, invalid},
    time::*,
};
use serde::{Deserialize, Serialize};

/// The grain of occupancy: a place begins and ends on a multiple of this, in minutes.
pub const CELL_MINUTES: u16 = 5;

/// Opening hours that return every week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeBand {
    /// On which days of the week.
    pub days: Vec<Weekday>,
    /// The first place begins here.
    pub from: TimeOfDay,
    /// The last place ends here or before.
    #[schema(value_type = String, pattern = "^[0-2][0-9]:[0-5][0-9]$", examples("12:30"))]
    pub until: TimeOfDay,
}

/// The weekly places of one service at one site. Italian holidays and the site's patron are left out (R135).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agenda {
    /// Its id.
    pub id: AgendaId,
    /// Whose places these are.
    pub service: ServiceId,
    /// Where.
    pub site: SiteId,
    /// The first date.
    pub valid_from: Date,
    /// The last date, none for "until further notice".
    #[serde(default)]
    pub valid_until: Option<Date>,
    /// Opening hours.
    pub weekly: Vec<TimeBand>,
    /// The length of a place, in minutes, a multiple of 5 up to 480.
    pub slot_minutes: u16,
    /// How many people have a place at the same time.
    pub lanes: u16,
}

impl Configured for Agenda {
    const KIND: &'static str = "agendas";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn check(&self) -> Result<(), Invalid> {
        if !self.slot_minutes.is_multiple_of(CELL_MINUTES) || !(CELL_MINUTES..=480).contains(&self.slot_minutes) {
            return Err(invalid("slot_minutes", format!("a multiple of {CELL_MINUTES} up to 480")));
        }
        if !(1..=50).contains(&self.lanes) {
            return Err(invalid("lanes", "1 to 50"));
        }
        if self.valid_until.is_some_and(|until| until < self.valid_from) {
            return Err(invalid("valid_until", "lies before valid_from"));
        }
        if self.weekly.is_empty() || self.weekly.len() > 50 {
            return Err(invalid("weekly", "1 to 50 time bands"));
        }
        for (at, band) in self.weekly.iter().enumerate() {
            self.check_band(at, band)?;
        }
        Ok(())
    }
}

impl Agenda {
    fn check_band(&self, at: usize, band: &TimeBand) -> Result<(), Invalid> {
        let field = |name: &str| format!("weekly.{at}.{name}");
        if band.days.is_empty() {
            return Err(invalid(&field("days"), "at least one day of the week"));
        }
        if !band.from.minutes().is_multiple_of(CELL_MINUTES) {
            return Err(invalid(&field("from"), format!("on a multiple of {CELL_MINUTES} minutes")));
        }
        if band.until.minutes() < band.from.minutes().saturating_add(self.slot_minutes) {
            return Err(invalid(&field("until"), "leaves no room for a place"));
        }
        let overlaps = |other: &TimeBand| {
            other.from < band.until && band.from < other.until && other.days.iter().any(|day| band.days.contains(day))
        };
        match self.weekly[..at].iter().position(overlaps) {
            Some(other) => Err(invalid(&field("from"), format!("overlaps weekly.{other}"))),
            None => Ok(()),
        }
    }
}
