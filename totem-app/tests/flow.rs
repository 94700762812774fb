//! The flow as tables of what happens and what follows: every path, every fault, without a window.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod office;

use contract::{Refusal, api::*, identity::Scan, text::Lang, ticket::Standing};
use office::*;
use totem_app::{
    flow::{
        Effect, Failure, Input, Touch, Visit,
        fault::Fault,
        modal::Misread,
        printing::{PrintFault, Printed, Printer},
    },
    view::{FactsView, ModalView, PageView, Waiting},
};

fn place(totem: &Totem) -> (String, bool) {
    match totem.page() {
        PageView::Service(page) => (page.place.map(|when| when.clock).unwrap_or_default(), page.just_taken),
        other => panic!("no service page but {other:?}"),
    }
}
fn trouble(totem: &Totem) -> Option<Fault> {
    if let PageView::Trouble { fault, .. } = totem.page() { Some(fault) } else { None }
}
fn on_stand_by(totem: &Totem) -> bool {
    matches!(totem.page(), PageView::StandBy { .. })
}
/// A server that has this place for taxes.
fn taxes_at(place: Option<&'static str>) -> impl Fn(&Totem) -> Result<Box<TotemBoard>, Failure> {
    move |totem| {
        let mut board = board();
        board.at = board.at.plus_millis(i64::try_from(totem.now.0).unwrap());
        board.pages[0][2].as_mut().unwrap().first = place.map(offer);
        Ok(Box::new(board))
    }
}
fn refused(refusal: Refusal) -> Failure {
    Failure::Refused(refusal)
}

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
    assert!(matches!(totem.page(), PageView::Ticket(page) if page.sit_down && page.printed.is_none()));
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
    totem.confirms(2);
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
            matches!(totem.page(), PageView::Trouble { fault: told, again } if told == fault && again == may_pass),
            "{fault:?}"
        );
        totem.touches(Touch::Back);
        assert!(matches!(totem.page(), PageView::Services { .. }));
    }
}

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
    let done = CheckedIn { ticket: waiting(1, "23 10:40"), since: at(NOW), late_minutes: None };
    totem.checked_in(1, Ok(done));
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
fn with_a_card_the_ticket_is_booked_for_its_holder() {
    let mut totem = Totem::standing_by();
    totem.scans(card(CARD)).found(Ok(vec![])).picks("tributi").confirms(1);
    assert!(matches!(totem.effect(), Effect::Book { request, .. } if request.card == Some(fiscal(CARD))));
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
fn what_does_not_print_is_known_before_and_said_after() {
    for (fault, code) in [
        (PrintFault::Paper, "T-PRN-02"),
        (PrintFault::Cover, "T-PRN-03"),
        (PrintFault::Away, "T-PRN-04"),
        (PrintFault::Broken, "T-PRN-05"),
    ] {
        let mut totem = Totem::standing_by();
        totem.hears(Input::Printer(Printer::Out(fault)));
        assert!(matches!(totem.page(), PageView::StandBy { printer: Some(_), code: told, .. } if told == code));
        totem.touches(Touch::Begin).picks("tributi").confirms(1).booked(1, Ok(waiting(1, "23 10:50")));
        assert!(totem.effects.is_empty(), "nothing is sent to a printer that cannot print");
        totem.passes(59_900);
        assert!(matches!(totem.page(), PageView::Ticket(page) if page.staff_code == code));
        totem.passes(200);
        assert!(on_stand_by(&totem));
        totem.hears(Input::Printer(Printer::Ready));
        assert!(matches!(totem.page(), PageView::StandBy { printer: None, .. }));
    }
}

#[test]
fn the_slip_is_said_to_be_there_only_when_the_printer_says_so() {
    let take = || {
        let mut totem = Totem::standing_by();
        totem.touches(Touch::Begin).picks("tributi").confirms(1).booked(1, Ok(waiting(1, "23 10:50")));
        totem
    };
    let shown = |totem: &Totem| match totem.page() {
        PageView::Ticket(page) => (page.printed, page.staff_code, page.left.map(|left| left.seconds)),
        _ => panic!(),
    };
    let mut totem = take();
    assert_eq!(shown(&totem), (None, "", None));
    totem.passes(12_000);
    assert_eq!(shown(&totem), (Some(Printed::Unknown), "T-PRN-06", Some(60)), "a silent printer");
    totem.printed(Printed::Done);
    assert_eq!(shown(&totem).0, Some(Printed::Unknown), "and its late word changes nothing");
    for (outcome, code, seconds) in [
        (Printed::Done, "", 15),
        (Printed::DoneNearEnd, "T-PRN-01", 15),
        (Printed::Failed(PrintFault::Paper), "T-PRN-02", 60),
        (Printed::Unknown, "T-PRN-06", 60),
    ] {
        let mut totem = take();
        totem.printed(outcome);
        assert_eq!(shown(&totem), (Some(outcome), code, Some(seconds)));
    }
    let mut totem = take();
    let job = totem.state.serial;
    totem.touches(Touch::Done).touches(Touch::Begin).hears(Input::Printed { job, outcome: Printed::Done });
    assert!(matches!(totem.page(), PageView::Services { .. }), "the next person hears nothing of it");
}

#[test]
fn without_a_server_the_totem_says_so_and_comes_back() {
    let mut totem = Totem::dark();
    totem.passes(100);
    assert!(matches!(totem.page(), PageView::Starting { .. }));
    for _ in 0..3 {
        totem.hears(Input::Board(Err(Failure::Unreachable)));
    }
    assert!(matches!(totem.page(), PageView::OutOfService { fault: Fault::ServerAway, since: None }));
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
        PageView::Services { number, pages: 3, tiles } if tiles.len() == 6 => number,
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
