//! What the totem does: `step` takes what happened and says what to do next.
//!
//! PURE. It knows citizens, cards and tickets, and nothing of windows, networks or devices: it must not import slint,
//! client or devices. Time and new ids come in as values.

pub mod arrival;
pub mod booking;
mod exchange;
pub mod facts;
pub mod fault;
mod health;
pub mod letters;
pub mod modal;
pub mod office;
pub mod printing;
pub mod session;

pub use exchange::{Effect, Failure, Input, SlipOrder, Touch};

use contract::{
    health::Reports,
    identity::{Credential, Scan},
    ids::TicketId,
    text::Lang,
    time::{Instant, Moment},
};
use facts::Facts;
use fault::Failed;
use modal::{Misread, Modal};
use office::{Office, Reader};
use printing::Printer;
use session::{Comfort, Page, Session};
use std::mem::{Discriminant, discriminant};

/// Everything the totem knows. What belongs to one person is in `visit` and `modal` and goes when that person goes.
#[derive(Debug, Clone)]
pub struct State {
    /// What the server last said, and how the link to it is.
    pub office: Office,
    /// What the printer can do now.
    pub printer: Printer,
    /// Whether cards can be read now.
    pub reader: Reader,
    /// How the screen is to be shown: back to the office's choice when a person goes.
    pub comfort: Comfort,
    /// When the comfort was last changed on stand-by, so that it does not stay changed for the next person.
    pub comfort_touched: Moment,
    /// Nobody, or somebody.
    pub visit: Visit,
    /// What stands over the page.
    pub modal: Option<Modal>,
    /// Codes in a row that were no card and no ticket.
    pub misreads: u8,
    /// When the chime last sounded.
    pub chimed: Option<Moment>,
    /// Names the requests and print jobs of this program, so that a late answer finds its question.
    pub serial: u64,
    /// What the server was last told of the devices.
    pub reports: Reports,
    /// When another page, another place on it, or a question over it, came up under the finger.
    pub turned: Moment,
    /// When what is on the screen came up.
    pub shown: Moment,
}

/// What came up so short a time ago is not what the finger meant: it is the second tap of whoever taps twice.
pub const SETTLE_MILLIS: u64 = 600;
/// The same for the button that takes a new ticket off the screen: nobody has read its code in less, and where there is no
/// paper it stands nowhere else.
pub const SETTLE_TICKET_MILLIS: u64 = 1_200;

/// After so long everybody has seen what came up, however fast they tap.
const LOOKED_MILLIS: u64 = 2_000;

/// Nobody, or somebody.
#[derive(Debug, Clone)]
pub enum Visit {
    /// Nobody stands here.
    StandBy,
    /// Somebody does.
    Open(Session),
}

impl State {
    /// Before anything is known. `lang` is where a visit begins until the office says otherwise.
    pub fn new(lang: Lang) -> Self {
        Self {
            office: Office::default(),
            printer: Printer::Ready,
            reader: Reader::Ready,
            comfort: Comfort { lang, ..Comfort::default() },
            comfort_touched: Moment::default(),
            visit: Visit::StandBy,
            modal: None,
            misreads: 0,
            chimed: None,
            serial: 0,
            reports: Reports::default(),
            turned: Moment::default(),
            shown: Moment::default(),
        }
    }

    /// What is on the screen, as far as a finger is concerned: which kind of page, the place that it offers, and whether a
    /// question stands over it.
    fn scene(&self) -> (Option<Discriminant<Page>>, Option<Instant>, bool) {
        let offered = match self.page() {
            Some(Page::Service(page)) => page.offer.as_ref().map(|offer| offer.starts_at),
            _ => None,
        };
        (self.page().map(discriminant), offered, self.modal.is_some())
    }

    /// Whether a touch can be meant for what is on the screen. The fixed bar is always the same.
    fn is_meant(&self, touch: &Touch, now: Moment) -> bool {
        let settle = match touch {
            Touch::Language | Touch::TextSize | Touch::Contrast | Touch::Leave => return true,
            Touch::Done if matches!(self.page(), Some(Page::Ticket(_))) => SETTLE_TICKET_MILLIS,
            _ => SETTLE_MILLIS,
        };
        now.millis_since(self.turned) >= settle
    }

    /// The server's clock, counted on from its last answer. None before the first.
    pub fn wall(&self, now: Moment) -> Option<Instant> {
        self.office.wall(now)
    }

    /// The session, if somebody is here.
    pub fn session(&self) -> Option<&Session> {
        match &self.visit {
            Visit::StandBy => None,
            Visit::Open(session) => Some(session),
        }
    }

    fn session_mut(&mut self) -> Option<&mut Session> {
        match &mut self.visit {
            Visit::StandBy => None,
            Visit::Open(session) => Some(session),
        }
    }

    /// The page of the session, if somebody is here.
    pub fn page(&self) -> Option<&Page> {
        self.session().map(|session| &session.page)
    }

    fn go(&mut self, page: Page, now: Moment) {
        if let Some(session) = self.session_mut() {
            session.page = page;
            session.touched = now;
        }
    }

    fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Forgets the person: nothing of the visit stays, and the screen is the office's again.
    pub fn wipe(&mut self) {
        self.visit = Visit::StandBy;
        self.modal = None;
        self.misreads = 0;
        self.comfort = Comfort { lang: self.office.first_language(self.comfort.lang), ..Comfort::default() };
    }
}

/// One step: what happened changes the state, and these are the things to do.
pub fn step(state: &mut State, input: Input, now: Moment) -> Vec<Effect> {
    let (asked_before, before) = (state.modal.is_some(), state.scene());
    let mut effects = take(state, input, now);
    if state.scene() != before {
        (state.turned, state.shown) = (now, now);
    }
    if state.modal.is_some() && !asked_before {
        effects.extend(modal::chime(state, now));
    }
    effects.extend(health::report(state, now));
    effects.extend(office::renew(state, now));
    effects
}

fn take(state: &mut State, input: Input, now: Moment) -> Vec<Effect> {
    match input {
        Input::Tick => tick(state, now),
        Input::Touch(touch) => self::touch(state, touch, now),
        Input::Scanned(Scan::Credential(credential)) => arrival::shown(state, credential, now),
        Input::Scanned(Scan::CardNumber) => arrival::misread(state, Misread::CardNumber, now),
        Input::Scanned(Scan::Unknown) => arrival::misread(state, Misread::Foreign, now),
        Input::Scanned(Scan::Garbled) | Input::Garbled => arrival::misread(state, Misread::Garbled, now),
        Input::Reader(reader) => {
            state.reader = reader;
            Vec::new()
        }
        Input::Printer(printer) => {
            state.printer = printer;
            Vec::new()
        }
        Input::Printed { job, outcome } => printing::printed(state, job, outcome, now),
        Input::Board(answer) => office::board(state, answer, now),
        Input::Booked { ticket, answer } => booking::booked(state, ticket, answer, now),
        Input::Found { asked, answer } => arrival::found(state, asked, answer, now),
        Input::CheckedIn { ticket, answer } => arrival::checked_in(state, ticket, answer, now),
    }
}

fn tick(state: &mut State, now: Moment) -> Vec<Effect> {
    let effects = office::poll(state, now);
    booking::give_up_waiting(state, now);
    arrival::give_up_waiting(state, now);
    printing::tick(state, now);
    modal::tick(state, now);
    session::idle(state, now);
    effects
}

fn touch(state: &mut State, touch: Touch, now: Moment) -> Vec<Effect> {
    if let Some(session) = state.session_mut() {
        session.touched = now;
    }
    if !state.is_meant(&touch, now) {
        // Whoever goes on tapping has not looked yet. After a while it is meant, but never for taking a code away.
        if touch == Touch::Done || now.millis_since(state.shown) < LOOKED_MILLIS {
            state.turned = now;
        }
        return Vec::new();
    }
    match touch {
        Touch::Language | Touch::TextSize | Touch::Contrast => {
            session::change_comfort(state, &touch, now);
            modal::attended(state, now);
        }
        Touch::Leave | Touch::Done => state.wipe(),
        Touch::Yes => return modal::yes(state, now),
        Touch::No => modal::no(state),
        // What lies under a question is not to be touched.
        _ if state.modal.is_some() => {}
        Touch::Begin => session::begin(state, now),
        Touch::Back => session::back(state, now),
        Touch::Earlier => session::turn(state, -1),
        Touch::Later => session::turn(state, 1),
        Touch::Letters => letters::open(state, now),
        Touch::Letter(initial) => letters::pick(state, initial, now),
        Touch::Service(service) => booking::look(state, &service, now),
        Touch::Confirm { fresh } => return confirm(state, fresh, now),
        Touch::Appointment(ticket) => arrival::choose(state, ticket, now),
        Touch::OtherService => session::services(state, now),
        Touch::TryAgain => return try_again(state, now),
        // Only where the server has turned this totem away: then nobody can be harmed by it (F76).
        Touch::LinkAgain if state.office.is_turned_away() => return vec![Effect::LinkAgain],
        Touch::LinkAgain => {}
    }
    Vec::new()
}

fn confirm(state: &mut State, fresh: TicketId, now: Moment) -> Vec<Effect> {
    match state.page() {
        Some(Page::Service(_)) => booking::confirm(state, fresh, now),
        Some(Page::Presence(_)) => arrival::confirm(state, now),
        _ => Vec::new(),
    }
}

fn try_again(state: &mut State, now: Moment) -> Vec<Effect> {
    let Some(Page::Trouble(trouble)) = state.page() else { return Vec::new() };
    match trouble.again.clone() {
        None => Vec::new(),
        Some(Again::Book(page)) => booking::again(state, *page, now),
        Some(Again::Search(credential)) => arrival::search(state, credential, now),
        Some(Again::CheckIn(page)) => {
            state.go(Page::Presence(page), now);
            arrival::confirm(state, now)
        }
    }
}

/// Something did not work: what, and what may be tried again.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// What happened.
    pub failed: Failed,
    /// What "try again" does. None if trying again is of no use.
    pub again: Option<Again>,
}

/// What may be tried again, with all that it needs.
#[derive(Debug, Clone)]
pub enum Again {
    /// The same booking with the same id.
    Book(Box<booking::ServicePage>),
    /// The same question.
    Search(Credential),
    /// The same check-in.
    CheckIn(Box<arrival::PresencePage>),
}

/// What a missing answer leaves open: whether it was done is not known, and trying again is safe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AtStake {
    /// Nothing: a question may be asked again.
    #[default]
    Nothing,
    /// A place that may be booked.
    Booking,
    /// A presence that may be confirmed.
    Presence,
}

impl Trouble {
    /// What the missing answer leaves open. A refusal leaves nothing open.
    pub fn at_stake(&self) -> AtStake {
        match &self.again {
            Some(Again::Book(_)) if self.failed.fault.leaves_it_open() => AtStake::Booking,
            Some(Again::CheckIn(_)) if self.failed.fault.leaves_it_open() => AtStake::Presence,
            _ => AtStake::Nothing,
        }
    }
}

/// A refusal that is a fact of the person's appointment, to be explained; everything else is a fault.
fn facts_or_failed(failure: Failure) -> Result<Facts, Failed> {
    let facts = match &failure {
        Failure::Refused(refusal) => Facts::of(refusal),
        Failure::Unreachable | Failure::Unreadable => None,
    };
    facts.ok_or_else(|| Failed::of(&failure))
}
