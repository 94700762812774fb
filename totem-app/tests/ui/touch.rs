//! Fingers on the glass: what answers, how soon, and where.

use super::{
    fit::hold_still,
    office::*,
    scenes::{LOOKS, SCENES, play},
    window::{Glass, HEIGHT, Target, WIDTH},
};
use totem_app::{
    flow::{Touch, letters::Initial, printing::Printed},
    view::PageView,
};

fn scene(name: &str) -> Totem {
    play(SCENES.iter().find(|(other, _)| *other == name).unwrap(), &[])
}

#[test]
fn a_finger_is_answered_within_a_tenth_of_a_second() {
    let glass = Glass::new();
    hold_still(&glass);
    for (page, label) in [
        ("standby", "Tocchi per iniziare"),
        ("services", "Tributi"),
        ("services", "Altri"),
        ("services", "Indietro"),
        ("services", "Contrasto"),
        ("services-many", "Cerchi per lettera"),
        ("letters", "S"),
        ("service", "Conferma"),
        ("appointments", "Commercio e attività produttive"),
        ("ticket", "Fatto"),
    ] {
        glass.shows(&scene(page).view());
        let target = glass.targets().into_iter().find(|target| target.label == label);
        let target = target.unwrap_or_else(|| panic!("no {label} on {page}"));
        let before = glass.picture();
        glass.lays_a_finger_on(target.centre());
        glass.passes(100);
        assert!(glass.picture().as_bytes() != before.as_bytes(), "{label} on {page} shows no touch");
        glass.lifts_the_finger((1.0, 1.0));
        glass.passes(1_000);
        assert!(glass.picture().as_bytes() == before.as_bytes(), "{label} on {page} stays touched");
    }
}

#[test]
fn stand_by_begins_wherever_it_is_touched() {
    let glass = Glass::new();
    glass.shows(&Totem::standing_by().view());
    let (head, bar) = (0.1 * HEIGHT as f32, 0.9 * HEIGHT as f32);
    for across in [0.02, 0.5, 0.98] {
        for down in [0.02, 0.3, 0.6, 0.97] {
            let at = (across * WIDTH as f32, head + down * (bar - head));
            glass.lays_a_finger_on(at);
            glass.lifts_the_finger(at);
            assert_eq!(glass.takes_touches(), [Touch::Begin], "{at:?}");
        }
    }
}

#[test]
fn a_walk_in_touches_three_times() {
    a_walk_in_touches_three_times_on(&Glass::new());
}

#[test]
fn a_walk_in_touches_three_times_on_a_lying_screen() {
    a_walk_in_touches_three_times_on(&Glass::lying());
}

fn a_walk_in_touches_three_times_on(glass: &Glass) {
    let mut totem = Totem::standing_by();
    glass.shows(&totem.view());
    glass.taps("Tocchi per iniziare").plays(&mut totem);
    glass.taps("Carta d’identità").plays(&mut totem);
    glass.taps("Conferma").taps("Conferma").plays(&mut totem);
    assert!(totem.effects.is_empty(), "the second touch of a double one finds nothing to do");
    totem.booked(7, Ok(waiting(7, "23 10:40"))).printed(Printed::Done);
    glass.shows(&totem.view());
    assert!(glass.words().contains(&"A042".to_owned()));
    assert_eq!(totem.taps, 4, "three touches and one too many");
    glass.taps("Fatto").plays(&mut totem);
    assert!(matches!(totem.page(), PageView::StandBy { .. }));
}

#[test]
fn a_service_is_found_by_its_letter() {
    // Five by six places, 27 of them with a key.
    a_service_is_found_by_its_letter_on(&Glass::new(), 30);
}

#[test]
fn a_service_is_found_by_its_letter_on_a_lying_screen() {
    // Nine by three.
    a_service_is_found_by_its_letter_on(&Glass::lying(), 27);
}

fn a_service_is_found_by_its_letter_on(glass: &Glass, places: usize) {
    let mut totem = scene("letters");
    glass.shows(&totem.view());
    assert_eq!(glass.named("Key").len(), places);
    let there = |label: &str| {
        let key = glass.targets().into_iter().find(|target| target.label == label);
        let key = key.unwrap_or_else(|| panic!("{label} is not to be seen"));
        glass.lays_a_finger_on(key.centre());
        glass.lifts_the_finger(key.centre());
        glass.takes_touches() == [Touch::Letter(Initial::of(label))]
    };
    let live: String = ('A'..='Z').filter(|letter| there(&letter.to_string())).collect();
    assert_eq!(live, "ABCEMPSTU", "every letter is to be seen, and those with a service can be pressed");
    assert!(there("0–9"));
    glass.presses("E").plays(&mut totem);
    glass.presses("È nato un figlio").plays(&mut totem);
    assert!(glass.words().contains(&"Conferma".to_owned()));
    glass.presses("Indietro").plays(&mut totem);
    assert!(glass.words().contains(&"Servizi con E".to_owned()));
    glass.presses("Tutte le lettere").plays(&mut totem);
    glass.presses("Indietro").plays(&mut totem);
    assert!(glass.words().contains(&"Di che cosa ha bisogno?".to_owned()));
}

#[test]
fn an_appointment_is_confirmed_with_one_touch_in_english() {
    an_appointment_is_confirmed_in_english_on(&Glass::new());
}

#[test]
fn an_appointment_is_confirmed_with_one_touch_on_a_lying_screen() {
    an_appointment_is_confirmed_in_english_on(&Glass::lying());
}

fn an_appointment_is_confirmed_in_english_on(glass: &Glass) {
    let mut totem = Totem::standing_by();
    glass.shows(&totem.view()).taps("English").plays(&mut totem);
    totem.taps = 0;
    totem.scans(card(CARD)).found(Ok(vec![expected(1, "23 10:40")]));
    glass.shows(&totem.view());
    assert!(glass.words().contains(&"Are you here for Identity card at 10:40?".to_owned()));
    glass.taps("Yes, I am here").plays(&mut totem);
    assert_eq!(totem.taps, 1);
    totem.checked_in(1, Ok(present(1, "23 10:40", None)));
    glass.shows(&totem.view());
    assert!(glass.words().contains(&"You are checked in".to_owned()));
    glass.taps("Italiano").plays(&mut totem);
    assert!(glass.words().contains(&"Presenza confermata".to_owned()), "the language changes on every page");
}

#[test]
fn a_reader_that_types_is_heard_on_every_page() {
    use slint::{ComponentHandle as _, platform::WindowEvent};
    let glass = Glass::new();
    for scene in SCENES {
        glass.shows(&play(scene, &[]).view());
        glass.keys.borrow_mut().clear();
        for key in ["R", "S", "\n"] {
            glass.app().window().dispatch_event(WindowEvent::KeyPressed { text: key.into() });
            glass.app().window().dispatch_event(WindowEvent::KeyReleased { text: key.into() });
        }
        assert_eq!(*glass.keys.borrow(), "RS\n", "{}", scene.0);
    }
}

/// What stands in the fixed bar: places and words, from left to right.
fn bar(glass: &Glass) -> Vec<Target> {
    glass.named("BarButton")
}

/// Whoever taps twice at "leave" leaves, and does nothing else to the screen of whoever comes next.
#[test]
fn the_fixed_bar_keeps_its_places_on_every_page() {
    the_fixed_bar_keeps_its_places_on(&Glass::new(), LOOKS);
}

#[test]
fn the_fixed_bar_keeps_its_places_on_a_lying_screen() {
    the_fixed_bar_keeps_its_places_on(&Glass::lying(), &LOOKS[1..3]);
}

fn the_fixed_bar_keeps_its_places_on(glass: &Glass, looks: &[(&str, &[Touch])]) {
    for (look, touches) in looks {
        glass.shows(&play(SCENES.iter().find(|(name, _)| *name == "services").unwrap(), touches).view());
        let all = bar(glass);
        let [_, _, _, leave] = all.as_slice() else { panic!("four buttons, and not {all:?}") };
        assert!(all.iter().all(|one| (one.width - leave.width).abs() < 0.5), "{look}: {all:?}");
        for scene in SCENES {
            let totem = play(scene, touches);
            glass.shows(&totem.view());
            let here = bar(glass);
            let expect = if totem.state.session().is_some() { 4 } else { 3 };
            assert_eq!(here, all[..expect], "{} {look}", scene.0);
        }
    }
}

#[test]
fn a_double_tap_at_leave_only_leaves() {
    let glass = Glass::new();
    for scene in SCENES {
        let mut totem = play(scene, &[]);
        glass.shows(&totem.view());
        let Some(leave) = bar(&glass).get(3).cloned() else { continue };
        let tap = || {
            glass.lays_a_finger_on(leave.centre());
            glass.lifts_the_finger(leave.centre());
        };
        tap();
        glass.plays(&mut totem);
        assert!(totem.state.session().is_none(), "{}", scene.0);
        let (left, words) = (totem.state.comfort, glass.words());
        tap();
        assert_eq!(glass.takes_touches(), [], "{}: the second tap does something", scene.0);
        glass.plays(&mut totem);
        assert_eq!((totem.state.comfort, glass.words()), (left, words), "{}", scene.0);
    }
}

/// The card passes again and again, slowly enough for everybody (D1.1).
#[test]
fn the_card_shows_the_way_and_never_flickers() {
    let glass = Glass::new();
    glass.shows(&Totem::standing_by().view());
    let mut heights = Vec::new();
    for _ in 0..100 {
        glass.passes(100);
        heights.push(glass.named("CardBack")[0].y);
    }
    let (high, low) = heights.iter().fold((f32::MAX, 0.0_f32), |(high, low), y| (high.min(*y), low.max(*y)));
    assert!(low - high > 50.0, "it moves");
    let ways: Vec<f32> = heights.windows(2).map(|pair| pair[1] - pair[0]).filter(|way| way.abs() > 0.5).collect();
    let turns = ways.windows(2).filter(|pair| pair[0].signum() != pair[1].signum()).count();
    assert!((2..=10 * 2).contains(&turns), "{turns} turns in 10 s: there and back, and never above 2 Hz");
}
