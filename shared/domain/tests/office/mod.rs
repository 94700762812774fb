//! A small office for the tests of the rules: one site, two counters, three services, one Monday.
#![allow(dead_code, reason = "each test file uses its part")]

use contract::{ids::*, refusal::Refusal, ticket::*, time::*};
use domain::{ticket::Nonce, *};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

/// Monday 23 November 2026.
pub const DATE: &str = "2026-11-23";

pub fn id<T: std::str::FromStr<Err = BadId>>(text: &str) -> T {
    text.parse().unwrap()
}

/// That time of the Monday, on the wall in Rome.
pub fn at(time: &str) -> Instant {
    let (time, seconds) = match time.len() {
        8 => (&time[..5], time[6..].parse().unwrap()),
        _ => (time, 0),
    };
    let rome: Zone = "Europe/Rome".parse().unwrap();
    DATE.parse::<Date>().unwrap().at(time.parse().unwrap(), &rome).unwrap().plus_seconds(seconds)
}

fn from_json<T: serde::de::DeserializeOwned>(json: serde_json::Value) -> T {
    serde_json::from_value(json).unwrap()
}

fn service(id: &str, prefix: &str, level: u16, check_in: bool) -> serde_json::Value {
    serde_json::json!({
        "id": id, "institution": "crema", "name": {"it": id}, "prefix": prefix, "rooms": {"duomo": "sala-a"},
        "service_level_minutes": level, "late_tolerance_minutes": 15, "early_call_minutes": 10, "check_in": check_in,
    })
}

fn agenda(service: &str, lanes: u16) -> serde_json::Value {
    serde_json::json!({
        "id": service, "service": service, "site": "duomo", "valid_from": "2026-11-01", "slot_minutes": 10,
        "lanes": lanes, "weekly": [{"days": ["monday", "tuesday"], "from": "09:00", "until": "12:00"}],
    })
}

fn by_id<K: Ord, T: serde::de::DeserializeOwned>(all: Vec<serde_json::Value>, key: fn(&T) -> K) -> BTreeMap<K, T> {
    all.into_iter().map(from_json).map(|one| (key(&one), one)).collect()
}

/// Identity cards (A, promise 10 minutes, two lanes), taxes (B, 30 minutes), office visits without check-in (C).
pub fn rules() -> SiteRules {
    use serde_json::json;
    let room = json!({"id": "sala-a", "site": "duomo", "name": {"it": "Sala A"}});
    let counter = |id: &str| json!({"id": id, "site": "duomo", "room": "sala-a", "label": id});
    let all = ["carta", "tributi", "ufficio"];
    let operator = |id: &str, services: &[&str]| json!({"id": id, "institution": "crema", "name": id, "role": "operator", "services": services});
    SiteRules {
        institution: from_json(json!({"id": "crema", "name": {"it": "Comune di Crema"}})),
        site: from_json(json!({
            "id": "duomo", "institution": "crema", "name": {"it": "Palazzo comunale"}, "address": {"it": "Piazza Duomo 25"},
            "zone": "Europe/Rome", "patron": {"month": 6, "day": 10},
        })),
        rooms: by_id(vec![room], |room: &contract::office::Room| room.id.clone()),
        counters: by_id(vec![counter("1"), counter("2")], |counter: &contract::office::Counter| counter.id.clone()),
        services: by_id(
            vec![
                service("carta", "A", 10, true),
                service("tributi", "B", 30, true),
                service("ufficio", "C", 15, false),
            ],
            |service: &contract::office::Service| service.id.clone(),
        ),
        agendas: by_id(
            vec![agenda("carta", 2), agenda("tributi", 1), agenda("ufficio", 1)],
            |agenda: &contract::agenda::Agenda| agenda.id.clone(),
        ),
        operators: by_id(
            vec![operator("anna", &all), operator("bruno", &all), operator("carla", &["tributi"])],
            |operator: &contract::office::Operator| operator.id.clone(),
        ),
    }
}

/// A day with its journal, driven by commands.
pub struct Office {
    pub day: Day,
    pub journal: Vec<Entry>,
    pub facts: Facts,
}

impl Office {
    pub fn new() -> Self {
        Self::under(rules())
    }

    pub fn under(rules: SiteRules) -> Self {
        Self { day: Day::new(Arc::new(rules), DATE.parse().unwrap()), journal: Vec::new(), facts: Facts::default() }
    }

    pub fn act(&mut self, command: &Command, now: Instant) -> Result<Vec<Event>, Refusal> {
        let events = decide(&self.day, &self.facts, command, now)?;
        for event in &events {
            let seq = self.day.seq() + 1;
            let entry = Entry { seq, at: now, by: Actor::Clock, event: event.clone() };
            self.day.apply(&entry);
            self.journal.push(entry);
        }
        Ok(events)
    }

    pub fn book(&mut self, number: u128, service: &str, place: &str, here: bool, now: &str) -> Result<String, Refusal> {
        let ticket = TicketId(Uuid::from_u128(number));
        self.act(&book(number, service, at(place), here), at(now))?;
        Ok(self.day.ticket(ticket).unwrap().code.to_string())
    }

    pub fn check_in(&mut self, number: u128, now: &str) -> Result<Vec<Event>, Refusal> {
        self.act(&Command::CheckIn { ticket: TicketId(Uuid::from_u128(number)), at_site: id("duomo") }, at(now))
    }

    pub fn open(&mut self, counter: &str, operator: &str, services: &[&str]) -> Result<Vec<Event>, Refusal> {
        let services = services.iter().map(|service| id(service)).collect();
        self.act(&Command::OpenCounter { counter: id(counter), operator: id(operator), services }, at("08:00"))
    }

    pub fn next(&mut self, counter: &str, operator: &str, now: &str) -> Result<Vec<Event>, Refusal> {
        self.act(&Command::CallNext { counter: id(counter), operator: id(operator), finish: None }, at(now))
    }

    pub fn step(
        &mut self,
        counter: &str,
        operator: &str,
        number: u128,
        step: Step,
        now: &str,
    ) -> Result<Vec<Event>, Refusal> {
        let ticket = TicketId(Uuid::from_u128(number));
        self.act(&Command::Step { counter: id(counter), operator: id(operator), ticket, step }, at(now))
    }
}

pub fn book(number: u128, service: &str, starts_at: Instant, here: bool) -> Command {
    Command::Book {
        ticket: TicketId(Uuid::from_u128(number)),
        service: id(service),
        starts_at,
        channel: Channel::Totem,
        identified: false,
        here,
        nonce: Nonce(number),
    }
}

pub fn book_with_card(number: u128, service: &str, at: Instant) -> Command {
    match book(number, service, at, false) {
        Command::Book { ticket, service, starts_at, channel, here, nonce, .. } => {
            Command::Book { ticket, service, starts_at, channel, identified: true, here, nonce }
        }
        other => other,
    }
}
