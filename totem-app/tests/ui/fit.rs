//! Sizes and places, computed from the elements on the screen (D0.1, D0.12, D2.1).

use super::{
    scenes::{LOOKS, SCENES, Scene, play},
    window::{Glass, HEIGHT, Target, WIDTH},
};
use slint::ComponentHandle;
use totem_app::{
    bind::ui,
    settings::{Screen, TARGET_MILLIMETRES},
    view::View,
};

/// Between the edges of two targets (D0.1).
const GAP_MILLIMETRES: f32 = 2.5;
/// The arrows of a list (D0.12).
const ARROW_MILLIMETRES: f32 = 25.0;
const ARROWS: [&str; 6] = ["Precedenti", "Precedente", "Altri", "Altro", "Previous", "More"];
/// Portrait screens: pixels and inches. The first is the usual one.
pub const SCREENS: [(u32, u32, f64); 4] =
    [(WIDTH, HEIGHT, 21.5), (WIDTH, HEIGHT, 32.0), (2 * WIDTH, 2 * HEIGHT, 32.0), (768, 1366, 21.5)];
/// Large text has the least room, and words differ in length: both languages, without and with large text.
const HARD_LOOKS: std::ops::Range<usize> = 0..4;

/// The pixels between two rectangles, along the axis on which they are farther apart.
fn gap(a: &Target, b: &Target) -> f32 {
    let along = |a: f32, a_size: f32, b: f32, b_size: f32| (b - (a + a_size)).max(a - (b + b_size));
    along(a.x, a.width, b.x, b.width).max(along(a.y, a.height, b.y, b.height))
}

fn each_scene(looks: std::ops::Range<usize>, mut check: impl FnMut(&Scene, &View, &str)) {
    for scene in SCENES {
        for (look, touches) in &LOOKS[looks.clone()] {
            check(scene, &play(scene, touches).view(), &format!("{} {look}", scene.0));
        }
    }
}

#[test]
fn everything_that_is_touched_suits_a_finger() {
    for (width, height, inches) in SCREENS {
        let screen = Screen { diagonal_inches: inches };
        let mm = screen.millimetres_per_pixel(width, height) as f32;
        let glass = Glass::of(width, height);
        let mut smallest = f32::MAX;
        // On the usual screen every look; on the others the same pages are only larger or smaller.
        let looks = if (width, inches) == (WIDTH, 21.5) { HARD_LOOKS } else { 0..1 };
        each_scene(looks, |scene, view, at| {
            let targets = glass.shows(view).targets();
            assert!(targets.len() >= 3, "{at}: {targets:?}");
            for target in &targets {
                let at = format!("{at}, {inches} inches: {target:?}");
                let side = target.width.min(target.height) * mm;
                smallest = smallest.min(side);
                assert!(f64::from(side) >= TARGET_MILLIMETRES, "{at} has {side} mm");
                let inside = target.x >= 0.0 && target.x + target.width <= width as f32 + 0.5;
                assert!(inside && target.y + target.height <= height as f32, "{at} leaves the screen");
                let arrow = ARROWS.contains(&target.label.as_str());
                assert!(!arrow || side >= ARROW_MILLIMETRES, "{at} is no large arrow");
            }
            // What lies under a question cannot be touched.
            if scene.0.starts_with("modal") {
                return;
            }
            for (number, one) in targets.iter().enumerate() {
                for other in &targets[number + 1..] {
                    let gap = gap(one, other) * mm;
                    assert!(gap >= GAP_MILLIMETRES, "{at}: {one:?} and {other:?} are {gap} mm apart");
                }
            }
        });
        let told = screen.smallest_target(width, height) as f32;
        assert!(
            (told - smallest).abs() < 0.1,
            "the program would warn of {told} mm, the smallest target has {smallest}"
        );
    }
}

#[test]
fn nothing_is_cut_off() {
    let glass = Glass::new();
    let unit = WIDTH as f32 / 580.0;
    let bar_top = HEIGHT as f32 - 96.0 * unit;
    each_scene(HARD_LOOKS, |(name, _), view, scene| {
        let texts = glass.shows_to_read(view);
        let mut buttons = glass.targets();
        assert!(buttons.iter().any(|button| button.y > bar_top), "{scene}: the fixed bar stays where it is");
        let (mut faces, mut tiles) = (glass.named("Face"), glass.named("Tile"));
        if name.starts_with("modal") {
            // What lies behind a question holds none of its words.
            (buttons, faces, tiles) = (Vec::new(), Vec::new(), Vec::new());
        }
        for text in texts {
            let place = format!("{scene}: \"{}\" {text:?}", text.label);
            let bottom = text.y + text.height;
            assert!(text.x >= -0.5 && text.x + text.width <= WIDTH as f32 + 0.5, "{place} is too wide");
            assert!(bottom <= bar_top + 0.5 || text.y >= bar_top, "{place} reaches into the fixed bar");
            let (x, y) = text.centre();
            for button in buttons.iter().filter(|button| button.contains(x, y)) {
                let inside = text.y >= button.y - 0.5 && bottom <= button.y + button.height + 0.5;
                assert!(inside, "{place} does not fit into {button:?}");
            }
            for tile in tiles.iter().filter(|tile| tile.contains(x, y)) {
                assert!(bottom <= tile.y + tile.height - 8.0 * unit, "{place} touches the edge of {tile:?}");
            }
            // Words that fill a button from margin to margin do not fit: they would end in dots.
            for face in faces.iter().filter(|face| face.contains(x, y)) {
                let (left, right) = (text.x - face.x, face.x + face.width - text.x - text.width);
                assert!(left.max(right) > 16.0 * unit + 1.0, "{place} does not fit into {face:?}");
                assert!(text.width < face.width - 32.0 * unit, "{place} does not fit into {face:?}");
            }
        }
    });
}

#[test]
fn services_keep_their_places_from_page_to_page() {
    let glass = Glass::new();
    let tiles = |scene: &str| {
        let scene = SCENES.iter().find(|(name, _)| *name == scene).unwrap();
        glass.shows(&play(scene, &[]).view());
        glass.named("Tile")
    };
    let first = tiles("services");
    assert_eq!(first.len(), 6);
    let columns: Vec<_> = first.iter().map(|tile| tile.x).collect();
    let rows: Vec<_> = first.iter().map(|tile| tile.y).collect();
    assert!(columns[0] < columns[1] && rows[0] == rows[1] && rows[1] < rows[2] && rows[3] < rows[4], "two by three");
    for (one, same) in first.iter().zip(tiles("services-3")) {
        assert_eq!((one.x, one.y, one.width, one.height), (same.x, same.y, same.width, same.height));
    }
}

#[test]
fn the_code_is_the_largest_thing_that_is_written() {
    let glass = Glass::new();
    let scene = SCENES.iter().find(|(name, _)| *name == "ticket").unwrap();
    glass.shows(&play(scene, &[]).view());
    let texts = glass.texts();
    let code = texts.iter().find(|text| text.label == "A042").unwrap();
    let next = texts.iter().filter(|text| text.label != "A042").map(|text| text.height).fold(0.0, f32::max);
    assert!(code.height > 2.0 * next, "{} and {next}", code.height);
}

#[test]
fn the_page_says_which_of_how_many_it_is() {
    let glass = Glass::new();
    let scene = SCENES.iter().find(|(name, _)| *name == "services-2").unwrap();
    for (look, words) in [(0, "Pagina 2 di 3"), (1, "Page 2 of 3"), (2, "2 di 3"), (3, "2 of 3")] {
        glass.shows(&play(scene, LOOKS[look].1).view());
        assert!(glass.words().contains(&words.to_owned()), "{words}");
    }
}

/// Pages, never a bar to scroll with (D0.12).
#[test]
fn nothing_scrolls() {
    fn look(folder: &std::path::Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for word in ["Flickable", "ScrollView", "ListView"] {
                assert!(!text.contains(word), "{word} in {}", path.display());
            }
        }
    }
    look(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("ui"));
}

/// The theme that the pages use, so that a test can hold movement still.
pub fn hold_still(glass: &Glass) {
    glass.app().global::<ui::Theme>().set_motion(false);
}
