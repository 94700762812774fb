//! Services by their first letter, where there are too many to turn pages for (D2.3).
//!
//! The letter is that of the name in the language of the screen, without its accent: "È nato un figlio" stands under E.

use super::{State, office::Office, session::Page};
use contract::{api::Tile, ids::ServiceId, lineup::BUTTONS, text::Lang, time::Moment};
use std::collections::BTreeMap;

/// Up to three pages are turned sooner than a letter is chosen; beyond them letters are offered.
const TURNED_SOONER: usize = 3 * BUTTONS;

/// What a name begins with: a letter from A to Z, or 0 for all that begins with a figure or with another script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Initial(char);

impl Initial {
    /// Of all that does not begin with a letter of the keys.
    pub const OTHER: Self = Self('0');

    /// Of a name. What stands before its first letter or figure does not count.
    pub fn of(name: &str) -> Self {
        let first = name.chars().find(|c| c.is_alphanumeric()).map(plain);
        first.filter(char::is_ascii_uppercase).map_or(Self::OTHER, Self)
    }

    /// The keys of the alphabet.
    pub fn alphabet() -> impl Iterator<Item = Self> {
        ('A'..='Z').map(Self)
    }

    /// What stands on its key.
    pub fn key(self) -> String {
        if self == Self::OTHER { "0–9".to_owned() } else { self.0.to_string() }
    }
}

/// The services of one letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetterPage {
    /// The letter.
    pub initial: Initial,
    /// The page of them looked at.
    pub number: usize,
}

/// A capital without its accent.
fn plain(c: char) -> char {
    match c.to_uppercase().next().unwrap_or(c) {
        'À'..='Æ' | 'Ā' | 'Ă' | 'Ą' => 'A',
        'Ç' | 'Ć' | 'Č' => 'C',
        'Ð' | 'Ď' | 'Đ' => 'D',
        'È'..='Ë' | 'Ē' | 'Ę' | 'Ě' => 'E',
        'Ğ' => 'G',
        'Ì'..='Ï' | 'Ī' | 'İ' => 'I',
        'Ł' => 'L',
        'Ñ' | 'Ń' | 'Ň' => 'N',
        'Ò'..='Ö' | 'Ø' | 'Ő' | 'Œ' => 'O',
        'Ř' => 'R',
        'Ś' | 'Ş' | 'Š' | 'Ș' => 'S',
        'Ţ' | 'Ť' | 'Ț' => 'T',
        'Ù'..='Ü' | 'Ū' | 'Ů' | 'Ű' => 'U',
        'Ý' | 'Ÿ' => 'Y',
        'Ź' | 'Ż' | 'Ž' => 'Z',
        other => other,
    }
}

/// Where a name stands in the alphabet: capitals, accents, apostrophes and quotes make no difference.
fn place(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).map(plain).collect()
}

/// Every service that this totem offers, once, however many pages it stands on.
fn offered(office: &Office) -> BTreeMap<&ServiceId, &Tile> {
    let pages = office.board.as_ref().map(|board| board.pages.as_slice()).unwrap_or_default();
    pages.iter().flatten().flatten().map(|tile| (&tile.service, tile)).collect()
}

/// True where letters are offered.
pub fn are_offered(office: &Office) -> bool {
    offered(office).len() > TURNED_SOONER
}

/// The services of a letter in that language, in alphabetical order.
pub fn services(office: &Office, lang: Lang, initial: Initial) -> Vec<&Tile> {
    let mut tiles: Vec<_> = offered(office).into_values().collect();
    tiles.retain(|tile| Initial::of(tile.name.get(lang)) == initial);
    // The order is total: services of the same name stand in the order of their ids.
    tiles.sort_by_cached_key(|tile| place(tile.name.get(lang)));
    tiles
}

/// The keys in that language, each with whether there is a service behind it. What is no letter has a key only if
/// there is one.
pub fn keys(office: &Office, lang: Lang) -> Vec<(Initial, bool)> {
    let there = |initial: Initial| !services(office, lang, initial).is_empty();
    let other = Some((Initial::OTHER, true)).filter(|_| there(Initial::OTHER));
    Initial::alphabet().map(|initial| (initial, there(initial))).chain(other).collect()
}

/// How many pages a letter has, at least one.
pub fn pages(office: &Office, lang: Lang, initial: Initial) -> usize {
    services(office, lang, initial).len().div_ceil(BUTTONS).max(1)
}

/// From the pages of services to the letters.
pub fn open(state: &mut State, now: Moment) {
    if matches!(state.page(), Some(Page::Services)) && are_offered(&state.office) {
        state.go(Page::Letters, now);
    }
}

/// A letter's key: its services. A key without services does nothing.
pub fn pick(state: &mut State, initial: Initial, now: Moment) {
    let there = !services(&state.office, state.comfort.lang, initial).is_empty();
    if matches!(state.page(), Some(Page::Letters)) && there {
        state.go(Page::Letter(LetterPage { initial, number: 0 }), now);
    }
}

/// Back to the letter under which a service stands in the language of the screen, on the page where it stands.
pub fn back_to(state: &mut State, service: &ServiceId, now: Moment) {
    let (office, lang) = (&state.office, state.comfort.lang);
    let page = office.tile(service).map_or(Page::Letters, |tile| {
        let initial = Initial::of(tile.name.get(lang));
        let at = services(office, lang, initial).iter().position(|tile| &tile.service == service);
        Page::Letter(LetterPage { initial, number: at.unwrap_or_default() / BUTTONS })
    });
    state.go(page, now);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_under_its_first_letter_without_accent() {
        let under = |name: &str| Initial::of(name).key();
        for (name, key) in [
            ("Anagrafe", "A"),
            ("È nato un figlio", "E"),
            ("e\u{300} arrivato", "E"),
            ("«Carta bianca»", "C"),
            ("édilizia", "E"),
            ("5 per mille", "0–9"),
            ("Ωmega", "0–9"),
            ("", "0–9"),
        ] {
            assert_eq!(under(name), key, "{name}");
        }
        for initial in Initial::alphabet().chain([Initial::OTHER]) {
            assert_eq!(Initial::of(&initial.key()), initial, "a key's word leads to its key");
        }
    }

    #[test]
    fn accents_and_capitals_do_not_change_the_order() {
        let mut names = ["Éditoria", "Elettorale", "edilizia", "È nato un figlio", "Eco-sportello"];
        names.sort_by_key(|name| place(name));
        assert_eq!(names, ["È nato un figlio", "Eco-sportello", "edilizia", "Éditoria", "Elettorale"]);
    }
}
