//! Opaque tokens: 256 random bits, stored as their SHA-256. The prefix says what kind it is, also to whoever finds
//! one where it should not be.

use crate::clock;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use ring::digest::{SHA256, digest};

/// What a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A session of staff.
    Session,
    /// A totem.
    Totem,
    /// A display.
    Display,
}

impl TokenKind {
    const ALL: [Self; 3] = [Self::Session, Self::Totem, Self::Display];

    /// The word for it in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Totem => "totem",
            Self::Display => "display",
        }
    }

    fn prefix(self) -> String {
        format!("avanti-{}-", self.word())
    }

    /// Which kind a token says it is.
    pub fn of(token: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| token.starts_with(&kind.prefix()))
    }

    /// Makes a token.
    pub fn make(self) -> anyhow::Result<String> {
        Ok(format!("{}{}", self.prefix(), BASE64URL_NOPAD.encode(&clock::random::<32>()?)))
    }
}

/// What is stored of a token.
pub fn hash(token: &str) -> String {
    HEXLOWER.encode(digest(&SHA256, token.as_bytes()).as_ref())
}
