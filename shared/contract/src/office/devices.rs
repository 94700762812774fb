//! What stands in the hall and hangs on the wall.

use super::{Configured, Invalid, called};
use crate::{ids::*, lineup::*};
use serde::{Deserialize, Serialize};

/// A kiosk: where it stands and what it offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Totem {
    /// Its id.
    pub id: TotemId,
    /// Where it stands.
    pub site: SiteId,
    /// "Totem 1", printed on slips.
    #[schema(examples("Totem 1"))]
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
        called(&self.name)?;
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
    #[schema(examples("Monitor Sala A"))]
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
        called(&self.name)?;
        self.lineup.check()
    }
}
