//! A service: what people come for, and what is promised to them.

use super::{Configured, Invalid, invalid, named, within};
use crate::{ids::*, text::Text, ticket::is_series};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    #[schema(examples("document"))]
    pub icon: String,
    /// The letter of its call codes.
    #[schema(value_type = String, pattern = "^[A-HJ-NP-Z]$", examples("A"))]
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
        let named = (1..=40).contains(&self.icon.len());
        if !named || !self.icon.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-') {
            return Err(invalid("icon", "the name of an icon: 1 to 40 lower-case letters, digits or hyphens"));
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
