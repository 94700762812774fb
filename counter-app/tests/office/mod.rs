//! A morning at counter 3 for the tests of the counter: boards and lists as the server sends them.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its part, and a test fails by panicking")]

use contract::{
    api::Desk,
    board::*,
    ids::*,
    office::{Operator, Role},
    ticket::CallCode,
    time::*,
};
use counter_app::flow::{Input, Memory, Password, State, step};
use serde_json::json;

pub fn from_json<T: serde::de::DeserializeOwned>(json: serde_json::Value) -> T {
    serde_json::from_value(json).unwrap()
}

pub fn id<T: std::str::FromStr<Err = BadId>>(text: &str) -> T {
    text.parse().unwrap()
}

/// That time of Monday 23 November 2026 on the wall in Rome, seconds if given.
pub fn at(time: &str) -> Instant {
    let seconds = time.get(6..).map_or(0, |seconds| seconds.parse().unwrap());
    let zone: Zone = "Europe/Rome".parse().unwrap();
    "2026-11-23".parse::<Date>().unwrap().at(time[..5].parse().unwrap(), &zone).unwrap().plus_seconds(seconds)
}

pub fn ticket(number: u16) -> TicketId {
    format!("00000000-0000-4000-8000-{number:012}").parse().unwrap()
}

pub fn key(number: u16) -> CommandKey {
    format!("00000000-0000-4000-9000-{number:012}").parse().unwrap()
}

/// Milliseconds of the program's clock.
pub fn millis(millis: u64) -> Moment {
    Moment(millis)
}

/// A line of the queue: code, service, appointment, present since, minutes promised.
pub fn line(code: &str, service: &str, appointment: &str, present: Option<&str>, promised: i64) -> QueueLine {
    let present = present.map(at);
    let due = present.map_or(at(appointment), |present| present.max(at(appointment)));
    QueueLine {
        ticket: ticket(code[1..].parse().unwrap()),
        code: code.parse().unwrap(),
        service: name(service),
        appointment: appointment.parse().unwrap(),
        present_since: present,
        due,
        deadline: due.plus_minutes(promised),
        callable_from: due.plus_minutes(-10),
    }
}

pub fn name(service: &str) -> contract::text::Text {
    from_json(match service {
        "Carta d’identità" => json!({"it": service, "en": "Identity card"}),
        "Anagrafe e stato civile" => json!({"it": service, "en": "Civil registry"}),
        _ => json!({"it": service}),
    })
}

/// Counter 3 at that time: nobody in front, nobody waiting.
pub fn empty_board(time: &str) -> CounterBoard {
    CounterBoard {
        epoch: "00000000-0000-4000-a000-000000000001".parse().unwrap(),
        seq: 100,
        at: at(time),
        zone: "Europe/Rome".parse().unwrap(),
        counter: id("sportello-3"),
        label: "3".to_owned(),
        kind: contract::office::CounterKind::Desk,
        room_name: name("Sala A"),
        services: vec![
            ServiceName { id: id("carta-identita"), name: name("Carta d’identità") },
            ServiceName { id: id("anagrafe"), name: name("Anagrafe e stato civile") },
        ],
        current: None,
        queue: vec![],
        waiting: 0,
        expected: vec![],
        expected_count: 0,
        alarms: vec![],
    }
}

/// Counter 3 at 10:44 with people in every state.
pub fn busy_board() -> CounterBoard {
    let queue = vec![
        line("B009", "Anagrafe e stato civile", "10:20", Some("10:15"), 15),
        line("A043", "Carta d’identità", "10:30", Some("10:31"), 15),
        line("A031", "Carta d’identità", "10:40", Some("10:42"), 15),
        line("A044", "Carta d’identità", "10:50", Some("10:33"), 15),
        line("B010", "Anagrafe e stato civile", "11:00", Some("10:40"), 15),
    ];
    let expected = vec![
        line("A041", "Carta d’identità", "10:35", None, 15),
        line("A045", "Carta d’identità", "11:00", None, 15),
        line("A046", "Carta d’identità", "11:10", None, 15),
    ];
    CounterBoard { waiting: 5, queue, expected, expected_count: 3, ..empty_board("10:44") }
}

/// A042, called for the first time a moment ago.
pub fn called(time: &str, times: u8) -> Current {
    Current {
        ticket: ticket(42),
        code: "A042".parse::<CallCode>().unwrap(),
        check: "4821".parse().unwrap(),
        service: name("Carta d’identità"),
        appointment: "10:40".parse().unwrap(),
        identified: true,
        present_since: at("10:29"),
        stage: Stage::Called { at: at(time), times, calls_left: 3 - times, again_from: at(time).plus_seconds(10) },
        because: Because {
            rule: Rule::Due { waited_minutes: 4 },
            due: at("10:40"),
            deadline: at("10:55"),
            here_longer: false,
            ahead_of: vec![
                Rival { code: "B011".parse().unwrap(), deadline: at("10:57") },
                Rival { code: "A043".parse().unwrap(), deadline: at("11:02") },
            ],
        },
        bring: vec![
            from_json(
                json!({"it": "La carta vecchia, o la denuncia di smarrimento", "en": "The old card, or the report of its loss"}),
            ),
            from_json(json!({"it": "Una fototessera recente", "en": "A recent photograph"})),
            from_json(json!({"it": "La tessera sanitaria", "en": "The health card"})),
            from_json(json!({"it": "22,50 € in contanti o con carta", "en": "€ 22.50 in cash or by card"})),
        ],
    }
}

pub fn serving(since: &str) -> Current {
    Current { stage: Stage::Serving { since: at(since) }, ..called("10:40", 1) }
}

pub fn operator() -> Operator {
    from_json(json!({"id": "giulia", "institution": "crema", "name": "Giulia Ferri", "role": "operator",
        "services": ["carta-identita", "anagrafe", "tributi"]}))
}

/// Where Giulia may sit: 3 is free, 4 is Marco's, office 12 is free.
pub fn desk() -> Desk {
    let counter = |id: &str, label: &str, kind: &str, room: &str, taken_by: Option<&str>| {
        json!({"id": id, "label": label, "kind": kind, "room": {"it": room}, "site": {"it": "Palazzo comunale"},
            "taken_by": taken_by, "mine": false, "services": []})
    };
    from_json(json!({
        "operator": operator(),
        "counters": [
            counter("sportello-1", "1", "desk", "Sala A", None),
            counter("sportello-3", "3", "desk", "Sala A", None),
            counter("sportello-4", "4", "desk", "Sala A", Some("Marco Rota")),
            counter("ufficio-12", "12", "office", "Sala B", None),
        ],
        "services": [
            {"id": "anagrafe", "name": name("Anagrafe e stato civile")},
            {"id": "carta-identita", "name": name("Carta d’identità")},
            {"id": "tributi", "name": name("Tributi")},
        ],
    }))
}

/// The counter as it starts.
pub fn at_login() -> State {
    let memory = Memory { login: "giulia".to_owned(), ..Memory::default() };
    State::start(contract::text::Lang::It, "http://127.0.0.1:7070".to_owned(), memory)
}

pub fn log_in() -> Input {
    Input::LogIn { login: "giulia".to_owned(), password: Password("segreta".to_owned()) }
}

/// An owner logs in at the counter and is logged out again.
pub fn turned_away() -> Vec<Input> {
    let owner = Operator { role: Role::Owner, ..operator() };
    vec![log_in(), Input::LoggedIn(Ok(owner)), Input::LoggedOut(Ok(()))]
}

/// After the login, with the list of counters.
pub fn choosing() -> State {
    let mut state = at_login();
    for input in [log_in(), Input::LoggedIn(Ok(operator())), Input::Desk(Ok(desk()))] {
        step(&mut state, input, millis(0));
    }
    state
}

/// At work with that board, which arrived at moment 0.
pub fn at_work(board: CounterBoard) -> State {
    let mut state = choosing();
    for input in [Input::PickCounter(1), Input::SitDown, Input::Opened(Ok(board))] {
        step(&mut state, input, millis(0));
    }
    state
}

/// So many alarms of that office, the worst first.
pub fn alarms(count: usize) -> Vec<contract::health::DeviceAlarm> {
    let alarm = |(name, fault)| json!({"name": name, "fault": fault, "since": at("10:41")});
    let all = [
        ("Totem 1", "paper_out"),
        ("Totem 2", "reader_away"),
        ("Monitor Sala A", "no_sound"),
        ("Monitor Sala B", "no_voice"),
    ];
    all.into_iter().take(count).map(|line| from_json(alarm(line))).collect()
}
