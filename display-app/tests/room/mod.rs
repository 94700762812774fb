//! A waiting room for tests: boards as a server would send them, in a few words.

use contract::{
    api::DisplaySettings,
    board::{BoardCall, RoomBoard, ServiceWaiting},
    lineup::DisplayLineup,
    office::{CounterKind, Display},
    text::{Lang, Text},
    time::{Instant, Moment},
};
use display_app::flow::{Effect, Input, State, step};

/// 10:41 on Monday 23 November at the wall, and so many seconds.
pub fn wall(seconds: i64) -> Instant {
    "2026-11-23T09:41:00Z".parse::<Instant>().unwrap().plus_seconds(seconds)
}

pub fn text(italian: &str, english: &str) -> Text {
    let texts = [(Lang::It, italian), (Lang::En, english)];
    Text::try_from(
        texts.map(|(lang, text)| (lang, text.to_owned())).into_iter().collect::<std::collections::BTreeMap<_, _>>(),
    )
    .unwrap()
}

pub fn settings(language: Lang, volume_percent: u8) -> Input {
    settings_at(0, language, volume_percent)
}

/// The settings as they come when the server's wall shows so many seconds after 10:41.
pub fn settings_at(seconds: i64, language: Lang, volume_percent: u8) -> Input {
    Input::Settings(Ok(Box::new(DisplaySettings {
        display: Display {
            id: "monitor-sala-a".parse().unwrap(),
            site: "municipio".parse().unwrap(),
            name: "Monitor Sala A".to_owned(),
            lineup: DisplayLineup { room: "sala-a".parse().unwrap(), language, volume_percent },
        },
        institution: text("Comune di Crema", "Town of Crema"),
        at: wall(seconds),
    })))
}

/// "A042 3 40": who, where, and how many seconds before 10:41. "B" behind it is another room. Numbers grow from the last of the list to the first.
pub fn calls(lines: &[&str]) -> Vec<BoardCall> {
    let total = lines.len();
    lines.iter().enumerate().map(|(at, line)| call(line, u64::try_from(10 + total - at).unwrap())).collect()
}

fn call(line: &str, seq: u64) -> BoardCall {
    let words: Vec<_> = line.split_whitespace().collect();
    let service = match words[0].as_bytes()[0] {
        b'A' => text("Carta d’identità", "Identity card"),
        b'B' => text("Anagrafe e stato civile", "Civil registry"),
        b'C' => text("Tributi", "Taxes"),
        _ => text(
            "Autorizzazioni per l’occupazione temporanea di suolo pubblico e passi carrabili",
            "Permits for the temporary use of public ground and driveways",
        ),
    };
    BoardCall {
        seq,
        code: words[0].parse().unwrap(),
        service,
        appointment: "10:40".parse().unwrap(),
        counter: words[1].to_owned(),
        kind: if words.contains(&"office") { CounterKind::Office } else { CounterKind::Desk },
        room_name: words[3..].contains(&"B").then(|| text("Sala B", "Room B")),
        called_at: wall(-words[2].parse::<i64>().unwrap()),
        times: if words.contains(&"again") { 2 } else { 1 },
        open: !words.contains(&"served"),
    }
}

pub fn board(seconds: i64, calls: Vec<BoardCall>) -> RoomBoard {
    let waiting = [
        ("Carta d’identità", "Identity card", 4),
        ("Tributi", "Taxes", 1),
        ("Anagrafe e stato civile", "Civil registry", 12),
        ("Protocollo", "Document desk", 0),
    ];
    RoomBoard {
        epoch: "00000000-0000-4000-8000-000000000001".parse().unwrap(),
        seq: calls.first().map_or(1, |call| call.seq),
        at: wall(seconds),
        zone: "Europe/Rome".parse().unwrap(),
        room: "sala-a".parse().unwrap(),
        institution: text("Comune di Crema", "Town of Crema"),
        room_name: text("Sala A", "Room A"),
        calls,
        waiting: waiting
            .map(|(italian, english, people)| ServiceWaiting { service: text(italian, english), people })
            .into(),
    }
}

/// A display and everything it has been made to do.
pub struct Room {
    pub state: State,
    /// What it told of itself, and when: "300: {NoSound}".
    pub reports: Vec<String>,
}

impl Room {
    pub fn switched_on() -> Self {
        Self { state: State::new(true, Moment(0)), reports: Vec::new() }
    }
    /// Switched on and told its settings; the wall shows 10:41:00 at moment 0.
    pub fn ready() -> Self {
        let mut room = Self::switched_on();
        room.at(0, settings(Lang::It, 100));
        room.at(0, Input::Up);
        room.at(0, settings(Lang::It, 100));
        room
    }
    /// One input at so many milliseconds; the effects in a few words, reports apart.
    pub fn at(&mut self, millis: u64, input: Input) -> String {
        let effects = step(&mut self.state, input, Moment(millis));
        self.reports.extend(effects.iter().filter_map(|effect| match effect {
            Effect::Report(health) => Some(format!("{millis}: {:?}", health.faults)),
            _ => None,
        }));
        effects.iter().filter_map(words).collect::<Vec<_>>().join(" ")
    }
    pub fn board(&mut self, millis: u64, board: RoomBoard) -> String {
        self.at(millis, Input::Board(Box::new(board)))
    }
}

fn words(effect: &Effect) -> Option<String> {
    Some(match effect {
        Effect::Report(_) => return None,
        Effect::AskSettings => "ask".to_owned(),
        Effect::LinkAgain => "link again".to_owned(),
        Effect::RenewToken => "renew".to_owned(),
        Effect::Follow(room) => format!("follow({room})"),
        Effect::Say { saying, lang, volume_percent } => {
            let again = if saying.first { "" } else { "-" };
            format!("say({}{again} {} {volume_percent})", saying.code, lang.code())
        }
    })
}
