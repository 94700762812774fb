//! A visit from beginning to end: time, leaving, pages, and a server that is away.

use super::{on_stand_by, refused};
use crate::office::*;
use contract::{Refusal, text::Lang};
use totem_app::{
    flow::{Effect, Failure, Input, Touch, Visit, fault::Fault, office::Reader, printing::Printer},
    view::{ModalView, PageView},
};

#[test]
fn somebody_who_walks_away_is_asked_and_then_forgotten() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).passes(44_900);
    assert_eq!(totem.view().modal, ModalView::None);
    totem.passes(100);
    assert!(matches!(totem.view().modal, ModalView::StillThere { left } if left.seconds == 20));
    totem.passes(10_000).touches(Touch::Yes).passes(44_900);
    assert!(matches!(totem.page(), PageView::Services { .. }));
    totem.passes(10_000).touches(Touch::Language);
    assert!(
        matches!(totem.view().modal, ModalView::StillThere { left } if left.seconds == 20),
        "somebody is reading it"
    );
    totem.passes(20_000);
    assert!(on_stand_by(&totem));
    assert_eq!(totem.view().lang, Lang::It);
}

#[test]
fn personal_pages_wait_less_long() {
    let mut totem = Totem::standing_by();
    totem.scans(card(CARD)).found(Ok(vec![expected(1, "23 10:40")])).passes(29_900);
    assert_eq!(totem.view().modal, ModalView::None);
    totem.passes(100);
    assert!(matches!(totem.view().modal, ModalView::StillThere { .. }));
    totem.passes(20_000);
    assert!(matches!(totem.state.visit, Visit::StandBy));
}

#[test]
fn leaving_forgets_everything() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).touches(Touch::Language).touches(Touch::TextSize).touches(Touch::Contrast);
    let view = totem.view();
    assert_eq!((view.lang, view.large, view.high_contrast), (Lang::En, true, true));
    totem.scans(card(CARD)).touches(Touch::Yes).found(Ok(vec![expected(1, "23 10:40")]));
    assert_eq!(totem.view().lang, Lang::En, "whoever says that it is them keeps the language");
    totem.touches(Touch::Leave);
    assert_eq!(totem.view(), Totem::standing_by().view());
    assert!(!format!("{:?}", totem.state).contains("A042"));
}

#[test]
fn the_look_of_stand_by_comes_back_by_itself() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Language).touches(Touch::TextSize).passes(44_800);
    assert!(totem.view().large && on_stand_by(&totem));
    totem.passes(200);
    assert_eq!((totem.view().lang, totem.view().large), (Lang::It, false));
}

#[test]
fn without_a_server_the_totem_says_so_and_comes_back() {
    let mut totem = Totem::dark();
    totem.passes(100);
    assert!(matches!(totem.page(), PageView::Starting { .. }));
    for _ in 0..3 {
        totem.hears(Input::Board(Err(Failure::Unreachable)));
    }
    assert!(matches!(totem.page(), PageView::OutOfService { fault: Fault::ServerAway, since: None, .. }));
    totem.touches(Touch::Begin).scans(card(CARD));
    assert!(totem.effects.is_empty());
    totem.hears(Input::Board(Ok(Box::new(board()))));
    assert!(on_stand_by(&totem));
    totem.passes_with(16_200, |_| Err(Failure::Unreachable));
    assert!(matches!(totem.page(), PageView::OutOfService { since: Some(_), .. }), "lost later: since when is known");
    totem.passes(2_100);
    assert!(on_stand_by(&totem));
    totem.passes_with(10_100, |_| Err(refused(Refusal::Unauthenticated)));
    assert!(matches!(totem.page(), PageView::OutOfService { fault: Fault::NotAdmitted, .. }));
}

#[test]
fn one_failure_is_a_hiccup() {
    let mut totem = Totem::standing_by();
    totem.passes_with(12_200, |_| Err(Failure::Unreachable));
    assert!(on_stand_by(&totem));
}

#[test]
fn pages_of_services_turn_and_stop_at_their_ends() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin);
    let number = |totem: &Totem| match totem.page() {
        PageView::Services { number, pages: 3, tiles, .. } if tiles.len() == 6 => number,
        other => panic!("{other:?}"),
    };
    let mut seen = vec![number(&totem)];
    for touch in [Touch::Earlier, Touch::Later, Touch::Later, Touch::Later, Touch::Earlier] {
        totem.touches(touch);
        seen.push(number(&totem));
    }
    assert_eq!(seen, [1, 1, 2, 3, 3, 2]);
    totem.picks("scuola").touches(Touch::Back);
    assert_eq!(number(&totem), 2, "back to where one was");
}

#[test]
fn back_leads_where_one_came_from() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).touches(Touch::Back);
    assert!(on_stand_by(&totem));
    totem.scans(card(CARD)).found(Ok(vec![expected(1, "23 10:40"), expected(2, "23 12:00")]));
    totem.touches(Touch::Appointment(ticket_id(2)));
    assert!(matches!(totem.page(), PageView::Presence { appointment, .. } if appointment.ticket == ticket_id(2)));
    totem.touches(Touch::Back);
    assert!(matches!(totem.page(), PageView::Appointments { .. }));
    totem.touches(Touch::Back);
    assert!(on_stand_by(&totem));
}

#[test]
fn the_question_whether_somebody_is_there_is_heard() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).passes(44_900);
    assert_eq!(totem.chimes, 0);
    totem.passes(100);
    assert_eq!(totem.chimes, 1);
    totem.passes(10_000);
    assert_eq!(totem.chimes, 1, "once, not every tenth of a second");
}

#[test]
fn more_time_can_be_asked_for_again_and_again() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin);
    for _ in 0..12 {
        totem.passes(60_000).touches(Touch::Yes);
        assert!(matches!(totem.page(), PageView::Services { .. }));
    }
}

/// What a chain of happenings gives back is of no use.
fn void(_: &mut Totem) {}

#[test]
fn a_card_is_heard_wherever_somebody_is() {
    let places: [fn(&mut Totem); 8] = [
        |totem| void(totem.touches(Touch::Begin)),
        |totem| void(totem.touches(Touch::Begin).picks("tributi")),
        |totem| void(totem.touches(Touch::Begin).picks("tributi").confirms(1).booked(1, Err(Failure::Unreachable))),
        |totem| void(totem.touches(Touch::Begin).picks("tributi").confirms(1).booked(1, Ok(waiting(1, "23 10:50")))),
        |totem| void(totem.scans(card(OTHER_CARD)).found(Ok(vec![expected(1, "23 10:40")]))),
        |totem| void(totem.scans(card(OTHER_CARD)).found(Ok(vec![expected(1, "23 10:40"), expected(2, "23 12:00")]))),
        |totem| void(totem.scans(card(OTHER_CARD)).found(Ok(vec![waiting(1, "23 10:30")]))),
        |totem| void(totem.touches(Touch::Begin).passes(45_000)),
    ];
    for arrive in places {
        let mut totem = Totem::standing_by();
        arrive(&mut totem);
        let page = totem.page();
        totem.scans(card(CARD));
        assert_eq!(totem.view().modal, ModalView::IsItYou { card: true }, "{page:?}");
        totem.touches(Touch::No);
        assert_eq!(totem.page(), page, "whoever says no stays where they were");
    }
}

#[test]
fn a_totem_without_readers_says_so_with_a_code() {
    let mut totem = Totem::standing_by();
    totem.hears(Input::Reader(Reader::Missing)).hears(Input::Printer(Printer::NearEnd));
    assert!(matches!(totem.page(), PageView::StandBy { reader: Some("T-RDR-01"), printer: None }));
    totem.hears(Input::Reader(Reader::Ready));
    assert!(matches!(totem.page(), PageView::StandBy { reader: None, .. }));
}

#[test]
fn any_number_of_pages_and_empty_places_stay_where_the_office_put_them() {
    let mut totem = Totem::standing_by();
    let mut board = board();
    let page = [vec![None, board.pages[0][2].clone(), None], vec![board.pages[0][0].clone()]].concat();
    board.pages = vec![page; 50];
    totem.hears(Input::Board(Ok(Box::new(board)))).touches(Touch::Begin);
    for _ in 0..60 {
        totem.touches(Touch::Later);
    }
    let PageView::Services { tiles, number: 50, pages: 50, .. } = totem.page() else { panic!("{:?}", totem.page()) };
    let there: Vec<_> = tiles.iter().map(Option::is_some).collect();
    assert_eq!(there, [false, true, false, true, false, false]);
}

#[test]
fn only_a_totem_that_was_turned_away_is_linked_again() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::LinkAgain);
    assert!(!totem.effects.contains(&Effect::LinkAgain), "a passer-by finds nothing to do");
    totem.passes_with(16_200, |_| Err(Failure::Unreachable)).touches(Touch::LinkAgain);
    assert!(!totem.effects.contains(&Effect::LinkAgain), "that the server is away is no reason");
    totem.passes_with(16_200, |_| Err(Failure::Refused(Refusal::Unauthenticated))).touches(Touch::LinkAgain);
    assert!(totem.effects.contains(&Effect::LinkAgain));
}

#[test]
fn a_fault_of_the_server_is_told_with_what_its_log_knows_it_by() {
    let fault = || Failure::Refused(Refusal::Fault { incident: "1A2B3C4D".into() });
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).picks("carta-identita").confirms(7);
    totem.booked(7, Err(fault()));
    assert!(matches!(totem.page(), PageView::Trouble { incident, .. } if incident == "1A2B3C4D"));
    let mut totem = Totem::standing_by();
    totem.passes_with(16_200, |_| Err(fault()));
    assert!(matches!(totem.page(), PageView::OutOfService { incident, .. } if incident == "1A2B3C4D"));
}

#[test]
fn a_new_token_is_asked_for_every_hour_while_the_server_is_there() {
    let mut totem = Totem::standing_by();
    let mut renews = |millis, input| {
        totem.now = totem.now.plus_millis(millis);
        totem.hears(input);
        totem.effects.contains(&Effect::RenewToken)
    };
    assert!(renews(3_600_000, Input::Tick));
    assert!(!renews(3_599_000, Input::Board(Err(Failure::Unreachable))));
    assert!(!renews(2_000, Input::Tick), "nobody can be asked");
    assert!(renews(1_000, Input::Board(Ok(Box::new(board())))), "as soon as somebody can be");
}
