//! F40: the paper ends in the middle of a slip, at every byte of it. The booking stands, its code is on the screen, nothing
//! comes out late, and whoever asks after the roll has been changed gets a reprint that says so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod office;

use devices::{
    emulator::printer::{Knob, Machine},
    printer::{Link, LinkSource, Outcome, Paper, Printer, PrinterEvent, SendError, Sheet, Status, Why, encode},
};
use office::*;
use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};
use totem_app::{
    flow::{
        Effect, Touch,
        printing::{Printed, Printer as PrinterState},
    },
    slip::slip,
    view::PageView,
};

/// Longer than a printer without a line takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A printer without a line: what it answers is there at once, so nothing has to be waited for.
#[derive(Clone)]
struct AtOnce(Arc<Mutex<(Machine, VecDeque<u8>)>>);

impl AtOnce {
    fn turn(&self, knob: Knob) {
        let (machine, answers) = &mut *self.0.lock().unwrap();
        let said = machine.turn(knob);
        answers.extend(said);
    }
    /// The papers that have come out: how many were cut, and how many are torn.
    fn papers(&self) -> (usize, usize) {
        let papers = self.0.lock().unwrap().0.take_slips();
        let torn = papers.iter().filter(|paper| paper.torn).count();
        (papers.len() - torn, torn)
    }
}

impl LinkSource for AtOnce {
    fn open(&mut self) -> io::Result<Box<dyn Link>> {
        Ok(Box::new(self.clone()))
    }
    fn name(&self) -> String {
        "a printer without a line".to_owned()
    }
}

impl Link for AtOnce {
    fn send(&mut self, bytes: &[u8]) -> Result<(), SendError> {
        let (machine, answers) = &mut *self.0.lock().unwrap();
        let said = machine.feed(bytes);
        answers.extend(said);
        Ok(())
    }
    fn answer(&mut self, _: Duration) -> io::Result<Option<u8>> {
        Ok(self.0.lock().unwrap().1.pop_front())
    }
}

/// The slip of somebody who takes a ticket at the totem.
fn somebody_takes_a_ticket() -> (Totem, Sheet) {
    let mut totem = Totem::standing_by();
    totem.touches(Touch::Begin).picks("carta-identita").confirms(7).booked(7, Ok(waiting(7, "23 10:40")));
    let Effect::Print { slip: order, .. } = totem.effect() else { panic!("{:?}", totem.effects) };
    let sheet = slip(order, Paper::Mm80);
    (totem, sheet)
}

#[test]
fn at_every_byte_the_outcome_is_unknown_and_nothing_comes_late() {
    let (_, sheet) = somebody_takes_a_ticket();
    let whole = encode(&sheet, Paper::Mm80).unwrap().len();
    let machine = Machine::new(Paper::Mm80).unwrap().without_pictures();
    let printer = AtOnce(Arc::new(Mutex::new((machine, VecDeque::new()))));
    let (told, events) = mpsc::channel();
    let driver = Printer::start_source(Box::new(printer.clone()), Paper::Mm80, move |event| {
        if let PrinterEvent::Job { outcome, .. } = event {
            told.send(outcome).unwrap();
        }
    });
    let prints = |id: String| {
        driver.print(id, sheet.clone()).unwrap();
        events.recv_timeout(PATIENCE).unwrap()
    };
    for byte in 0..whole {
        printer.turn(Knob::PaperEndsAfter(byte));
        assert_eq!(prints(format!("{byte}")), Outcome::Unknown(Why::Status(Status::PaperOut)), "cut at byte {byte}");
        // Whoever comes next, while there is no paper, sets nothing off.
        let next = prints(format!("{byte} next"));
        assert_eq!(next, Outcome::Failed(Why::Status(Status::PaperOut)), "cut at byte {byte}");
        let (cut, torn) = printer.papers();
        assert!(cut == 0 && torn <= 1, "cut at byte {byte}: {cut} whole papers, {torn} torn");
        printer.turn(Knob::Is(Status::Ready));
        assert_eq!(printer.papers(), (0, 0), "cut at byte {byte}: the rest came out after the roll was changed");
    }
    // With paper for all of it, and for the question that follows, it is one paper.
    printer.turn(Knob::PaperEndsAfter(whole + 3));
    assert_eq!(prints("whole".to_owned()), Outcome::Confirmed);
    assert_eq!(printer.papers(), (1, 0));
}

#[test]
fn the_code_stays_on_the_screen_and_one_place_is_booked() {
    let (mut totem, _) = somebody_takes_a_ticket();
    totem.hears(totem_app::flow::Input::Printer(PrinterState::Out(totem_app::flow::printing::PrintFault::Paper)));
    totem.printed(Printed::Unknown);
    for _ in 0..59 {
        let PageView::Ticket(page) = totem.page() else { panic!("{:?}", totem.page()) };
        assert_eq!((page.code.to_string().as_str(), page.staff_code), ("A042", "T-PRN-06"));
        assert!(page.qr.is_some() && !page.print_again, "there is no paper yet");
        totem.touches(Touch::PrintAgain).passes(400);
        assert!(totem.effects.is_empty(), "nothing is printed, and nothing is booked again: {:?}", totem.effects);
    }
}

#[test]
fn after_the_roll_is_changed_a_reprint_comes_for_whoever_asks() {
    let (mut totem, first) = somebody_takes_a_ticket();
    totem.printed(Printed::Unknown);
    let PageView::Ticket(page) = totem.page() else { panic!("{:?}", totem.page()) };
    assert!(page.print_again);
    totem.touches(Touch::PrintAgain);
    let Effect::Print { slip: order, .. } = totem.effect().clone() else { panic!("{:?}", totem.effects) };
    let second = slip(&order, Paper::Mm80);
    assert!(order.reprint && second != first);
    totem.touches(Touch::PrintAgain);
    assert!(totem.effects.is_empty(), "a finger that comes down twice makes one paper");
    totem.printed(Printed::Done);
    let PageView::Ticket(page) = totem.page() else { panic!("{:?}", totem.page()) };
    assert!(page.printed == Some(Printed::Done) && !page.print_again, "there is paper now");
}
