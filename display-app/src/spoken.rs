//! What a call sounds like: codes, numbers and counters in words, so that every speech engine says them alike.
//!
//! Text only. Engines read "A042" each in their own way ("a zero quarantadue"), so nothing here leaves a figure or a
//! lone consonant to them.

use contract::{office::CounterKind, text::Lang, ticket::CallCode};

/// "A, sette, sportello tre." for A007 at counter 3.
pub fn sentence(lang: Lang, code: CallCode, kind: CounterKind, counter: &str) -> String {
    let series = letter(lang, code.series());
    let words = format!("{series}, {}, {} {}.", number(lang, code.number()), place(lang, kind), label(lang, counter));
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
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

fn number(lang: Lang, value: u16) -> String {
    match lang {
        Lang::It => italian(value.min(9999)),
        Lang::En => english(value.min(9999)),
    }
}

const IT_UNITS: [&str; 20] = [
    "zero",
    "uno",
    "due",
    "tre",
    "quattro",
    "cinque",
    "sei",
    "sette",
    "otto",
    "nove",
    "dieci",
    "undici",
    "dodici",
    "tredici",
    "quattordici",
    "quindici",
    "sedici",
    "diciassette",
    "diciotto",
    "diciannove",
];
const IT_TENS: [&str; 10] =
    ["", "", "venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta"];

fn italian(value: u16) -> String {
    let (front, rest) = match value {
        0..20 => return IT_UNITS[usize::from(value)].to_owned(),
        20..100 => (IT_TENS[usize::from(value / 10)].to_owned(), value % 10),
        100..1000 => (many(value / 100, "cento", "cento"), value % 100),
        _ => (many(value / 1000, "mille", "mila"), value % 1000),
    };
    if rest == 0 {
        return front;
    }
    let back = italian(rest);
    // Ventuno and ventotto, centotto and centottanta lose a vowel; centouno and milleotto do not.
    let elided = match value {
        20..100 => rest == 1 || rest == 8,
        100..1000 => back.starts_with('o'),
        _ => false,
    };
    let front = if elided { &front[..front.len() - 1] } else { &front };
    let words = format!("{front}{back}");
    // "tre" at the end of a longer word carries the accent: ventitré, centotré.
    match words.strip_suffix("tre") {
        Some(before) => format!("{before}tré"),
        None => words,
    }
}

fn many(count: u16, one: &str, more: &str) -> String {
    if count == 1 { one.to_owned() } else { format!("{}{more}", IT_UNITS[usize::from(count)]) }
}

const EN_UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const EN_TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

fn english(value: u16) -> String {
    let (front, rest, link) = match value {
        0..20 => return EN_UNITS[usize::from(value)].to_owned(),
        20..100 => (EN_TENS[usize::from(value / 10)].to_owned(), value % 10, "-"),
        100..1000 => (format!("{} hundred", EN_UNITS[usize::from(value / 100)]), value % 100, " and "),
        _ => {
            let rest = value % 1000;
            (format!("{} thousand", english(value / 1000)), rest, if rest < 100 { " and " } else { " " })
        }
    };
    if rest == 0 { front } else { format!("{front}{link}{}", english(rest)) }
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

    fn says(lang: Lang, code: &str, kind: CounterKind, counter: &str, expect: &str) {
        assert_eq!(sentence(lang, code.parse().unwrap(), kind, counter), expect, "{code} {counter}");
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
    fn italian_numbers_as_people_say_them() {
        for (value, expect) in [
            (0, "zero"),
            (1, "uno"),
            (3, "tre"),
            (8, "otto"),
            (11, "undici"),
            (17, "diciassette"),
            (19, "diciannove"),
            (20, "venti"),
            (21, "ventuno"),
            (23, "ventitré"),
            (28, "ventotto"),
            (33, "trentatré"),
            (38, "trentotto"),
            (41, "quarantuno"),
            (42, "quarantadue"),
            (80, "ottanta"),
            (81, "ottantuno"),
            (88, "ottantotto"),
            (100, "cento"),
            (101, "centouno"),
            (103, "centotré"),
            (108, "centotto"),
            (111, "centoundici"),
            (121, "centoventuno"),
            (180, "centottanta"),
            (188, "centottantotto"),
            (200, "duecento"),
            (201, "duecentouno"),
            (303, "trecentotré"),
            (808, "ottocentotto"),
            (999, "novecentonovantanove"),
            (1000, "mille"),
            (1001, "milleuno"),
            (1008, "milleotto"),
            (1080, "milleottanta"),
            (1100, "millecento"),
            (1888, "milleottocentottantotto"),
            (2000, "duemila"),
            (2001, "duemilauno"),
            (3003, "tremilatré"),
            (8008, "ottomilaotto"),
            (9999, "novemilanovecentonovantanove"),
        ] {
            assert_eq!(italian(value), expect, "{value}");
        }
    }

    #[test]
    fn every_code_and_counter_becomes_words_alone() {
        for series in "ABCDEFGHJKLMNPQRSTUVWXYZ".chars() {
            for number in [1, 10, 21, 100, 999, 1000, 9999] {
                for lang in [Lang::It, Lang::En] {
                    let code: CallCode = format!("{series}{number:03}").parse().unwrap();
                    let said = sentence(lang, code, CounterKind::Desk, "Z9A");
                    assert!(!said.contains(|sign: char| sign.is_ascii_digit()) && !said.contains("  "), "{said}");
                }
            }
        }
    }
}
