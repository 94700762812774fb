//! Versions and lints stand in one place, the manifest at the root.

use super::{nothing_wrong, tree};

#[test]
fn versions_and_lints_stand_in_the_root_manifest_alone() {
    let mut complaints = Vec::new();
    for manifest in tree::files("", &["Cargo.toml"]) {
        let table: toml::Table = manifest.text.parse().expect("a manifest is TOML");
        if table.contains_key("workspace") {
            continue;
        }
        let inherits = |value: Option<&toml::Value>| value.and_then(|value| value.get("workspace")).is_some();
        if !inherits(table.get("lints")) {
            complaints.push(format!("{}: say [lints] workspace = true", manifest.path));
        }
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let entries = table.get(section).and_then(toml::Value::as_table).into_iter().flatten();
            for (name, _) in entries.filter(|(_, entry)| !inherits(Some(entry))) {
                complaints.push(format!(
                    "{}: {name}: put the version into the root and say `.workspace = true`",
                    manifest.path
                ));
            }
        }
    }
    nothing_wrong(&complaints);
}
