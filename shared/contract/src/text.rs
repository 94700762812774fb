//! What a citizen reads, in every language that the office offers.

use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;

/// A language of the citizen's screen. Italian is the fallback of every text.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Italian.
    #[default]
    It,
    /// English.
    En,
}

impl Lang {
    /// The two-letter code of ISO 639-1.
    pub fn code(self) -> &'static str {
        match self {
            Self::It => "it",
            Self::En => "en",
        }
    }
}

/// One text in several languages, Italian always among them. On the wire `{"it": "…", "en": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "BTreeMap<Lang, String>")]
#[schema(value_type = BTreeMap<String, String>, example = json!({"it": "Carta d’identità", "en": "Identity card"}))]
pub struct Text(BTreeMap<Lang, String>);

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

/// The longest text in one language, in characters: two screens of a totem.
pub const TEXT_CHARS: usize = 600;

/// Why a map is not a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    /// The fallback is missing.
    #[error("the Italian text (\"it\") is missing")]
    NoItalian,
    /// Longer than [`TEXT_CHARS`].
    #[error("a text may have at most {TEXT_CHARS} characters")]
    TooLong,
    /// See [`commands`].
    #[error("a text may not hold control characters")]
    Control,
}

/// True for a character that is not read but obeyed: by a printer, a terminal or a log (control characters), or by
/// whatever lays out the line (line separators, and those that turn the direction of what stands beside them).
pub fn commands(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl Text {
    /// A text in Italian alone.
    pub fn italian(text: &str) -> Result<Self, BadText> {
        Self::try_from(BTreeMap::from([(Lang::It, text.to_owned())]))
    }

    /// The text in that language, or in Italian.
    pub fn get(&self, lang: Lang) -> &str {
        self.0.get(&lang).or_else(|| self.0.get(&Lang::It)).map_or("", String::as_str)
    }

    /// True if there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.get(Lang::It).trim().is_empty()
    }
}

impl Default for Text {
    fn default() -> Self {
        Self(BTreeMap::from([(Lang::It, String::new())]))
    }
}
impl TryFrom<BTreeMap<Lang, String>> for Text {
    type Error = BadText;
    fn try_from(texts: BTreeMap<Lang, String>) -> Result<Self, BadText> {
        if !texts.contains_key(&Lang::It) {
            return Err(BadText::NoItalian);
        }
        for text in texts.values() {
            if text.chars().count() > TEXT_CHARS {
                return Err(BadText::TooLong);
            }
            if text.chars().any(commands) {
                return Err(BadText::Control);
            }
        }
        Ok(Self(texts))
    }
}
