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
/// Screens that stand and screens that lie: pixels, and the inches that a screen of so many pixels may have. The first of
/// each is the usual one.
pub const SCREENS: &[(u32, u32, &[f64])] = &[
    (WIDTH, HEIGHT, &[21.5, 32.0]),
    (2 * WIDTH, 2 * HEIGHT, &[32.0]),
    (768, 1366, &[21.5]),
    (HEIGHT, WIDTH, &[21.5, 15.6, 32.0]),
    (1366, 768, &[15.6]),
    (1280, 800, &[15.6]),
    (1280, 1024, &[19.0]),
];
/// Large text has the least room, and words differ in length: both languages, without and with large text.
const HARD_LOOKS: std::ops::Range<usize> = 0..4;
/// Large text in both languages.
const LARGE_LOOKS: std::ops::Range<usize> = 2..4;

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

/// Everything on a screen suits a finger, whichever of these diagonals it has.
fn suits_a_finger(width: u32, height: u32, diagonals: &[f64], looks: std::ops::Range<usize>) {
    let glass = Glass::of(width, height);
    let mut smallest = f32::MAX;
    let mm = |inches: f64| Screen { diagonal_inches: inches }.millimetres_per_pixel(width, height) as f32;
    let least = diagonals.iter().map(|inches| mm(*inches)).fold(f32::MAX, f32::min);
    each_scene(looks, |scene, view, at| {
        let at = format!("{at}, {width}x{height}");
        let targets = glass.shows(view).targets();
        assert!(targets.len() >= 3, "{at}: {targets:?}");
        for target in &targets {
            let side = target.width.min(target.height) * least;
            smallest = smallest.min(target.width.min(target.height));
            assert!(f64::from(side) >= TARGET_MILLIMETRES, "{at}: {target:?} has {side} mm");
            let inside = target.x >= 0.0 && target.x + target.width <= width as f32 + 0.5;
            let inside = inside && target.y >= 0.0 && target.y + target.height <= height as f32;
            assert!(inside, "{at}: {target:?} leaves the screen");
            let arrow = ARROWS.contains(&target.label.as_str());
            assert!(!arrow || side >= ARROW_MILLIMETRES, "{at}: {target:?} is no large arrow");
        }
        // What lies under a question cannot be touched.
        if scene.0.starts_with("modal") {
            return;
        }
        for (number, one) in targets.iter().enumerate() {
            for other in &targets[number + 1..] {
                let gap = gap(one, other) * least;
                assert!(gap >= GAP_MILLIMETRES, "{at}: {one:?} and {other:?} are {gap} mm apart");
            }
        }
    });
    for inches in diagonals {
        let told = Screen { diagonal_inches: *inches }.smallest_target(width, height) as f32;
        let smallest = smallest * mm(*inches);
        assert!(
            (told - smallest).abs() < 0.1,
            "{width}x{height}: the program would warn of {told} mm, the smallest target has {smallest}"
        );
    }
}

#[test]
fn everything_that_is_touched_suits_a_finger() {
    let (width, height, diagonals) = SCREENS[0];
    suits_a_finger(width, height, diagonals, HARD_LOOKS);
}

#[test]
fn everything_that_is_touched_suits_a_finger_on_a_lying_screen() {
    suits_a_finger(HEIGHT, WIDTH, &[21.5, 15.6, 32.0], HARD_LOOKS);
}

/// There the same pages are only larger or smaller.
#[test]
fn everything_that_is_touched_suits_a_finger_on_other_screens() {
    for (width, height, diagonals) in SCREENS.iter().filter(|(width, ..)| ![WIDTH, HEIGHT].contains(width)) {
        suits_a_finger(*width, *height, diagonals, 0..1);
    }
}

/// Where the fixed bar is: below the page, or at its left.
fn in_bar(glass: &Glass, text: &Target) -> bool {
    let ((width, height), unit) = (glass.size(), glass.unit());
    let bar_top = height - (96.0 * unit).round();
    let rail_right = (200.0 * unit).round();
    let (bottom, right) = (text.y + text.height, text.x + text.width);
    if width > height {
        assert!(right <= rail_right + 0.5 || text.x >= rail_right - 0.5, "{text:?} reaches into the fixed bar");
        text.x < rail_right - 0.5
    } else {
        assert!(bottom <= bar_top + 0.5 || text.y >= bar_top - 0.5, "{text:?} reaches into the fixed bar");
        text.y >= bar_top - 0.5
    }
}

/// What is drawn of a text: of a code that is as large as its room, the line is higher than that.
fn ink(text: &Target, rooms: &[Target]) -> Target {
    let (x, y) = text.centre();
    let Some(room) = rooms.iter().find(|room| room.contains(x, y)) else { return text.clone() };
    let (top, bottom) = (text.y.max(room.y), (text.y + text.height).min(room.y + room.height));
    Target { y: top, height: bottom - top, ..text.clone() }
}

fn is_whole(glass: &Glass, (name, _): &Scene, view: &View, scene: &str) {
    let ((width, height), unit) = (glass.size(), glass.unit());
    let scene = format!("{scene}, {width}x{height}");
    let texts = glass.shows_to_read(view);
    let mut buttons = glass.targets();
    assert!(buttons.iter().any(|button| in_bar(glass, button)), "{scene}: the fixed bar stays where it is");
    let (mut faces, mut tiles) = (glass.named("Face"), glass.named("Tile"));
    let mut grounds: Vec<_> = ["Card", "Panel", "Banner"].iter().flat_map(|ground| glass.named(ground)).collect();
    let rooms: Vec<_> = ["BigCode", "BigTime"].iter().flat_map(|room| glass.named(room)).collect();
    if name.starts_with("modal") {
        // What lies behind a question holds none of its words.
        (buttons, faces, tiles, grounds) = Default::default();
    }
    let texts: Vec<_> = texts.iter().map(|text| ink(text, &rooms)).collect();
    for (number, text) in texts.iter().enumerate() {
        let place = format!("{scene}: \"{}\" {text:?}", text.label);
        let bottom = text.y + text.height;
        assert!(text.x >= -0.5 && text.x + text.width <= width + 0.5, "{place} is too wide");
        assert!(text.y >= -0.5 && bottom <= height + 0.5, "{place} is too high");
        in_bar(glass, text);
        let (x, y) = text.centre();
        for button in buttons.iter().filter(|button| button.contains(x, y)) {
            let inside = text.y >= button.y - 0.5 && bottom <= button.y + button.height + 0.5;
            assert!(inside, "{place} does not fit into {button:?}");
        }
        for ground in grounds.iter().filter(|ground| ground.contains(x, y)) {
            let inside = text.y >= ground.y + 3.0 * unit && bottom <= ground.y + ground.height - 3.0 * unit;
            assert!(inside, "{place} does not fit onto {ground:?}");
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
        for other in &texts[number + 1..] {
            assert!(gap(text, other) > -1.0, "{place} lies on \"{}\" {other:?}", other.label);
        }
    }
}

fn nothing_is_cut_off_on(glass: &Glass, looks: std::ops::Range<usize>) {
    each_scene(looks, |scene, view, at| is_whole(glass, scene, view, at));
}

#[test]
fn nothing_is_cut_off() {
    nothing_is_cut_off_on(&Glass::new(), HARD_LOOKS);
}

#[test]
fn nothing_is_cut_off_on_a_lying_screen() {
    nothing_is_cut_off_on(&Glass::lying(), HARD_LOOKS);
}

/// A screen of another shape has more room in one direction.
#[test]
fn nothing_is_cut_off_on_a_lying_screen_of_another_shape() {
    nothing_is_cut_off_on(&Glass::of(1280, 800), LARGE_LOOKS);
}

#[test]
fn services_keep_their_places_from_page_to_page() {
    services_keep_their_places_on(&Glass::new(), 2);
}

#[test]
fn services_keep_their_places_on_a_lying_screen() {
    services_keep_their_places_on(&Glass::lying(), 3);
}

fn services_keep_their_places_on(glass: &Glass, columns: usize) {
    let tiles = |scene: &str| {
        let scene = SCENES.iter().find(|(name, _)| *name == scene).unwrap();
        glass.shows(&play(scene, &[]).view());
        glass.named("Tile")
    };
    let first = tiles("services");
    assert_eq!(first.len(), 6);
    for (number, pair) in first.windows(2).enumerate() {
        let (same_row, right_of) = (pair[0].y == pair[1].y, pair[0].x < pair[1].x);
        assert_eq!((same_row, right_of), if (number + 1) % columns == 0 { (false, false) } else { (true, true) });
    }
    for (one, same) in first.iter().zip(tiles("services-3")) {
        assert_eq!((one.x, one.y, one.width, one.height), (same.x, same.y, same.width, same.height));
    }
}

#[test]
fn the_code_is_the_largest_thing_that_is_written() {
    let glass = Glass::new();
    for (width, height) in [(WIDTH, HEIGHT), (HEIGHT, WIDTH)] {
        let scene = SCENES.iter().find(|(name, _)| *name == "ticket").unwrap();
        glass.turns_to(width, height).shows(&play(scene, &[]).view());
        let texts = glass.texts();
        let code = texts.iter().find(|text| text.label == "A042").unwrap();
        let next = texts.iter().filter(|text| text.label != "A042").map(|text| text.height).fold(0.0, f32::max);
        assert!(code.height > 2.0 * next, "{} and {next}", code.height);
    }
}

/// Whoever sits reaches the lower half of a screen that hangs for those who stand: there is what helps, what leads on
/// and what leads back.
#[test]
fn what_is_acted_on_stands_low_on_a_lying_screen() {
    let glass = Glass::lying();
    each_scene(0..1, |scene, view, at| {
        glass.shows(view);
        for target in glass.named("Helper").iter().chain(&glass.named("BackLink")).chain(&glass.named("PrimaryButton"))
        {
            let middle = target.centre().1;
            assert!(middle > WIDTH as f32 / 2.0 || scene.0.starts_with("modal"), "{at}: {target:?} stands high");
        }
    });
}

/// A screen that is turned while somebody stands before it shows the same page.
#[test]
fn a_screen_that_is_turned_keeps_its_page() {
    let glass = Glass::new();
    let totem = play(SCENES.iter().find(|(name, _)| *name == "services").unwrap(), &[]);
    let words = |glass: &Glass| {
        let labels = glass.targets().into_iter().map(|target| target.label);
        labels.collect::<std::collections::BTreeSet<_>>()
    };
    let standing = (glass.shows(&totem.view()).named("Tile"), glass.unit());
    let told = words(&glass);
    let lying = (glass.turns_to(HEIGHT, WIDTH).named("Tile"), glass.unit());
    assert_eq!(words(&glass), told);
    assert_eq!((lying.0.len(), lying.1), (6, standing.1), "as large as before, and in another order");
    assert_ne!(lying.0, standing.0);
    assert_eq!((glass.turns_to(WIDTH, HEIGHT).named("Tile"), glass.unit()), standing);
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
