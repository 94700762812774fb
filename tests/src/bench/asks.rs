//! What people ask of Avanti's server: each question as bytes, each with the place, ticket or counter that is its own.
//!
//! Places are dealt out in order, so that a full one is never asked for and every answer must be a success.

use crate::{
    dice::{Dice, card},
    history::PEOPLE,
    load::Crowd,
    office::{COUNTERS, LANES, Office, QUIET, SERVICES, SITES, SLOT_MINUTES, now},
    wire::question,
};
use anyhow::{Context, Result};
use contract::{
    api::{BookTicket, CallNext, CheckIn, CurrentTicket, SearchAppointments},
    identity::Credential,
    ids::TicketId,
    time::Instant,
};

/// When those who come without an appointment are served, in minutes after the office's clock starts …
const WALK_INS_AFTER: i64 = 10;
/// … and those who have one.
const APPOINTMENTS_AFTER: i64 = 100;

/// Whoever has an appointment: at which site, and with which card.
#[derive(Debug, Clone, Copy)]
pub struct Appointment {
    site: usize,
    ticket: TicketId,
    person: u64,
}

/// A counter, and whom it serves.
#[derive(Debug, Clone, Copy)]
pub struct Seat {
    /// Counted from 0.
    pub site: usize,
    /// Counted from 0.
    pub counter: usize,
    /// Who is being served there.
    pub current: Option<TicketId>,
}

/// Makes questions.
#[derive(Debug)]
pub struct Asks {
    office: Office,
    dice: Dice,
    now: Instant,
    walk_ins: [usize; QUIET + 1],
    appointments: [usize; SITES],
    people: u64,
}

impl Asks {
    /// Questions of that office.
    pub fn new(office: &Office, seed: u64) -> Result<Self> {
        let (walk_ins, appointments) = ([0; QUIET + 1], [0; SITES]);
        Ok(Self { office: office.clone(), dice: Dice::new(seed), now: now()?, walk_ins, appointments, people: 0 })
    }

    /// So many questions, dealt out to so many clients, who stand at the sites in turn.
    fn deal(
        &mut self,
        clients: usize,
        count: usize,
        make: impl Fn(&mut Self, usize) -> Result<Vec<u8>>,
    ) -> Result<Crowd> {
        let mut crowd = vec![Vec::new(); clients];
        for at in 0..count {
            let question = make(self, at % SITES)?;
            // Few clients walk from site to site.
            crowd[at % clients].push(question);
        }
        Ok(crowd)
    }

    /// People who take a ticket at a totem and wait.
    pub fn issue(&mut self, clients: usize, count: usize) -> Result<Crowd> {
        self.deal(clients, count, Self::walk_in)
    }

    /// So many of them at one site, one after the other.
    pub fn issue_at(&mut self, site: usize, count: usize) -> Result<Crowd> {
        Ok(vec![(0..count).map(|_| self.walk_in(site)).collect::<Result<_>>()?])
    }

    fn walk_in(&mut self, site: usize) -> Result<Vec<u8>> {
        let number = self.walk_ins[site];
        self.walk_ins[site] += 1;
        self.book(site, number, WALK_INS_AFTER, None).map(|(_, question)| question)
    }

    /// People who make an appointment with their card.
    pub fn appoint(&mut self, clients: usize, count: usize) -> Result<(Crowd, Vec<Appointment>)> {
        let (mut crowd, mut made) = (vec![Vec::new(); clients], Vec::new());
        for at in 0..count {
            let (site, person) = (at % SITES, self.people % PEOPLE);
            let number = self.appointments[site];
            self.appointments[site] += 1;
            self.people += 1;
            let (ticket, question) = self.book(site, number, APPOINTMENTS_AFTER, Some(person))?;
            crowd[at % clients].push(question);
            made.push(Appointment { site, ticket, person });
        }
        Ok((crowd, made))
    }

    fn book(&mut self, site: usize, number: usize, after: i64, person: Option<u64>) -> Result<(TicketId, Vec<u8>)> {
        let of_service = number / SERVICES.len();
        let slot = i64::try_from(of_service / LANES)?;
        let ticket = self.dice.ticket(self.now);
        let wish = BookTicket {
            service: SERVICES[number % SERVICES.len()].to_ascii_lowercase().to_string().parse()?,
            site: format!("site-{}", site + 1).parse()?,
            starts_at: self.now.plus_minutes(after + slot * SLOT_MINUTES),
            card: person.and_then(card),
        };
        let path = format!("/api/v1/tickets/{ticket}");
        Ok((ticket, question("PUT", &path, &self.office.totems[site], None, &serde_json::to_string(&wish)?)))
    }

    /// Those with an appointment come and say so.
    pub fn check_in(&self, clients: usize, who: &[Appointment]) -> Result<Crowd> {
        self.each(clients, who, |who, credential| {
            let path = format!("/api/v1/tickets/{}/presence", who.ticket);
            Ok(question("PUT", &path, self.totem(who), None, &serde_json::to_string(&CheckIn { credential })?))
        })
    }

    /// Those with an appointment look for it.
    pub fn search(&self, clients: usize, who: &[Appointment]) -> Result<Crowd> {
        self.each(clients, who, |who, credential| {
            let body = serde_json::to_string(&SearchAppointments { credential })?;
            Ok(question("POST", "/api/v1/appointments/search", self.totem(who), None, &body))
        })
    }

    fn totem(&self, who: &Appointment) -> &str {
        &self.office.totems[who.site]
    }

    fn each(
        &self,
        clients: usize,
        who: &[Appointment],
        make: impl Fn(&Appointment, Credential) -> Result<Vec<u8>>,
    ) -> Result<Crowd> {
        let mut crowd = vec![Vec::new(); clients];
        for (at, who) in who.iter().enumerate() {
            let code = card(who.person).context("an invented card")?;
            crowd[at % clients].push(make(who, Credential::Card { code })?);
        }
        Ok(crowd)
    }

    /// Everybody who works sits down.
    pub fn open_counters(&self, seats: &[Seat]) -> Result<Crowd> {
        let services = SERVICES.map(|letter| format!("\"{}\"", letter.to_ascii_lowercase())).join(",");
        let body = format!("{{\"services\":[{services}]}}");
        let sit = |seat: &Seat| question("PUT", &self.path(seat, "session"), self.clerk(seat), None, &body);
        Ok(vec![seats.iter().map(sit).collect()])
    }

    /// Every counter calls the next person, and has finished with the one before.
    pub fn call(&mut self, clients: usize, seats: &[Seat]) -> Result<Crowd> {
        let mut crowd = vec![Vec::new(); clients];
        for (at, seat) in seats.iter().enumerate() {
            let body = serde_json::to_string(&CallNext { finish: seat.current })?;
            crowd[at % clients].push(self.keyed(seat, "calls", &body));
        }
        Ok(crowd)
    }

    /// Whoever was called has come.
    pub fn begin(&mut self, clients: usize, seats: &[Seat]) -> Result<Crowd> {
        let mut crowd = vec![Vec::new(); clients];
        for (at, seat) in seats.iter().enumerate() {
            let ticket = seat.current.context("nobody was called")?;
            let body = serde_json::to_string(&CurrentTicket { ticket, finished_at: None })?;
            crowd[at % clients].push(self.keyed(seat, "calls/start", &body));
        }
        Ok(crowd)
    }

    fn keyed(&mut self, seat: &Seat, what: &str, body: &str) -> Vec<u8> {
        let key = self.dice.key(self.now).to_string();
        question("POST", &self.path(seat, what), self.clerk(seat), Some(&key), body)
    }

    fn path(&self, seat: &Seat, what: &str) -> String {
        format!("/api/v1/counters/counter-{}-{}/{what}", seat.site + 1, seat.counter + 1)
    }

    fn clerk(&self, seat: &Seat) -> &str {
        &self.office.clerks[seat.site][seat.counter]
    }

    /// Monitors that look at a room where little happens.
    pub fn board(&mut self, clients: usize, count: usize) -> Result<Crowd> {
        self.deal(clients, count, |asks, _| {
            let path = format!("/api/v1/rooms/room-{}/board", QUIET + 1);
            Ok(question("GET", &path, &asks.office.displays[QUIET], None, ""))
        })
    }

    /// Totems that ask for the first free place.
    pub fn first_available(&mut self, clients: usize, count: usize) -> Result<Crowd> {
        self.deal(clients, count, |asks, site| {
            let service = SERVICES[asks.dice.roll() as usize % SERVICES.len()].to_ascii_lowercase();
            let path = format!("/api/v1/services/{service}/first-available?site=site-{}", site + 1);
            Ok(question("GET", &path, &asks.office.totems[site], None, ""))
        })
    }
}

/// So many counters of one site.
pub fn seats_at(site: usize, count: usize) -> Vec<Seat> {
    (0..count.min(COUNTERS)).map(|counter| Seat { site, counter, current: None }).collect()
}

/// All counters, site after site in turn, so that few clients, too, are at all sites.
pub fn seats() -> Vec<Seat> {
    let all = (0..COUNTERS).flat_map(|counter| (0..SITES).map(move |site| Seat { site, counter, current: None }));
    all.collect()
}
