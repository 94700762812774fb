//! How a new device gets to know its server: somebody with the right makes a code, and whoever types it on the device
//! gives the device its token. After the model of RFC 8628, the other way round: the code is made by the server.

use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Letters of a code: no vowels, so that no word appears, and none that is taken for another one.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Letters in a code: 20^8 of them, 34.6 bits.
const LENGTH: usize = 8;
/// How long a code is good for. It is good once.
pub const CODE_MINUTES: i64 = 10;

/// What kind of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A kiosk.
    Totem,
    /// A screen in a waiting room.
    Display,
    /// The computer at a counter. It gets no token: whoever works there logs in.
    Counter,
}

/// `POST /api/v1/pairings`: asks for a code for that device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPairing {
    /// Of which kind.
    pub kind: DeviceKind,
    /// Its id.
    #[schema(examples("totem-1"))]
    pub id: String,
}

/// A code for a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Pairing {
    /// To be typed on the device.
    pub code: PairingCode,
    /// Until then.
    pub expires_at: Instant,
}

/// `POST /api/v1/pairings/redeem`: the device tells the code that was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemPairing {
    /// As it was typed.
    pub code: PairingCode,
    /// What this device is: a code for another kind stays as it is.
    pub kind: DeviceKind,
}

/// What the device is from now on.
#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Paired {
    /// Of which kind.
    pub kind: DeviceKind,
    /// Its id.
    pub id: String,
    /// What it is called: "Totem 1".
    pub name: String,
    /// Its token; none for a counter. Shown this once; a token that the device had before is void.
    pub token: Option<String>,
}

/// `PUT /api/v1/devices/current/token`: a device's new token.
#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeviceToken {
    /// Shown this once. The one before it is void as soon as this one has been used.
    pub token: String,
}

/// A code as it is read and typed: "BCDF-GHJK".
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, examples("BCDF-GHJK"))]
pub struct PairingCode([u8; LENGTH]);

/// A text that is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a code has 8 letters of BCDFGHJKLMNPQRSTVWXZ, as in \"BCDF-GHJK\"")]
pub struct BadCode;

impl PairingCode {
    /// A code from unpredictable bytes. Bytes that would make some letters likelier are passed over; None if too few
    /// remain.
    pub fn from_random(bytes: &[u8]) -> Option<Self> {
        let fair = u8::MAX - u8::MAX % LETTERS.len() as u8;
        let letters = bytes.iter().filter(|byte| **byte < fair).map(|byte| LETTERS[usize::from(*byte) % LETTERS.len()]);
        let letters: Vec<u8> = letters.take(LENGTH).collect();
        letters.try_into().ok().map(Self)
    }

    /// The letters alone, to be hashed.
    pub fn letters(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |letters: &[u8]| letters.iter().map(|letter| char::from(*letter)).collect::<String>();
        write!(f, "{}-{}", text(&self.0[..4]), text(&self.0[4..]))
    }
}
impl fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PairingCode(…)")
    }
}
impl FromStr for PairingCode {
    type Err = BadCode;
    /// Reads what people type: small letters, with or without hyphen and spaces.
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let letters = text.bytes().filter(|byte| !matches!(byte, b'-' | b' ')).map(|byte| byte.to_ascii_uppercase());
        let letters: Vec<u8> = letters.take(LENGTH + 1).collect();
        let code: [u8; LENGTH] = letters.try_into().map_err(|_| BadCode)?;
        if code.iter().all(|letter| LETTERS.contains(letter)) { Ok(Self(code)) } else { Err(BadCode) }
    }
}
impl TryFrom<String> for PairingCode {
    type Error = BadCode;
    fn try_from(text: String) -> Result<Self, BadCode> {
        text.parse()
    }
}
impl From<PairingCode> for String {
    fn from(code: PairingCode) -> Self {
        code.to_string()
    }
}

/// Everything that a new device needs, as one text that a reader reads from a screen:
/// `avanti://avanti.local:8443?pin=sha256/…&code=BCDF-GHJK`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The server's name and port: "avanti.local:8443".
    pub host: String,
    /// The fingerprint of its key. None for a server that speaks plain HTTP to its own computer.
    pub pin: Option<String>,
    /// The code.
    pub code: PairingCode,
}

/// What an invitation begins with.
pub const INVITATION: &str = "avanti://";
/// The longest invitation: a name of 253 letters, a fingerprint and a code.
const INVITATION_BYTES: usize = 400;

/// A text that is no invitation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an invitation is {INVITATION}HOST:PORT?pin=sha256/…&code=BCDF-GHJK")]
pub struct BadInvitation;

impl Invitation {
    /// The server's address.
    pub fn server(&self) -> String {
        format!("{}://{}", if self.pin.is_some() { "https" } else { "http" }, self.host)
    }
}

impl fmt::Display for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, pin, code } = self;
        write!(f, "{INVITATION}{host}?")?;
        if let Some(pin) = pin {
            write!(f, "pin={pin}&")?;
        }
        write!(f, "code={code}")
    }
}
impl FromStr for Invitation {
    type Err = BadInvitation;
    fn from_str(text: &str) -> Result<Self, BadInvitation> {
        let text = text.trim();
        let (host, query) = text.strip_prefix(INVITATION).and_then(|rest| rest.split_once('?')).ok_or(BadInvitation)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
        if text.len() > INVITATION_BYTES || host.is_empty() || !host.chars().all(plain) {
            return Err(BadInvitation);
        }
        let value = |name: &str| query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        let code = value("code").and_then(|code| code.parse().ok()).ok_or(BadInvitation)?;
        Ok(Self { host: host.to_owned(), pin: value("pin").map(str::to_owned), code })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_written_and_read() {
        let code: PairingCode = "BCDF-GHJK".parse().unwrap();
        let pin = Some("sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned());
        let there = Invitation { host: "avanti.local:8443".to_owned(), pin, code: code.clone() };
        assert_eq!(there.to_string().parse::<Invitation>().unwrap(), there);
        assert_eq!(there.server(), "https://avanti.local:8443");
        let here = Invitation { host: "127.0.0.1:8080".to_owned(), pin: None, code };
        assert_eq!(here.to_string(), "avanti://127.0.0.1:8080?code=BCDF-GHJK");
        assert_eq!(here.to_string().parse::<Invitation>().unwrap().server(), "http://127.0.0.1:8080");
        for wrong in
            ["", "RSSMRA85T10A562S", "avanti://?code=BCDF-GHJK", "avanti://a b?code=BCDF-GHJK", "avanti://a?pin=x"]
        {
            assert_eq!(wrong.parse::<Invitation>(), Err(BadInvitation), "{wrong}");
        }
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code: PairingCode = "BCDF-GHJK".parse().unwrap();
        for typed in ["bcdfghjk", " bcdf ghjk ", "BCDF-GHJK"] {
            assert_eq!(typed.parse::<PairingCode>().unwrap(), code);
        }
        assert_eq!(code.to_string(), "BCDF-GHJK");
        for wrong in ["", "BCDF-GHJ", "BCDF-GHJKL", "ACDF-GHJK", "BCDF-GHJ1", "BCDFGHJKX"] {
            assert_eq!(wrong.parse::<PairingCode>(), Err(BadCode), "{wrong}");
        }
        assert_eq!(format!("{code:?}"), "PairingCode(…)");
    }

    #[test]
    fn every_letter_is_equally_likely() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        let mut count = [0; 256];
        for chunk in all.chunks(8) {
            if let Some(code) = PairingCode::from_random(chunk) {
                code.letters().iter().for_each(|letter| count[usize::from(*letter)] += 1);
            }
        }
        assert!(
            LETTERS.iter().all(|letter| count[usize::from(*letter)] == 12),
            "240 bytes are used, twelve times each letter"
        );
        assert_eq!(PairingCode::from_random(&[255; 32]), None);
    }
}
