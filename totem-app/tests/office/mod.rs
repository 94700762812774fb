//! An office to test with: what its server says, and a totem that is played through time.
#![allow(dead_code, reason = "each test file plays another part of it")]

use contract::{
    api::*,
    health::DeviceHealth,
    identity::{Credential, FiscalCode, QrText, Scan},
    ids::*,
    text::{Lang, Text},
    ticket::{Standing, TicketView},
    time::{Date, Instant, Moment, TimeOfDay, Zone},
};
use std::collections::BTreeMap;
use totem_app::{
    flow::{Effect, Failure, Input, SETTLE_MILLIS, SETTLE_TICKET_MILLIS, State, Touch, printing::Printed, step},
    view::{PageView, View, view},
};

/// Monday 23 November 2026, 10:24 in Crema.
pub const NOW: &str = "2026-11-23T09:24:00Z";
pub const CARD: &str = "RSSMRA85T10A562S";
pub const OTHER_CARD: &str = "MRTMTT91D08F205J";

pub fn text(it: &str, en: &str) -> Text {
    Text::try_from(BTreeMap::from([(Lang::It, it.to_owned()), (Lang::En, en.to_owned())])).unwrap()
}
pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}
pub fn zone() -> Zone {
    "Europe/Rome".parse().unwrap()
}
pub fn service(id: &str) -> ServiceId {
    id.parse().unwrap()
}
pub fn ticket_id(n: u128) -> TicketId {
    TicketId(uuid::Uuid::from_u128(n))
}
pub fn card(code: &str) -> Scan {
    Scan::Credential(Credential::Card { code: code.parse().unwrap() })
}
pub fn fiscal(code: &str) -> FiscalCode {
    code.parse().unwrap()
}
pub fn qr_text() -> QrText {
    // As long as a real one.
    QrText::try_from(format!("AV1{}QRST", "QRSTUV23".repeat(20))).unwrap()
}
pub fn qr() -> Scan {
    Scan::Credential(Credential::Qr { token: qr_text() })
}

/// A place: "23 10:40" is the 23rd of November at 10:40.
pub fn offer(place: &str) -> Offer {
    let (day, time) = place.split_once(' ').unwrap();
    let date = Date::new(2026, 11, day.parse().unwrap()).unwrap();
    let time: TimeOfDay = time.parse().unwrap();
    Offer { date, time, starts_at: date.at(time, &zone()).unwrap() }
}

type Row = (&'static str, &'static str, &'static str, &'static str, Option<&'static str>);
const SERVICES: [Row; 14] = [
    ("carta-identita", "Carta d’identità", "Identity card", "id-card", Some("23 10:40")),
    ("anagrafe", "Anagrafe e stato civile", "Registry and civil status", "people", Some("23 10:30")),
    ("tributi", "Tributi", "Local taxes", "coins", Some("23 10:50")),
    ("catasto", "Catasto e territorio", "Land registry", "map", Some("23 11:15")),
    ("sociali", "Servizi sociali", "Social services", "heart-hands", Some("24 09:00")),
    ("protocollo", "Protocollo", "Records office", "document", None),
    ("scuola", "Scuola e mensa", "Schools and meals", "school-bag", Some("23 10:35")),
    ("edilizia", "Edilizia privata", "Building permits", "hammer", Some("26 09:00")),
    ("commercio", "Commercio e attività produttive", "Trade and businesses", "shop", Some("23 11:00")),
    ("elettorale", "Ufficio elettorale", "Electoral office", "vote-box", Some("23 10:45")),
    ("ambiente", "Ambiente e rifiuti", "Environment and waste", "leaf", Some("23 12:00")),
    ("sosta", "Permessi di sosta", "Parking permits", "car", Some("23 10:25")),
    ("matrimoni", "Matrimoni e unioni civili", "Marriages and civil unions", "ring", Some("27 15:30")),
    ("cimiteri", "Servizi cimiteriali", "Cemeteries", "leaf", Some("24 11:20")),
];

/// With these there are more than three pages of them.
const MORE_SERVICES: [Row; 10] = [
    ("nascite", "È nato un figlio", "A child is born", "family", Some("23 10:40")),
    ("sport", "Sport e impianti", "Sports grounds", "people", Some("23 11:30")),
    ("sicurezza", "Sicurezza e polizia locale", "Safety and local police", "eye", Some("23 10:55")),
    ("suolo", "Suolo pubblico", "Public ground", "map", None),
    ("spettacoli", "Spettacoli e manifestazioni", "Shows and events", "calendar", Some("25 09:00")),
    ("stranieri", "Stranieri e cittadinanza", "Foreigners and citizenship", "globe", Some("23 12:10")),
    ("sanzioni", "Sanzioni e multe", "Fines", "euro", Some("23 10:35")),
    ("cinque-per-mille", "5 per mille", "5 per thousand", "coins", Some("24 10:00")),
    ("biblioteca", "Biblioteca", "Library", "book", Some("23 10:30")),
    ("animali", "Animali in città", "Animals in town", "leaf", Some("23 15:00")),
];

fn tile((id, it, en, icon, first): Row) -> Tile {
    Tile {
        service: service(id),
        name: text(it, en),
        description: text(
            "Rilascio e rinnovo della carta elettronica, per adulti e minori. La carta arriva a casa in sei giorni.",
            "Issue and renewal of the electronic card, for adults and children. The card comes home in six days.",
        ),
        bring: vec![
            text("La carta vecchia, o la denuncia di smarrimento", "The old card, or the report of its loss"),
            text("Una fototessera recente", "A recent passport photo"),
            text("La tessera sanitaria", "The health card"),
            text("22,50 € in contanti o con carta", "22.50 € in cash or by card"),
        ],
        icon: icon.to_owned(),
        room: text("Sala A", "Room A"),
        directions: text("Piano terra", "Ground floor"),
        first: first.map(offer),
    }
}

/// Fourteen services on three pages.
pub fn board() -> TotemBoard {
    let pages = SERVICES.chunks(6).map(|page| page.iter().map(|&row| Some(tile(row))).collect()).collect();
    TotemBoard {
        at: at(NOW),
        totem: "totem-1".parse().unwrap(),
        totem_name: "Totem 1".to_owned(),
        institution: text("Comune di Crema", "City of Crema"),
        motto: text("Sportello del cittadino", "Citizens’ desk"),
        site: "palazzo".parse().unwrap(),
        site_name: text("Palazzo comunale", "Town hall"),
        address: text("Piazza Duomo 25", "Piazza Duomo 25"),
        zone: zone(),
        languages: vec![Lang::It, Lang::En],
        pages,
    }
}

/// Twenty-four services on four pages.
pub fn large_board() -> TotemBoard {
    let rows: Vec<Row> = SERVICES.into_iter().chain(MORE_SERVICES).collect();
    let pages = rows.chunks(6).map(|page| page.iter().map(|&row| Some(tile(row))).collect()).collect();
    TotemBoard { pages, ..board() }
}

/// A ticket for the identity card.
pub fn ticket(n: u128, place: &str, standing: Standing) -> TicketView {
    let Offer { date, time, starts_at } = offer(place);
    TicketView {
        id: ticket_id(n),
        code: "A042".parse().unwrap(),
        institution: text("Comune di Crema", "City of Crema"),
        site: text("Palazzo comunale", "Town hall"),
        address: text("Piazza Duomo 25", "Piazza Duomo 25"),
        service: text("Carta d’identità", "Identity card"),
        date,
        time,
        starts_at,
        qr: qr_text(),
        check: "0482".parse().unwrap(),
        notes: text("Porti la carta vecchia e una fototessera.", "Please bring the old card and a photo."),
        room: text("Sala A", "Room A"),
        directions: text("Piano terra", "Ground floor"),
        standing,
        elsewhere: false,
        issued_at: at(NOW),
    }
}
pub fn expected(n: u128, place: &str) -> TicketView {
    ticket(n, place, Standing::Expected)
}
pub fn waiting(n: u128, place: &str) -> TicketView {
    ticket(n, place, Standing::Waiting { since: at("2026-11-23T09:21:00Z") })
}

/// "Presence confirmed", from the server.
pub fn present(n: u128, place: &str, late_minutes: Option<i64>) -> CheckedIn {
    CheckedIn { ticket: waiting(n, place), since: at(NOW), late_minutes }
}

/// A totem and its clock.
pub struct Totem {
    pub state: State,
    pub now: Moment,
    pub effects: Vec<Effect>,
    /// Fingers on pages that are not stand-by, to count them.
    pub taps: u32,
    /// How often it has rung. A chime is no call and no slip, so it is counted apart.
    pub chimes: usize,
    /// What it has told of its devices: no call of a person's either.
    pub reports: Vec<DeviceHealth>,
}

impl Totem {
    /// Switched on, nothing known.
    pub fn dark() -> Self {
        Self {
            state: State::new(Lang::It),
            now: Moment(1_000),
            effects: Vec::new(),
            taps: 0,
            chimes: 0,
            reports: Vec::new(),
        }
    }

    /// On stand-by, all well.
    pub fn standing_by() -> Self {
        let mut totem = Self::dark();
        totem.passes(100);
        totem.hears(Input::Board(Ok(Box::new(board()))));
        totem.effects.clear();
        totem.reports.clear();
        totem
    }

    /// Something happens.
    pub fn hears(&mut self, input: Input) -> &mut Self {
        let effects = step(&mut self.state, input, self.now);
        self.effects.clear();
        for effect in effects {
            match effect {
                Effect::Chime => self.chimes += 1,
                Effect::Report(health) => self.reports.push(health),
                _ => self.effects.push(effect),
            }
        }
        self
    }
    /// A finger of somebody who has seen what is on the screen.
    pub fn touches(&mut self, touch: Touch) -> &mut Self {
        let on_ticket = matches!(self.page(), PageView::Ticket(_));
        let settle = if on_ticket { SETTLE_TICKET_MILLIS } else { SETTLE_MILLIS };
        self.now = self.now.max(self.state.turned.plus_millis(settle));
        self.touches_at_once(touch)
    }
    /// A finger that comes down whatever has just come up.
    pub fn touches_at_once(&mut self, touch: Touch) -> &mut Self {
        self.taps += 1;
        self.hears(Input::Touch(touch))
    }
    pub fn scans(&mut self, scan: Scan) -> &mut Self {
        self.hears(Input::Scanned(scan))
    }
    pub fn picks(&mut self, id: &str) -> &mut Self {
        self.touches(Touch::Service(service(id)))
    }
    pub fn confirms(&mut self, fresh: u128) -> &mut Self {
        self.touches(Touch::Confirm { fresh: ticket_id(fresh) })
    }
    pub fn booked(&mut self, n: u128, answer: Result<TicketView, Failure>) -> &mut Self {
        self.hears(Input::Booked { ticket: ticket_id(n), answer: answer.map(Box::new) })
    }
    /// Answers the last search.
    pub fn found(&mut self, answer: Result<Vec<TicketView>, Failure>) -> &mut Self {
        let asked = self.state.serial;
        self.hears(Input::Found { asked, answer: answer.map(|tickets| Appointments { tickets }) })
    }
    pub fn checked_in(&mut self, n: u128, answer: Result<CheckedIn, Failure>) -> &mut Self {
        self.hears(Input::CheckedIn { ticket: ticket_id(n), answer: answer.map(Box::new) })
    }
    pub fn printed(&mut self, outcome: Printed) -> &mut Self {
        let job = self.state.serial;
        self.hears(Input::Printed { job, outcome })
    }

    /// Time passes, a tenth of a second at a time; the server goes on answering with the same board, at its time.
    pub fn passes(&mut self, millis: u64) -> &mut Self {
        self.passes_with(millis, |totem| {
            let mut board = board();
            board.at = board.at.plus_millis(i64::try_from(totem.now.0).unwrap() - 1_100);
            Ok(Box::new(board))
        })
    }
    pub fn passes_with(
        &mut self,
        millis: u64,
        answer: impl Fn(&Self) -> Result<Box<TotemBoard>, Failure>,
    ) -> &mut Self {
        let mut all = Vec::new();
        for _ in 0..millis / 100 {
            self.now = self.now.plus_millis(100);
            self.hears(Input::Tick);
            let fetch = self.effects.contains(&Effect::FetchBoard);
            all.extend(self.effects.drain(..).filter(|effect| *effect != Effect::FetchBoard));
            if fetch && self.state.office.board.is_some() {
                let board = answer(self);
                self.hears(Input::Board(board));
            }
        }
        self.effects = all;
        self
    }

    pub fn view(&self) -> View {
        view(&self.state, self.now)
    }
    pub fn page(&self) -> PageView {
        self.view().page
    }
    pub fn effect(&self) -> &Effect {
        let [effect] = self.effects.as_slice() else { panic!("one effect, and not {:?}", self.effects) };
        effect
    }
}
