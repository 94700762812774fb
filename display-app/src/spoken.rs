//! What a call sounds like: codes, numbers and counters in words, so that every speech engine says them alike.
//!
//! Text only. Engines read "A042" each in their own way ("a zero quarantadue"), so nothing here leaves a figure or a
//! lone consonant to them.

mod numbers;

use crate::announce::Saying;
use contract::{office::CounterKind, text::Lang};
use numbers::number;

/// "A, sette, sportello tre." for A007 at counter 3; "A, sette, ufficio quattro, sala bi." if that is in another room.
pub fn sentence(lang: Lang, call: &Saying) -> String {
    let series = letter(lang, call.code.series());
    let number = number(lang, call.code.number());
    let mut words = format!("{series}, {number}, {} {}", place(lang, call.kind), label(lang, &call.counter));
    if let Some(room) = &call.room {
        words.push_str(", ");
        words.push_str(&name(lang, room.get(lang)));
    }
    words.push('.');
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The name of a room: its words as they are, what is no word as on a door. "Sala B, piano 1" is said "sala bi, piano
/// uno".
fn name(lang: Lang, text: &str) -> String {
    let text: String = text.chars().map(|sign| if is_spoken(sign) { sign } else { ' ' }).collect();
    let text = text.trim().trim_end_matches(['.', ',', ';', ':']);
    let words: Vec<_> = text.split_whitespace().map(|word| word_of_name(lang, word)).collect();
    let words = words.join(" ");
    let mut letters = words.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => words,
    }
}

/// What has a sound or makes a pause. Anything else might be an order to the engine, as `[[` and `<speak>` are to some.
fn is_spoken(sign: char) -> bool {
    sign.is_alphanumeric() || ['\'', '’', '-', '°', 'º', '.', ',', ';', ':'].contains(&sign)
}

fn word_of_name(lang: Lang, word: &str) -> String {
    let sign = word.trim_end_matches([',', '.', ';', ':']);
    let end = &word[sign.len()..];
    let figures = sign.chars().any(|sign| sign.is_ascii_digit());
    let single = sign.len() == 1 && sign.chars().all(|sign| sign.is_ascii_uppercase());
    if !(single || figures && sign.chars().all(|sign| sign.is_ascii_digit() || sign.is_ascii_uppercase())) {
        return ordinal(lang, sign).map_or_else(|| word.to_owned(), |words| format!("{words}{end}"));
    }
    format!("{}{end}", label(lang, sign))
}

/// Floors: an engine reads "1°" as a temperature.
fn ordinal(lang: Lang, word: &str) -> Option<&'static str> {
    const FLOORS: [&str; 5] = ["primo", "secondo", "terzo", "quarto", "quinto"];
    let figure = word.strip_suffix(['°', 'º']).filter(|_| lang == Lang::It)?;
    FLOORS.get(figure.parse::<usize>().ok()?.checked_sub(1)?).copied()
}

fn place(lang: Lang, kind: CounterKind) -> &'static str {
    match (lang, kind) {
        (Lang::It, CounterKind::Desk) => "sportello",
        (Lang::It, CounterKind::Office) => "ufficio",
        (Lang::En, CounterKind::Desk) => "counter",
        (Lang::En, CounterKind::Office) => "office",
    }
}

/// What is written on a door, piece by piece: figures that stand together are one number, letters are spelt.
fn label(lang: Lang, text: &str) -> String {
    let mut words = Vec::new();
    let mut figures: Option<u16> = None;
    for sign in text.chars() {
        if let Some(figure) = sign.to_digit(10).and_then(|figure| u16::try_from(figure).ok()) {
            figures = Some(figures.unwrap_or(0).saturating_mul(10).saturating_add(figure));
            continue;
        }
        words.extend(figures.take().map(|value| number(lang, value)));
        words.push(letter(lang, sign).to_owned());
    }
    words.extend(figures.map(|value| number(lang, value)));
    words.join(" ")
}

fn letter(lang: Lang, letter: char) -> &'static str {
    const NAMES: [(&str, &str); 26] = [
        ("a", "ay"),
        ("bi", "bee"),
        ("ci", "see"),
        ("di", "dee"),
        ("e", "ee"),
        ("effe", "eff"),
        ("gi", "gee"),
        ("acca", "aitch"),
        ("i", "eye"),
        ("i lunga", "jay"),
        ("cappa", "kay"),
        ("elle", "ell"),
        ("emme", "em"),
        ("enne", "en"),
        ("o", "oh"),
        ("pi", "pee"),
        ("cu", "queue"),
        ("erre", "ar"),
        ("esse", "ess"),
        ("ti", "tee"),
        ("u", "you"),
        ("vu", "vee"),
        ("doppia vu", "double you"),
        ("ics", "ex"),
        ("ipsilon", "why"),
        ("zeta", "zed"),
    ];
    let place = (letter.to_ascii_lowercase() as usize).wrapping_sub('a' as usize);
    let (italian, english) = NAMES.get(place).copied().unwrap_or_default();
    match lang {
        Lang::It => italian,
        Lang::En => english,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::text::Text;

    fn call(code: &str, kind: CounterKind, counter: &str, room: Option<Text>) -> Saying {
        Saying { seq: 1, code: code.parse().unwrap(), kind, counter: counter.to_owned(), room, first: true }
    }

    fn says(lang: Lang, code: &str, kind: CounterKind, counter: &str, expect: &str) {
        assert_eq!(sentence(lang, &call(code, kind, counter, None)), expect, "{code} {counter}");
    }

    #[test]
    fn calls_in_italian() {
        let says = |code, kind, counter, expect| says(Lang::It, code, kind, counter, expect);
        says("A007", CounterKind::Desk, "3", "A, sette, sportello tre.");
        says("A042", CounterKind::Desk, "3", "A, quarantadue, sportello tre.");
        says("B100", CounterKind::Desk, "12", "Bi, cento, sportello dodici.");
        says("H021", CounterKind::Office, "B", "Acca, ventuno, ufficio bi.");
        says("J003", CounterKind::Office, "12", "I lunga, tre, ufficio dodici.");
        says("Z999", CounterKind::Desk, "3B", "Zeta, novecentonovantanove, sportello tre bi.");
        says("W1000", CounterKind::Desk, "A10", "Doppia vu, mille, sportello a dieci.");
        says("E123", CounterKind::Desk, "08", "E, centoventitré, sportello otto.");
    }

    #[test]
    fn calls_in_english() {
        let says = |code, kind, counter, expect| says(Lang::En, code, kind, counter, expect);
        says("A007", CounterKind::Desk, "3", "Ay, seven, counter three.");
        says("C021", CounterKind::Office, "B", "See, twenty-one, office bee.");
        says("K342", CounterKind::Desk, "12", "Kay, three hundred and forty-two, counter twelve.");
        says("A1001", CounterKind::Desk, "1", "Ay, one thousand and one, counter one.");
        says("A1200", CounterKind::Desk, "1", "Ay, one thousand two hundred, counter one.");
    }

    #[test]
    fn every_code_and_counter_becomes_words_alone() {
        for series in "ABCDEFGHJKLMNPQRSTUVWXYZ".chars() {
            for number in [1, 10, 21, 100, 999, 1000, 9999] {
                for lang in [Lang::It, Lang::En] {
                    let said = sentence(lang, &call(&format!("{series}{number:03}"), CounterKind::Desk, "Z9A", None));
                    assert!(!said.contains(|sign: char| sign.is_ascii_digit()) && !said.contains("  "), "{said}");
                }
            }
        }
    }

    #[test]
    fn the_room_to_go_to_is_said_as_people_say_it() {
        for (room, expect) in [
            ("Sala B", "sala bi"),
            ("Sala B, piano 1", "sala bi, piano uno"),
            ("Sala d’attesa, 2° piano", "sala d’attesa, secondo piano"),
            ("Palazzo Terni", "palazzo Terni"),
            ("Stanza 12B", "stanza dodici bi"),
            ("Sala A e B", "sala a e bi"),
            ("Ingresso C.", "ingresso ci"),
            ("URP", "URP"),
            ("Sala <speak>B</speak>", "sala speak bi speak"),
            ("Sala [[B]] | `reboot` $HOME", "sala bi reboot HOME"),
        ] {
            let said = sentence(Lang::It, &call("A007", CounterKind::Office, "4", Text::italian(room).ok()));
            assert_eq!(said, format!("A, sette, ufficio quattro, {expect}."));
        }
        let room = Text::italian("Room B").ok();
        let said = sentence(Lang::En, &call("A007", CounterKind::Office, "4", room));
        assert_eq!(said, "Ay, seven, office four, room bee.");
    }
}
