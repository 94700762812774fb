//! The pages, each with what it needs and nothing of any other.

use super::{InfoPage, Waiting, When};
use crate::flow::{AtStake, fault::Fault, letters::Initial, printing::Printed};
use contract::{
    identity::QrText,
    ids::{ServiceId, TicketId},
    ticket::CallCode,
};

/// A code for staff.
pub type Code = &'static str;

/// One page.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields carry the names of the things; the pages say what becomes of them")]
pub enum PageView {
    /// The server has not answered yet.
    Starting { waiting: Waiting },
    /// The server does not answer.
    OutOfService { fault: Fault, since: Option<When>, incident: String },
    /// Nobody is here. `reads` is true where cards can be read.
    StandBy { printer: Option<Code>, reader: Option<Code>, reads: bool },
    /// Which service?
    Services { tiles: Vec<Option<Tile>>, number: usize, pages: usize, by_letter: bool },
    /// With which letter does it begin? Each key with whether there is a service behind it.
    Letters { keys: Vec<(Initial, bool)> },
    /// The services of a letter.
    Letter { initial: Initial, tiles: Vec<Option<Tile>>, number: usize, pages: usize },
    /// This service.
    Service(Box<Service>),
    /// A card or a ticket was read.
    Reading { card: bool, waiting: Waiting },
    /// Several appointments of today.
    Appointments { rows: Vec<Appointment>, number: usize, pages: usize },
    /// "Confirm your presence?"
    Presence { appointment: Appointment, waiting: Waiting },
    /// Presence is confirmed, now or since then.
    Present {
        code: CallCode,
        room: String,
        directions: String,
        since: Option<String>,
        late: i32,
        seconds_left: Option<i32>,
        print_again: bool,
    },
    /// Why there is nothing to confirm.
    Facts { facts: FactsView, code: Code },
    /// Take your ticket.
    Ticket(Box<TicketPageView>),
    /// Something did not work.
    Trouble { fault: Fault, at_stake: AtStake, again: bool, incident: String },
}

/// One service on the page of services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// The service.
    pub service: ServiceId,
    /// Its name.
    pub name: String,
    /// The name of its drawing.
    pub icon: String,
    /// The first free place.
    pub first: Option<When>,
}

/// One service on its own page.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields carry the names of the things")]
pub struct Service {
    pub name: String,
    pub info: InfoPage,
    pub info_number: usize,
    pub info_pages: usize,
    pub place: Option<When>,
    pub minutes: Option<i32>,
    pub just_taken: bool,
    pub room: String,
    pub directions: String,
    pub waiting: Waiting,
}

/// One appointment of today.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields carry the names of the things")]
pub struct Appointment {
    pub ticket: TicketId,
    pub code: CallCode,
    pub service: String,
    pub when: When,
    pub room: String,
    pub directions: String,
    pub stage: Stage,
}

/// Where an appointment of the list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// To be confirmed.
    ToConfirm,
    /// Present already.
    Present,
    /// At another site.
    Elsewhere,
    /// Called, or being served.
    Called,
    /// Called and not there.
    Absent,
    /// Done, or on another day.
    Over,
}

/// Why there is nothing to confirm, in the language of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each says what the fact of the same name says")]
pub enum FactsView {
    WrongSite { site: String, address: String },
    TooLate { by_minutes: i64, tolerance_minutes: u16 },
    AlreadyCalled { code: Option<CallCode>, counter: String },
    Absent,
    Over,
    NotToday { when: When },
    NothingToday,
}

/// Take your ticket.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields carry the names of the things")]
pub struct TicketPageView {
    pub code: CallCode,
    pub service: String,
    pub when: When,
    pub room: String,
    pub directions: String,
    pub coming_back: ComingBack,
    /// Its QR, to be photographed: only where no paper has come out.
    pub qr: Option<QrText>,
    /// None while the printer works.
    pub printed: Option<Printed>,
    /// True where there is no paper, and now there could be.
    pub print_again: bool,
    pub seconds_left: Option<i32>,
    pub staff_code: Code,
}

/// How somebody whose time is later says "I am here" then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComingBack {
    /// Present already: the person sits down and waits.
    NotNeeded,
    /// With the ticket that is in the hand.
    WithTicket,
    /// There is no paper, but the card opens it.
    WithCard,
    /// There is neither: with a photo of the QR on the screen, or the staff find it by its code.
    WithPhoto,
    /// This totem reads nothing: the staff find it by its code.
    ToStaff,
}
