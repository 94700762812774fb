//! What the office hears of printer and readers: at once when it changes, and every 30 s (F39).

use crate::office::*;
use contract::health::{DeviceFault, REPORT_SECONDS};
use totem_app::flow::{
    Failure, Input,
    office::Reader,
    printing::{PrintFault, Printer},
};

const PAPER_OUT: &[DeviceFault] = &[DeviceFault::PaperOut];

/// What has been reported since the last question, each as a list.
fn reports(totem: &mut Totem) -> Vec<Vec<DeviceFault>> {
    totem.reports.drain(..).map(|health| health.faults.into_iter().collect()).collect()
}

#[test]
fn the_first_report_follows_the_first_board() {
    let mut totem = Totem::dark();
    totem.hears(Input::Printer(Printer::Out(PrintFault::Cover))).passes(5_000);
    assert!(totem.reports.is_empty(), "nobody is there to be told");
    totem.hears(Input::Board(Ok(Box::new(board()))));
    assert_eq!(reports(&mut totem), [[DeviceFault::CoverOpen]]);
}

#[test]
fn paper_that_is_out_is_told_at_once_and_paper_that_is_back_as_well() {
    let mut totem = Totem::standing_by();
    totem.hears(Input::Printer(Printer::Out(PrintFault::Paper)));
    assert_eq!(reports(&mut totem), [PAPER_OUT]);
    totem.hears(Input::Printer(Printer::Out(PrintFault::Paper))).passes(10_000);
    assert!(totem.reports.is_empty(), "once is enough");
    totem.hears(Input::Printer(Printer::Ready));
    assert_eq!(reports(&mut totem), [[]], "all is well");
}

#[test]
fn where_nothing_changes_there_is_one_report_every_thirty_seconds() {
    let mut totem = Totem::standing_by();
    totem.hears(Input::Printer(Printer::Out(PrintFault::Paper)));
    totem.reports.clear();
    let period = REPORT_SECONDS.unsigned_abs() * 1_000;
    totem.passes(period - 100);
    assert!(totem.reports.is_empty());
    totem.passes(100);
    assert_eq!(reports(&mut totem), [PAPER_OUT]);
    totem.passes(10 * period);
    assert_eq!(reports(&mut totem), [PAPER_OUT; 10]);
}

#[test]
fn every_fault_has_its_name_and_two_are_told_together() {
    let mut totem = Totem::standing_by();
    for (printer, fault) in [
        (Printer::NearEnd, DeviceFault::PaperLow),
        (Printer::Out(PrintFault::Paper), DeviceFault::PaperOut),
        (Printer::Out(PrintFault::Cover), DeviceFault::CoverOpen),
        (Printer::Out(PrintFault::Cutter), DeviceFault::CutterJam),
        (Printer::Out(PrintFault::Away), DeviceFault::PrinterAway),
        (Printer::Out(PrintFault::Broken), DeviceFault::PrinterBroken),
    ] {
        totem.hears(Input::Printer(printer));
        assert_eq!(reports(&mut totem), [[fault]]);
    }
    totem.hears(Input::Reader(Reader::Missing));
    assert_eq!(reports(&mut totem), [[DeviceFault::PrinterBroken, DeviceFault::ReaderAway]]);
    totem.hears(Input::Reader(Reader::Partly)).passes(100);
    assert!(totem.reports.is_empty(), "one of two is as worth a look as both");
    totem.hears(Input::Printer(Printer::Out(PrintFault::NoPrinter)));
    assert_eq!(reports(&mut totem), [[DeviceFault::ReaderAway]], "nobody misses what was never there");
    totem.hears(Input::Printer(Printer::Ready)).hears(Input::Reader(Reader::NotWanted));
    assert_eq!(reports(&mut totem), [vec![]], "nor a reader");
}

#[test]
fn a_server_that_does_not_answer_is_told_when_it_answers_again() {
    let mut totem = Totem::standing_by();
    totem.hears(Input::Board(Err(Failure::Unreachable)));
    totem.hears(Input::Printer(Printer::Out(PrintFault::Paper)));
    totem.passes_with(120_000, |_| Err(Failure::Unreachable));
    assert!(totem.reports.is_empty(), "it is not asked in vain");
    totem.hears(Input::Board(Ok(Box::new(board()))));
    assert_eq!(reports(&mut totem), [PAPER_OUT]);
}
