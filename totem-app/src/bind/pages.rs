//! Each page's view as the properties of that page. The properties of all other pages are emptied, so that nothing of
//! a person stays behind in the window (D0.8).

use super::{parts, ui};
use crate::{
    flow::AtStake,
    view::{PageView, Waiting},
};
use slint::SharedString;

/// What all pages together need; each page fills its own part and leaves the rest empty.
#[derive(Default)]
struct Properties {
    pixels_per_unit: f32,
    stand_by: ui::StandByData,
    tiles: Vec<ui::TileData>,
    services: ui::ServicesData,
    letters: Vec<ui::LetterData>,
    service: ui::ServiceData,
    bring: Vec<SharedString>,
    waiting: Waiting,
    by_card: bool,
    appointments: Vec<ui::AppointmentData>,
    list: ui::ServicesData,
    appointment: ui::AppointmentData,
    present: ui::PresentData,
    facts: ui::FactsData,
    ticket: ui::TicketData,
    trouble: ui::TroubleData,
}

/// Fills the page's properties and empties all others. What is drawn pixel by pixel needs to know how many a unit has.
pub fn page(api: &ui::Api<'_>, page: &PageView, pixels_per_unit: f32) {
    let mut to = Properties { pixels_per_unit, ..Default::default() };
    let kind = to.fill(page);
    api.set_stand_by(to.stand_by);
    api.set_tiles(parts::list(to.tiles));
    api.set_services(to.services);
    api.set_letters(parts::list(to.letters));
    api.set_service(to.service);
    api.set_bring(parts::list(to.bring));
    api.set_waiting(parts::waiting(to.waiting));
    api.set_by_card(to.by_card);
    api.set_appointments(parts::list(to.appointments));
    api.set_list(to.list);
    api.set_appointment(to.appointment);
    api.set_present(to.present);
    api.set_facts(to.facts);
    api.set_ticket(to.ticket);
    api.set_trouble(to.trouble);
    api.set_page(kind);
}

impl Properties {
    fn fill(&mut self, page: &PageView) -> ui::PageKind {
        use ui::PageKind as Kind;
        match page {
            PageView::Starting { waiting } => {
                self.waiting = *waiting;
                Kind::Starting
            }
            PageView::OutOfService { fault, since, incident } => {
                let since = since.as_ref().map(|since| since.clock.as_str()).unwrap_or_default();
                self.trouble = parts::trouble(*fault, AtStake::Nothing, false, since, incident);
                Kind::OutOfService
            }
            PageView::StandBy { printer, reader } => {
                self.stand_by = ui::StandByData {
                    printer_staff: printer.unwrap_or_default().into(),
                    reader_staff: reader.unwrap_or_default().into(),
                };
                Kind::StandBy
            }
            PageView::Services { tiles, number: at, pages, by_letter } => {
                self.tiles = tiles.iter().map(parts::tile).collect();
                self.services = ui::ServicesData { by_letter: *by_letter, ..parts::services(*at, *pages) };
                Kind::Services
            }
            PageView::Letters { keys } => {
                self.letters = keys.iter().map(parts::letter).collect();
                Kind::Letters
            }
            PageView::Letter { initial, tiles, number: at, pages } => {
                self.tiles = tiles.iter().map(parts::tile).collect();
                self.services = ui::ServicesData { letter: initial.key().into(), ..parts::services(*at, *pages) };
                Kind::Letter
            }
            PageView::Service(one) => {
                self.service = parts::service(one);
                self.bring = one.info.bring.iter().map(SharedString::from).collect();
                Kind::Service
            }
            PageView::Trouble { fault, at_stake, again, incident } => {
                self.trouble = parts::trouble(*fault, *at_stake, *again, "", incident);
                Kind::Trouble
            }
            of_a_person => self.fill_personal(of_a_person),
        }
    }

    fn fill_personal(&mut self, page: &PageView) -> ui::PageKind {
        use ui::PageKind as Kind;
        match page {
            PageView::Reading { card, waiting } => {
                (self.by_card, self.waiting) = (*card, *waiting);
                Kind::Reading
            }
            PageView::Appointments { rows, number: at, pages } => {
                self.appointments = rows.iter().map(parts::appointment).collect();
                self.list = parts::services(*at, *pages);
                Kind::Appointments
            }
            PageView::Presence { appointment: row, waiting } => {
                (self.appointment, self.waiting) = (parts::appointment(row), *waiting);
                Kind::Presence
            }
            PageView::Present { code, room, directions, since, late, seconds_left } => {
                self.present = ui::PresentData {
                    code: code.to_string().into(),
                    room: room.into(),
                    directions: directions.into(),
                    since: since.as_deref().unwrap_or_default().into(),
                    late: *late,
                    seconds: seconds_left.unwrap_or_default(),
                };
                Kind::Present
            }
            PageView::Facts { facts, code } => {
                self.facts = parts::facts(facts, code);
                Kind::Facts
            }
            PageView::Ticket(page) => {
                self.ticket = parts::ticket(page, self.pixels_per_unit);
                Kind::Ticket
            }
            // The pages of nobody are filled above.
            _ => Kind::Starting,
        }
    }
}
