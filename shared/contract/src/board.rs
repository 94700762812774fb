//! Boards: what a room's monitor and a counter's screen show. Always whole, so that nobody needs to catch up.

use crate::{
    health::DeviceAlarm,
    ids::*,
    office::CounterKind,
    text::Text,
    ticket::{CallCode, CheckDigits},
    time::*,
};
use serde::{Deserialize, Serialize};

/// The most calls on a room's board, unless more of them are younger than [`FRESH_SECONDS`].
pub const BOARD_CALLS: usize = 6;
/// A call older than this is never spoken (INV-12); a younger one is always on the board.
pub const FRESH_SECONDS: i64 = 60;

/// What a waiting room sees (R93). No name, no identity: codes only (INV-16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RoomBoard {
    /// The life of the installation: numbers of another epoch cannot be compared.
    pub epoch: Epoch,
    /// The site's journal number that this board shows.
    pub seq: u64,
    /// The server's clock when it was made.
    pub at: Instant,
    /// The zone of the wall.
    pub zone: Zone,
    /// The room.
    pub room: RoomId,
    /// "Comune di Crema".
    pub institution: Text,
    /// "Sala A".
    pub room_name: Text,
    /// Newest first.
    pub calls: Vec<BoardCall>,
    /// How many people wait for each service of the room, in the order of their names.
    pub waiting: Vec<ServiceWaiting>,
}

/// One call on a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BoardCall {
    /// The journal number of the call, or of the latest time it was repeated. It grows with every call of the site.
    pub seq: u64,
    /// Who is called.
    pub code: CallCode,
    /// For which service: its alias if it has one.
    pub service: Text,
    /// The time of the appointment.
    pub appointment: TimeOfDay,
    /// Where to go: what is written on the counter.
    pub counter: String,
    /// Counter or office.
    pub kind: CounterKind,
    /// The room where that counter is, if it is not the board's own: whoever is called has to go there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_name: Option<Text>,
    /// When this call, or its latest repetition, was made.
    pub called_at: Instant,
    /// 1 for the first call, 2 for the second, …
    pub times: u8,
    /// True until the person stands at the counter.
    pub open: bool,
}

/// How many wait for a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ServiceWaiting {
    /// The service: its alias if it has one.
    pub service: Text,
    /// People present and not yet called.
    pub people: u32,
}

/// What a clerk sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CounterBoard {
    /// The life of the installation.
    pub epoch: Epoch,
    /// The site's journal number that this board shows.
    pub seq: u64,
    /// The server's clock when it was made.
    pub at: Instant,
    /// The zone of the wall.
    pub zone: Zone,
    /// The counter.
    pub counter: CounterId,
    /// What is written on it.
    pub label: String,
    /// Counter or office.
    pub kind: CounterKind,
    /// The room where the counter is. Its calls show and sound where the people called wait, which may be elsewhere.
    pub room_name: Text,
    /// The services it serves now.
    pub services: Vec<ServiceName>,
    /// Who has been called or is being served.
    pub current: Option<Current>,
    /// People present, in the order in which they would be called if nothing changed, at most 50.
    pub queue: Vec<QueueLine>,
    /// How many are present in all, beyond the lines of `queue` too.
    pub waiting: u32,
    /// People with an appointment today who are not here yet, by time, at most 50.
    pub expected: Vec<QueueLine>,
    /// How many are expected in all.
    pub expected_count: u32,
    /// What is wrong with the devices of the site, so that somebody goes and looks; the worst first, at most 20.
    pub alarms: Vec<DeviceAlarm>,
}

/// The most lines of each list on a counter's board: what a clerk can take in.
pub const QUEUE_LINES: usize = 50;

/// A service and its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ServiceName {
    /// The service.
    pub id: ServiceId,
    /// Its name, as staff know it.
    pub name: Text,
}

/// The person in front of the clerk, or on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Current {
    /// The ticket.
    pub ticket: TicketId,
    /// What it is called by.
    pub code: CallCode,
    /// What stands at the foot of the slip that was issued. On no other board: whoever is called brings it.
    pub check: CheckDigits,
    /// The service's name.
    pub service: Text,
    /// The time of the appointment.
    pub appointment: TimeOfDay,
    /// True if the person was identified by a card.
    pub identified: bool,
    /// When presence was noticed.
    pub present_since: Instant,
    /// Called, or being served.
    pub stage: Stage,
    /// Why this person and not another (R43).
    pub because: Because,
    /// What to ask for, a line each.
    pub bring: Vec<Text>,
}

/// How far the person in front of the clerk is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Called, and not yet at the counter.
    Called {
        /// The latest call.
        at: Instant,
        /// How many times so far.
        times: u8,
        /// How many times more.
        calls_left: u8,
        /// From when the next repetition is allowed.
        again_from: Instant,
    },
    /// At the counter.
    Serving {
        /// Since when.
        since: Instant,
    },
}

/// One person in a clerk's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QueueLine {
    /// The ticket.
    pub ticket: TicketId,
    /// What it is called by.
    pub code: CallCode,
    /// The service's name.
    pub service: Text,
    /// The time of the appointment.
    pub appointment: TimeOfDay,
    /// When presence was noticed; none for people not here yet.
    pub present_since: Option<Instant>,
    /// From when the person is due: the later of appointment and presence.
    pub due: Instant,
    /// Until when the service's promise holds.
    pub deadline: Instant,
    /// From when the person, if present, may be called if nobody due is waiting (R7).
    pub callable_from: Instant,
}

/// Why somebody was called. Facts, so that each app says it in its own language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Because {
    /// The rule that applied.
    pub rule: Rule,
    /// The later of appointment and presence.
    pub due: Instant,
    /// The deadline that came before all others.
    pub deadline: Instant,
    /// True if nothing but a longer presence put the person before the next in the ranking, whose deadline is the same.
    #[serde(default)]
    pub here_longer: bool,
    /// Who came next in the ranking, at most four.
    pub ahead_of: Vec<Rival>,
}

/// The rule by which somebody was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Rule {
    /// The earliest deadline of those who are due.
    Due {
        /// Whole minutes since the person was due.
        waited_minutes: i64,
    },
    /// Late within the tolerance, and served as soon as possible (R72).
    Readmitted {
        /// How late the person came, in minutes.
        late_minutes: i64,
    },
    /// Before the hour, because nobody due was waiting (R7).
    Early {
        /// Minutes before the hour, rounded up.
        early_minutes: i64,
    },
}

/// Somebody who was ranked after the person called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rival {
    /// Who.
    pub code: CallCode,
    /// Their deadline.
    pub deadline: Instant,
}
