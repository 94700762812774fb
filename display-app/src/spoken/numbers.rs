//! Numbers in words, as people say them.

use contract::text::Lang;

pub(super) fn number(lang: Lang, value: u16) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
