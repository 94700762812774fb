//! Every word that a window shows has an Italian translation, and no translation is left over.
//!
//! The source strings are in English inside `@tr("…")`; Italian is in `assets/translations`, one file per app, because
//! the pages of the library are compiled into each app and look their words up there.

use super::{
    nothing_wrong,
    tree::{Source, files, root},
};
use std::{collections::BTreeSet, fs};

const APPS: [&str; 3] = ["totem-app", "display-app", "counter-app"];
const LIBRARY: &str = "shared/app-kit/ui";

/// The app's own pages, and those pages of the library that they import, directly or not.
fn pages_of(app: &str) -> Vec<Source> {
    let library = files(LIBRARY, &[".slint"]);
    let mut reached = files(&format!("{app}/ui"), &[".slint"]);
    let mut taken = BTreeSet::new();
    let mut next = 0;
    while let Some(page) = reached.get(next) {
        let imports: Vec<_> = page.code().filter_map(|(_, line)| imported(line)).map(str::to_owned).collect();
        for source in &library {
            if imports.iter().any(|import| import == source.name()) && taken.insert(source.path.clone()) {
                reached.push(Source { path: source.path.clone(), text: source.text.clone() });
            }
        }
        next += 1;
    }
    reached
}

/// The name of the file that a line imports or hands on.
fn imported(line: &str) -> Option<&str> {
    let (_, path) = line.split_once("from \"")?;
    path.split('"').next()?.rsplit('/').next()
}

/// The strings of all `@tr(…)` of a page: of a plural both, of a text with a context the text.
fn strings(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("@tr(") {
        let rest = text[at + 4..].trim_start();
        let Some((first, after)) = literal(rest) else { continue };
        let after = after.trim_start();
        let (string, after) = match after.strip_prefix("=>").and_then(|after| literal(after.trim_start())) {
            Some(with_context) => with_context,
            None => (first, after),
        };
        found.push(string);
        if let Some((plural, _)) = after.trim_start().strip_prefix('|').and_then(|after| literal(after.trim_start())) {
            found.push(plural);
        }
    }
    found
}

/// A string literal at the beginning of `text`, and what follows it.
fn literal(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut string = String::new();
    let mut chars = inner.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((string, &inner[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => string.push('\n'),
                other => string.push(other),
            },
            other => string.push(other),
        }
    }
    None
}

/// One text of a `.po` file (of a plural both forms) and its translations.
#[derive(Debug, Default, PartialEq)]
struct Entry {
    sources: Vec<String>,
    targets: Vec<String>,
}

fn translations(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut entry = Entry::default();
    let mut into_target = false;
    for line in text.lines().chain(["msgid \"\""]) {
        let Some((keyword, value)) = line.find('"').map(|at| (line[..at].trim(), &line[at..])) else { continue };
        let Some((value, _)) = literal(value) else { continue };
        match keyword {
            "msgid" => {
                entries.push(std::mem::take(&mut entry));
                entry.sources.push(value);
                into_target = false;
            }
            "msgid_plural" => entry.sources.push(value),
            "" => {
                let last = if into_target { entry.targets.last_mut() } else { entry.sources.last_mut() };
                last.into_iter().for_each(|text| text.push_str(&value));
            }
            _ if keyword.starts_with("msgstr") => {
                entry.targets.push(value);
                into_target = true;
            }
            _ => {}
        }
    }
    // The first entry of a file is its head, under an empty text.
    entries.retain(|entry| entry.sources.iter().any(|source| !source.is_empty()));
    entries
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.match_indices('{').filter_map(|(at, _)| text[at..].find('}').map(|end| &text[at..=at + end])).collect()
}

/// What is wrong with the translation of one app.
fn check(app: &str) -> Vec<String> {
    let path = format!("assets/translations/it/LC_MESSAGES/{app}.po");
    let Ok(text) = fs::read_to_string(root().join(&path)) else {
        return vec![format!("{path} is missing")];
    };
    let italian = translations(&text);
    let translated: BTreeSet<_> = italian.iter().flat_map(|entry| &entry.sources).collect();
    let mut complaints = Vec::new();
    let mut used = BTreeSet::new();
    for page in pages_of(app) {
        for string in strings(&page.text) {
            if !translated.contains(&string) {
                complaints.push(format!("{path}: {} says \"{string}\", and there is no Italian for it", page.path));
            }
            used.insert(string);
        }
    }
    for Entry { sources, targets } in &italian {
        let mut say = |what: &str| complaints.push(format!("{path}: \"{}\": {what}", sources[0]));
        if !sources.iter().all(|source| used.contains(source)) {
            say("no page says it");
        }
        if targets.is_empty() || targets.iter().any(String::is_empty) {
            say("is not translated");
        }
        let known: BTreeSet<_> = sources.iter().flat_map(|source| placeholders(source)).collect();
        if targets.iter().any(|target| !placeholders(target).is_subset(&known)) {
            say("its translation has other placeholders");
        }
        if targets.iter().any(|target| target.contains('!')) {
            say("an office does not shout");
        }
    }
    if text.contains("#, fuzzy") {
        complaints.push(format!("{path}: a translation is marked as a guess"));
    }
    complaints
}

#[test]
fn every_word_of_every_page_has_its_italian_and_none_is_left_over() {
    let complaints: Vec<_> = APPS.into_iter().flat_map(check).collect();
    nothing_wrong(&complaints);
}

#[test]
fn the_extractor_reads_what_pages_write() {
    let page = r#"text: @tr("One \"word\""); a: @tr("menu" => "File"); b: @tr("{n} person" | "{n} people" % count);"#;
    assert_eq!(strings(page), ["One \"word\"", "File", "{n} person", "{n} people"]);
    let po = "msgid \"\"\nmsgstr \"\"\n\"Language: it\\n\"\n\nmsgid \"a\"\nmsgid_plural \"as\"\nmsgstr[0] \"x\"\nmsgstr[1] \"xx\"\n\nmsgid \"\"\n\"long\"\nmsgstr \"lungo\"\n";
    let read = translations(po);
    let of = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(read[0], Entry { sources: of(&["a", "as"]), targets: of(&["x", "xx"]) });
    assert_eq!(read[1], Entry { sources: of(&["long"]), targets: of(&["lungo"]) });
}
