//! The apps as they are started, where there is no screen: what they answer before they open a window.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::process::Command;

/// Each program, and what its variables begin with.
const APPS: [(&str, &str); 3] =
    [("avanti-totem", "AVANTI_TOTEM_"), ("avanti-display", "AVANTI_DISPLAY_"), ("avanti-counter", "AVANTI_COUNTER_")];

/// What a program says and how it ends.
fn says(program: &str, arguments: &[&str]) -> (Option<i32>, String) {
    // This test lies in target/debug/deps, the programs in target/debug.
    let here = std::env::current_exe().unwrap();
    let path = here.parent().and_then(|deps| deps.parent()).unwrap().join(program);
    assert!(path.exists(), "{} is not built: cargo build --workspace --features mcp", path.display());
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AVANTI_")) {
        command.env_remove(name);
    }
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
    let said = command.args(arguments).output().unwrap();
    (said.status.code(), String::from_utf8([said.stdout, said.stderr].concat()).unwrap())
}

#[test]
fn help_and_version_need_no_screen() {
    for (app, prefix) in APPS {
        let (code, help) = says(app, &["--help"]);
        assert!(code == Some(0) && help.contains("--config <FILE>") && help.contains(prefix), "{app}: {code:?} {help}");
        assert_eq!(says(app, &["--version"]), (Some(0), format!("{app} {}\n", env!("CARGO_PKG_VERSION"))));
    }
}

#[test]
fn a_word_that_is_not_understood_is_named_and_ends_with_2() {
    for (app, _) in APPS {
        for (arguments, named) in [
            (&["--fullscreen"][..], "--fullscreen"),
            (&["settings.toml"], "settings.toml"),
            (&["--config"], "--config"),
        ] {
            let (code, words) = says(app, arguments);
            assert!(code == Some(2) && words.contains(named), "{app} {arguments:?}: {code:?} {words}");
        }
    }
}

#[test]
fn settings_that_cannot_be_used_are_told_and_end_with_2() {
    for (arguments, told) in [
        (&["avanti-display", "--config", "/nowhere/display.toml"][..], "/nowhere/display.toml: "),
        (&["avanti-totem", "--config", "/nowhere/totem.toml"], "/nowhere/totem.toml: "),
        (&["avanti-counter", "--config", "/nowhere/counter.toml"], "/nowhere/counter.toml: "),
    ] {
        let (code, words) = says(arguments[0], &arguments[1..]);
        assert!(code == Some(2) && words.contains(told), "{arguments:?}: {code:?} {words}");
    }
}
