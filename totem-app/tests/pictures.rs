//! Every page in every look, as pictures to look at: `target/pictures/totem-*.png`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod office;
mod scenes;
mod window;

/// High contrast is the same layout in other colours: these pages show all of them.
const IN_CONTRAST: [&str; 8] = [
    "standby",
    "services",
    "service",
    "appointments",
    "ticket",
    "ticket-failed",
    "trouble-server-away",
    "modal-still-there",
];

#[test]
fn every_page_in_every_look() {
    let glass = window::Glass::new();
    let only = std::env::var("TOTEM_SCENE").ok();
    for scene in scenes::SCENES {
        if only.as_ref().is_some_and(|only| !scene.0.starts_with(only.as_str())) {
            continue;
        }
        let mut seen = Vec::new();
        for (look, touches) in scenes::LOOKS {
            if look.contains("contrast") && !IN_CONTRAST.contains(&scene.0) {
                continue;
            }
            glass.shows(&scenes::play(scene, touches).view());
            glass.saves(&format!("{}-{look}", scene.0));
            let picture = glass.picture();
            assert!(!seen.contains(&picture.as_bytes().to_vec()), "{} in {look} looks like another look", scene.0);
            seen.push(picture.as_bytes().to_vec());
        }
    }
}
