//! "Take your ticket": what became of the slip, whether it can be printed again, and how long the code stays on the
//! screen.
//!
//! The screen says that a slip is there only when the printer has said so. The booking stands in any case.

use super::{
    Effect, SlipOrder, State,
    facts::Facts,
    office::Reader,
    session::{Page, Session},
};
use contract::{ticket::TicketView, time::Moment};

/// The code stays this long once the slip is out (D9.4).
const TAKE_MILLIS: u64 = 15_000;
/// The code stays this long where there is no slip: time to write it down (F39).
const NOTE_DOWN_MILLIS: u64 = 60_000;
/// A printer that has said nothing for this long will not say it any more.
const PRINTER_PATIENCE_MILLIS: u64 = 12_000;
/// A slip is asked for so often on one page: a printer that fails more often wants a person.
const MOST_PAPERS: u8 = 3;

/// What the printer can do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printer {
    /// It prints.
    Ready,
    /// It prints, and the roll is near its end.
    NearEnd,
    /// It does not print.
    Out(PrintFault),
}

/// Why nothing is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintFault {
    /// No paper.
    Paper,
    /// A cover is open.
    Cover,
    /// Its cutter is stuck.
    Cutter,
    /// Not connected, switched off, or silent.
    Away,
    /// It says that something is wrong with it.
    Broken,
    /// None is set up: this totem shows codes, and that is meant.
    NoPrinter,
}

impl PrintFault {
    /// The code for staff.
    pub fn code(self) -> &'static str {
        match self {
            Self::Paper => "T-PRN-02",
            Self::Cover => "T-PRN-03",
            Self::Away => "T-PRN-04",
            Self::Broken => "T-PRN-05",
            Self::NoPrinter => "T-PRN-07",
            Self::Cutter => "T-PRN-08",
        }
    }
}

/// What became of a print job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printed {
    /// The printer says that it is out.
    Done,
    /// The same, and the roll is near its end.
    DoneNearEnd,
    /// Nothing was printed.
    Failed(PrintFault),
    /// Sent, and nobody knows what came of it.
    Unknown,
}

/// The slip's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipState {
    /// Sent to the printer.
    Printing {
        /// The job.
        job: u64,
        /// Since when.
        since: Moment,
    },
    /// What became of it.
    Over(Printed),
}

impl SlipState {
    /// The code for staff, if something is wrong.
    pub fn code(self) -> Option<&'static str> {
        match self {
            Self::Printing { .. } | Self::Over(Printed::Done) => None,
            Self::Over(Printed::DoneNearEnd) => Some("T-PRN-01"),
            Self::Over(Printed::Failed(fault)) => Some(fault.code()),
            Self::Over(Printed::Unknown) => Some("T-PRN-06"),
        }
    }
}

/// Take your ticket.
#[derive(Debug, Clone)]
pub struct TicketPage {
    /// The ticket.
    pub ticket: TicketView,
    /// True if it was booked for the holder of a card, which then opens it as well.
    pub by_card: bool,
    /// The slip's way.
    pub slip: SlipState,
    /// When the page goes. None while the printer works.
    pub until: Option<Moment>,
    /// True if a slip of this ticket may be on paper, so that the next one is a reprint.
    pub paper_may_be_out: bool,
    /// How often a slip has been sent to the printer.
    pub papers: u8,
}

/// The place is taken: show the code, and print if there is something to print on.
pub fn take_your_ticket(state: &mut State, ticket: TicketView, now: Moment) -> Vec<Effect> {
    let by_card = state.session().is_some_and(|session| session.card().is_some());
    let page = TicketPage {
        ticket,
        by_card,
        slip: SlipState::Over(Printed::Done),
        until: None,
        paper_may_be_out: false,
        papers: 0,
    };
    if let Printer::Out(fault) = state.printer {
        let slip = SlipState::Over(Printed::Failed(fault));
        let until = Some(now.plus_millis(NOTE_DOWN_MILLIS));
        state.go(Page::Ticket(Box::new(TicketPage { slip, until, ..page })), now);
        return Vec::new();
    }
    print(state, page, now)
}

/// The slip once more, because somebody asks for it. The booking is the same.
pub fn print_again(state: &mut State, now: Moment) -> Vec<Effect> {
    again(state).map_or_else(Vec::new, |page| print(state, page, now))
}

/// Whether the slip of what is on the screen can be printed once more.
pub fn can_print_again(state: &State) -> bool {
    again(state).is_some()
}

/// The ticket on the screen, if it has no paper and could have: one that has not come out, or one of somebody who is
/// present and has shown what opens it.
fn again(state: &State) -> Option<TicketPage> {
    if matches!(state.printer, Printer::Out(_)) {
        return None;
    }
    let session = state.session()?;
    let ticket = match &session.page {
        Page::Ticket(page) => {
            return Some(page.as_ref().clone()).filter(|page| !page.has_slip() && page.papers < MOST_PAPERS);
        }
        Page::Present(page) => page.ticket.clone(),
        Page::Facts(facts) => match facts.as_ref() {
            Facts::AlreadyPresent { code, .. } => {
                session.list.tickets.iter().find(|ticket| ticket.code == *code)?.clone()
            }
            _ => return None,
        },
        _ => return None,
    };
    let by_card = session.card().is_some();
    let slip = SlipState::Over(Printed::Unknown);
    Some(TicketPage { ticket, by_card, slip, until: None, paper_may_be_out: true, papers: 0 })
}

/// Sends the slip of a page to the printer, and shows the page.
fn print(state: &mut State, page: TicketPage, now: Moment) -> Vec<Effect> {
    let Some(board) = &state.office.board else { return Vec::new() };
    let order = SlipOrder {
        ticket: page.ticket.clone(),
        lang: state.comfort.lang,
        totem_name: board.totem_name.clone(),
        zone: board.zone.clone(),
        reprint: page.paper_may_be_out,
        reads: state.reader != Reader::NotWanted,
    };
    let job = state.next_serial();
    let slip = SlipState::Printing { job, since: now };
    let page = TicketPage { slip, until: None, papers: page.papers.saturating_add(1), ..page };
    state.go(Page::Ticket(Box::new(page)), now);
    vec![Effect::Print { job, slip: Box::new(order) }]
}

/// The printer says what became of a job. Jobs of people who have gone are nobody's business.
pub fn printed(state: &mut State, job: u64, outcome: Printed, now: Moment) -> Vec<Effect> {
    let near_end = outcome == Printed::Done && state.printer == Printer::NearEnd;
    let outcome = if near_end { Printed::DoneNearEnd } else { outcome };
    if let Some(page) = ticket_page(state)
        && matches!(page.slip, SlipState::Printing { job: mine, .. } if mine == job)
    {
        page.settle(outcome, now);
    }
    Vec::new()
}

impl TicketPage {
    /// How long the page stays once the slip's fate is known.
    pub fn stay_millis(&self) -> u64 {
        match self.slip {
            SlipState::Over(Printed::Done | Printed::DoneNearEnd) => TAKE_MILLIS,
            SlipState::Over(_) | SlipState::Printing { .. } => NOTE_DOWN_MILLIS,
        }
    }

    /// True if there is paper to take away, or may yet be.
    pub fn has_slip(&self) -> bool {
        !matches!(self.slip, SlipState::Over(Printed::Failed(_) | Printed::Unknown))
    }

    fn settle(&mut self, outcome: Printed, now: Moment) {
        self.slip = SlipState::Over(outcome);
        self.paper_may_be_out |= !matches!(outcome, Printed::Failed(_));
        self.until = Some(now.plus_millis(self.stay_millis()));
    }
}

fn ticket_page(state: &mut State) -> Option<&mut TicketPage> {
    match state.session_mut() {
        Some(Session { page: Page::Ticket(page), .. }) => Some(page),
        _ => None,
    }
}

/// A silent printer is given up; a page whose time is over goes, and with it the person.
pub fn tick(state: &mut State, now: Moment) {
    if let Some(page) = ticket_page(state)
        && let SlipState::Printing { since, .. } = page.slip
        && now.millis_since(since) >= PRINTER_PATIENCE_MILLIS
    {
        page.settle(Printed::Unknown, now);
    }
    let until = match state.page() {
        Some(Page::Ticket(page)) => page.until,
        Some(Page::Present(page)) => Some(page.until),
        _ => None,
    };
    if until.is_some_and(|until| until <= now) && state.modal.is_none() {
        state.wipe();
    }
}
