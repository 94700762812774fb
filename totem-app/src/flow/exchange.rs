//! What comes into the flow and what goes out of it.

use super::{
    letters::Initial,
    office::Reader,
    printing::{Printed, Printer},
};
use contract::{
    Refusal,
    api::{Appointments, BookTicket, CheckedIn, TotemBoard},
    health::DeviceHealth,
    identity::{Credential, Scan},
    ids::{ServiceId, TicketId},
    text::Lang,
    ticket::TicketView,
    time::Zone,
};

/// Something happened.
#[derive(Debug, Clone)]
pub enum Input {
    /// Time has passed: some ten times a second.
    Tick,
    /// A finger.
    Touch(Touch),
    /// A reader read a whole code.
    Scanned(Scan),
    /// A reader read something that is no whole code.
    Garbled,
    /// The readers' health.
    Reader(Reader),
    /// The printer's health.
    Printer(Printer),
    /// What became of a print job.
    Printed {
        /// The job.
        job: u64,
        /// What became of it.
        outcome: Printed,
    },
    /// The answer to [`Effect::FetchBoard`].
    Board(Result<Box<TotemBoard>, Failure>),
    /// The answer to [`Effect::Book`].
    Booked {
        /// The ticket asked for.
        ticket: TicketId,
        /// The ticket, or why not.
        answer: Result<Box<TicketView>, Failure>,
    },
    /// The answer to [`Effect::Search`].
    Found {
        /// Which question this answers.
        asked: u64,
        /// Today's appointments, or why not.
        answer: Result<Appointments, Failure>,
    },
    /// The answer to [`Effect::CheckIn`].
    CheckedIn {
        /// The ticket.
        ticket: TicketId,
        /// Presence, or why not.
        answer: Result<Box<CheckedIn>, Failure>,
    },
}

/// What a finger touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touch {
    /// The stand-by page, anywhere.
    Begin,
    /// The next language.
    Language,
    /// Large text, or back.
    TextSize,
    /// High contrast, or back.
    Contrast,
    /// Leave: everything is forgotten.
    Leave,
    /// One page back.
    Back,
    /// The arrow to the earlier page of a list.
    Earlier,
    /// The arrow to the later page of a list.
    Later,
    /// "Search by letter".
    Letters,
    /// The key of a letter.
    Letter(Initial),
    /// A service's tile.
    Service(ServiceId),
    /// The large confirmation. It brings an id in case a ticket is to be made.
    Confirm {
        /// A new id.
        fresh: TicketId,
    },
    /// One of the appointments listed.
    Appointment(TicketId),
    /// On to the services, with the card just read.
    OtherService,
    /// Once more what failed.
    TryAgain,
    /// The slip once more.
    PrintAgain,
    /// Staff want to link this totem anew, which the server does not know any more.
    LinkAgain,
    /// Done: the next person may come.
    Done,
    /// "Yes" to what stands over the page.
    Yes,
    /// "No" to what stands over the page.
    No,
}

/// Why there is no answer, or not the one hoped for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The server said no, with its facts.
    Refused(Refusal),
    /// The server was not reached.
    Unreachable,
    /// An answer that this program does not understand.
    Unreadable,
}

/// What is to be done outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask for the board.
    FetchBoard,
    /// Take a place. Sent again with the same id it gives the same ticket.
    Book {
        /// The ticket to be.
        ticket: TicketId,
        /// The place.
        request: BookTicket,
    },
    /// Ask which appointments a card or a ticket's QR opens.
    Search {
        /// The name of the question.
        asked: u64,
        /// What was shown.
        credential: Credential,
    },
    /// Say that the person is here.
    CheckIn {
        /// Which appointment.
        ticket: TicketId,
        /// What was shown.
        credential: Credential,
    },
    /// Ring: something has come up that is to be looked at.
    Chime,
    /// Tell the server how printer and readers are.
    Report(DeviceHealth),
    /// Ask for a new token, and use it.
    RenewToken,
    /// Begin anew with the page on which staff link this totem.
    LinkAgain,
    /// Print a slip.
    Print {
        /// The name of the job.
        job: u64,
        /// What goes on it.
        slip: Box<SlipOrder>,
    },
}

/// What a slip is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipOrder {
    /// The ticket.
    pub ticket: TicketView,
    /// The language that the person chose.
    pub lang: Lang,
    /// "Totem 1".
    pub totem_name: String,
    /// The zone of the wall, for "issued at".
    pub zone: Zone,
    /// True if a slip of this ticket may be in somebody's hand already: then the paper says so.
    pub reprint: bool,
    /// False if this totem has no reader: then whoever comes back with the slip goes to the staff.
    pub reads: bool,
}
