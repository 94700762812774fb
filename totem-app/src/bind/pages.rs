//! Each page's view as the properties of that page. The properties of all other pages are emptied, so that nothing of
//! a person stays behind in the window (D0.8).

use super::ui;
use crate::{
    flow::{
        fault::Fault,
        modal::Misread,
        printing::{PrintFault, Printed},
    },
    view::{Appointment, DayWord, FactsView, Head, ModalView, PageView, Service, Shown, Stage, Tile, Waiting, When},
};
use slint::{ModelRc, SharedString, VecModel};

fn number(value: impl TryInto<i32>) -> i32 {
    value.try_into().unwrap_or(i32::MAX)
}

fn list<T: Clone + 'static>(rows: impl IntoIterator<Item = T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from_iter(rows))
}

pub fn head(head: &Head) -> ui::HeadData {
    ui::HeadData {
        institution: (&head.institution).into(),
        motto: (&head.motto).into(),
        now: head.now.as_ref().map(when).unwrap_or_default(),
    }
}

pub fn shown(shown: Shown) -> ui::Shown {
    match shown {
        Shown::Nothing => ui::Shown::Nothing,
        Shown::Card => ui::Shown::Card,
        Shown::Ticket => ui::Shown::Ticket,
    }
}

pub fn modal(modal: ModalView) -> ui::ModalData {
    match modal {
        ModalView::None => ui::ModalData::default(),
        ModalView::StillThere { left } => ui::ModalData {
            kind: ui::ModalKind::StillThere,
            seconds: left.seconds,
            part: left.part,
            ..Default::default()
        },
        ModalView::IsItYou { card } => ui::ModalData { kind: ui::ModalKind::IsItYou, card, ..Default::default() },
        ModalView::NotRead { why, often } => ui::ModalData {
            kind: ui::ModalKind::NotRead,
            misread: match why {
                Misread::Garbled => ui::MisreadKind::Garbled,
                Misread::Foreign => ui::MisreadKind::Foreign,
                Misread::CardNumber => ui::MisreadKind::CardNumber,
            },
            often,
            staff: why.code().into(),
            ..Default::default()
        },
    }
}

fn when(when: &When) -> ui::When {
    ui::When {
        known: true,
        word: match when.word {
            DayWord::Date => ui::DayWord::Date,
            DayWord::Today => ui::DayWord::Today,
            DayWord::Tomorrow => ui::DayWord::Tomorrow,
        },
        weekday: when.weekday,
        day: when.day,
        month: when.month,
        clock: (&when.clock).into(),
        hour: when.hour,
    }
}

fn waiting(waiting: Waiting) -> ui::Waiting {
    match waiting {
        Waiting::No => ui::Waiting::No,
        Waiting::Quietly => ui::Waiting::Quietly,
        Waiting::Visibly => ui::Waiting::Visibly,
        Waiting::InWords => ui::Waiting::InWords,
    }
}

fn tile(tile: &Option<Tile>) -> ui::TileData {
    let Some(tile) = tile else { return ui::TileData::default() };
    let longest = tile.name.split_whitespace().max_by_key(|word| word.chars().count()).unwrap_or_default();
    ui::TileData {
        there: true,
        service: tile.service.as_str().into(),
        name: (&tile.name).into(),
        longest_word: longest.into(),
        icon: (&tile.icon).into(),
        first: tile.first.as_ref().map(when).unwrap_or_default(),
    }
}

fn service(service: &Service) -> ui::ServiceData {
    ui::ServiceData {
        name: (&service.name).into(),
        icon: (&service.icon).into(),
        text: (&service.info.text).into(),
        info_number: number(service.info_number),
        info_pages: number(service.info_pages),
        place: service.place.as_ref().map(when).unwrap_or_default(),
        minutes: service.minutes.unwrap_or(-1),
        just_taken: service.just_taken,
        room: (&service.room).into(),
        directions: (&service.directions).into(),
        waiting: waiting(service.waiting),
    }
}

fn appointment(row: &Appointment) -> ui::AppointmentData {
    ui::AppointmentData {
        ticket: row.ticket.to_string().into(),
        code: row.code.to_string().into(),
        service: (&row.service).into(),
        when: when(&row.when),
        room: (&row.room).into(),
        directions: (&row.directions).into(),
        stage: match row.stage {
            Stage::ToConfirm => ui::Stage::ToConfirm,
            Stage::Present => ui::Stage::Present,
            Stage::Elsewhere => ui::Stage::Elsewhere,
            Stage::Called => ui::Stage::Called,
            Stage::Absent => ui::Stage::Absent,
            Stage::Over => ui::Stage::Over,
        },
    }
}

fn facts(facts: &FactsView, staff: &str) -> ui::FactsData {
    use ui::FactKind as Kind;
    let mut data = ui::FactsData { staff: staff.into(), ..Default::default() };
    data.kind = match facts {
        FactsView::WrongSite { site, address } => {
            (data.place, data.address) = (site.into(), address.into());
            Kind::WrongSite
        }
        FactsView::TooLate { by_minutes, tolerance_minutes } => {
            (data.late, data.tolerance) = (number(*by_minutes), number(*tolerance_minutes));
            Kind::TooLate
        }
        FactsView::AlreadyCalled { code, counter } => {
            data.code = code.map(|code| code.to_string()).unwrap_or_default().into();
            data.counter = counter.into();
            Kind::AlreadyCalled
        }
        FactsView::NotToday { when: day } => {
            data.when = when(day);
            Kind::NotToday
        }
        FactsView::Absent => Kind::Absent,
        FactsView::Over => Kind::Over,
        FactsView::NothingToday => Kind::NothingToday,
    };
    data
}

fn printer(fault: Option<PrintFault>) -> ui::PrinterKind {
    match fault {
        None => ui::PrinterKind::Fine,
        Some(PrintFault::Paper) => ui::PrinterKind::Paper,
        Some(PrintFault::Cover) => ui::PrinterKind::Cover,
        Some(PrintFault::Away) => ui::PrinterKind::Away,
        Some(PrintFault::Broken) => ui::PrinterKind::Broken,
    }
}

fn slip(printed: Option<Printed>) -> (ui::SlipKind, ui::PrinterKind) {
    let kind = match printed {
        None => ui::SlipKind::Printing,
        Some(Printed::Done) => ui::SlipKind::Done,
        Some(Printed::DoneNearEnd) => ui::SlipKind::NearEnd,
        Some(Printed::Unknown) => ui::SlipKind::Unknown,
        Some(Printed::Failed(fault)) => return (ui::SlipKind::Failed, printer(Some(fault))),
    };
    (kind, ui::PrinterKind::Fine)
}

fn fault(fault: Fault) -> ui::FaultKind {
    match fault {
        Fault::ServerAway => ui::FaultKind::ServerAway,
        Fault::AnswerLate => ui::FaultKind::AnswerLate,
        Fault::AnswerUnreadable => ui::FaultKind::AnswerUnreadable,
        Fault::ServerBusy => ui::FaultKind::ServerBusy,
        Fault::ServerFault => ui::FaultKind::ServerFault,
        Fault::NotAdmitted => ui::FaultKind::NotAdmitted,
        Fault::NoPlaceLeft => ui::FaultKind::NoPlaceLeft,
        Fault::TooManyOpen => ui::FaultKind::TooManyOpen,
        Fault::NoCodeLeft => ui::FaultKind::NoCodeLeft,
        Fault::DayClosed => ui::FaultKind::DayClosed,
        Fault::UnknownTicket => ui::FaultKind::UnknownTicket,
    }
}

/// What all pages together need; each page fills its own part and leaves the rest empty.
#[derive(Default)]
struct Properties {
    stand_by: ui::StandByData,
    tiles: Vec<ui::TileData>,
    services: ui::ServicesData,
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

/// Fills the page's properties and empties all others.
pub fn page(api: &ui::Api<'_>, page: &PageView) {
    let mut to = Properties::default();
    let kind = to.fill(page);
    api.set_stand_by(to.stand_by);
    api.set_tiles(list(to.tiles));
    api.set_services(to.services);
    api.set_service(to.service);
    api.set_bring(list(to.bring));
    api.set_waiting(waiting(to.waiting));
    api.set_by_card(to.by_card);
    api.set_appointments(list(to.appointments));
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
            PageView::OutOfService { fault: why, since } => {
                let since = since.as_ref().map(|since| since.clock.as_str()).unwrap_or_default().into();
                self.trouble = ui::TroubleData { kind: fault(*why), again: false, staff: why.code().into(), since };
                Kind::OutOfService
            }
            PageView::StandBy { printer: why, reader_away, code } => {
                self.stand_by =
                    ui::StandByData { printer: printer(*why), reader_away: *reader_away, staff: (*code).into() };
                Kind::StandBy
            }
            PageView::Services { tiles, number: at, pages } => {
                self.tiles = tiles.iter().map(tile).collect();
                self.services = ui::ServicesData { number: number(*at), pages: number(*pages) };
                Kind::Services
            }
            PageView::Service(one) => {
                self.service = service(one);
                self.bring = one.info.bring.iter().map(SharedString::from).collect();
                Kind::Service
            }
            PageView::Trouble { fault: why, again } => {
                self.trouble =
                    ui::TroubleData { kind: fault(*why), again: *again, staff: why.code().into(), since: "".into() };
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
                self.appointments = rows.iter().map(appointment).collect();
                self.list = ui::ServicesData { number: number(*at), pages: number(*pages) };
                Kind::Appointments
            }
            PageView::Presence { appointment: row, waiting } => {
                (self.appointment, self.waiting) = (appointment(row), *waiting);
                Kind::Presence
            }
            PageView::Present { code, room, directions, since, late, left } => {
                let left = left.unwrap_or_default();
                self.present = ui::PresentData {
                    code: code.to_string().into(),
                    room: room.into(),
                    directions: directions.into(),
                    since: since.as_deref().unwrap_or_default().into(),
                    late: *late,
                    seconds: left.seconds,
                    part: left.part,
                };
                Kind::Present
            }
            PageView::Facts { facts: what, code } => {
                self.facts = facts(what, code);
                Kind::Facts
            }
            PageView::Ticket(page) => {
                let (slip, fault) = slip(page.printed);
                let left = page.left.unwrap_or_default();
                self.ticket = ui::TicketData {
                    code: page.code.to_string().into(),
                    service: (&page.service).into(),
                    when: when(&page.when),
                    room: (&page.room).into(),
                    directions: (&page.directions).into(),
                    sit_down: page.sit_down,
                    slip,
                    fault,
                    seconds: left.seconds,
                    part: left.part,
                    staff: page.staff_code.into(),
                };
                Kind::Ticket
            }
            // The pages of nobody are filled above.
            _ => Kind::Starting,
        }
    }
}
