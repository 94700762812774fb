//! The printer driver against an emulated printer at a real TCP port, at a pty, and at a file.

use crate::clock::{PATIENCE, now};
use devices::{
    emulator::printer::{EmulatedPrinter, Knob, Machine},
    printer::{Busy, Outcome, Paper, Printer, PrinterEvent, Sheet, Status, Style, Why},
};
use std::{
    io::{Read, Write},
    net::SocketAddr,
    path::PathBuf,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

struct Desk {
    emulated: EmulatedPrinter,
    printer: Printer,
    events: Receiver<PrinterEvent>,
}

impl Desk {
    fn new() -> Self {
        let any: SocketAddr = ([127, 0, 0, 1], 0).into();
        let emulated = EmulatedPrinter::start(any, Paper::Mm80, None).expect("a free port");
        let (printer, events) = connect(&emulated.url());
        let desk = Self { emulated, printer, events };
        desk.expect_status(Status::Ready);
        desk
    }

    fn expect_status(&self, status: Status) {
        assert_eq!(self.events.recv_timeout(PATIENCE), Ok(PrinterEvent::Status(status)));
    }

    /// Prints, and gives the outcome; states that change meanwhile are passed over.
    fn print(&self, id: &str) -> Outcome {
        self.printer.print(id, sheet(id)).expect("the queue is empty");
        outcome(&self.events, id)
    }

    fn papers(&self) -> Vec<String> {
        std::iter::from_fn(|| self.emulated.next_slip(Duration::ZERO)).map(|slip| slip.text).collect()
    }
}

fn connect(url: &str) -> (Printer, Receiver<PrinterEvent>) {
    let (sender, events) = channel();
    let printer = Printer::start(url, Paper::Mm80, move |event| {
        // A test that is over listens no more.
        let _ = sender.send(event);
    });
    (printer.expect("a good URL"), events)
}

fn outcome(events: &Receiver<PrinterEvent>, job: &str) -> Outcome {
    loop {
        match events.recv_timeout(PATIENCE).expect("every job gets an outcome") {
            PrinterEvent::Job { id, outcome } if id == job => return outcome,
            _ => {}
        }
    }
}

fn sheet(code: &str) -> Sheet {
    Sheet::new().text(code, Style::size(6).bold().centred()).qr("AV1EXAMPLE", 6).rule().cut()
}

fn scratch(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("avanti-{name}-{}", std::process::id()))
}

#[test]
fn a_slip_is_confirmed_and_is_on_paper() {
    let desk = Desk::new();
    assert_eq!(desk.print("A042"), Outcome::Confirmed);
    let slip = desk.emulated.next_slip(PATIENCE).expect("a slip");
    assert!(slip.text.contains("A042") && !slip.torn);
    assert_eq!(slip.bytes, devices::printer::encode(&sheet("A042"), Paper::Mm80).expect("it fits"));
}

#[test]
fn each_state_is_told_apart() {
    let desk = Desk::new();
    for status in [
        Status::NearEnd,
        Status::PaperOut,
        Status::CoverOpen,
        Status::CutterJam,
        Status::Broken,
        Status::Offline,
        Status::Ready,
    ] {
        desk.emulated.turn(Knob::Is(status));
        desk.expect_status(status);
    }
}

#[test]
fn a_printer_that_cannot_print_gets_no_job_and_prints_nothing_later() {
    let desk = Desk::new();
    for status in [Status::PaperOut, Status::CoverOpen, Status::CutterJam, Status::Broken, Status::Offline] {
        desk.emulated.turn(Knob::Is(status));
        assert_eq!(desk.print("A001"), Outcome::Failed(Why::Status(status)));
    }
    desk.emulated.turn(Knob::Is(Status::Ready));
    assert_eq!(desk.print("A002"), Outcome::Confirmed);
    let papers = desk.papers();
    assert!(papers.len() == 1 && papers[0].contains("A002"), "{papers:?}");
}

/// F42: the warning comes while there is paper for twenty more people, and comes once.
#[test]
fn a_printer_with_little_paper_warns_and_prints_for_twenty_more() {
    let desk = Desk::new();
    desk.emulated.turn(Knob::Is(Status::NearEnd));
    desk.expect_status(Status::NearEnd);
    for n in 0..20 {
        desk.printer.print(format!("A{n}"), sheet("A042")).expect("the queue is empty");
        let told = desk.events.recv_timeout(PATIENCE);
        assert_eq!(told, Ok(PrinterEvent::Job { id: format!("A{n}"), outcome: Outcome::Confirmed }));
    }
    assert_eq!(desk.papers().len(), 20);
}

/// At a real line and with real waiting; byte for byte is in `totem-app/tests/paper_ends.rs`.
#[test]
fn paper_that_ends_in_the_middle_leaves_the_outcome_unknown_and_no_late_paper() {
    let desk = Desk::new();
    let whole = devices::printer::encode(&sheet("A001"), Paper::Mm80).expect("it fits").len();
    for bytes in [0, 29, whole / 2, whole - 1] {
        desk.emulated.turn(Knob::PaperEndsAfter(bytes));
        let id = format!("A{bytes}");
        assert_eq!(desk.print(&id), Outcome::Unknown(Why::Status(Status::PaperOut)), "cut at byte {bytes}");
        while desk.events.try_recv().is_ok() {}
        // The driver makes the printer forget before the roll is changed.
        desk.printer.print("probe", sheet("probe")).expect("the queue is empty");
        assert_eq!(outcome(&desk.events, "probe"), Outcome::Failed(Why::Status(Status::PaperOut)));
        while desk.emulated.next_slip(Duration::ZERO).is_some() {}
        desk.emulated.turn(Knob::Is(Status::Ready));
        assert_eq!(desk.emulated.next_slip(Duration::ZERO), None, "nothing prints after the roll is changed");
    }
    assert_eq!(desk.print("A900"), Outcome::Confirmed);
    assert!(desk.papers().iter().all(|paper| paper.contains("A900")));
}

#[test]
fn a_slow_printer_is_waited_for_and_one_that_talks_garbage_is_away() {
    let desk = Desk::new();
    desk.emulated.slow_down(Duration::from_millis(200));
    assert_eq!(desk.print("A001"), Outcome::Confirmed);
    desk.emulated.turn(Knob::Garbage);
    desk.expect_status(Status::Offline);
    assert_eq!(desk.print("A002"), Outcome::Failed(Why::Status(Status::Offline)));
    desk.emulated.turn(Knob::Is(Status::Ready));
    desk.expect_status(Status::Ready);
    assert_eq!(desk.print("A003"), Outcome::Confirmed);
    assert_eq!(desk.papers().len(), 2);
}

#[test]
fn a_line_that_breaks_in_the_middle_leaves_the_outcome_unknown() {
    let desk = Desk::new();
    desk.emulated.break_line_after(60);
    assert!(matches!(desk.print("A001"), Outcome::Unknown(Why::Line(_))));
    assert_eq!(desk.print("A001"), Outcome::Failed(Why::SameJob), "one job, one paper");
    assert_eq!(desk.print("A002"), Outcome::Confirmed, "it connected again by itself");
}

#[test]
fn a_job_is_printed_once_whoever_asks_again() {
    let desk = Desk::new();
    assert_eq!(desk.print("A042"), Outcome::Confirmed);
    assert_eq!(desk.print("A042"), Outcome::Failed(Why::SameJob));
    assert_eq!(desk.papers().len(), 1);
}

#[test]
fn an_unplugged_printer_is_missed_within_five_seconds_and_found_within_ten() {
    let desk = Desk::new();
    let pulled = now();
    desk.emulated.unplug();
    desk.expect_status(Status::Offline);
    assert!(pulled.elapsed() < Duration::from_secs(5));
    assert_eq!(desk.print("A001"), Outcome::Failed(Why::Status(Status::Offline)));
    let put_back = now();
    desk.emulated.plug().expect("the port is still ours");
    desk.expect_status(Status::Ready);
    assert!(put_back.elapsed() < Duration::from_secs(10));
    assert_eq!(desk.print("A002"), Outcome::Confirmed);
    assert_eq!(desk.papers().len(), 1);
}

#[test]
fn a_printer_that_falls_silent_is_offline() {
    let desk = Desk::new();
    let fell = now();
    desk.emulated.turn(Knob::Is(Status::Unknown));
    desk.expect_status(Status::Offline);
    assert!(fell.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_printer_that_never_tells_its_state_prints_and_is_never_confirmed() {
    let any: SocketAddr = ([127, 0, 0, 1], 0).into();
    let emulated = EmulatedPrinter::start(any, Paper::Mm80, None).expect("a free port");
    emulated.turn(Knob::Is(Status::Unknown));
    let (printer, events) = connect(&emulated.url());
    printer.print("A042", sheet("A042")).expect("the queue is empty");
    assert_eq!(outcome(&events, "A042"), Outcome::Unknown(Why::Status(Status::Unknown)));
    assert!(emulated.next_slip(PATIENCE).is_some());
}

#[test]
fn a_queue_that_is_full_says_so_and_what_waited_too_long_is_not_printed() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let (printer, events) = connect(&format!("tcp://{}", nobody.local_addr().expect("an address")));
    drop(nobody);
    let taken = (0..20).take_while(|n| printer.print(format!("A{n}"), sheet("x")) != Err(Busy)).count();
    assert!((4..=5).contains(&taken), "{taken}");
    for n in 0..taken {
        let outcome = outcome(&events, &format!("A{n}"));
        assert!(
            matches!(outcome, Outcome::Failed(Why::TooLate | Why::Status(Status::Offline))),
            "job {n} ended {outcome:?}"
        );
    }
}

#[test]
fn a_file_confirms_what_it_keeps() {
    let path = scratch("out.bin");
    let (printer, events) = connect(&format!("file:{}", path.display()));
    assert_eq!(events.recv_timeout(PATIENCE), Ok(PrinterEvent::Status(Status::Ready)));
    printer.print("A042", sheet("A042")).expect("the queue is empty");
    assert_eq!(outcome(&events, "A042"), Outcome::Confirmed);
    let kept = std::fs::read(&path).expect("the file is there");
    assert_eq!(kept, devices::printer::encode(&sheet("A042"), Paper::Mm80).expect("it fits"));
    std::fs::remove_file(path).expect("it was there");
}

#[test]
fn a_file_that_cannot_be_written_is_a_printer_that_is_away() {
    let (_printer, events) = connect("file:/nowhere/at/all/out.bin");
    assert_eq!(events.recv_timeout(PATIENCE), Ok(PrinterEvent::Status(Status::Offline)));
}

#[test]
fn an_emulated_printer_in_process_leaves_pictures() {
    let folder = scratch("slips");
    let (printer, events) = connect(&format!("emulated:{}", folder.display()));
    printer.print("A042", sheet("A042")).expect("the queue is empty");
    assert_eq!(outcome(&events, "A042"), Outcome::Confirmed);
    assert!(folder.join("slip-0001.png").exists() && folder.join("slip-0001.bin").exists());
    std::fs::remove_dir_all(folder).expect("it was there");
}

#[test]
fn a_printer_on_a_serial_line_prints_and_answers() {
    let (mut master, slave) = serialport::TTYPort::pair().expect("a pty");
    let path = serialport::SerialPort::name(&slave).expect("it has a name");
    let (paper, slips) = channel();
    let machine = std::thread::spawn(move || {
        serialport::SerialPort::set_timeout(&mut master, PATIENCE).expect("a pty has a time-out");
        let mut machine = Machine::new(Paper::Mm80).expect("the bundled fonts are fonts");
        let mut buffer = [0; 512];
        // Until the driver closes the line.
        while let Ok(count @ 1..) = master.read(&mut buffer) {
            let answers = machine.feed(&buffer[..count]);
            master.write_all(&answers).expect("the line is open");
            machine.take_slips().into_iter().for_each(|slip| paper.send(slip).expect("the test waits"));
        }
    });
    let (printer, events) = connect(&format!("serial:{path}?baud=115200"));
    assert_eq!(events.recv_timeout(PATIENCE), Ok(PrinterEvent::Status(Status::Ready)));
    drop(slave);
    printer.print("A042", sheet("A042")).expect("the queue is empty");
    assert_eq!(outcome(&events, "A042"), Outcome::Confirmed);
    assert!(slips.recv_timeout(PATIENCE).expect("a slip").text.contains("A042"));
    drop(printer);
    machine.join().expect("the emulated printer ended well");
}
