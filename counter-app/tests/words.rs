//! Every word of the counter exists in Italian, and every sentence that the program can choose has its words.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use contract::health::DeviceFault;
use counter_app::{bind, ui, view::fault_key};
use slint::{ComponentHandle, Global};
use std::{collections::BTreeSet, path::Path};

fn read_all(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.extension() {
            None => read_all(&path, into),
            Some(_) => into.push_str(&std::fs::read_to_string(&path).unwrap()),
        }
    }
}

/// The texts in quotes that follow `mark`.
fn quoted<'t>(text: &'t str, mark: &str) -> BTreeSet<&'t str> {
    text.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_word_of_the_pages_has_its_italian_and_no_italian_is_left_over() {
    let mut pages = String::new();
    read_all(&here().join("ui"), &mut pages);
    // The page that all apps share has words, too.
    pages.push_str(&std::fs::read_to_string(here().join("../shared/app-kit/ui/linking.slint")).unwrap());
    let italian = std::fs::read_to_string(here().join("../assets/translations/it/LC_MESSAGES/counter-app.po")).unwrap();
    let used = quoted(&pages, "@tr(\"");
    let mut translated = quoted(&italian, "\nmsgid \"");
    translated.remove("");
    assert_eq!(used, translated);
    assert!(!italian.contains("msgstr \"\"\n\n") && !italian.contains("] \"\""), "a translation is empty");
}

#[test]
fn every_sentence_that_the_program_chooses_has_words_in_both_languages() {
    let source = std::fs::read_to_string(here().join("src/view/sentence.rs")).unwrap();
    let mut keys = quoted(&source, "(\"");
    keys.remove("refused");
    assert!(keys.len() > 20, "{keys:?}");
    i_slint_backend_testing::init_no_event_loop();
    let app = ui::App::new().unwrap();
    for language in [contract::text::Lang::It, contract::text::Lang::En] {
        bind::dress(&app, language, false, false).unwrap();
        for key in &keys {
            let sentence = ui::Sentence { key: (*key).into(), fact: "F".into(), count: 2, ..Default::default() };
            assert!(!ui::Words::get(&app).invoke_said(sentence).is_empty(), "{key} says nothing in {language:?}");
        }
    }
    app.hide().unwrap();
}

#[test]
fn durations_and_alarms_in_the_words_of_people() {
    i_slint_backend_testing::init_no_event_loop();
    let app = ui::App::new().unwrap();
    let lasting = |hours, minutes, seconds| {
        ui::Words::get(&app).invoke_lasting(ui::Lasting { hours, minutes, seconds }).to_string()
    };
    let some = || {
        [lasting(0, 0, 0), lasting(0, 0, 45), lasting(0, 1, 0), lasting(0, 10, 0), lasting(1, 0, 0), lasting(2, 1, 0)]
    };
    let alarm = |fault| {
        let row = ui::AlarmRow { device: "Totem 1".into(), fault: fault_key(fault).into() };
        ui::Words::get(&app).invoke_alarm(row).to_string()
    };
    use DeviceFault::*;
    let faults = [PaperOut, CoverOpen, PrinterBroken, PrinterAway, ReaderAway, NoSound, NoVoice, PaperLow];
    bind::dress(&app, contract::text::Lang::It, false, false).unwrap();
    assert_eq!(some(), ["un momento", "45 secondi", "1 minuto", "10 minuti", "1 ora", "2 ore e 1 minuto"]);
    let italian = faults.map(alarm);
    assert_eq!(
        (italian[0].as_str(), italian[6].as_str()),
        ("Totem 1: manca la carta", "Totem 1: senza voce, solo il segnale")
    );
    bind::dress(&app, contract::text::Lang::En, false, false).unwrap();
    assert_eq!(some(), ["a moment", "45 seconds", "1 minute", "10 minutes", "1 hour", "2 hours and 1 minute"]);
    let mut all: BTreeSet<_> = faults.map(alarm).into();
    all.extend(italian);
    assert_eq!(all.len(), 2 * faults.len(), "each fault has words of its own in each language");
    app.hide().unwrap();
}
