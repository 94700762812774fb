//! Parts of a view as the structures of the window: word for word, with nothing decided and nothing left out.

use super::ui;
use crate::{
    flow::{AtStake, fault::Fault, letters::Initial, modal::Misread, printing::Printed},
    view::{
        Appointment, ComingBack, DayWord, FactsView, Head, ModalView, Service, Shown, Stage, TicketPageView, Tile,
        Waiting, When,
    },
};
use contract::identity::QrText;
use slint::{Image, ModelRc, Rgb8Pixel, SharedPixelBuffer, VecModel};

pub fn number(value: impl TryInto<i32>) -> i32 {
    value.try_into().unwrap_or(i32::MAX)
}

pub fn list<T: Clone + 'static>(rows: impl IntoIterator<Item = T>) -> ModelRc<T> {
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

pub fn when(when: &When) -> ui::When {
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

pub fn waiting(waiting: Waiting) -> ui::Waiting {
    match waiting {
        Waiting::No => ui::Waiting::No,
        Waiting::Quietly => ui::Waiting::Quietly,
        Waiting::Visibly => ui::Waiting::Visibly,
        Waiting::InWords => ui::Waiting::InWords,
    }
}

pub fn services(at: usize, pages: usize) -> ui::ServicesData {
    ui::ServicesData { number: number(at), pages: number(pages), ..Default::default() }
}

pub fn letter((initial, there): &(Initial, bool)) -> ui::LetterData {
    ui::LetterData { key: initial.key().into(), there: *there }
}

pub fn tile(tile: &Option<Tile>) -> ui::TileData {
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

pub fn service(service: &Service) -> ui::ServiceData {
    ui::ServiceData {
        name: (&service.name).into(),
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

pub fn appointment(row: &Appointment) -> ui::AppointmentData {
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

pub fn facts(facts: &FactsView, staff: &str) -> ui::FactsData {
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

fn slip(printed: Option<Printed>) -> ui::SlipKind {
    match printed {
        None => ui::SlipKind::Printing,
        Some(Printed::Done) => ui::SlipKind::Done,
        Some(Printed::DoneNearEnd) => ui::SlipKind::NearEnd,
        Some(Printed::Unknown) => ui::SlipKind::Unknown,
        Some(Printed::Failed(_)) => ui::SlipKind::Failed,
    }
}

fn coming_back(coming_back: ComingBack) -> ui::ComingBack {
    match coming_back {
        ComingBack::NotNeeded => ui::ComingBack::NotNeeded,
        ComingBack::WithTicket => ui::ComingBack::WithTicket,
        ComingBack::WithCard => ui::ComingBack::WithCard,
        ComingBack::WithPhoto => ui::ComingBack::WithPhoto,
        ComingBack::ToStaff => ui::ComingBack::ToStaff,
    }
}

/// The side of the QR on the screen, in units: some 7 cm on 21 inches, what fits beside its sentence.
const QR_UNITS: f32 = 150.0;

/// A QR as a picture that is never scaled: black on white in every look, every module a whole number of pixels.
fn qr(text: &QrText, pixels_per_unit: f32) -> Image {
    let Some(modules) = devices::qr::modules(text.reveal()) else { return Image::default() };
    let module = ((QR_UNITS * pixels_per_unit) as usize / modules.side).max(1);
    let side = modules.side * module;
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(side as u32, side as u32);
    for (at, pixel) in pixels.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (at % side / module, at / side / module);
        let dark = modules.dark.get(y * modules.side + x) == Some(&true);
        *pixel = if dark { Rgb8Pixel::new(0, 0, 0) } else { Rgb8Pixel::new(255, 255, 255) };
    }
    Image::from_rgb8(pixels)
}

pub fn ticket(page: &TicketPageView, pixels_per_unit: f32) -> ui::TicketData {
    ui::TicketData {
        code: page.code.to_string().into(),
        service: (&page.service).into(),
        when: when(&page.when),
        room: (&page.room).into(),
        directions: (&page.directions).into(),
        coming_back: coming_back(page.coming_back),
        qr: page.qr.as_ref().map(|text| qr(text, pixels_per_unit)).unwrap_or_default(),
        slip: slip(page.printed),
        print_again: page.print_again,
        seconds: page.seconds_left.unwrap_or_default(),
        staff: page.staff_code.into(),
    }
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

fn at_stake(at_stake: AtStake) -> ui::AtStake {
    match at_stake {
        AtStake::Nothing => ui::AtStake::Nothing,
        AtStake::Booking => ui::AtStake::Booking,
        AtStake::Presence => ui::AtStake::Presence,
    }
}

pub fn trouble(why: Fault, open: AtStake, again: bool, since: &str, incident: &str) -> ui::TroubleData {
    ui::TroubleData {
        kind: fault(why),
        at_stake: at_stake(open),
        again,
        staff: why.code().into(),
        since: since.into(),
        incident: incident.into(),
    }
}
