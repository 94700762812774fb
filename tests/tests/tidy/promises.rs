//! The numbers by which sources name a promise ("F82") are explained in one document, all of them and no others.

use super::{nothing_wrong, tree::files};
use std::collections::{BTreeMap, BTreeSet};

const LIST: &str = "docs/promises.md";
/// This file: its examples promise nothing.
const EXAMPLES: &str = "tests/tests/tidy/promises.rs";
/// What people write; the last two are `x` and `.ci/run`. Drawings are full of letters with figures.
const WRITTEN: &[&str] =
    &[".rs", ".slint", ".sql", ".md", ".txt", ".toml", ".po", ".service", ".conf", ".css", ".sh", ".c", "x", "run"];

/// Every word that is a promise's number and nothing more.
fn promises(text: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_alphanumeric() || "-._#".contains(c);
    text.split(move |c| !part(c)).map(|word| word.trim_end_matches(['-', '.'])).filter(|word| is_promise(word))
}

/// "INV-11", "F82", "G10", "R100", "D9.2". A call code of a story is none: "F001" and "D041" have three figures or more.
fn is_promise(word: &str) -> bool {
    if let Some(number) = word.strip_prefix("INV-") {
        return is_number(number, 2);
    }
    match word.split_at_checked(1) {
        Some(("F" | "G", number)) => is_number(number, 2),
        Some(("R", number)) => is_number(number, 3),
        Some(("D", number)) => {
            let Some((page, item)) = number.split_once('.') else { return false };
            (page == "0" || is_number(page, 2)) && is_number(item, 2)
        }
        _ => false,
    }
}

/// Counted from 1, with so many figures at most.
fn is_number(text: &str, figures: usize) -> bool {
    (1..=figures).contains(&text.len()) && !text.starts_with('0') && text.bytes().all(|c| c.is_ascii_digit())
}

/// The promise that a line of a table explains: it stands alone in the first cell.
fn explained_by(line: &str) -> Option<&str> {
    line.strip_prefix('|')?.split('|').next().map(str::trim).filter(|cell| is_promise(cell))
}

#[test]
fn every_promise_that_is_named_is_explained() {
    let written = files("", WRITTEN);
    let list = written.iter().find(|source| source.path == LIST).expect("docs/promises.md");
    let explained: BTreeSet<_> = list.text.lines().filter_map(explained_by).collect();
    let mut named: BTreeMap<&str, &str> = BTreeMap::new();
    for source in written.iter().filter(|source| source.path != LIST && source.path != EXAMPLES) {
        named.extend(promises(&source.text).map(|promise| (promise, source.path.as_str())));
    }
    assert!(named.len() > 50, "the promises were not found: {named:?}");
    let missing = named
        .iter()
        .filter(|(promise, _)| !explained.contains(*promise))
        .map(|(promise, path)| format!("{LIST} does not explain {promise}, which {path} names"));
    let unknown = explained
        .iter()
        .filter(|promise| !named.contains_key(*promise))
        .map(|promise| format!("{LIST} explains {promise}, which nothing names"));
    nothing_wrong(&missing.chain(unknown).collect::<Vec<_>>());
}

#[test]
fn a_promise_is_told_from_what_only_looks_like_one() {
    let named = "(F5, F82.) INV-11: \"D9.2\"; D0.10 **R100** R60, 1 “G10” F22–F25 /INV-3/ | G1 |";
    let found: Vec<_> = promises(named).collect();
    assert_eq!(found, ["F5", "F82", "INV-11", "D9.2", "D0.10", "R100", "R60", "G10", "F22", "F25", "INV-3", "G1"]);
    let others = "F001 A007 D041 D1042 D-SRV-03 T-PRN-02 #F39 #0B5CAD \\u{F702} INV-0 INV 11 D9 D9.2.1 D.1 R06 R1000 \
                  Key.F9 G12-3 XF5 F5a F_5 0xF5 INVITATION F R- Fè";
    assert_eq!(promises(others).next(), None);
}

#[test]
fn a_line_of_the_table_explains_what_its_first_cell_names() {
    assert_eq!(explained_by("| F55 | it goes | As F21. |"), Some("F55"));
    for line in ["| | what is promised |", "|---|---|", "- **F**: what happens", "F21", "| F21, F55 | two |", ""] {
        assert_eq!(explained_by(line), None, "{line}");
    }
}
