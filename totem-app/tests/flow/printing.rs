//! The slip: what is known before, what is said after, and what never is.

use super::on_stand_by;
use crate::office::*;
use totem_app::{
    flow::{
        Effect, Input, Touch,
        office::Reader,
        printing::{PrintFault, Printed, Printer},
    },
    view::{ComingBack, PageView},
};

#[test]
fn what_does_not_print_is_known_before_and_said_after() {
    for (fault, code) in [
        (PrintFault::Paper, "T-PRN-02"),
        (PrintFault::Cover, "T-PRN-03"),
        (PrintFault::Cutter, "T-PRN-08"),
        (PrintFault::Away, "T-PRN-04"),
        (PrintFault::Broken, "T-PRN-05"),
        (PrintFault::NoPrinter, "T-PRN-07"),
    ] {
        let mut totem = Totem::standing_by();
        totem.hears(Input::Printer(Printer::Out(fault)));
        assert!(matches!(totem.page(), PageView::StandBy { printer: Some(told), .. } if told == code));
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
        PageView::Ticket(page) => (page.printed, page.staff_code, page.seconds_left),
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
fn whoever_comes_back_later_is_told_what_to_bring() {
    let told = |with_card: bool, printed: Printed, later: bool| {
        let mut totem = Totem::standing_by();
        if with_card {
            totem.scans(card(CARD)).found(Ok(vec![]));
        } else {
            totem.touches(Touch::Begin);
        }
        let ticket = if later { expected(1, "26 09:00") } else { waiting(1, "23 10:50") };
        totem.picks("tributi").confirms(1).booked(1, Ok(ticket)).printed(printed);
        let PageView::Ticket(page) = totem.page() else { panic!("{:?}", totem.page()) };
        let paper = matches!(printed, Printed::Done | Printed::DoneNearEnd);
        assert_eq!(page.qr, Some(qr_text()).filter(|_| !paper), "the QR is on paper or on the screen");
        page.coming_back
    };
    let failed = Printed::Failed(PrintFault::Paper);
    assert_eq!(told(false, Printed::Done, false), ComingBack::NotNeeded);
    assert_eq!(told(false, Printed::Done, true), ComingBack::WithTicket);
    assert_eq!(told(true, failed, true), ComingBack::WithCard);
    assert_eq!(told(false, failed, true), ComingBack::WithPhoto, "a card that was never shown opens nothing");
    assert_eq!(told(false, Printed::Unknown, true), ComingBack::WithPhoto);
}

#[test]
fn a_totem_without_a_reader_sends_nobody_back_to_itself() {
    for (reader, back) in [(Reader::NotWanted, ComingBack::ToStaff), (Reader::Missing, ComingBack::WithTicket)] {
        let mut totem = Totem::standing_by();
        totem.hears(Input::Reader(reader)).touches(Touch::Begin).picks("tributi").confirms(1);
        totem.booked(1, Ok(expected(1, "26 09:00")));
        let reads = totem.effects.iter().find_map(|effect| match effect {
            Effect::Print { slip, .. } => Some(slip.reads),
            _ => None,
        });
        assert_eq!(reads, Some(back == ComingBack::WithTicket));
        totem.printed(Printed::Done);
        let PageView::Ticket(page) = totem.page() else { panic!("{:?}", totem.page()) };
        assert_eq!(page.coming_back, back);
    }
}

/// What is sent to the printer, and whether it is marked as a reprint.
fn reprint(totem: &Totem) -> Option<bool> {
    totem.effects.iter().find_map(|effect| match effect {
        Effect::Print { slip, .. } => Some(slip.reprint),
        _ => None,
    })
}

fn offers_paper(totem: &Totem) -> bool {
    match totem.page() {
        PageView::Ticket(page) => page.print_again,
        PageView::Present { print_again, .. } => print_again,
        page => panic!("{page:?}"),
    }
}

#[test]
fn a_slip_that_surely_never_came_out_is_no_reprint() {
    let mut totem = Totem::standing_by();
    totem.hears(Input::Printer(Printer::Out(PrintFault::Paper)));
    totem.touches(Touch::Begin).picks("tributi").confirms(1).booked(1, Ok(waiting(1, "23 10:50")));
    assert!(!offers_paper(&totem), "there is no paper");
    totem.hears(Input::Printer(Printer::Ready));
    assert!(offers_paper(&totem), "somebody has put a roll in");
    totem.touches(Touch::PrintAgain);
    assert_eq!(reprint(&totem), Some(false), "it is the first");
    totem.printed(Printed::Unknown).touches(Touch::PrintAgain);
    assert_eq!(reprint(&totem), Some(true), "the first may lie in the slot");
    totem.printed(Printed::Failed(PrintFault::Cutter)).touches(Touch::PrintAgain);
    assert_eq!(reprint(&totem), Some(true), "and it still may");
    totem.printed(Printed::Unknown);
    assert!(!offers_paper(&totem), "three times is enough: a person is wanted");
    totem.passes(60_000);
    assert!(on_stand_by(&totem), "and the page goes as ever");
}

#[test]
fn whoever_is_present_can_have_a_slip_again() {
    let mut checked_in = Totem::standing_by();
    checked_in.scans(card(CARD)).found(Ok(vec![expected(1, "23 10:40")]));
    checked_in.confirms(9).checked_in(1, Ok(present(1, "23 10:40", None)));
    let mut already = Totem::standing_by();
    already.scans(qr()).found(Ok(vec![waiting(1, "23 10:30")]));
    for totem in [&mut checked_in, &mut already] {
        assert!(offers_paper(totem));
        totem.hears(Input::Printer(Printer::Out(PrintFault::Cover)));
        assert!(!offers_paper(totem));
        totem.touches(Touch::PrintAgain);
        assert_eq!(reprint(totem), None);
        totem.hears(Input::Printer(Printer::NearEnd)).touches(Touch::PrintAgain);
        assert_eq!(reprint(totem), Some(true));
        assert!(totem.effects.len() == 1, "nothing but paper: {:?}", totem.effects);
        totem.printed(Printed::Done);
        assert!(matches!(totem.page(), PageView::Ticket(page) if page.printed == Some(Printed::DoneNearEnd)));
    }
}
