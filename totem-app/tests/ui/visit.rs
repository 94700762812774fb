//! A visit ends, by a finger or by time: nothing of it stays in the window (D0.4, D0.8, F49).

use super::{
    fit::hold_still,
    office::*,
    scenes::{SCENES, play},
    window::Glass,
};
use slint::ComponentHandle;
use totem_app::{bind::ui, flow::Touch};

#[test]
fn back_and_leave_are_everywhere_but_on_stand_by() {
    let glass = Glass::new();
    for scene in SCENES {
        let totem = play(scene, &[]);
        glass.shows(&totem.view());
        let targets = glass.targets();
        let has = |labels: &[&str]| targets.iter().any(|target| labels.contains(&target.label.as_str()));
        let visit = totem.state.session().is_some();
        assert_eq!(has(&["Indietro", "Torna ai servizi", "Tutte le lettere"]), visit, "{}", scene.0);
        assert_eq!(has(&["Esci"]), visit, "{}", scene.0);
        assert!(has(&["English"]) && has(&["Più grande"]) && has(&["Contrasto"]), "{}", scene.0);
    }
}

/// The longest that anything stays before a totem that nobody touches: the answer's patience, the code that is noted
/// down, or the idle time and its question.
const FORGOTTEN_MILLIS: u64 = 10_000 + 45_000 + 20_000 + 100;

#[test]
fn nothing_of_a_person_stays_behind() {
    let glass = Glass::new();
    hold_still(&glass);
    glass.shows(&Totem::standing_by().view());
    let (empty, words) = (glass.picture(), glass.words());
    let personal = ["A042", CARD, "10:40", "Sala A"];
    for scene in SCENES.iter().filter(|scene| !scene.0.starts_with("standby") && scene.0 != "out-of-service") {
        for left in [true, false] {
            let mut totem = play(scene, &[]);
            glass.shows(&totem.view());
            if left {
                totem.touches(Touch::Leave);
            } else {
                totem.passes(FORGOTTEN_MILLIS);
            }
            assert!(totem.state.session().is_none(), "{}: somebody is still there", scene.0);
            // The clock goes back to where the first picture was, and somebody puts a roll in, and a reader beside it.
            totem.state.printer = Totem::standing_by().state.printer;
            totem.state.reader = Totem::standing_by().state.reader;
            totem.now = Totem::standing_by().now;
            totem.state.office = Totem::standing_by().state.office;
            glass.shows(&totem.view());
            for word in glass.words() {
                assert!(!personal.iter().any(|one| word.contains(one)), "{}: \"{word}\" is still there", scene.0);
            }
            assert_eq!(glass.words(), words, "{}", scene.0);
            let api = glass.app().global::<ui::Api>();
            // Two pictures are never equal, not even two that are none.
            assert_eq!(format!("{:?}", api.get_ticket()), format!("{:?}", ui::TicketData::default()));
            assert_eq!(api.get_appointment(), ui::AppointmentData::default());
            assert_eq!(api.get_present(), ui::PresentData::default());
            assert_eq!(api.get_facts(), ui::FactsData::default());
            assert_eq!(slint::Model::row_count(&api.get_appointments()), 0);
            if left {
                assert!(glass.picture().as_bytes() == empty.as_bytes(), "{}: the next frame is not stand-by", scene.0);
            }
        }
    }
}
