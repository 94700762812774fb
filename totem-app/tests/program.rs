//! The program's settings, its help and its manual say the same.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test says what it needs by failing")]

use app_kit::config::{self, Source};
use std::collections::BTreeSet;
use totem_app::settings::{PROGRAM, Settings};

#[test]
fn the_help_tells_every_setting() {
    let wrong = Source::new(PROGRAM.prefix, None, [("AVANTI_TOTEM_WHAT".into(), "".into())]);
    let expected = config::load::<Settings>(&wrong).unwrap_err().to_string();
    let told: BTreeSet<_> = PROGRAM.settings.iter().map(|(key, _)| key.split('.').next().unwrap()).collect();
    let known: BTreeSet<_> =
        expected.rsplit("one of ").next().unwrap().split(", ").map(|key| key.trim_matches('`')).collect();
    assert_eq!(told, known);
}

/// What the manual shows is what the program takes.
#[test]
fn the_example_of_the_manual_is_right() {
    let manual = include_str!("../../docs/installer.md");
    let chapter = manual.split("## Totem\n").nth(1).unwrap();
    let example = chapter.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let file = std::env::temp_dir().join(format!("avanti-totem-{}.toml", std::process::id()));
    std::fs::write(&file, example.replace("\n# ", "\n")).unwrap();
    let read = config::load::<Settings>(&Source::new(PROGRAM.prefix, Some(file.clone()), []));
    std::fs::remove_file(file).unwrap();
    let read = read.unwrap();
    assert_eq!(read.printer.paper, devices::printer::Paper::Mm80Columns42);
    assert_eq!((read.sound.as_str(), read.full_screen), ("default", true));
}
