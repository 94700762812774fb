//! Who somebody is, as far as an office needs to know: nobody in particular, the bearer of a slip, or a card holder.
//!
//! The back of the Tessera Sanitaria carries the codice fiscale in Code 39. It identifies, it does not authenticate.
//! Nothing here derives sex, age or birthplace from it, and codes that differ only by omocodia are different people.
//! Sources: DM 23 December 1976 for the check letter and omocodia; DPR 633/1972 for the check digit of 11-digit codes.

mod scan;

pub use scan::Scan;

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Why a text is not an identity code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    /// Neither 16 characters nor 11 digits, or a letter where a digit must be.
    #[error("the code does not have the shape of a codice fiscale")]
    Shape,
    /// The shape is right and the last character is not the one that the others give.
    #[error("the check character of the code is wrong")]
    Check,
}

/// A codice fiscale of 16 characters, or the 11-digit provisional one, whose check character is right.
///
/// It never shows itself in a log: `Debug` is blind and there is no `Display`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "RSSMRA85T10A562S")]
pub struct FiscalCode(String);

impl FiscalCode {
    /// The code in clear. For hashing and for the wire, never for a log, a screen or a slip.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}
impl fmt::Debug for FiscalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FiscalCode(…)")
    }
}
impl FromStr for FiscalCode {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let code = text.to_ascii_uppercase();
        match code.len() {
            16 => check_personal(code.as_bytes())?,
            11 => check_provisional(code.as_bytes())?,
            _ => return Err(BadCode::Shape),
        }
        Ok(Self(code))
    }
}
impl TryFrom<String> for FiscalCode {
    type Error = BadCode;
    fn try_from(text: String) -> Result<Self, BadCode> {
        text.parse()
    }
}
impl From<FiscalCode> for String {
    fn from(mut code: FiscalCode) -> String {
        std::mem::take(&mut code.0)
    }
}
impl Drop for FiscalCode {
    fn drop(&mut self) {
        overwrite(&mut self.0);
    }
}

/// Leaves nothing to read in memory that is given back: a totem forgets whoever stood before it.
fn overwrite(text: &mut String) {
    let mut bytes = std::mem::take(text).into_bytes();
    bytes.fill(0);
    std::hint::black_box(&bytes);
}

/// What each character is worth in an odd position (the first is odd), A–Z; digits count as A–J.
const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
/// The letters that stand for 0–9 when two people would share a code.
const OMOCODIA: &[u8] = b"LMNPQRSTUV";
const MONTHS: &[u8] = b"ABCDEHLMPRST";

fn rank(c: u8) -> u32 {
    u32::from(if c.is_ascii_digit() { c - b'0' } else { c - b'A' })
}

fn digit(c: u8) -> Option<u32> {
    if c.is_ascii_digit() {
        return Some(u32::from(c - b'0'));
    }
    OMOCODIA.iter().position(|&letter| letter == c).map(|at| at as u32)
}

/// Whether this character may stand at this place of a personal code, the first being 0.
fn suits(at: usize, c: u8) -> bool {
    match at {
        6 | 7 | 9 | 10 | 12..=14 => digit(c).is_some(),
        8 => MONTHS.contains(&c),
        _ => c.is_ascii_uppercase(),
    }
}

fn check_personal(code: &[u8]) -> Result<(), BadCode> {
    let day = digit(code[9]).zip(digit(code[10])).map(|(tens, ones)| tens * 10 + ones);
    let day = day.map(|day| if day > 40 { day - 40 } else { day });
    let shape = code.iter().enumerate().all(|(at, c)| suits(at, *c)) && day.is_some_and(|day| (1..=31).contains(&day));
    if !shape {
        return Err(BadCode::Shape);
    }
    let sum: u32 = (0..15).map(|at| if at % 2 == 0 { ODD[rank(code[at]) as usize] } else { rank(code[at]) }).sum();
    if sum % 26 == rank(code[15]) { Ok(()) } else { Err(BadCode::Check) }
}

fn check_provisional(code: &[u8]) -> Result<(), BadCode> {
    if !code.iter().all(u8::is_ascii_digit) {
        return Err(BadCode::Shape);
    }
    let doubled = |value: u32| if value > 4 { value * 2 - 9 } else { value * 2 };
    let sum: u32 = (0..10).map(|at| if at % 2 == 0 { rank(code[at]) } else { doubled(rank(code[at])) }).sum();
    if (10 - sum % 10) % 10 == rank(code[10]) { Ok(()) } else { Err(BadCode::Check) }
}

/// The text of a ticket's QR: a signed token of letters and digits only, so that any keyboard layout types it right.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "AV1QR…")]
pub struct QrText(String);

/// What every ticket's QR begins with.
pub const QR_PREFIX: &str = "AV1";

/// Why a text is not that of a ticket's QR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadQr {
    /// It begins otherwise: it is the QR of something else.
    #[error("the text of a ticket's QR begins with \"{QR_PREFIX}\"")]
    Prefix,
    /// It is cut off, or there is more than a QR.
    #[error("the text of a ticket's QR has 100 to 200 characters")]
    Length,
    /// It was changed on the way: lower case, spaces, a sign of another keyboard.
    #[error("the text of a ticket's QR has capital letters and figures only")]
    Characters,
}

impl QrText {
    /// The token as printed. It lets its bearer act on the ticket: never log it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}
impl fmt::Debug for QrText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QrText(…)")
    }
}
impl TryFrom<String> for QrText {
    type Error = BadQr;
    fn try_from(text: String) -> Result<Self, BadQr> {
        if !text.starts_with(QR_PREFIX) {
            return Err(BadQr::Prefix);
        }
        if !(100..=200).contains(&text.chars().count()) {
            return Err(BadQr::Length);
        }
        let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        if text.chars().all(allowed) { Ok(Self(text)) } else { Err(BadQr::Characters) }
    }
}
impl From<QrText> for String {
    fn from(mut qr: QrText) -> String {
        std::mem::take(&mut qr.0)
    }
}
impl Drop for QrText {
    fn drop(&mut self) {
        overwrite(&mut self.0);
    }
}

/// What somebody shows to act on a ticket: the card of its holder, or the QR printed on its slip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Credential {
    /// The health card's code.
    Card {
        /// The codice fiscale read from the card.
        code: FiscalCode,
    },
    /// The slip's QR.
    Qr {
        /// The whole text of the QR.
        token: QrText,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same person's code with its digits replaced from the right, and one without omocodia.
    const RIGHT: [&str; 9] = [
        "RSSMRA85T10A562S",
        "RSSMRA85T10A56NH",
        "RSSMRA85T10A5SNT",
        "RSSMRA85T10ARSNO",
        "RSSMRA85T1LARSNR",
        "RSSMRA85TMLARSNC",
        "RSSMRA8RTMLARSNO",
        "RSSMRAURTMLARSNL",
        "MRTMTT91D08F205J",
    ];

    #[test]
    fn right_codes_are_accepted_and_stay_as_assigned() {
        for code in RIGHT {
            assert_eq!(code.to_lowercase().parse::<FiscalCode>().map(String::from), Ok(code.to_owned()));
        }
    }

    #[test]
    fn wrong_check_letters_and_shapes_are_told_apart() {
        for code in RIGHT {
            for letter in 'A'..='Z' {
                let other = format!("{}{letter}", &code[..15]);
                let expect = if other == code { None } else { Some(BadCode::Check) };
                assert_eq!(other.parse::<FiscalCode>().err(), expect);
            }
        }
        for bad in
            ["", "RSSMRA85T10A562", "RSSMRA85T10A562SS", "RSSMRA85F10A562S", "RSSMRA85T00A562S", "ÀSSMRA85T10A562"]
        {
            assert_eq!(bad.parse::<FiscalCode>(), Err(BadCode::Shape), "{bad}");
        }
    }

    #[test]
    fn provisional_codes_have_their_own_check_digit() {
        assert!("00743110157".parse::<FiscalCode>().is_ok());
        assert_eq!("00743110158".parse::<FiscalCode>(), Err(BadCode::Check));
    }

    #[test]
    fn a_code_never_shows_itself() {
        let code: FiscalCode = RIGHT[0].parse().unwrap();
        assert_eq!(format!("{code:?}"), "FiscalCode(…)");
    }

    #[test]
    fn what_is_wrong_with_a_qr_is_named() {
        let right = format!("{QR_PREFIX}{}", "A".repeat(120));
        let wrong = |text: &str| QrText::try_from(text.to_owned()).err();
        assert_eq!(wrong(&right), None);
        assert_eq!(wrong("https://example.org"), Some(BadQr::Prefix));
        assert_eq!(wrong(&right[..60]), Some(BadQr::Length));
        assert_eq!(wrong(&format!("{right}{right}")), Some(BadQr::Length));
        assert_eq!(wrong(&right.replace("AAAA", "aà-A")), Some(BadQr::Characters));
    }
}
