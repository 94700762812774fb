//! Who may import whom. The table is the one of ARCHITECTURE.md; cargo tells what is so.

use super::{nothing_wrong, tree};
use cargo_metadata::{MetadataCommand, Package};

const APP: &[&str] = &["contract", "client", "devices", "app-kit"];
const NO_SERVER: &[&str] = &["axum", "sqlx", "utoipa-axum", "argon2", "ring"];
const PURE: &[&str] = &["axum", "sqlx", "slint", "reqwest", "tokio", "futures-util", "tracing", "clap"];

/// A crate, which of ours it may import, and which of the world's it never may.
const ARROWS: &[(&str, &[&str], &[&str])] = &[
    ("contract", &[], PURE),
    ("domain", &["contract"], PURE),
    ("client", &["contract"], &["slint", "axum", "sqlx"]),
    ("devices", &[], &["slint", "axum", "sqlx", "reqwest"]),
    ("app-kit", &[], &["axum", "sqlx", "reqwest"]),
    ("server", &["contract", "domain", "client"], &["slint", "serialport", "escpos", "rodio"]),
    ("totem-app", APP, NO_SERVER),
    ("display-app", APP, NO_SERVER),
    ("counter-app", APP, NO_SERVER),
    ("tests", &["contract", "domain", "client", "devices", "app-kit", "server"], &["slint"]),
];

fn members() -> Vec<Package> {
    let mut command = MetadataCommand::new();
    command.manifest_path(tree::root().join("Cargo.toml")).no_deps().other_options(["--offline".to_owned()]);
    command.exec().expect("cargo metadata answers").packages
}

#[test]
fn every_import_follows_an_arrow() {
    let members = members();
    let ours = |name: &str| members.iter().any(|member| member.name == name);
    let mut complaints = Vec::new();
    for member in &members {
        let Some((_, allowed, never)) = ARROWS.iter().find(|(name, ..)| member.name == *name) else {
            complaints.push(format!("{}: no arrow says what it may import; add it to the table", member.name));
            continue;
        };
        for dependency in &member.dependencies {
            let name = dependency.name.as_str();
            if ours(name) && !allowed.contains(&name) {
                complaints.push(format!("{} must not import {name}", member.name));
            }
            if never.contains(&name) {
                complaints.push(format!("{} must never import {name}", member.name));
            }
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn every_arrow_belongs_to_a_crate() {
    let members = members();
    let gone = |name: &str| !members.iter().any(|member| member.name == name);
    let complaints: Vec<_> =
        ARROWS.iter().filter(|arrow| gone(arrow.0)).map(|arrow| format!("there is no crate {}", arrow.0)).collect();
    nothing_wrong(&complaints);
}

#[test]
fn every_crate_says_what_it_is_for_and_what_it_must_never_import() {
    let mut complaints = Vec::new();
    for member in members() {
        let sources = member.targets.iter().filter(|target| target.is_lib() || target.is_bin());
        // A program beside a library is only the way in: the library's document speaks for both.
        let root = sources.clone().find(|target| target.is_lib()).or_else(|| sources.clone().next());
        let root = root.expect("a crate has a source");
        let text = std::fs::read_to_string(&root.src_path).expect("a target has a source");
        let document: Vec<_> = text.lines().take_while(|line| line.starts_with("//!")).collect();
        let says = document.join(" ").to_lowercase();
        if document.len() < 3 || !(says.contains("never") || says.contains("must not")) {
            complaints.push(format!("{}: say what it is for and what it must never import", root.src_path));
        }
    }
    nothing_wrong(&complaints);
}
