//! The words: each has its Italian, and no sentence is long (D0.5).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::{collections::BTreeMap, path::Path};

/// Words in a sentence, and sentences in a text (D0.5).
const WORDS: usize = 15;
const SENTENCES: usize = 2;

/// What means nothing to somebody who only needs a ticket (D0.10).
const TECHNICAL: [&str; 12] = [
    "server",
    "network",
    "timeout",
    "error",
    "errore",
    "offline",
    "online",
    "connession",
    "database",
    "scanner",
    "device",
    "dispositivo",
];

type Words = BTreeMap<(String, String), Vec<String>>;

/// Every `@tr` of the pages: context and text, with its plural.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
            continue;
        }
        calls(&std::fs::read_to_string(&path).unwrap(), found);
    }
}

fn calls(page: &str, found: &mut Vec<(String, String)>) {
    for call in page.split("@tr(").skip(1) {
        let mut parts = call.split('"');
        let first = parts.nth(1).unwrap_or_default();
        let between = parts.next().unwrap_or_default().trim();
        let second = parts.next().unwrap_or_default();
        match between {
            "=>" => found.push((first.to_owned(), second.to_owned())),
            "|" => found.extend([(String::new(), first.to_owned()), (String::new(), second.to_owned())]),
            _ => found.push((String::new(), first.to_owned())),
        }
    }
}

/// The entries of a .po file: context and source, and the translations.
fn translations(text: &str) -> Words {
    let mut words = Words::new();
    for entry in text.split("\n\n") {
        let (mut context, mut ids, mut texts) = (String::new(), Vec::new(), Vec::new());
        for line in entry.lines() {
            let Some((key, value)) = line.split_once(" \"") else { continue };
            let value = value.trim_end_matches('"').replace("\\\"", "\"");
            match key {
                "msgctxt" => context = value,
                key if key.starts_with("msgid") => ids.push(value),
                _ => texts.push(value),
            }
        }
        for id in ids {
            words.insert((context.clone(), id), texts.clone());
        }
    }
    words
}

fn italian() -> Words {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/translations/it/LC_MESSAGES/totem-app.po");
    translations(&std::fs::read_to_string(file).unwrap())
}

fn english() -> Vec<(String, String)> {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("ui"), &mut found);
    found
}

/// What the page says on which staff link a totem: whoever reads it may meet a technical word.
fn for_staff() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/app-kit/ui/linking.slint");
    calls(&std::fs::read_to_string(page).unwrap(), &mut found);
    found
}

#[test]
fn every_word_has_its_italian_and_no_italian_is_left_over() {
    let (mut italian, mut english) = (italian(), english());
    assert!(english.len() > 100, "the sources are read");
    english.extend(for_staff());
    for word in &english {
        let texts = italian.get(word).unwrap_or_else(|| panic!("no Italian for {word:?}"));
        assert!(texts.iter().all(|text| !text.is_empty()), "{word:?}");
        let holes = |text: &str| text.matches('{').count();
        assert!(texts.iter().any(|text| holes(text) == holes(&word.1)), "{word:?} loses a value: {texts:?}");
    }
    italian.retain(|word, _| !english.contains(word) && !word.1.is_empty());
    assert!(italian.is_empty(), "nobody says {italian:?}");
}

#[test]
fn sentences_are_short_and_few() {
    let (english, mut italian) = (english(), italian());
    let staff: Vec<_> = for_staff().into_iter().filter(|word| !english.contains(word)).collect();
    italian.retain(|word, _| !staff.contains(word));
    let texts: Vec<_> = english.into_iter().map(|(_, text)| text).chain(italian.into_values().flatten()).collect();
    for text in texts {
        let sentences: Vec<_> = text.split_inclusive(['.', '?', ':']).filter(|part| part.trim().len() > 1).collect();
        assert!(sentences.len() <= SENTENCES, "{text}");
        for sentence in sentences {
            assert!(sentence.split_whitespace().count() <= WORDS, "{sentence}");
        }
        assert!(!text.contains('!'), "nobody is shouted at: {text}");
        let technical = TECHNICAL.iter().find(|word| text.to_lowercase().contains(*word));
        assert!(technical.is_none(), "no technical words: {text}");
    }
}
