//! The codes that staff read on screens are explained in the manual, all of them and no others.

use super::{nothing_wrong, tree::files};
use std::collections::BTreeSet;

const MANUAL: &str = "docs/codes.md";

/// "T-PRN-02": the app's letter, a subject, a number.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    text.split(move |c| !part(c)).filter(|word| {
        let parts: Vec<_> = word.split('-').collect();
        let [app, subject, number] = parts[..] else { return false };
        ["T", "D", "C"].contains(&app)
            && (subject.len(), number.len()) == (3, 2)
            && subject.bytes().all(|c| c.is_ascii_uppercase())
            && number.bytes().all(|c| c.is_ascii_digit())
    })
}

#[test]
fn the_manual_explains_every_code() {
    let sources = files("", &[".rs"]);
    let apps = sources.iter().filter(|source| source.path.contains("-app/src/"));
    let shown: BTreeSet<_> = apps.flat_map(|source| codes(&source.text)).collect();
    let manual = files("", &[".md"]);
    let manual = manual.iter().find(|source| source.path == MANUAL).expect("docs/codes.md");
    let explained: BTreeSet<_> = codes(&manual.text).collect();
    assert!(shown.len() > 20, "the codes were not found: {shown:?}");
    let missing = shown.difference(&explained).map(|code| format!("{MANUAL} does not explain {code}"));
    let unknown = explained.difference(&shown).map(|code| format!("{MANUAL} explains {code}, which nothing shows"));
    nothing_wrong(&missing.chain(unknown).collect::<Vec<_>>());
}
