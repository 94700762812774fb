//! What sources and data name exists: icons, and the files that documents lead to.

use super::{
    nothing_wrong,
    tree::{files, root},
};

#[test]
fn every_icon_of_the_demonstration_office_is_drawn() {
    let office: toml::Table = files("assets/demo", &["office.toml"])[0].text.parse().expect("the office is TOML");
    let services = office.get("services").and_then(toml::Value::as_array).expect("it has services");
    let mut complaints = Vec::new();
    for service in services {
        // A service without an icon shows a document.
        let icon = service.get("icon").and_then(toml::Value::as_str).unwrap_or("document");
        if !root().join(format!("assets/icons/{icon}.svg")).exists() {
            complaints.push(format!("assets/demo/office.toml: {icon}: there is no assets/icons/{icon}.svg"));
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn every_icon_can_be_named_by_a_page() {
    let library = files("shared/app-kit/ui", &["icons.slint"]).remove(0);
    let complaints: Vec<_> = files("assets/icons", &[".svg"])
        .iter()
        .filter(|icon| !library.text.contains(&format!("/{}\"", icon.name())))
        .map(|icon| format!("{}: {} does not know it", icon.path, library.path))
        .collect();
    nothing_wrong(&complaints);
}

#[test]
fn documents_lead_to_files_that_exist() {
    let mut complaints = Vec::new();
    for document in files("", &[".md"]) {
        let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (at, _) in document.text.match_indices("](") {
            let target = document.text[at + 2..].split([')', '#']).next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            if !root().join(folder).join(target).exists() {
                complaints.push(format!("{}: {target} does not exist", document.path));
            }
        }
    }
    nothing_wrong(&complaints);
}
