//! Which page is shown in a state, and what is on it.

use super::{
    Appointment, ComingBack, FactsView, PageView, Service, Stage, TicketPageView, Tile, Waiting, When, info,
    seconds_until,
};
use crate::flow::{
    AtStake, State, Visit,
    arrival::LISTED,
    booking::ServicePage,
    facts::Facts,
    fault::Fault,
    letters::{self, LetterPage},
    office::Reader,
    printing::{self, Printer, SlipState, TicketPage},
    session::{Page, Session},
};
use contract::{
    api::Offer,
    identity::Credential,
    lineup::BUTTONS,
    text::Text,
    ticket::{Standing, TicketView},
    time::{Date, Instant, Moment},
};

/// The page in this state.
pub fn page(state: &State, now: Moment) -> PageView {
    let office = &state.office;
    let words = Words { state, now, today: office.today(now) };
    let session = match (&state.visit, &office.board, office.outage()) {
        (Visit::Open(session), Some(_), _) => session,
        (_, _, Some(failed)) => {
            let since = office.down_since.map(|since| words.wall_time(since));
            return PageView::OutOfService { fault: failed.fault, since, incident: failed.incident.clone() };
        }
        (_, None, None) => return PageView::Starting { waiting: Waiting::since(Some(Moment::default()), now) },
        (Visit::StandBy, Some(_), None) => return stand_by(state),
    };
    words.of(session)
}

fn stand_by(state: &State) -> PageView {
    let printer = match state.printer {
        Printer::Out(fault) => Some(fault.code()),
        Printer::Ready | Printer::NearEnd => None,
    };
    PageView::StandBy { printer, reader: state.reader.code(), reads: state.reader.reads() }
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
            Page::Letters => PageView::Letters { keys: letters::keys(&self.state.office, self.state.comfort.lang) },
            Page::Letter(page) => self.letter(*page),
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
                seconds_left: Some(seconds_until(page.until, self.now)),
                print_again: printing::can_print_again(self.state),
            },
            Page::Facts(facts) => self.facts(facts),
            Page::Ticket(page) => self.ticket(page),
            Page::Trouble(trouble) => PageView::Trouble {
                fault: trouble.failed.fault,
                at_stake: trouble.at_stake(),
                again: trouble.again.is_some(),
                incident: trouble.failed.incident.clone(),
            },
        }
    }

    fn services(&self, session: &Session) -> PageView {
        let pages = self.state.office.pages();
        let number = session.services_page.min(pages - 1);
        let page = self.state.office.board.as_ref().and_then(|board| board.pages.get(number));
        let tiles = self.tiles(page.into_iter().flatten().map(Option::as_ref));
        PageView::Services { tiles, number: number + 1, pages, by_letter: letters::are_offered(&self.state.office) }
    }

    fn letter(&self, LetterPage { initial, number }: LetterPage) -> PageView {
        let (office, lang) = (&self.state.office, self.state.comfort.lang);
        let (services, pages) = (letters::services(office, lang, initial), letters::pages(office, lang, initial));
        let number = number.min(pages - 1);
        let tiles = self.tiles(services.into_iter().skip(number * BUTTONS).take(BUTTONS).map(Some));
        PageView::Letter { initial, tiles, number: number + 1, pages }
    }

    /// The tiles of one page. The last page keeps the positions of a full one (D2.1).
    fn tiles<'a>(&self, places: impl Iterator<Item = Option<&'a contract::api::Tile>>) -> Vec<Option<Tile>> {
        let tile = |tile: &contract::api::Tile| Tile {
            service: tile.service.clone(),
            name: self.text(&tile.name),
            icon: tile.icon.clone(),
            first: tile.first.as_ref().map(|offer| self.when(offer)),
        };
        let mut tiles: Vec<_> = places.map(|place| place.map(tile)).collect();
        tiles.resize(BUTTONS, None);
        tiles
    }

    fn service(&self, page: &ServicePage) -> PageView {
        let Some(tile) = self.state.office.tile(&page.service) else {
            let fault = Fault::NoPlaceLeft;
            return PageView::Trouble { fault, at_stake: AtStake::Nothing, again: false, incident: String::new() };
        };
        let lang = self.state.comfort.lang;
        let bring: Vec<_> = tile.bring.iter().map(|line| line.get(lang)).collect();
        let (name, room, directions) = (self.text(&tile.name), self.text(&tile.room), self.text(&tile.directions));
        let around = info::Around {
            title: name.chars().count(),
            place: room.chars().count() + directions.chars().count(),
            just_taken: page.just_taken,
            large: self.state.comfort.large,
        };
        let mut info = info::pages(tile.description.get(lang), &bring, around);
        let number = page.info.min(info.len() - 1);
        PageView::Service(Box::new(Service {
            name,
            info_number: number + 1,
            info_pages: info.len(),
            info: info.swap_remove(number),
            place: page.offer.as_ref().map(|offer| self.when(offer)),
            minutes: page.offer.as_ref().and_then(|offer| self.minutes_until(offer)),
            just_taken: page.just_taken,
            room,
            directions,
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
                    seconds_left: None,
                    print_again: printing::can_print_again(self.state),
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
            coming_back: coming_back(page, self.state.reader),
            qr: Some(&ticket.qr).filter(|_| !page.has_slip()).cloned(),
            printed,
            print_again: printing::can_print_again(self.state),
            seconds_left: page.until.map(|until| seconds_until(until, self.now)),
            staff_code: page.slip.code().unwrap_or_default(),
        }))
    }
}

fn coming_back(page: &TicketPage, reader: Reader) -> ComingBack {
    match page.ticket.standing {
        Standing::Waiting { .. } | Standing::AtCounter { .. } => ComingBack::NotNeeded,
        _ if reader == Reader::NotWanted => ComingBack::ToStaff,
        _ if page.has_slip() => ComingBack::WithTicket,
        _ if page.by_card => ComingBack::WithCard,
        _ => ComingBack::WithPhoto,
    }
}

/// The rows of one page are never more than this: the window has room for no more.
const _: () = assert!(LISTED == 4);
