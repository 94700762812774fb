//! Carries out what the flow asks for, and tells the flow what readers and printer report. It decides nothing.

use crate::{
    bind::link::Renewal,
    flow::{
        Effect, Failure, Input,
        office::Reader,
        printing::{PrintFault, Printed, Printer as PrinterState},
    },
    settings::{PROGRAM, Settings},
    slip,
};
use app_kit::{clock::Clock, linking, worker::Inputs};
use client::Client;
use contract::{api::*, identity::Scan};
use devices::{
    BadUrl,
    card_reader::{self, ReaderEvent, ReaderHandle, Wedge},
    printer::{Outcome, Paper, Printer, PrinterEvent, Status, Why},
    speech::{Announcement, Announcer, Clip, Engine, SoundEvent, SpeechError},
};
use std::sync::{Arc, Mutex, PoisonError};

/// What a reader that types like a keyboard is called in the settings.
const KEYBOARD: &str = "keyboard";

/// Everything outside: the server, the printer and the chime.
#[derive(Clone)]
pub struct Outside {
    client: Client,
    renewal: Renewal,
    printer: Option<Arc<Printer>>,
    paper: Paper,
    chime: Arc<Announcer>,
}

/// The totem chimes and says nothing yet.
struct NoVoice;

impl Engine for NoVoice {
    fn synthesise(&self, _text: &str, _language: &str) -> Result<Clip, SpeechError> {
        Err(SpeechError::Template)
    }
}

impl Outside {
    /// Connects to the printer of the settings; without one the flow is told that nothing prints.
    pub fn new(client: Client, settings: &Settings, inputs: &Inputs<Input>) -> Result<Self, BadUrl> {
        let paper = Paper::from(settings.printer.paper);
        let url = &settings.printer.url;
        let printer = if url.is_empty() {
            inputs.send(Input::Printer(PrinterState::Out(PrintFault::NoPrinter)));
            None
        } else {
            let events = inputs.clone();
            Some(Arc::new(Printer::start(url, paper, move |event| {
                if let Some(input) = printer_input(event) {
                    events.send(input);
                }
            })?))
        };
        let chime = Arc::new(Announcer::start(&settings.sound, NoVoice, |event| {
            if let SoundEvent::Missing { why } = event {
                tracing::warn!(why, "no chime: there is no sound");
            }
        })?);
        let renewal = Renewal::of(&PROGRAM, settings.token.as_deref());
        Ok(Self { client, renewal, printer, paper, chime })
    }

    /// Carries out one effect; what comes of it goes into the inputs.
    pub async fn perform(self, effect: Effect, inputs: Inputs<Input>) {
        let input = match effect {
            Effect::FetchBoard => Input::Board(self.client.totem_board().await.map(Box::new).map_err(failure)),
            Effect::Book { ticket, request } => {
                let answer = self.client.book_ticket(ticket, &request).await;
                Input::Booked { ticket, answer: answer.map(Box::new).map_err(failure) }
            }
            Effect::Search { asked, credential } => {
                let answer = self.client.search_appointments(&SearchAppointments { credential }).await;
                Input::Found { asked, answer: answer.map_err(failure) }
            }
            Effect::CheckIn { ticket, credential } => {
                let answer = self.client.check_in(ticket, &CheckIn { credential }).await;
                Input::CheckedIn { ticket, answer: answer.map(Box::new).map_err(failure) }
            }
            Effect::Chime => return self.ring(),
            Effect::LinkAgain => PROGRAM.begin_anew(true),
            Effect::RenewToken => return self.renewal.renew(&self.client).await,
            Effect::Report(health) => {
                // The public need not know, and the next report says the same.
                if let Err(failure) = self.client.report_health(&health).await {
                    tracing::debug!(%failure, "how this totem is could not be reported");
                }
                return;
            }
            Effect::Print { job, slip } => {
                let sheet = slip::slip(&slip, self.paper);
                match self.printer.map(|printer| printer.print(job.to_string(), sheet)) {
                    // What becomes of it is an event of the printer.
                    Some(Ok(())) => return,
                    Some(Err(_)) => Input::Printed { job, outcome: Printed::Failed(PrintFault::Broken) },
                    None => Input::Printed { job, outcome: Printed::Failed(PrintFault::NoPrinter) },
                }
            }
        };
        inputs.send(input);
    }

    fn ring(&self) {
        self.chime.announce(Announcement {
            id: "chime".to_owned(),
            chime: true,
            clips: Vec::new(),
            language: String::new(),
            volume_percent: 100,
            repeat: 1,
        });
    }
}

fn failure(failure: client::Failure) -> Failure {
    tracing::warn!(%failure, "no answer to use");
    match failure {
        client::Failure::Refused(refusal) => Failure::Refused(refusal),
        client::Failure::Unreachable(_) => Failure::Unreachable,
        client::Failure::Garbled(_) => Failure::Unreadable,
    }
}

fn print_fault(status: Status) -> PrintFault {
    match status {
        Status::PaperOut => PrintFault::Paper,
        Status::CoverOpen => PrintFault::Cover,
        Status::Offline => PrintFault::Away,
        Status::Ready | Status::NearEnd | Status::Unknown => PrintFault::Broken,
    }
}

fn printer_input(event: PrinterEvent) -> Option<Input> {
    Some(match event {
        // A printer that says nothing about itself is tried: its jobs end as "unknown", and the screen says so.
        PrinterEvent::Status(Status::Ready | Status::Unknown) => Input::Printer(PrinterState::Ready),
        PrinterEvent::Status(Status::NearEnd) => Input::Printer(PrinterState::NearEnd),
        PrinterEvent::Status(status) => Input::Printer(PrinterState::Out(print_fault(status))),
        PrinterEvent::Job { id, outcome } => {
            let outcome = match outcome {
                Outcome::Confirmed => Printed::Done,
                Outcome::Unknown(_) => Printed::Unknown,
                Outcome::Failed(Why::Status(status)) => Printed::Failed(print_fault(status)),
                Outcome::Failed(Why::Line(_) | Why::TooLate) => Printed::Failed(PrintFault::Away),
                Outcome::Failed(Why::SameJob | Why::Sheet(_)) => Printed::Failed(PrintFault::Broken),
            };
            Input::Printed { job: id.parse().ok()?, outcome }
        }
    })
}

/// Opens the readers of the settings. Cards can be read while at least one of them is there.
pub fn open_readers(settings: &Settings, inputs: &Inputs<Input>) -> Result<Vec<ReaderHandle>, BadUrl> {
    let here = Arc::new(Mutex::new(vec![false; settings.readers.len()]));
    inputs.send(Input::Reader(Reader::Missing));
    let open = |(number, url): (usize, &String)| {
        let (inputs, here) = (inputs.clone(), here.clone());
        card_reader::open(url, move |event| {
            let connected = match event {
                ReaderEvent::Read(text) => return inputs.send(Input::Scanned(Scan::of(&text))),
                ReaderEvent::Noise => return inputs.send(Input::Garbled),
                ReaderEvent::Connected => true,
                ReaderEvent::Lost { .. } => false,
            };
            let mut here = here.lock().unwrap_or_else(PoisonError::into_inner);
            here[number] = connected;
            let reader = if here.contains(&true) { Reader::Ready } else { Reader::Missing };
            inputs.send(Input::Reader(reader));
        })
    };
    settings.readers.iter().enumerate().map(open).collect()
}

/// Opens the readers for whoever links this totem, and shows one of them the server's QR code.
pub fn open_readers_for_linking(
    settings: &Settings,
    inputs: &Inputs<linking::Input>,
) -> Result<Vec<ReaderHandle>, BadUrl> {
    let open = |url: &String| {
        let inputs = inputs.clone();
        card_reader::open(url, move |event| {
            if let ReaderEvent::Read(text) = event {
                inputs.send(linking::Input::Scanned(text));
            }
        })
    };
    settings.readers.iter().map(open).collect()
}

/// A reader that types: the window's keys go in, whole codes come out as inputs.
pub struct Keyboard {
    wedge: Wedge,
    clock: Clock,
}

impl Keyboard {
    /// If the settings name one; else the window's keys mean nothing.
    pub fn of(settings: &Settings) -> Option<Self> {
        let named = settings.readers.iter().any(|reader| reader == KEYBOARD);
        named.then(|| Self { wedge: Wedge::default(), clock: Clock::start() })
    }

    /// One key.
    pub fn key(&mut self, text: &str) -> Option<Input> {
        self.wedge.key(text, self.clock.millis()).map(|code| Input::Scanned(Scan::of(&code)))
    }
}
