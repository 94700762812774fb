//! The pages, each with what it needs and nothing of any other.

use super::{InfoPage, Left, Waiting, info, when::When};
use crate::flow::{
    State, Visit,
    arrival::{LISTED, PRESENT_MILLIS},
    booking::ServicePage,
    facts::Facts,
    fault::Fault,
    printing::{PrintFault, Printed, Printer, SlipState, TicketPage},
    session::{Page, Session},
};
use contract::{
    api::Offer,
    identity::Credential,
    ids::{ServiceId, TicketId},
    text::Text,
    ticket::{CallCode, Standing, TicketView},
    time::{Date, Instant, Moment},
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
    OutOfService { fault: Fault, since: Option<When> },
    /// Nobody is here.
    StandBy { printer: Option<PrintFault>, reader_away: bool, code: Code },
    /// Which service?
    Services { tiles: Vec<Option<Tile>>, number: usize, pages: usize },
    /// This service.
    Service(Box<Service>),
    /// A card or a ticket was read.
    Reading { card: bool, waiting: Waiting },
    /// Several appointments of today.
    Appointments { rows: Vec<Appointment>, number: usize, pages: usize },
    /// "Confirm your presence?"
    Presence { appointment: Appointment, waiting: Waiting },
    /// Presence is confirmed, now or since then.
    Present { code: CallCode, room: String, directions: String, since: Option<String>, late: i32, left: Option<Left> },
    /// Why there is nothing to confirm.
    Facts { facts: FactsView, code: Code },
    /// Take your ticket.
    Ticket(Box<TicketPageView>),
    /// Something did not work.
    Trouble { fault: Fault, again: bool },
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
    pub icon: String,
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
    /// True if the person waits here and now, false if the appointment is for later.
    pub sit_down: bool,
    /// None while the printer works.
    pub printed: Option<Printed>,
    pub left: Option<Left>,
    pub staff_code: Code,
}

/// The page in this state.
pub fn page(state: &State, now: Moment) -> PageView {
    let office = &state.office;
    let words = Words { state, now, today: office.today(now) };
    let session = match (&state.visit, &office.board, office.outage()) {
        (Visit::Open(session), Some(_), _) => session,
        (_, _, Some(fault)) => {
            let since = office.down_since.map(|since| words.wall_time(since));
            return PageView::OutOfService { fault, since };
        }
        (_, None, None) => return PageView::Starting { waiting: Waiting::since(Some(Moment::default()), now) },
        (Visit::StandBy, Some(_), None) => return stand_by(state),
    };
    words.of(session)
}

fn stand_by(state: &State) -> PageView {
    let printer = match state.printer {
        Printer::Out(fault) => Some(fault),
        Printer::Ready | Printer::NearEnd => None,
    };
    let reader = state.reader.code();
    let code = printer.map(PrintFault::code).or(reader).unwrap_or_default();
    PageView::StandBy { printer, reader_away: reader.is_some(), code }
}

struct Words<'a> {
    state: &'a State,
    now: Moment,
    today: Option<Date>,
}

impl Words<'_> {
    fn text(&self, text: &Text) -> String {
        text.get(self.state.comfort.lang).to_owned()
    }

    fn when(&self, offer: &Offer) -> When {
        When::new(offer.date, offer.time, self.today)
    }

    fn wall_time(&self, at: Instant) -> When {
        let Some(board) = &self.state.office.board else { return When::default() };
        let (date, time) = at.on_the_wall(&board.zone);
        When::new(date, time, self.today)
    }

    fn of(&self, session: &Session) -> PageView {
        match &session.page {
            Page::Services => self.services(session),
            Page::Service(page) => self.service(page),
            Page::Reading(reading) => PageView::Reading {
                card: !matches!(session.credential, Some(Credential::Qr { .. })),
                waiting: Waiting::since(Some(reading.since), self.now),
            },
            Page::Appointments => PageView::Appointments {
                rows: session.list.shown().iter().map(|ticket| self.appointment(ticket)).collect(),
                number: session.list.page + 1,
                pages: session.list.pages(),
            },
            Page::Presence(page) => PageView::Presence {
                appointment: self.appointment(&page.ticket),
                waiting: Waiting::since(page.sent, self.now),
            },
            Page::Present(page) => PageView::Present {
                code: page.ticket.code,
                room: self.text(&page.ticket.room),
                directions: self.text(&page.ticket.directions),
                since: None,
                late: page.late_minutes.and_then(|late| i32::try_from(late).ok()).unwrap_or_default(),
                left: Some(Left::until(page.until, PRESENT_MILLIS, self.now)),
            },
            Page::Facts(facts) => self.facts(facts),
            Page::Ticket(page) => self.ticket(page),
            Page::Trouble(trouble) => PageView::Trouble { fault: trouble.fault, again: trouble.again.is_some() },
        }
    }

    fn services(&self, session: &Session) -> PageView {
        let pages = self.state.office.pages();
        let number = session.services_page.min(pages - 1);
        let page = self.state.office.board.as_ref().and_then(|board| board.pages.get(number));
        let tile = |tile: &contract::api::Tile| Tile {
            service: tile.service.clone(),
            name: self.text(&tile.name),
            icon: tile.icon.clone(),
            first: tile.first.as_ref().map(|offer| self.when(offer)),
        };
        let mut tiles: Vec<_> = page.into_iter().flatten().map(|place| place.as_ref().map(tile)).collect();
        // The last page keeps the positions of a full one (D2.1).
        tiles.resize(contract::lineup::BUTTONS, None);
        PageView::Services { tiles, number: number + 1, pages }
    }

    fn service(&self, page: &ServicePage) -> PageView {
        let Some(tile) = self.state.office.tile(&page.service) else {
            return PageView::Trouble { fault: Fault::NoPlaceLeft, again: false };
        };
        let lang = self.state.comfort.lang;
        let bring: Vec<_> = tile.bring.iter().map(|line| line.get(lang)).collect();
        let mut info = info::pages(tile.description.get(lang), &bring, self.state.comfort.large);
        let number = page.info.min(info.len() - 1);
        PageView::Service(Box::new(Service {
            name: self.text(&tile.name),
            icon: tile.icon.clone(),
            info_number: number + 1,
            info_pages: info.len(),
            info: info.swap_remove(number),
            place: page.offer.as_ref().map(|offer| self.when(offer)),
            minutes: page.offer.as_ref().and_then(|offer| self.minutes_until(offer)),
            just_taken: page.just_taken,
            room: self.text(&tile.room),
            directions: self.text(&tile.directions),
            waiting: Waiting::since(page.booking.as_ref().map(|booking| booking.since), self.now),
        }))
    }

    /// Minutes until a place of the next two hours, rounded up; later ones are clearer by their hour.
    fn minutes_until(&self, offer: &Offer) -> Option<i32> {
        let seconds = offer.starts_at.seconds_since(self.state.wall(self.now)?);
        let minutes = (seconds.max(0) + 59) / 60;
        i32::try_from(minutes).ok().filter(|minutes| *minutes <= 120)
    }

    fn appointment(&self, ticket: &TicketView) -> Appointment {
        Appointment {
            ticket: ticket.id,
            code: ticket.code,
            service: self.text(&ticket.service),
            when: When::new(ticket.date, ticket.time, self.today),
            room: self.text(if ticket.elsewhere { &ticket.site } else { &ticket.room }),
            directions: self.text(if ticket.elsewhere { &ticket.address } else { &ticket.directions }),
            stage: match Facts::about(ticket, self.today) {
                None => Stage::ToConfirm,
                Some(Facts::AlreadyPresent { .. }) => Stage::Present,
                Some(Facts::WrongSite { .. }) => Stage::Elsewhere,
                Some(Facts::AlreadyCalled { .. }) => Stage::Called,
                Some(Facts::Absent) => Stage::Absent,
                Some(_) => Stage::Over,
            },
        }
    }

    fn facts(&self, facts: &Facts) -> PageView {
        let view = match facts {
            Facts::AlreadyPresent { code, since, room, directions } => {
                return PageView::Present {
                    code: *code,
                    room: self.text(room),
                    directions: self.text(directions),
                    since: Some(self.wall_time(*since).clock),
                    late: 0,
                    left: None,
                };
            }
            Facts::WrongSite { site, address } => {
                FactsView::WrongSite { site: self.text(site), address: self.text(address) }
            }
            Facts::TooLate { by_minutes, tolerance_minutes } => {
                FactsView::TooLate { by_minutes: *by_minutes, tolerance_minutes: *tolerance_minutes }
            }
            Facts::AlreadyCalled { code, counter } => {
                FactsView::AlreadyCalled { code: *code, counter: counter.clone() }
            }
            Facts::Absent => FactsView::Absent,
            Facts::Over => FactsView::Over,
            Facts::NotToday { date, time } => {
                let mut when = When::new(*date, time.unwrap_or_default(), self.today);
                if time.is_none() {
                    when.clock.clear();
                }
                FactsView::NotToday { when }
            }
            Facts::NothingToday => FactsView::NothingToday,
        };
        PageView::Facts { facts: view, code: facts.code() }
    }

    fn ticket(&self, page: &TicketPage) -> PageView {
        let ticket = &page.ticket;
        let printed = match page.slip {
            SlipState::Printing { .. } => None,
            SlipState::Over(printed) => Some(printed),
        };
        PageView::Ticket(Box::new(TicketPageView {
            code: ticket.code,
            service: self.text(&ticket.service),
            when: When::new(ticket.date, ticket.time, self.today),
            room: self.text(&ticket.room),
            directions: self.text(&ticket.directions),
            sit_down: matches!(ticket.standing, Standing::Waiting { .. } | Standing::AtCounter { .. }),
            printed,
            left: page.until.map(|until| Left::until(until, page.stay_millis(), self.now)),
            staff_code: page.slip.code().unwrap_or_default(),
        }))
    }
}

/// The rows of one page are never more than this: the window has room for no more.
const _: () = assert!(LISTED == 4);
