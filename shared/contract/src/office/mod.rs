//! What an administrator configures. The struct on the wire is the struct that is stored.
//!
//! Each has a `check()` for what can be said of it alone; whether what it names exists is the store's to say.

mod devices;
mod service;
mod staff;

pub use devices::{Display, Totem};
pub use service::{BRING_LINES, Service};
pub use staff::{Operator, Role};

use crate::{
    ids::*,
    text::{Text, commands},
    time::*,
};
use serde::{Deserialize, Serialize};

/// A field that is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Invalid {
    /// Dotted path of the field ("weekly.0.from").
    pub field: String,
    /// What is wrong with it, in English, for the administrator.
    pub problem: String,
}

/// Says which field is wrong and why.
pub fn invalid(field: &str, problem: impl Into<String>) -> Invalid {
    Invalid { field: field.to_owned(), problem: problem.into() }
}

/// Something that an administrator configures: it has an id, belongs to an institution, and can check itself.
pub trait Configured {
    /// The word for it in URLs and in the store ("services").
    const KIND: &'static str;
    /// Its id.
    fn id(&self) -> &str;
    /// What can be said of it alone.
    fn check(&self) -> Result<(), Invalid>;
}

fn named(name: &Text) -> Result<(), Invalid> {
    if name.is_empty() { Err(invalid("name", "a name is needed, in Italian at least")) } else { Ok(()) }
}

/// A name in one language, of a person or a device: one line.
fn called(name: &str) -> Result<(), Invalid> {
    let shown = !name.trim().is_empty() && name.chars().count() <= NAME_CHARS && !name.chars().any(commands);
    if shown { Ok(()) } else { Err(invalid("name", format!("1 to {NAME_CHARS} characters, none of them a control"))) }
}

/// The longest name of a person or a device: one line of a slip in small letters.
const NAME_CHARS: usize = 60;

fn within(field: &str, value: u16, range: std::ops::RangeInclusive<u16>) -> Result<(), Invalid> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(invalid(field, format!("{value} is not between {} and {}", range.start(), range.end())))
}

/// The body that owns services, agendas, operators and devices (titolare d'agenda).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// Its id.
    pub id: InstitutionId,
    /// As it heads the totem and the slip: "Comune di Crema".
    pub name: Text,
    /// The line below: "Sportello del cittadino".
    #[serde(default)]
    pub motto: Text,
}

impl Configured for Institution {
    const KIND: &'static str = "institutions";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn check(&self) -> Result<(), Invalid> {
        named(&self.name)
    }
}

/// A day of the year that is the same every year: a patron saint's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayOfYear {
    /// 1 to 12.
    #[schema(examples(6))]
    pub month: i8,
    /// 1 to 31.
    #[schema(examples(10))]
    pub day: i8,
}

/// A place with an address (sede). A site on one date is the unit in which the rules decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Whose it is.
    pub institution: InstitutionId,
    /// "Palazzo comunale".
    pub name: Text,
    /// As it stands on the slip: "Piazza Duomo 25".
    pub address: Text,
    /// The zone of its wall clocks.
    pub zone: Zone,
    /// The patron saint's day, a holiday here.
    #[serde(default)]
    pub patron: Option<DayOfYear>,
    /// When a new service date begins. Tickets of a late evening belong to the day before.
    #[serde(default = "three_in_the_morning")]
    #[schema(value_type = String, pattern = "^[0-2][0-9]:[0-5][0-9]$", examples("03:00"))]
    pub day_rolls_at: TimeOfDay,
    /// Printed at the bottom of every slip of this site (R62).
    #[serde(default)]
    pub slip_notes: Text,
}

fn three_in_the_morning() -> TimeOfDay {
    TimeOfDay::from_minutes(180).unwrap_or_default()
}

impl Configured for Site {
    const KIND: &'static str = "sites";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn check(&self) -> Result<(), Invalid> {
        named(&self.name)?;
        if let Some(patron) = self.patron {
            // 2028 is a leap year, so that 29 February may be a patron's day.
            Date::new(2028, patron.month, patron.day).ok_or_else(|| invalid("patron", "there is no such day"))?;
        }
        within("day_rolls_at", self.day_rolls_at.minutes(), 0..=6 * 60)
    }
}

/// A waiting room (sala).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// Where it is.
    pub site: SiteId,
    /// "Sala A".
    pub name: Text,
    /// How to find it: "Piano terra".
    #[serde(default)]
    pub directions: Text,
}

impl Configured for Room {
    const KIND: &'static str = "rooms";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn check(&self) -> Result<(), Invalid> {
        named(&self.name)
    }
}

/// What kind of place a person is called to (R8).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CounterKind {
    /// A counter of a public hall (sportello).
    #[default]
    Desk,
    /// An official's room (ufficio).
    Office,
}

/// Where people are served (sportello or ufficio).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Counter {
    /// Its id.
    pub id: CounterId,
    /// Where it is.
    pub site: SiteId,
    /// The room where it is. Whoever is called here is told so in the room of the service, which may be another.
    pub room: RoomId,
    /// What is written on it, and said: a number such as "3", or a letter.
    #[schema(examples("3"))]
    pub label: String,
    /// Counter or office.
    #[serde(default)]
    pub kind: CounterKind,
}

impl Configured for Counter {
    const KIND: &'static str = "counters";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn check(&self) -> Result<(), Invalid> {
        let right = (1..=3).contains(&self.label.len()) && self.label.chars().all(|c| c.is_ascii_alphanumeric());
        if right { Ok(()) } else { Err(invalid("label", "one to three figures or letters, as written on the counter")) }
    }
}
