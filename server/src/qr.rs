//! The signed QR of a ticket. It holds no personal data; whoever holds it may act on that ticket.
//!
//! Ticket id (16 bytes), days from 2000-01-01 (2), key id (4), nonce (16), Ed25519 signature (64), in base 32 after
//! the prefix: 167 letters and figures, which fit a QR of version 7-M and pass every keyboard layout.

use crate::keys::Keys;
use contract::{
    identity::{QR_PREFIX, QrText},
    ids::TicketId,
    time::Date,
};
use data_encoding::BASE32_NOPAD;
use domain::ticket::Nonce;
use ring::signature::{ED25519, KeyPair, UnparsedPublicKey};
use uuid::Uuid;

/// What the signature covers.
const SIGNED: usize = 16 + 2 + 4 + 16;
/// An Ed25519 signature.
const SIGNATURE: usize = 64;

/// What a genuine QR says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Qr {
    /// Which ticket.
    pub ticket: TicketId,
    /// Its date.
    pub date: Date,
    /// The stored nonce, by which a QR can be made void.
    pub nonce: Nonce,
}

/// Signs. The same ticket gives the same text.
pub fn sign(qr: &Qr, keys: &Keys) -> Option<QrText> {
    let days = u16::try_from(qr.date.days_since(first_day()?)).ok()?;
    let mut bytes = Vec::with_capacity(SIGNED + SIGNATURE);
    bytes.extend_from_slice(qr.ticket.0.as_bytes());
    bytes.extend_from_slice(&days.to_be_bytes());
    bytes.extend_from_slice(&keys.qr_key_id());
    bytes.extend_from_slice(&qr.nonce.0.to_be_bytes());
    bytes.extend_from_slice(keys.qr().sign(&bytes).as_ref());
    QrText::try_from(format!("{QR_PREFIX}{}", BASE32_NOPAD.encode(&bytes))).ok()
}

/// What a QR says, if it is one that these keys signed and nobody altered.
pub fn read(text: &QrText, keys: &Keys) -> Option<Qr> {
    let bytes = BASE32_NOPAD.decode(text.reveal().strip_prefix(QR_PREFIX)?.as_bytes()).ok()?;
    if bytes.len() != SIGNED + SIGNATURE {
        return None;
    }
    let (signed, signature) = bytes.split_at(SIGNED);
    UnparsedPublicKey::new(&ED25519, keys.qr().public_key().as_ref()).verify(signed, signature).ok()?;
    let (ticket, rest) = signed.split_first_chunk::<16>()?;
    let (days, rest) = rest.split_first_chunk::<2>()?;
    let (key_id, nonce) = rest.split_first_chunk::<4>()?;
    let genuine = *key_id == keys.qr_key_id();
    genuine.then_some(())?;
    Some(Qr {
        ticket: TicketId(Uuid::from_bytes(*ticket)),
        date: first_day()?.plus_days(i32::from(u16::from_be_bytes(*days))),
        nonce: Nonce(u128::from_be_bytes(*nonce.first_chunk()?)),
    })
}

fn first_day() -> Option<Date> {
    Date::new(2000, 1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(seed: u8) -> Keys {
        Keys::new(&[7; 32], &[seed; 32]).unwrap()
    }
    fn some() -> Qr {
        Qr { ticket: TicketId(Uuid::from_u128(42)), date: "2026-11-23".parse().unwrap(), nonce: Nonce(9) }
    }

    #[test]
    fn a_genuine_qr_says_what_was_signed() {
        let text = sign(&some(), &keys(1)).unwrap();
        assert_eq!(read(&text, &keys(1)), Some(some()));
        assert_eq!(text.reveal().len(), 167);
        assert_eq!(sign(&some(), &keys(1)), Some(text));
    }

    #[test]
    fn no_altered_character_is_accepted() {
        let text = sign(&some(), &keys(1)).unwrap();
        for at in QR_PREFIX.len()..text.reveal().len() {
            for other in ['A', 'Q', '7'] {
                let mut altered: Vec<char> = text.reveal().chars().collect();
                if altered[at] == other {
                    continue;
                }
                altered[at] = other;
                let altered = QrText::try_from(altered.into_iter().collect::<String>()).unwrap();
                assert_eq!(read(&altered, &keys(1)), None, "character {at}");
            }
        }
    }

    #[test]
    fn a_qr_of_another_installation_is_unknown() {
        assert_eq!(read(&sign(&some(), &keys(1)).unwrap(), &keys(2)), None);
    }
}
