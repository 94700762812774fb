//! A card or a ticket is shown: what it opens, "I am here", and what is no code at all.

use super::{on_stand_by, refused, trouble};
use crate::office::*;
use contract::{
    Refusal,
    api::*,
    identity::{Credential, Scan},
    ticket::Standing,
};
use totem_app::{
    flow::{AtStake, Effect, Input, Touch, fault::Fault, modal::Misread},
    view::{FactsView, ModalView, PageView},
};

#[test]
fn a_card_opens_what_there_is_to_open() {
    let open = |tickets: Vec<_>| {
        let mut totem = Totem::standing_by();
        totem.scans(card(CARD));
        assert!(matches!(totem.effect(), Effect::Search { .. }));
        assert!(matches!(totem.page(), PageView::Reading { card: true, .. }));
        totem.found(Ok(tickets));
        totem
    };
    assert!(matches!(open(vec![]).page(), PageView::Services { .. }));
    assert!(matches!(open(vec![expected(1, "23 10:40")]).page(), PageView::Presence { .. }));
    let several = open((1..=9).map(|n| expected(n, "23 10:40")).collect());
    assert!(matches!(several.page(), PageView::Appointments { rows, pages: 3, .. } if rows.len() == 4));
    let one_of_two = open(vec![waiting(1, "23 10:30"), expected(2, "23 10:40")]);
    assert!(matches!(one_of_two.page(), PageView::Presence { appointment, .. } if appointment.ticket == ticket_id(2)));
    let present = open(vec![waiting(1, "23 10:30")]);
    assert!(matches!(present.page(), PageView::Present { since: Some(since), .. } if since == "10:21"));
    let served = open(vec![ticket(1, "23 09:00", Standing::Served)]);
    assert!(matches!(served.page(), PageView::Services { .. }), "what is over is not shown to a card");
    let mut elsewhere = expected(1, "23 10:40");
    elsewhere.elsewhere = true;
    let elsewhere = open(vec![elsewhere]);
    assert!(matches!(elsewhere.page(), PageView::Facts { facts: FactsView::WrongSite { .. }, .. }));
    let called = open(vec![ticket(1, "23 10:00", Standing::AtCounter { counter: "3".into() })]);
    assert!(
        matches!(called.page(), PageView::Facts { facts: FactsView::AlreadyCalled { counter, .. }, .. } if counter == "3")
    );
    let absent = open(vec![ticket(1, "23 10:00", Standing::Absent)]);
    assert!(matches!(absent.page(), PageView::Facts { facts: FactsView::Absent, .. }));
}

#[test]
fn presence_is_confirmed_with_one_touch() {
    let mut totem = Totem::standing_by();
    totem.scans(card(CARD)).found(Ok(vec![expected(1, "23 10:40")]));
    totem.confirms(9);
    assert!(matches!(totem.effect(), Effect::CheckIn { ticket, .. } if *ticket == ticket_id(1)));
    totem.confirms(10);
    assert!(totem.effects.is_empty());
    totem.checked_in(1, Ok(present(1, "23 10:40", None)));
    assert!(matches!(totem.page(), PageView::Present { since: None, .. }));
    totem.passes(20_100);
    assert!(on_stand_by(&totem));
}

#[test]
fn a_tickets_qr_opens_that_ticket() {
    let mut totem = Totem::standing_by();
    totem.scans(qr()).found(Ok(vec![expected(1, "23 10:40")]));
    assert!(matches!(totem.page(), PageView::Presence { .. }));
    totem.touches(Touch::OtherService).picks("tributi").confirms(2);
    assert!(matches!(totem.effect(), Effect::Book { request, .. } if request.card.is_none()));
    totem.touches(Touch::Leave).scans(qr()).found(Ok(vec![]));
    assert!(matches!(totem.page(), PageView::Facts { facts: FactsView::NothingToday, .. }));
    totem.touches(Touch::Leave).scans(qr()).found(Ok(vec![ticket(1, "23 09:00", Standing::Served)]));
    assert!(matches!(totem.page(), PageView::Facts { facts: FactsView::Over, .. }));
}

#[test]
fn why_there_is_nothing_to_confirm() {
    let cases = [
        (Refusal::NotToday { date: offer("26 09:00").date }, "NotToday"),
        (Refusal::WrongSite { site: text("Biblioteca", "Library"), address: text("Via X 1", "Via X 1") }, "WrongSite"),
        (Refusal::TooLate { by_minutes: 12, tolerance_minutes: 10 }, "TooLate"),
        (Refusal::AlreadyCalled { counter: "3".into() }, "AlreadyCalled"),
        (Refusal::MarkedAbsent, "Absent"),
        (Refusal::AlreadyServed, "Over"),
    ];
    for (refusal, name) in cases {
        let mut totem = Totem::standing_by();
        totem.scans(card(CARD)).found(Ok(vec![expected(1, "23 10:40")])).confirms(9);
        totem.checked_in(1, Err(refused(refusal)));
        let PageView::Facts { facts, .. } = totem.page() else { panic!("{:?}", totem.page()) };
        assert!(format!("{facts:?}").starts_with(name), "{facts:?}");
    }
    let mut totem = Totem::standing_by();
    totem.scans(qr()).found(Err(refused(Refusal::UnknownTicket)));
    assert_eq!(trouble(&totem), Some(Fault::UnknownTicket));
}

#[test]
fn a_search_or_a_check_in_without_answer_may_be_tried_again() {
    let mut totem = Totem::standing_by();
    totem.scans(card(CARD)).passes(10_000);
    assert_eq!(trouble(&totem), Some(Fault::AnswerLate));
    totem.touches(Touch::TryAgain);
    assert!(matches!(totem.effect(), Effect::Search { .. }));
    totem.found(Ok(vec![expected(1, "23 10:40")])).confirms(9).passes(10_000);
    assert_eq!(trouble(&totem), Some(Fault::AnswerLate));
    totem.touches(Touch::TryAgain);
    assert!(matches!(totem.effect(), Effect::CheckIn { .. }));
}

#[test]
fn an_answer_to_an_older_question_is_not_mixed_up() {
    let mut totem = Totem::standing_by();
    totem.scans(card(CARD));
    let asked = totem.state.serial;
    totem.touches(Touch::Leave).scans(card(OTHER_CARD));
    totem.hears(Input::Found { asked, answer: Ok(Appointments { tickets: vec![expected(1, "23 10:40")] }) });
    assert!(matches!(totem.page(), PageView::Reading { .. }), "one person's appointments are not another's");
}

#[test]
fn a_card_in_somebodys_visit_is_asked_for() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).picks("tributi").scans(card(CARD));
    assert_eq!(totem.view().modal, ModalView::IsItYou { card: true });
    totem.confirms(1);
    assert!(totem.effects.is_empty(), "what lies under a question is not to be touched");
    totem.touches(Touch::No);
    assert!(matches!(totem.page(), PageView::Service(_)) && totem.view().modal == ModalView::None);
    totem.scans(card(CARD)).touches(Touch::Yes);
    assert!(matches!(totem.effect(), Effect::Search { .. }));
    totem.found(Ok(vec![expected(1, "23 10:40")])).passes(100).scans(card(CARD));
    assert!(totem.effects.is_empty() && totem.state.modal.is_none(), "one pass that reads twice counts once");
    totem.scans(card(OTHER_CARD));
    assert_eq!(totem.view().modal, ModalView::IsItYou { card: true });
    totem.passes(20_000);
    assert_eq!(totem.view().modal, ModalView::None, "a card that nobody owns up to is forgotten");
}

#[test]
fn what_is_no_code_makes_no_call() {
    for (input, why) in [
        (Input::Scanned(Scan::Unknown), Misread::Foreign),
        (Input::Scanned(Scan::CardNumber), Misread::CardNumber),
        (Input::Scanned(Scan::Garbled), Misread::Garbled),
        (Input::Garbled, Misread::Garbled),
    ] {
        let mut totem = Totem::standing_by();
        for often in [false, false, true] {
            totem.hears(input.clone());
            assert!(totem.effects.is_empty());
            assert_eq!(totem.view().modal, ModalView::NotRead { why, often });
        }
        totem.scans(card(CARD));
        assert!(totem.state.modal.is_none() && matches!(totem.effect(), Effect::Search { .. }), "then the right one");
        totem.touches(Touch::Leave).hears(input).passes(12_000);
        assert!(totem.state.modal.is_none() && on_stand_by(&totem));
    }
}

#[test]
fn noise_without_end_keeps_the_page_usable() {
    let mut totem = Totem::standing_by();
    for _ in 0..10_000 {
        totem.hears(Input::Garbled);
    }
    totem.touches(Touch::Yes).touches(Touch::Begin);
    assert!(matches!(totem.page(), PageView::Services { .. }));
}

#[test]
fn what_was_not_read_is_heard_but_noise_does_not_ring_without_end() {
    let mut totem = Totem::standing_by();
    totem.hears(Input::Garbled);
    assert_eq!(totem.chimes, 1);
    for _ in 0..4 {
        totem.touches(Touch::Yes);
        for _ in 0..100 {
            totem.hears(Input::Garbled);
        }
    }
    assert_eq!(totem.chimes, 1, "within three seconds");
    totem.touches(Touch::Yes).passes(3_000).hears(Input::Garbled);
    assert_eq!(totem.chimes, 2);
}

#[test]
fn another_card_is_heard_while_the_first_is_looked_up() {
    let mut totem = Totem::standing_by();
    totem.scans(card(CARD)).passes(1_000).scans(card(OTHER_CARD));
    assert_eq!(totem.view().modal, ModalView::IsItYou { card: true });
    totem.touches(Touch::Yes);
    assert!(
        matches!(totem.effect(), Effect::Search { credential, .. } if *credential == Credential::Card { code: fiscal(OTHER_CARD) })
    );
}

#[test]
fn a_check_in_without_answer_leaves_open_whether_it_was_done() {
    let mut totem = Totem::standing_by();
    totem.scans(card(CARD)).passes(10_000);
    assert!(matches!(totem.page(), PageView::Trouble { at_stake: AtStake::Nothing, again: true, .. }));
    totem.touches(Touch::TryAgain).found(Ok(vec![expected(1, "23 10:40")])).confirms(9).passes(10_000);
    assert!(matches!(totem.page(), PageView::Trouble { at_stake: AtStake::Presence, again: true, .. }));
}
