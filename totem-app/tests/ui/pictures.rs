//! Every page in every look, drawn once: that looks differ, that every word can be read on what it stands on (D0.2),
//! and pictures for people to look at, `target/pictures/totem-*.png`.

use super::{
    scenes::{LOOKS, SCENES, Scene, play},
    window::{Glass, Target},
};
use slint::{Rgba8Pixel, SharedPixelBuffer};
use std::collections::BTreeMap;

/// Large text in high contrast is the same layout as large text: these pages show all of its parts.
const LARGE_IN_CONTRAST: [&str; 4] = ["standby", "services", "ticket", "modal-still-there"];

type Colour = (u8, u8, u8);
type Picture = SharedPixelBuffer<Rgba8Pixel>;

/// The contrast ratio of WCAG 2.
fn ratio(a: Colour, b: Colour) -> f64 {
    let luminance = |(red, green, blue): Colour| {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The colour that a text stands on, and the contrast of its ink: the colour in its frame that differs most.
fn contrast(picture: &Picture, (x, y, width, height): (f32, f32, f32, f32)) -> Option<(Colour, f64)> {
    let mut colours = BTreeMap::<Colour, usize>::new();
    let (right, bottom) = ((x + width).min(picture.width() as f32), (y + height).min(picture.height() as f32));
    for row in y.max(0.0) as usize..bottom as usize {
        let row = &picture.as_slice()[row * picture.width() as usize..];
        // Most of a row is one colour after the other.
        for run in row[x.max(0.0) as usize..right as usize].chunk_by(|one, next| one == next) {
            *colours.entry((run[0].r, run[0].g, run[0].b)).or_default() += run.len();
        }
    }
    let ground = *colours.iter().max_by_key(|(_, count)| **count)?.0;
    let ink = colours.keys().map(|colour| ratio(*colour, ground)).fold(1.0, f64::max);
    (ink > 1.0).then_some((ground, ink))
}

/// Every text that is to be read has the contrast that it needs.
fn can_be_read(texts: &[Target], picture: &Picture, name: &str, look: &str) {
    let least = if look.contains("contrast") { 7.0 } else { 4.5 };
    let mut read = 0;
    for text in texts {
        let frame = (text.x, text.y, text.width, text.height);
        let Some((ground, found)) = contrast(picture, frame) else { continue };
        read += 1;
        assert!(found >= least, "{name} in {look}: \"{}\" {frame:?} on {ground:?} has {found:.2}", text.label);
    }
    assert!(read >= 4, "{name} in {look}: only {read} texts were found");
}

fn draws(glass: &Glass, scenes: &[Scene], prefix: &str, wanted: impl Fn(&str, &str) -> bool) {
    let only = std::env::var("TOTEM_SCENE").ok();
    for scene in scenes {
        if only.as_ref().is_some_and(|only| !scene.0.starts_with(only.as_str())) {
            continue;
        }
        let mut seen: Vec<Picture> = Vec::new();
        for (look, touches) in LOOKS {
            if !wanted(scene.0, look) {
                continue;
            }
            let texts = glass.shows_to_read(&play(scene, touches).view());
            let picture = glass.picture();
            Glass::saves(&picture, &format!("{prefix}{}-{look}", scene.0));
            can_be_read(&texts, &picture, scene.0, look);
            let double = seen.iter().any(|other| other.as_bytes() == picture.as_bytes());
            assert!(!double, "{} in {look} looks like another look", scene.0);
            seen.push(picture);
        }
    }
}

// In two halves, because there are two cores.

/// What is drawn on a standing screen, …
fn standing(scene: &str, look: &str) -> bool {
    look != "it-large-contrast" || LARGE_IN_CONTRAST.contains(&scene)
}

/// … and on a lying one, where the same looks stand otherwise: the usual text and the large one; colours are the same.
fn lying(scene: &str, look: &str) -> bool {
    ["it", "it-large"].contains(&look) || (look.ends_with("contrast") && LARGE_IN_CONTRAST.contains(&scene))
}

#[test]
fn every_page_in_every_look() {
    draws(&Glass::new(), &SCENES[..SCENES.len() / 2], "", standing);
}

#[test]
fn and_the_other_half_of_the_pages() {
    draws(&Glass::new(), &SCENES[SCENES.len() / 2..], "", standing);
}

#[test]
fn every_page_on_a_lying_screen() {
    draws(&Glass::lying(), &SCENES[..SCENES.len() / 2], "landscape-", lying);
}

#[test]
fn and_the_other_half_on_a_lying_screen() {
    draws(&Glass::lying(), &SCENES[SCENES.len() / 2..], "landscape-", lying);
}
