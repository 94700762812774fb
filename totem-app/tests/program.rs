//! The program as it is started, where there is no screen: what it answers before it opens a window.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test says what it needs by failing")]

use app_kit::config::{self, Source};
use std::{collections::BTreeSet, process::Command};
use totem_app::settings::{PROGRAM, Settings};

/// What the program says and how it ends.
fn says(arguments: &[&str]) -> (Option<i32>, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_avanti-totem"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AVANTI_") {
            program.env_remove(name);
        }
    }
    program.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
    let said = program.args(arguments).output().unwrap();
    let words = [said.stdout, said.stderr].concat();
    (said.status.code(), String::from_utf8(words).unwrap())
}

#[test]
fn help_and_version_need_no_screen() {
    let (code, help) = says(&["--help"]);
    assert_eq!(code, Some(0));
    assert!(help.contains("--config <FILE>") && help.contains("AVANTI_TOTEM_SERVER"), "{help}");
    assert_eq!(says(&["--version"]), (Some(0), format!("avanti-totem {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn a_wrong_start_is_told_and_ends_with_2() {
    for (arguments, told) in [
        (&["--fullscreen"][..], "--fullscreen"),
        (&["totem.toml"], "totem.toml"),
        (&["--config"], "--config"),
        (&["--config", "/nowhere/totem.toml"], "/nowhere/totem.toml: "),
    ] {
        let (code, words) = says(arguments);
        assert!(code == Some(2) && words.contains(told) && words.contains("--help"), "{arguments:?}: {code:?} {words}");
    }
}

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
    assert_eq!(read.printer.paper, totem_app::settings::PaperWidth::Wide);
    assert_eq!((read.sound.as_str(), read.full_screen), ("default", true));
}
