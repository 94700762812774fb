//! Line-ups (palinsesti): what a totem's pages offer and what a display shows.

use crate::{
    ids::{RoomId, ServiceId},
    office::{Invalid, invalid},
    text::Lang,
};
use serde::{Deserialize, Serialize};

/// Buttons on a totem's page (R56).
pub const BUTTONS: usize = 6;

/// The pages of a totem, any number of them (R57). A `null` leaves a button's place empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotemLineup {
    /// Up to six services per page, in reading order.
    pub pages: Vec<Vec<Option<ServiceId>>>,
    /// The languages offered, the first is where every visit begins.
    #[serde(default = "italian_and_english")]
    pub languages: Vec<Lang>,
}

fn italian_and_english() -> Vec<Lang> {
    vec![Lang::It, Lang::En]
}

impl TotemLineup {
    /// At least one page and one language, no page with more than [`BUTTONS`] buttons.
    pub fn check(&self) -> Result<(), Invalid> {
        if self.pages.is_empty() || self.pages.len() > 50 {
            return Err(invalid("lineup.pages", "1 to 50 pages"));
        }
        if let Some(page) = self.pages.iter().position(|page| page.len() > BUTTONS) {
            return Err(invalid(&format!("lineup.pages.{page}"), format!("at most {BUTTONS} buttons on a page")));
        }
        if self.languages.is_empty() { Err(invalid("lineup.languages", "at least one language")) } else { Ok(()) }
    }
}

/// What a display shows and says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisplayLineup {
    /// The room whose calls it shows.
    pub room: RoomId,
    /// The language of its words and voice.
    #[serde(default)]
    pub language: Lang,
    /// Loudness of chime and voice, 0 (silent) to 100.
    #[serde(default = "full_volume")]
    pub volume_percent: u8,
}

fn full_volume() -> u8 {
    100
}

impl DisplayLineup {
    /// A volume between 0 and 100.
    pub fn check(&self) -> Result<(), Invalid> {
        if self.volume_percent <= 100 { Ok(()) } else { Err(invalid("lineup.volume_percent", "0 to 100")) }
    }
}
