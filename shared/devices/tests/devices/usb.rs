//! A USB printer, against a folder that stands for the kernel's view of it and an emulated printer at a pty.

use crate::clock::{PATIENCE, now};
use devices::{
    emulator::printer::{EmulatedPrinter, Knob},
    printer::{Outcome, Paper, Printer, PrinterEvent, Sheet, Status, Style, UsbPrinter, UsbRoots},
};
use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

const EPSON: [&str; 2] = ["04b8", "0e28"];

/// A computer with USB sockets, in a folder.
struct Computer(PathBuf);

impl Computer {
    fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("avanti-usb-{name}-{}", std::process::id()));
        for folder in ["class", "dev"] {
            fs::create_dir_all(root.join(folder)).expect("a place to write");
        }
        Self(root)
    }

    fn roots(&self) -> UsbRoots {
        UsbRoots { class: self.0.join("class"), nodes: self.0.join("dev") }
    }

    /// Plugs in a printer that is found under that number.
    fn plug(&self, number: u8, [vendor, product]: [&str; 2], serial: &str) -> EmulatedPrinter {
        let device = self.0.join(format!("devices/1-{number}"));
        fs::create_dir_all(device.join("1:1.0")).expect("a place to write");
        for (name, value) in [("idVendor", vendor), ("idProduct", product), ("serial", serial)] {
            fs::write(device.join(name), format!("{value}\n")).expect("a place to write");
        }
        let emulated = EmulatedPrinter::at_line(self.0.join(format!("dev/lp{number}")), Paper::Mm80, None);
        let class = self.0.join(format!("class/lp{number}"));
        fs::create_dir(&class).expect("it is free");
        symlink(device.join("1:1.0"), class.join("device")).expect("a place to write");
        emulated.expect("a pty")
    }

    fn unplug(&self, number: u8) {
        fs::remove_dir_all(self.0.join(format!("class/lp{number}"))).expect("it was there");
    }

    fn connect(&self, url: &str) -> (Printer, Receiver<PrinterEvent>) {
        let (sender, events) = channel();
        let source = UsbPrinter::new(url, self.roots()).expect("a good URL");
        let printer = Printer::start_source(Box::new(source), Paper::Mm80, move |event| {
            // A test that is over listens no more.
            let _ = sender.send(event);
        });
        (printer, events)
    }
}

impl Drop for Computer {
    fn drop(&mut self) {
        // Whatever is left is in the folder for temporary things.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn told(events: &Receiver<PrinterEvent>, status: Status) {
    assert_eq!(events.recv_timeout(PATIENCE), Ok(PrinterEvent::Status(status)));
}

fn prints(printer: &Printer, events: &Receiver<PrinterEvent>, id: &str) -> Outcome {
    let sheet = Sheet::new().text(id, Style::size(6).bold().centred()).qr("AV1EXAMPLE", 6).rule().cut();
    printer.print(id, sheet).expect("the queue is empty");
    loop {
        if let PrinterEvent::Job { outcome, .. } = events.recv_timeout(PATIENCE).expect("every job gets an outcome") {
            return outcome;
        }
    }
}

#[test]
fn a_usb_printer_prints_and_tells_how_it_is() {
    let computer = Computer::new("prints");
    let emulated = computer.plug(0, EPSON, "J3AX");
    let (printer, events) = computer.connect("usb:04b8:0e28");
    told(&events, Status::Ready);
    assert_eq!(prints(&printer, &events, "A042"), Outcome::Confirmed);
    assert!(emulated.next_slip(PATIENCE).expect("a slip").text.contains("A042"));
    for status in [Status::PaperOut, Status::CutterJam, Status::Ready] {
        emulated.turn(Knob::Is(status));
        told(&events, status);
    }
}

#[test]
fn a_usb_printer_that_comes_back_under_another_number_is_found() {
    let computer = Computer::new("number");
    let other = computer.plug(0, ["0519", "0003"], "");
    let first = computer.plug(1, EPSON, "J3AX");
    let (printer, events) = computer.connect("usb:04b8:0e28");
    told(&events, Status::Ready);
    let pulled = now();
    computer.unplug(1);
    drop(first);
    told(&events, Status::Offline);
    assert!(pulled.elapsed() < Duration::from_secs(5));
    let put_back = now();
    let again = computer.plug(2, EPSON, "J3AX");
    told(&events, Status::Ready);
    assert!(put_back.elapsed() < Duration::from_secs(3));
    assert_eq!(prints(&printer, &events, "A043"), Outcome::Confirmed);
    assert!(again.next_slip(PATIENCE).expect("a slip").text.contains("A043"));
    assert_eq!(other.next_slip(Duration::ZERO), None, "another printer is none of ours");
}

#[test]
fn of_two_alike_the_serial_number_decides() {
    let computer = Computer::new("serial");
    let one = computer.plug(0, EPSON, "J3AX");
    let two = computer.plug(1, EPSON, "K4BY");
    let (printer, events) = computer.connect("usb:04b8:0e28?serial=K4BY");
    told(&events, Status::Ready);
    assert_eq!(prints(&printer, &events, "A044"), Outcome::Confirmed);
    assert!(two.next_slip(PATIENCE).expect("a slip").text.contains("A044"));
    assert_eq!(one.next_slip(Duration::ZERO), None);
}

#[test]
fn a_computer_without_usb_printers_has_a_printer_that_is_away() {
    let nowhere = UsbRoots { class: Path::new("/nowhere/class").into(), nodes: Path::new("/nowhere/dev").into() };
    let (sender, events) = channel();
    let source = UsbPrinter::new("usb:04b8:0e28", nowhere).expect("a good URL");
    let _printer = Printer::start_source(Box::new(source), Paper::Mm80, move |event| {
        // A test that is over listens no more.
        let _ = sender.send(event);
    });
    told(&events, Status::Offline);
}
