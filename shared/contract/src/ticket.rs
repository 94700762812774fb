//! A ticket: the right to be served for a service, always with a time (R1, R4).
//! There is no booking beside it: an appointment and a queue ticket are the same thing.

use crate::{ids::TicketId, text::Text, time::*};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How a ticket was asked for (R3, R115).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// At a kiosk.
    Totem,
    /// By a member of staff at a desk.
    Counter,
}

/// A text that is no call code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a call code is a letter and a number of three or four figures, like A007")]
pub struct BadCallCode;

/// What a person is called by: "A007", unique in a site's day. The letter is never I or O.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CallCode {
    series: char,
    number: u16,
}

impl CallCode {
    /// The highest number of a series.
    pub const LAST: u16 = 9999;

    /// A code from its letter and number (1 to [`Self::LAST`]).
    pub fn new(series: char, number: u16) -> Option<Self> {
        let right = is_series(series) && (1..=Self::LAST).contains(&number);
        right.then_some(Self { series, number })
    }

    /// The letter.
    pub fn series(self) -> char {
        self.series
    }

    /// The number.
    pub fn number(self) -> u16 {
        self.number
    }
}

/// True for the letters that may begin a call code: not I and O, which read as 1 and 0.
pub fn is_series(letter: char) -> bool {
    letter.is_ascii_uppercase() && letter != 'I' && letter != 'O'
}

impl fmt::Display for CallCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", self.series, self.number)
    }
}
impl FromStr for CallCode {
    type Err = BadCallCode;
    fn from_str(text: &str) -> Result<Self, BadCallCode> {
        let mut chars = text.chars();
        let series = chars.next().ok_or(BadCallCode)?;
        let figures = chars.as_str();
        if !(3..=4).contains(&figures.len()) || !figures.bytes().all(|c| c.is_ascii_digit()) {
            return Err(BadCallCode);
        }
        let number = figures.parse().map_err(|_| BadCallCode)?;
        Self::new(series, number).filter(|code| code.to_string() == text).ok_or(BadCallCode)
    }
}
impl TryFrom<String> for CallCode {
    type Error = BadCallCode;
    fn try_from(text: String) -> Result<Self, BadCallCode> {
        text.parse()
    }
}
impl utoipa::PartialSchema for CallCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[A-HJ-NP-Z][0-9]{3,4}$"))
            .examples(["A007"])
            .into()
    }
}
impl utoipa::ToSchema for CallCode {}
impl From<CallCode> for String {
    fn from(code: CallCode) -> String {
        code.to_string()
    }
}

/// A text that is no check number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a check number has four figures, like 4821")]
pub struct BadCheckDigits;

/// Four figures at the foot of a slip, by which a clerk sees that the paper is the one that was issued: the call code
/// stands on every monitor, these stand on the slip and, once its holder is called, on the counter's screen. They name
/// nobody, follow from nothing that is public, and open nothing: a QR or a card does that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CheckDigits(u16);

impl CheckDigits {
    /// How many there are: who guesses is right once in so many times.
    const COUNT: u128 = 10_000;

    /// Those of a number that nobody can guess: its last four figures.
    pub fn of(secret: u128) -> Self {
        Self((secret % Self::COUNT) as u16)
    }
}

impl fmt::Display for CheckDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}
impl FromStr for CheckDigits {
    type Err = BadCheckDigits;
    fn from_str(text: &str) -> Result<Self, BadCheckDigits> {
        let figures = text.len() == 4 && text.bytes().all(|c| c.is_ascii_digit());
        figures.then(|| text.parse().ok()).flatten().map(Self).ok_or(BadCheckDigits)
    }
}
impl TryFrom<String> for CheckDigits {
    type Error = BadCheckDigits;
    fn try_from(text: String) -> Result<Self, BadCheckDigits> {
        text.parse()
    }
}
impl utoipa::PartialSchema for CheckDigits {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[0-9]{4}$"))
            .examples(["4821"])
            .into()
    }
}
impl utoipa::ToSchema for CheckDigits {}
impl From<CheckDigits> for String {
    fn from(check: CheckDigits) -> String {
        check.to_string()
    }
}

/// Where a ticket stands, as its holder needs to know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Standing {
    /// Not yet here.
    Expected,
    /// Here and waiting to be called.
    Waiting {
        /// When presence was noticed.
        since: Instant,
    },
    /// Called to a counter, or being served there.
    AtCounter {
        /// What is written on the counter: "3".
        counter: String,
    },
    /// Served.
    Served,
    /// Called and did not appear.
    Absent,
    /// Present, and not called by closing.
    LeftOver,
    /// Never present by closing.
    NoShow,
}

/// A ticket as its holder sees it, with every word that goes on paper. No name, no phone, no codice fiscale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TicketView {
    /// The ticket.
    pub id: TicketId,
    /// What it is called by.
    pub code: CallCode,
    /// The institution's name (R60, 1).
    pub institution: Text,
    /// The site's name.
    pub site: Text,
    /// The site's address (R60, 2).
    pub address: Text,
    /// The service's name, or its alias for paper (R60, 3).
    pub service: Text,
    /// The date of the appointment (R60, 4).
    pub date: Date,
    /// The time of the appointment (R60, 5).
    pub time: TimeOfDay,
    /// The same as an instant.
    pub starts_at: Instant,
    /// The text of its QR (R60, 7), signed anew at each reading.
    pub qr: crate::identity::QrText,
    /// What a clerk compares with the counter's screen, small at the foot of the slip.
    pub check: CheckDigits,
    /// The configurable information at the bottom of the slip (R60, 8).
    pub notes: Text,
    /// The waiting room.
    pub room: Text,
    /// How to find the room ("Piano terra").
    pub directions: Text,
    /// Where the ticket stands.
    pub standing: Standing,
    /// True if it belongs to another site than that of the device that asks.
    pub elsewhere: bool,
    /// When it was issued.
    pub issued_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_codes_have_one_spelling() {
        for right in ["A007", "Z999", "B1000"] {
            assert_eq!(right.parse::<CallCode>().unwrap().to_string(), right);
        }
        for wrong in ["I001", "O001", "A000", "A07", "A0007", "a007", "7007", "A00x", "A", "", "À007"] {
            assert_eq!(wrong.parse::<CallCode>(), Err(BadCallCode), "{wrong}");
        }
    }

    #[test]
    fn check_digits_are_four() {
        for right in ["0000", "0042", "4821", "9999"] {
            assert_eq!(right.parse::<CheckDigits>().unwrap().to_string(), right);
        }
        for wrong in ["", "42", "04821", "10000", "482a", "+482", "４８２１"] {
            assert_eq!(wrong.parse::<CheckDigits>(), Err(BadCheckDigits), "{wrong}");
        }
        for (secret, check) in [(0, "0000"), (1_230_042, "0042"), (u128::MAX, "1455")] {
            assert_eq!(CheckDigits::of(secret).to_string(), check);
        }
    }
}
