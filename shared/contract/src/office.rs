//! What an administrator configures. The struct on the wire is the struct that is stored.
//!
//! Each has a `check()` for what can be said of it alone; whether what it names exists is the store's to say.

use crate::{ids::*, lineup::*, text::Text, ticket::is_series, time::*};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    pub month: i8,
    /// 1 to 31.
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
    /// The room whose monitor sends people here.
    pub room: RoomId,
    /// What is written on it, and said: a number such as "3", or a letter.
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

/// What people come for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Whose it is.
    pub institution: InstitutionId,
    /// "Carta d'identità".
    pub name: Text,
    /// What monitors, paper and voice say instead of the name, where the name says too much of a person.
    #[serde(default)]
    pub alias: Option<Text>,
    /// What it is, in two sentences (R59, R80).
    #[serde(default)]
    pub description: Text,
    /// What to bring, a line each (R81).
    #[serde(default)]
    pub bring: Vec<Text>,
    /// The name of one of the totem's icons.
    #[serde(default = "document_icon")]
    pub icon: String,
    /// The letter of its call codes.
    pub prefix: char,
    /// Where it is given, and in which room people wait for it there.
    pub rooms: BTreeMap<SiteId, RoomId>,
    /// The wait promised, in minutes (SLA).
    #[serde(default = "quarter_of_an_hour")]
    pub service_level_minutes: u16,
    /// How late one may check in and still be served, in minutes (R35).
    #[serde(default = "quarter_of_an_hour")]
    pub late_tolerance_minutes: u16,
    /// How long before the hour somebody present may be called when nobody due is waiting, in minutes.
    #[serde(default = "ten_minutes")]
    pub early_call_minutes: u16,
    /// False if whoever has an appointment counts as present from its hour on (R74).
    #[serde(default = "yes")]
    pub check_in: bool,
    /// True if its name is shown to nobody but its staff.
    #[serde(default)]
    pub confidential: bool,
    /// Printed at the bottom of its slips, before the site's (R62).
    #[serde(default)]
    pub slip_notes: Text,
}

fn document_icon() -> String {
    "document".to_owned()
}
fn quarter_of_an_hour() -> u16 {
    15
}
fn ten_minutes() -> u16 {
    10
}
fn yes() -> bool {
    true
}

/// The most lines of what to bring: what a totem's page holds in large text.
pub const BRING_LINES: usize = 6;

impl Service {
    /// What monitors, paper and voice call it.
    pub fn public_name(&self) -> &Text {
        self.alias.as_ref().unwrap_or(&self.name)
    }
}

impl Configured for Service {
    const KIND: &'static str = "services";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn check(&self) -> Result<(), Invalid> {
        named(&self.name)?;
        if !is_series(self.prefix) {
            return Err(invalid("prefix", "a capital letter that is neither I nor O"));
        }
        if self.rooms.is_empty() {
            return Err(invalid("rooms", "at least one site and its room"));
        }
        if self.bring.len() > BRING_LINES {
            return Err(invalid("bring", format!("at most {BRING_LINES} lines")));
        }
        if self.confidential && self.alias.is_none() {
            return Err(invalid("alias", "a confidential service needs a neutral name for monitors and paper"));
        }
        within("service_level_minutes", self.service_level_minutes, 1..=480)?;
        within("late_tolerance_minutes", self.late_tolerance_minutes, 0..=480)?;
        within("early_call_minutes", self.early_call_minutes, 0..=480)
    }
}

/// What a member of staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Configures every institution of the installation.
    Admin,
    /// Configures one institution (titolare).
    Owner,
    /// Calls and serves people of the services assigned.
    Operator,
}

/// A member of staff. Passwords are set apart from this and are never read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// Its id, which is also the login.
    pub id: OperatorId,
    /// Whose staff. None for an administrator of the installation.
    #[serde(default)]
    pub institution: Option<InstitutionId>,
    /// As colleagues know them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The services they may call for (R99, R100).
    #[serde(default)]
    pub services: Vec<ServiceId>,
}

impl Configured for Operator {
    const KIND: &'static str = "operators";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn check(&self) -> Result<(), Invalid> {
        let shown = !self.name.trim().is_empty() && self.name.chars().count() <= 60;
        if !shown || self.name.chars().any(char::is_control) {
            return Err(invalid("name", "1 to 60 characters"));
        }
        if self.institution.is_none() && self.role != Role::Admin {
            return Err(invalid("institution", "only an administrator belongs to no institution"));
        }
        Ok(())
    }
}

/// A kiosk: where it stands and what it offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Totem {
    /// Its id.
    pub id: TotemId,
    /// Where it stands.
    pub site: SiteId,
    /// "Totem 1", printed on slips.
    pub name: String,
    /// What its pages offer.
    pub lineup: TotemLineup,
}

impl Configured for Totem {
    const KIND: &'static str = "totems";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn check(&self) -> Result<(), Invalid> {
        self.lineup.check()
    }
}

/// A screen in a waiting room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Display {
    /// Its id.
    pub id: DisplayId,
    /// Where it hangs.
    pub site: SiteId,
    /// "Monitor Sala A".
    pub name: String,
    /// What it shows and says.
    pub lineup: DisplayLineup,
}

impl Configured for Display {
    const KIND: &'static str = "displays";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn check(&self) -> Result<(), Invalid> {
        self.lineup.check()
    }
}
