//! Ids, each of its own type, so that a room cannot be passed where a service is meant.
//!
//! What an administrator configures has a readable id that the administrator chose ([`ServiceId`] "carta-identita");
//! what happens in a day has a UUID made by whoever asks, so that a retry names the same thing.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id has 1 to 40 lower-case letters, digits or hyphens, and this one does not")]
pub struct BadId;

fn check(text: &str) -> Result<(), BadId> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=40).contains(&text.len()) && text.chars().all(allowed) { Ok(()) } else { Err(BadId) }
}

macro_rules! readable_id {
    ($($(#[$doc:meta])* $name:ident $example:literal)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String, pattern = "^[a-z0-9-]{1,40}$", examples($example))]
        pub struct $name(String);

        impl $name {
            /// The id as text, as it stands in URLs.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                check(text).map(|()| Self(text.to_owned()))
            }
        }
        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                check(&text).map(|()| Self(text))
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    )*};
}

readable_id! {
    /// The body that owns agendas ("comune-crema").
    InstitutionId "comune-crema"
    /// A place with an address, rooms and counters.
    SiteId "palazzo"
    /// A waiting room.
    RoomId "sala-a"
    /// A counter or an office where people are served.
    CounterId "sportello-1"
    /// What people come for.
    ServiceId "carta-identita"
    /// A rule that yields places.
    AgendaId "carta-identita-palazzo"
    /// A member of staff who logs in.
    OperatorId "anna"
    /// A kiosk.
    TotemId "totem-1"
    /// A screen in a waiting room.
    DisplayId "monitor-a"
}

macro_rules! made_id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = "uuid", examples("0198c5a2-7b1e-7c4d-9f00-5a1b2c3d4e5f"))]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

made_id! {
    /// A ticket. Made by whoever asks for it; asking again with the same id gives the same ticket.
    TicketId
    /// The name a caller gives to one command, so that a retry is recognised (header `Idempotency-Key`).
    CommandKey
    /// The installation's life since it was set up or restored. A new epoch means: forget what you knew.
    Epoch
}
