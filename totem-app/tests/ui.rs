//! The pages on Slint's testing backend: what can be touched and how large it is, that nothing is cut off, and that
//! nothing of a person stays behind.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod office;
mod scenes;
mod window;

use contract::api::CheckedIn;
use office::*;
use scenes::{LOOKS, SCENES, play};
use slint::ComponentHandle;
use totem_app::{
    flow::{Effect, Input, Touch, printing::Printed},
    settings::{Screen, TARGET_MILLIMETRES},
    view::PageView,
};
use window::{Glass, HEIGHT, Target, WIDTH};

/// Between the edges of two targets (D0.1).
const GAP_MILLIMETRES: f32 = 2.5;
/// The arrows of a list (D0.12).
const ARROW_MILLIMETRES: f32 = 25.0;

/// Large text is the hardest: it has the least room. Both languages, since words differ in length.
const HARD_LOOKS: [usize; 4] = [0, 1, 2, 3];

fn millimetres(diagonal_inches: f64) -> f32 {
    Screen { diagonal_inches }.millimetres_per_pixel(WIDTH, HEIGHT) as f32
}

/// The pixels between two rectangles, along the axis on which they are farther apart.
fn gap(a: &Target, b: &Target) -> f32 {
    let along = |a: f32, a_size: f32, b: f32, b_size: f32| (b - (a + a_size)).max(a - (b + b_size));
    along(a.x, a.width, b.x, b.width).max(along(a.y, a.height, b.y, b.height))
}

#[test]
fn everything_that_is_touched_suits_a_finger() {
    let glass = Glass::new();
    for scene in SCENES {
        for look in HARD_LOOKS {
            glass.shows(&play(scene, LOOKS[look].1).view());
            let targets = glass.targets();
            assert!(targets.len() >= 3, "{}: {targets:?}", scene.0);
            for diagonal in [21.5, 32.0] {
                let mm = millimetres(diagonal);
                for target in &targets {
                    let at = format!("{} {} at {diagonal} inches: {target:?}", scene.0, LOOKS[look].0);
                    assert!(target.width * mm >= TARGET_MILLIMETRES as f32, "{at} is too narrow");
                    assert!(target.height * mm >= TARGET_MILLIMETRES as f32, "{at} is too low");
                    let inside = target.x >= 0.0 && target.x + target.width <= WIDTH as f32 + 0.5;
                    assert!(inside && target.y + target.height <= HEIGHT as f32, "{at} leaves the screen");
                    let arrow = ["Prima", "Altri", "Previous", "More"].contains(&target.label.as_str());
                    assert!(
                        !arrow || target.width.min(target.height) * mm >= ARROW_MILLIMETRES,
                        "{at} is no large arrow"
                    );
                }
                if glass.app().global::<totem_app::bind::ui::Api>().get_modal().kind
                    == totem_app::bind::ui::ModalKind::None
                {
                    for (number, one) in targets.iter().enumerate() {
                        for other in &targets[number + 1..] {
                            let gap = gap(one, other) * mm;
                            let at = format!("{} {}: {one:?} and {other:?}", scene.0, LOOKS[look].0);
                            assert!(gap >= GAP_MILLIMETRES, "{at} are {gap} mm apart");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn nothing_is_cut_off_and_nothing_scrolls() {
    let glass = Glass::new();
    for scene in SCENES {
        for look in HARD_LOOKS {
            glass.shows(&play(scene, LOOKS[look].1).view());
            let bar = glass.targets().into_iter().map(|target| target.y + target.height).fold(0.0, f32::max);
            let bar_top = HEIGHT as f32 - 96.0 * WIDTH as f32 / 580.0;
            assert!(bar > bar_top, "the fixed bar stays where it is");
            for element in glass.elements() {
                let Some(label) = element.accessible_label().filter(|label| !label.is_empty()) else { continue };
                let (at, size) = (element.absolute_position(), element.size());
                let bottom = at.y + size.height;
                let place = format!("{} {}: \"{label}\" {at:?} {size:?}", scene.0, LOOKS[look].0);
                assert!(at.x >= -0.5 && at.x + size.width <= WIDTH as f32 + 0.5, "{place} is too wide");
                assert!(bottom <= bar_top + 0.5 || at.y >= bar_top, "{place} reaches into the fixed bar");
            }
        }
    }
}

#[test]
fn a_walk_in_touches_three_times() {
    let (glass, mut totem) = (Glass::new(), Totem::standing_by());
    glass.shows(&totem.view());
    glass.presses("Tocchi per iniziare").plays(&mut totem);
    glass.presses("Carta d’identità").plays(&mut totem);
    glass.presses("Conferma").presses("Conferma").plays(&mut totem);
    assert!(totem.effects.is_empty(), "the second touch of a double one finds nothing to do");
    totem.booked(7, Ok(waiting(7, "23 10:40")));
    let Effect::Print { job, .. } = totem.effect().clone() else { panic!("{:?}", totem.effects) };
    glass.shows(&totem.view());
    totem.hears(Input::Printed { job, outcome: Printed::Done });
    glass.shows(&totem.view());
    assert!(glass.words().contains(&"A042".to_owned()));
    assert!(totem.taps <= 4, "three touches and one too many");
    glass.presses("Fatto").plays(&mut totem);
    assert!(matches!(totem.page(), PageView::StandBy { .. }));
}

#[test]
fn an_appointment_is_confirmed_with_one_touch_in_english() {
    let (glass, mut totem) = (Glass::new(), Totem::standing_by());
    glass.shows(&totem.view()).presses("English").plays(&mut totem);
    totem.taps = 0;
    totem.scans(card(CARD)).found(Ok(vec![expected(1, "23 10:40")]));
    glass.shows(&totem.view());
    assert!(glass.words().contains(&"Do you confirm that you are here for Identity card at 10:40?".to_owned()));
    glass.presses("Yes, I am here").plays(&mut totem);
    assert_eq!(totem.taps, 1);
    totem.checked_in(1, Ok(CheckedIn { ticket: waiting(1, "23 10:40"), since: at(NOW), late_minutes: None }));
    glass.shows(&totem.view());
    assert!(glass.words().contains(&"You are checked in".to_owned()));
    glass.presses("Italiano").plays(&mut totem);
    assert!(glass.words().contains(&"Presenza confermata".to_owned()), "the language changes on every page");
}

#[test]
fn back_and_leave_are_everywhere_but_on_stand_by() {
    let glass = Glass::new();
    for scene in SCENES {
        let totem = play(scene, &[]);
        glass.shows(&totem.view());
        let has = |labels: &[&str]| glass.targets().iter().any(|target| labels.contains(&target.label.as_str()));
        let visit = totem.state.session().is_some();
        assert_eq!(has(&["Indietro", "Torna ai servizi"]), visit, "{}", scene.0);
        assert_eq!(has(&["Esci"]), visit, "{}", scene.0);
        assert!(has(&["English"]) && has(&["Più grande"]) && has(&["Contrasto"]), "{}", scene.0);
    }
}

#[test]
fn nothing_of_a_person_stays_behind() {
    let glass = Glass::new();
    // The card on stand-by lies still, so that two pictures can be compared.
    glass.app().global::<totem_app::bind::ui::Theme>().set_motion(false);
    glass.shows(&Totem::standing_by().view());
    let (empty, words) = (glass.picture(), glass.words());
    let personal = ["A042", CARD, "10:40", "Sala A"];
    for scene in SCENES.iter().filter(|scene| !scene.0.starts_with("standby") && scene.0 != "out-of-service") {
        let mut totem = play(scene, &[]);
        glass.shows(&totem.view());
        // Whatever lies over the page, leaving is always possible; the clock goes back to where the first picture was.
        totem.touches(Touch::Leave);
        totem.now = Totem::standing_by().now;
        totem.state.office = Totem::standing_by().state.office;
        glass.shows(&totem.view());
        for word in glass.words() {
            assert!(!personal.iter().any(|one| word.contains(one)), "{}: \"{word}\" is still there", scene.0);
        }
        assert_eq!(glass.words(), words, "{}", scene.0);
        assert!(glass.picture().as_bytes() == empty.as_bytes(), "{}: the next frame is not stand-by", scene.0);
    }
}

#[test]
fn a_reader_that_types_is_heard_on_every_page() {
    let glass = Glass::new();
    for scene in SCENES.iter().filter(|scene| !scene.0.starts_with("standby")) {
        glass.shows(&play(scene, &[]).view());
        glass.keys.borrow_mut().clear();
        for key in ["R", "S", "\n"] {
            use slint::platform::WindowEvent;
            glass.app().window().dispatch_event(WindowEvent::KeyPressed { text: key.into() });
            glass.app().window().dispatch_event(WindowEvent::KeyReleased { text: key.into() });
        }
        assert_eq!(*glass.keys.borrow(), "RS\n", "{}", scene.0);
    }
}
