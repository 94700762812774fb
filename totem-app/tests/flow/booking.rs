//! Taking a place: the short way, double touches, places that go, answers that do not come.

use super::{on_stand_by, place, refused, taxes_at, trouble};
use crate::office::*;
use contract::Refusal;
use totem_app::{
    flow::{AtStake, Effect, Failure, Touch, fault::Fault, printing::Printed},
    view::{ComingBack, ModalView, PageView, Waiting},
};

#[test]
fn from_stand_by_to_the_ticket_it_takes_three_touches() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).picks("carta-identita");
    assert_eq!(place(&totem), ("10:40".to_owned(), false));
    totem.confirms(7);
    let Effect::Book { ticket, request } = totem.effect() else { panic!() };
    assert_eq!((*ticket, request.starts_at, &request.card), (ticket_id(7), offer("23 10:40").starts_at, &None));
    totem.booked(7, Ok(waiting(7, "23 10:40")));
    assert!(matches!(totem.effect(), Effect::Print { slip, .. } if slip.ticket.id == ticket_id(7)));
    assert!(
        matches!(totem.page(), PageView::Ticket(page) if page.coming_back == ComingBack::NotNeeded && page.printed.is_none())
    );
    assert!(totem.taps <= 3);
    totem.printed(Printed::Done).passes(14_900);
    assert!(matches!(totem.page(), PageView::Ticket(page) if page.printed == Some(Printed::Done)));
    totem.passes(200);
    assert!(on_stand_by(&totem));
}

#[test]
fn a_double_touch_books_once() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).picks("tributi").confirms(1);
    assert_eq!(totem.effects.len(), 1);
    totem.confirms(2);
    assert!(totem.effects.is_empty());
    totem.touches(Touch::Back).scans(card(CARD)).passes(1_000);
    assert!(totem.effects.is_empty() && totem.state.modal.is_none(), "a scan in the middle of a request is ignored");
    totem.booked(1, Ok(waiting(1, "23 10:50"))).booked(1, Ok(waiting(1, "23 10:50")));
    assert!(totem.effects.is_empty(), "an answer that comes twice prints once");
}

#[test]
fn waiting_is_quiet_then_visible_then_in_words_then_over() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).picks("tributi").confirms(1);
    let shown = |totem: &Totem| match totem.page() {
        PageView::Service(page) => page.waiting,
        _ => Waiting::No,
    };
    let mut seen = Vec::new();
    for millis in [300, 100, 2_500, 100, 6_900, 100] {
        totem.passes(millis);
        seen.push(shown(&totem));
    }
    use Waiting::*;
    assert_eq!(seen, [Quietly, Visibly, Visibly, InWords, InWords, No]);
    assert_eq!(trouble(&totem), Some(Fault::AnswerLate));
}

#[test]
fn after_a_lost_answer_the_same_id_is_sent_again() {
    for failure in [Failure::Unreachable, refused(Refusal::Unavailable { retry_after_seconds: 2 })] {
        let mut totem = Totem::standing_by();
        totem.touches(Touch::Begin).picks("tributi").confirms(1);
        let first = totem.effect().clone();
        totem.booked(1, Err(failure)).touches(Touch::TryAgain);
        assert_eq!(*totem.effect(), first);
        totem.booked(1, Ok(waiting(1, "23 10:50")));
        assert!(matches!(totem.page(), PageView::Ticket(_)));
    }
}

#[test]
fn an_answer_after_the_patience_is_still_welcome() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).picks("tributi").confirms(1).passes(10_000);
    assert_eq!(trouble(&totem), Some(Fault::AnswerLate));
    totem.booked(1, Ok(waiting(1, "23 10:50")));
    assert!(matches!(totem.page(), PageView::Ticket(_)));
    totem.touches(Touch::Leave).booked(1, Ok(waiting(1, "23 10:50")));
    assert!(on_stand_by(&totem) && totem.effects.is_empty(), "whoever has gone gets no slip");
}

#[test]
fn a_place_that_goes_is_replaced_and_one_more_touch_takes_the_next() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).picks("tributi").confirms(1);
    totem.booked(1, Err(refused(Refusal::PlaceTaken { next: Some(offer("23 11:10")) })));
    assert_eq!(place(&totem), ("11:10".to_owned(), true));
    totem.touches_at_once(Touch::Confirm { fresh: ticket_id(2) });
    assert!(totem.effects.is_empty(), "a finger already on its way does not mean the new place");
    totem.passes_with(700, taxes_at(Some("23 11:10"))).confirms(3);
    let Effect::Book { ticket, request } = totem.effect() else { panic!() };
    assert_eq!((*ticket, request.starts_at), (ticket_id(3), offer("23 11:10").starts_at));
}

#[test]
fn the_place_offered_is_refreshed_while_it_is_looked_at() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).picks("tributi").passes_with(10_100, taxes_at(Some("23 11:00")));
    assert_eq!(place(&totem), ("11:00".to_owned(), true));
    totem.passes_with(10_100, taxes_at(Some("23 10:35")));
    assert_eq!(place(&totem), ("10:35".to_owned(), false), "an earlier place is good news");
    totem.passes_with(10_100, taxes_at(None));
    assert_eq!(place(&totem), (String::new(), true));
    totem.confirms(1);
    assert!(totem.effects.is_empty(), "nothing to confirm");
}

#[test]
fn what_the_server_refuses_is_said_with_its_code() {
    for (refusal, fault, may_pass) in [
        (Refusal::PlaceTaken { next: None }, Fault::NoPlaceLeft, false),
        (Refusal::NoSuchPlace, Fault::NoPlaceLeft, false),
        (Refusal::TooManyOpen { limit: 1 }, Fault::TooManyOpen, false),
        (Refusal::NoCodeLeft, Fault::NoCodeLeft, false),
        (Refusal::DayClosed, Fault::DayClosed, false),
        (Refusal::Unauthenticated, Fault::NotAdmitted, false),
        (Refusal::Fault { incident: "X".into() }, Fault::ServerFault, true),
        (Refusal::TooMany { retry_after_seconds: 1 }, Fault::ServerBusy, true),
    ] {
        let mut totem = Totem::standing_by();
        totem.touches(Touch::Begin).picks("tributi").confirms(1).booked(1, Err(refused(refusal)));
        assert!(
            matches!(totem.page(), PageView::Trouble { fault: told, again, at_stake: AtStake::Nothing, .. } if told == fault && again == may_pass),
            "{fault:?}"
        );
        totem.touches(Touch::Back);
        assert!(matches!(totem.page(), PageView::Services { .. }));
    }
}

#[test]
fn with_a_card_the_ticket_is_booked_for_its_holder() {
    let mut totem = Totem::standing_by();
    totem.scans(card(CARD)).found(Ok(vec![])).picks("tributi").confirms(1);
    assert!(matches!(totem.effect(), Effect::Book { request, .. } if request.card == Some(fiscal(CARD))));
}

#[test]
fn an_answer_that_does_not_come_leaves_open_whether_the_place_is_booked() {
    let asked = || {
        let mut totem = Totem::standing_by();
        totem.touches(Touch::Begin).picks("tributi").confirms(1);
        totem
    };
    let open = |totem: &Totem| match totem.page() {
        PageView::Trouble { fault, at_stake, again: true, .. } => (fault, at_stake),
        other => panic!("{other:?}"),
    };
    for (failure, fault) in [(Failure::Unreachable, Fault::ServerAway), (Failure::Unreadable, Fault::AnswerUnreadable)]
    {
        let mut totem = asked();
        totem.booked(1, Err(failure));
        assert_eq!(open(&totem), (fault, AtStake::Booking));
    }
    let mut totem = asked();
    totem.passes(10_000);
    assert_eq!(open(&totem), (Fault::AnswerLate, AtStake::Booking));
    let mut totem = asked();
    totem.booked(1, Err(refused(Refusal::Unavailable { retry_after_seconds: 2 })));
    assert_eq!(open(&totem), (Fault::ServerBusy, AtStake::Nothing), "a refusal did nothing, and that is known");
}

#[test]
fn what_goes_to_the_printer_names_nobody() {
    let mut totem = Totem::standing_by();
    totem.scans(card(CARD)).found(Ok(vec![])).picks("tributi").confirms(1).booked(1, Ok(waiting(1, "23 10:50")));
    assert!(!format!("{:?}", totem.effect()).contains(CARD));
}

/// The second tap of whoever taps twice comes down where the next page has its own button.
#[test]
fn a_second_tap_does_not_end_the_visit_before_the_code_is_read() {
    for later in [100, 300, 1_100] {
        let mut totem = Totem::standing_by();
        totem.touches(Touch::Begin).picks("carta-identita").confirms(7);
        totem.booked(7, Ok(waiting(7, "23 10:40")));
        totem.passes(later).touches_at_once(Touch::Done);
        assert!(matches!(totem.page(), PageView::Ticket(_)), "{later} ms");
    }
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).picks("carta-identita").confirms(7);
    totem.booked(7, Ok(waiting(7, "23 10:40"))).passes(1_200).touches_at_once(Touch::Done);
    assert!(matches!(totem.page(), PageView::StandBy { .. }), "whoever has read it may go");
}

#[test]
fn a_second_tap_on_stand_by_chooses_no_service() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).touches_at_once(Touch::Service(service("carta-identita")));
    assert!(matches!(totem.page(), PageView::Services { .. }));
    totem.passes(600).touches_at_once(Touch::Service(service("carta-identita")));
    assert!(matches!(totem.page(), PageView::Service(_)));
}

#[test]
fn whoever_goes_on_tapping_does_not_tap_the_code_away() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).picks("carta-identita").confirms(7);
    totem.booked(7, Ok(waiting(7, "23 10:40")));
    for _ in 0..6 {
        totem.passes(700).touches_at_once(Touch::Done);
    }
    assert!(matches!(totem.page(), PageView::Ticket(_)));
    totem.passes(1_200).touches_at_once(Touch::Done);
    assert!(matches!(totem.page(), PageView::StandBy { .. }));
}

/// Somebody in a hurry taps twice a second, and is served all the same.
#[test]
fn fast_taps_are_heard_after_a_while() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin);
    let tile = || Touch::Service(service("carta-identita"));
    let taps = (1..20).find(|_| {
        totem.passes(450).touches_at_once(tile());
        matches!(totem.page(), PageView::Service(_))
    });
    assert!(taps.is_some_and(|taps| (4..=7).contains(&taps)), "{taps:?}");
}

/// The question comes up over tiles: a finger on its way to one of them says nothing about the question.
#[test]
fn a_finger_under_which_the_question_comes_up_does_not_end_the_visit() {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).passes(45_000);
    assert!(matches!(totem.view().modal, ModalView::StillThere { .. }));
    totem.touches_at_once(Touch::No);
    assert!(matches!(totem.page(), PageView::Services { .. }));
    totem.touches(Touch::No);
    assert!(matches!(totem.page(), PageView::StandBy { .. }));
}
