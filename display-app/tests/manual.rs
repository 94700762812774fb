//! What help and manual say of the settings is what the program takes.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test says what it needs by failing")]

use app_kit::config::{self, Source};
use display_app::config::{Config, PROGRAM};

#[test]
fn the_help_tells_every_setting() {
    let wrong = Source::new(PROGRAM.prefix, None, [("AVANTI_DISPLAY_WHAT".into(), "".into())]);
    let expected = config::load::<Config>(&wrong).unwrap_err().to_string();
    let told: Vec<_> = PROGRAM.settings.iter().map(|(key, _)| format!("`{key}`")).collect();
    assert!(expected.ends_with(&told.join(", ")), "{expected}");
}

/// What the manual shows is what the program takes, also where it is shown as a remark.
#[test]
fn the_example_of_the_manual_is_right() {
    let manual = include_str!("../../docs/installer.md");
    let chapter = manual.split("## Display\n").nth(1).unwrap();
    let example = chapter.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let file = std::env::temp_dir().join(format!("avanti-display-{}.toml", std::process::id()));
    std::fs::write(&file, example.replace("\n# ", "\n")).unwrap();
    let read = config::load::<Config>(&Source::new(PROGRAM.prefix, Some(file.clone()), []));
    std::fs::remove_file(file).unwrap();
    assert_eq!(read.unwrap(), Config::default());
}
