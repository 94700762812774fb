//! Many services: the way to one of them by its letter (D2.3).

use super::on_stand_by;
use crate::office::*;
use contract::api::TotemBoard;
use totem_app::{
    flow::{Input, Touch, letters::Initial},
    view::{ModalView, PageView},
};

/// Somebody before the services of this office.
fn before(board: TotemBoard) -> Totem {
    let mut totem = Totem::standing_by();
    totem.hears(Input::Board(Ok(Box::new(board)))).touches(Touch::Begin);
    totem
}
fn at(letter: &str) -> Totem {
    let mut totem = before(large_board());
    totem.touches(Touch::Letters).touches(Touch::Letter(Initial::of(letter)));
    totem
}
/// The names on the page of a letter.
fn names(totem: &Totem) -> Vec<String> {
    let PageView::Letter { tiles, .. } = totem.page() else { panic!("{:?}", totem.page()) };
    assert_eq!(tiles.len(), 6, "places stay where they are");
    tiles.into_iter().flatten().map(|tile| tile.name).collect()
}
/// The letters that can be pressed.
fn letters(totem: &Totem) -> String {
    let PageView::Letters { keys } = totem.page() else { panic!("{:?}", totem.page()) };
    keys.into_iter().filter(|(_, there)| *there).map(|(initial, _)| initial.key()).collect()
}

#[test]
fn letters_are_offered_beyond_three_full_pages() {
    for (services, offered) in [(14, false), (18, false), (19, true), (24, true)] {
        let mut board = large_board();
        let tiles: Vec<_> = board.pages.concat().into_iter().take(services).collect();
        board.pages = tiles.chunks(6).map(<[_]>::to_vec).collect();
        let mut totem = before(board);
        assert!(matches!(totem.page(), PageView::Services { by_letter, .. } if by_letter == offered), "{services}");
        totem.touches(Touch::Letters);
        assert_eq!(matches!(totem.page(), PageView::Letters { .. }), offered, "{services}");
    }
    let mut twice = board();
    twice.pages = [twice.pages.clone(), twice.pages.clone()].concat();
    let totem = before(twice);
    assert!(matches!(totem.page(), PageView::Services { by_letter: false, pages: 6, .. }), "a service counts once");
}

#[test]
fn a_letter_leads_to_its_services_in_order() {
    let mut totem = at("S");
    let first = ["Sanzioni e multe", "Scuola e mensa", "Servizi cimiteriali", "Servizi sociali"];
    assert_eq!(names(&totem)[..4], first);
    assert_eq!(names(&totem)[4..], ["Sicurezza e polizia locale", "Spettacoli e manifestazioni"]);
    totem.touches(Touch::Earlier).touches(Touch::Later).touches(Touch::Later);
    assert_eq!(names(&totem), ["Sport e impianti", "Stranieri e cittadinanza", "Suolo pubblico"]);
    totem.picks("stranieri").confirms(1).booked(1, Ok(waiting(1, "23 12:10")));
    assert!(matches!(totem.page(), PageView::Ticket(_)));
    assert_eq!(names(&at("E")), ["È nato un figlio", "Edilizia privata"], "an accent is no other letter");
    assert_eq!(names(&at("5")), ["5 per mille"]);
}

#[test]
fn letters_are_those_of_the_language_on_the_screen() {
    let mut totem = before(large_board());
    totem.touches(Touch::Letters);
    assert_eq!(letters(&totem), "ABCEMPSTU0–9");
    totem.touches(Touch::Language);
    assert_eq!(letters(&totem), "ABCEFILMPRST0–9");
    totem.touches(Touch::Letter(Initial::of("S"))).touches(Touch::Language);
    assert_eq!(letters(&totem), "ABCEMPSTU0–9", "another language, another letter: it is chosen anew");
    totem.touches(Touch::Letter(Initial::of("Z")));
    assert_eq!(letters(&totem), "ABCEMPSTU0–9", "a letter without services leads nowhere");
}

#[test]
fn back_leads_from_a_service_to_its_letter_and_to_the_letters() {
    let mut totem = at("S");
    totem.touches(Touch::Later).picks("suolo").touches(Touch::Back);
    assert_eq!(names(&totem).last().unwrap(), "Suolo pubblico", "on the page where it stands");
    totem.picks("suolo").touches(Touch::Language).touches(Touch::Back);
    assert_eq!(names(&totem), ["Parking permits", "Public ground"], "under its letter in the other language");
    totem.touches(Touch::Back);
    assert!(matches!(totem.page(), PageView::Letters { .. }));
    totem.touches(Touch::Back);
    assert!(matches!(totem.page(), PageView::Services { number: 1, .. }));
    totem.picks("tributi").touches(Touch::Back);
    assert!(matches!(totem.page(), PageView::Services { .. }), "whoever turned pages goes on turning pages");
    totem.touches(Touch::Back);
    assert!(on_stand_by(&totem));
}

#[test]
fn whoever_leaves_the_letters_is_forgotten() {
    for letter in [None, Some("S")] {
        let mut totem = before(large_board());
        totem.touches(Touch::Letters);
        if let Some(letter) = letter {
            totem.touches(Touch::Letter(Initial::of(letter)));
        }
        let page = totem.page();
        totem.passes_with(45_000, |_| Ok(Box::new(large_board())));
        assert!(matches!(totem.view().modal, ModalView::StillThere { .. }));
        totem.touches(Touch::Yes);
        assert_eq!(totem.page(), page);
        totem.scans(card(CARD));
        assert_eq!(totem.view().modal, ModalView::IsItYou { card: true }, "a card is heard here too");
        totem.touches(Touch::Leave);
        assert!(on_stand_by(&totem));
    }
}

/// The office changes its offer while somebody reads it.
#[test]
fn a_letter_whose_services_are_gone_is_an_empty_page_with_a_way_back() {
    let mut totem = at("B");
    totem.hears(Input::Board(Ok(Box::new(board()))));
    assert!(names(&totem).is_empty());
    totem.touches(Touch::Back);
    assert_eq!(letters(&totem), "ACEMPSTU");
    totem.touches(Touch::Back);
    assert!(matches!(totem.page(), PageView::Services { by_letter: false, .. }));
}
