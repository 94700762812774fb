//! What a display shows: plain data, with every choice made. Pages only lay it out and say it in their language.
//!
//! No window and no words for citizens in here. Nothing is shown that the server did not say.

use crate::flow::{LOST_MILLIS, Link, Sound, State, Trouble};
use contract::{
    board::{BoardCall, RoomBoard, ServiceWaiting},
    office::CounterKind,
    text::Lang,
    time::*,
};

/// Earlier calls in the list (D12.2).
pub const EARLIER: usize = 5;
/// A new call stands out for this long; eight seconds would be the least.
const BRIGHT_MILLIS: u64 = 20_000;
/// It swells up three times …
const PULSES: u64 = 3;
/// … once in a second, well below the two that could harm anybody.
const PULSE_MILLIS: u64 = 1_000;
/// When everybody called has come and the last call is older than this, the page of the empty room returns.
const IDLE_MINUTES: i64 = 10;
/// Lines on the page of the empty room, and how long each part of the list stays (D11.2).
pub const WAITING_LINES: usize = 5;
const WAITING_MILLIS: u64 = 10_000;
/// The longest name of a room that stands in the largest letters.
const ROOM_SIGNS: usize = 8;
/// The longest name of a service that stands in letters for the back of the room, in two lines, and its longest word.
const SERVICE_SIGNS: usize = 24;
const SERVICE_WORD_SIGNS: usize = 12;
/// How long the loudspeaker may be missing before the staff is shown so (F57).
const SILENT_MILLIS: u64 = 25_000;

/// Everything on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The language of every word.
    pub lang: Lang,
    /// "Comune di Crema", empty until known.
    pub institution: String,
    /// "Sala A", empty until known.
    pub room: String,
    /// True if that name needs smaller letters where it stands alone.
    pub long_room: bool,
    /// What the server's clock shows; none if that is not certain.
    pub clock: Option<WallClock>,
    /// The page.
    pub page: Page,
    /// True if the page is older than it should be.
    pub stale: bool,
    /// Since when the server is away, if that is to be told: "10:42", or empty if it was never there.
    pub away_since: Option<String>,
    /// A sign for the staff.
    pub staff_code: &'static str,
    /// True if nothing can be said aloud though it should.
    pub silent: bool,
}

/// Date and time of the wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WallClock {
    /// "10:41".
    pub time: String,
    /// 0 is Monday.
    pub weekday: i32,
    /// 1 to 31.
    pub day: i32,
    /// 0 is January.
    pub month: i32,
}

/// What the room is to see.
#[derive(Debug, Clone, PartialEq)]
pub enum Page {
    /// No board has come yet.
    Starting,
    /// The server does not know this display: what it shows would be nobody's word.
    TurnedAway,
    /// Somebody is called, or was a moment ago.
    Calls {
        /// The newest call.
        current: Called,
        /// Those before it, newest first.
        earlier: Vec<Earlier>,
    },
    /// Nobody is called.
    Idle {
        /// How many wait for what: one part of the list.
        waiting: Vec<Waiting>,
        /// Which part, from 1.
        part: i32,
        /// Of how many.
        parts: i32,
    },
}

/// The newest call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// "A042".
    pub code: String,
    /// True if the code has more signs than usual.
    pub long_code: bool,
    /// True for an office, false for a counter.
    pub office: bool,
    /// "3".
    pub counter: String,
    /// True if the counter has two signs or more, which need the place of larger things beside them.
    pub wide_counter: bool,
    /// True if it has three, which need smaller letters too.
    pub long_counter: bool,
    /// The room where that is, if it is another than this one; else empty.
    pub room: String,
    /// True if its name needs smaller letters.
    pub long_room: bool,
    /// The service.
    pub service: String,
    /// True if its name needs smaller letters.
    pub long_service: bool,
    /// The time of the appointment: "10:40".
    pub appointment: String,
    /// 2 for "second call"; 0 for the first, of which nothing is said.
    pub repeated: i32,
    /// True until the person has come.
    pub open: bool,
    /// True as long as it is new.
    pub bright: bool,
    /// True in the swollen half of a pulse.
    pub swollen: bool,
}

/// A call before the newest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// "A041".
    pub code: String,
    /// True for an office.
    pub office: bool,
    /// "1".
    pub counter: String,
    /// The room where that is, if it is another than this one; else empty.
    pub room: String,
    /// True if code and counter together need narrower letters.
    pub narrow: bool,
    /// True if they need still smaller ones, so that the room's name has a place between them.
    pub small: bool,
    /// True if there is room for the place and the age beside them.
    pub roomy: bool,
    /// Minutes since the call; -1 if that is not certain.
    pub minutes: i32,
    /// True as long as it is new, or is being said.
    pub bright: bool,
    /// True while it is being said.
    pub speaking: bool,
}

/// How many wait for a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The service.
    pub service: String,
    /// People.
    pub people: i32,
}

/// The screen of that state at that moment.
pub fn view(state: &State, now: Moment) -> View {
    let lang = state.lang();
    let lost = lost_since(state, now);
    let board = state.board();
    let institution = board.map(|board| &board.institution).or(state.settings().map(|settings| &settings.institution));
    let room = board.map(|board| board.room_name.get(lang).to_owned()).unwrap_or_default();
    View {
        lang,
        institution: institution.map(|text| text.get(lang).to_owned()).unwrap_or_default(),
        long_room: room.chars().count() > ROOM_SIGNS,
        room,
        clock: if lost.is_none() { board.and_then(|board| wall_clock(state, board, now)) } else { None },
        page: match (lost, board) {
            (Some((_, Trouble::NotAdmitted)), _) => Page::TurnedAway,
            (_, None) => Page::Starting,
            (_, Some(board)) => page(state, board, lost.map(|(since, _)| since), now),
        },
        stale: lost.is_some() && board.is_some(),
        away_since: lost.map(|(since, _)| away_since(state, since)),
        staff_code: lost.map_or("", |(_, why)| staff_code(why)),
        silent: is_silent(state, now),
    }
}

/// The moment and reason of a loss that has lasted long enough to be told.
fn lost_since(state: &State, now: Moment) -> Option<(Moment, Trouble)> {
    match state.link() {
        Link::Down { since, why } if now.millis_since(since) >= LOST_MILLIS => Some((since, why)),
        // Who is turned away need not wait to know it.
        Link::Down { since, why: why @ Trouble::NotAdmitted } if state.board().is_none() => Some((since, why)),
        _ => None,
    }
}

fn away_since(state: &State, since: Moment) -> String {
    let zone = state.board().map(|board| &board.zone);
    let at = zone.zip(state.server_time(since));
    at.map(|(zone, at)| at.on_the_wall(zone).1.to_string()).unwrap_or_default()
}

fn staff_code(why: Trouble) -> &'static str {
    match why {
        Trouble::Away => "D-NET-01",
        Trouble::NotAdmitted => "D-TOK-02",
        Trouble::Refused => "D-SRV-03",
        Trouble::Strange => "D-VER-04",
    }
}

fn is_silent(state: &State, now: Moment) -> bool {
    let wanted = state.settings().is_some_and(|settings| settings.display.lineup.volume_percent > 0);
    match state.sound() {
        Sound::MissingSince(since) => wanted && now.millis_since(since) >= SILENT_MILLIS,
        Sound::Ready => false,
    }
}

fn wall_clock(state: &State, board: &RoomBoard, now: Moment) -> Option<WallClock> {
    let (date, time) = state.server_time(now)?.on_the_wall(&board.zone);
    let (_, month, day) = date.parts();
    Some(WallClock {
        time: time.to_string(),
        weekday: date.weekday() as i32,
        day: day.into(),
        month: i32::from(month) - 1,
    })
}

fn page(state: &State, board: &RoomBoard, lost: Option<Moment>, now: Moment) -> Page {
    match board.calls.split_first() {
        Some((newest, before)) if is_recent(state, newest, lost, now) => Page::Calls {
            current: called(state, newest, lost.is_some(), now),
            earlier: before.iter().take(EARLIER).map(|call| earlier(state, call, lost.is_some(), now)).collect(),
        },
        // What is no longer certain does not turn its pages either.
        _ => idle(&board.waiting, state.lang(), lost.unwrap_or(now)),
    }
}

/// Whether that call is what the room is to see. Whoever has not come is still called; once the server is away nobody
/// knows who has come, and after a while it is only an old call. It never comes back by itself.
fn is_recent(state: &State, call: &BoardCall, lost: Option<Moment>, now: Moment) -> bool {
    if call.open && lost.is_none_or(|since| now.millis_since(since) < IDLE_MINUTES.unsigned_abs() * 60_000) {
        return true;
    }
    minutes_ago(state, call, now).is_some_and(|minutes| minutes < IDLE_MINUTES)
}

/// How long ago a call was made; none if the server's clock does not say so, having been put back since.
fn minutes_ago(state: &State, call: &BoardCall, now: Moment) -> Option<i64> {
    let minutes = state.server_time(now)?.minutes_since(call.called_at);
    (minutes >= 0).then_some(minutes)
}

fn called(state: &State, call: &BoardCall, lost: bool, now: Moment) -> Called {
    let age = bright_for(state, call, now).filter(|_| !lost);
    let code = call.code.to_string();
    let service = call.service.get(state.lang()).to_owned();
    let room = room_of(state, call);
    Called {
        long_code: code.len() > 4,
        code,
        office: call.kind == CounterKind::Office,
        counter: call.counter.clone(),
        wide_counter: call.counter.chars().count() > 1,
        long_counter: call.counter.chars().count() > 2,
        long_service: is_long(&service),
        service,
        appointment: call.appointment.to_string(),
        long_room: room.chars().count() > ROOM_SIGNS,
        room,
        repeated: if call.times > 1 { call.times.into() } else { 0 },
        open: call.open,
        bright: age.is_some(),
        swollen: state.motion()
            && age.is_some_and(|age| age < PULSES * PULSE_MILLIS && age % PULSE_MILLIS < PULSE_MILLIS / 2),
    }
}

/// The room to go to, empty if it is this one.
fn room_of(state: &State, call: &BoardCall) -> String {
    call.room_name.as_ref().map(|room| room.get(state.lang()).to_owned()).unwrap_or_default()
}

fn is_long(service: &str) -> bool {
    service.chars().count() > SERVICE_SIGNS
        || service.split_whitespace().any(|word| word.chars().count() > SERVICE_WORD_SIGNS)
}

/// For how long a call has stood out, as long as it does. Never beyond its first minute (INV-12).
fn bright_for(state: &State, call: &BoardCall, now: Moment) -> Option<u64> {
    let arrival = state.arrival(call.seq)?;
    let age = now.millis_since(arrival.at);
    (now < arrival.fresh_until && age < BRIGHT_MILLIS).then_some(age)
}

fn earlier(state: &State, call: &BoardCall, lost: bool, now: Moment) -> Earlier {
    let code = call.code.to_string();
    let signs = code.len() + call.counter.len();
    let room = room_of(state, call);
    let speaking = state.speaking() == Some(call.seq);
    let minutes = minutes_ago(state, call, now).filter(|_| !lost);
    Earlier {
        small: signs > 6 && !room.is_empty(),
        narrow: signs > 7 && room.is_empty(),
        roomy: signs <= 6 || !room.is_empty(),
        room,
        code,
        office: call.kind == CounterKind::Office,
        counter: call.counter.clone(),
        minutes: minutes.map_or(-1, |minutes| i32::try_from(minutes).unwrap_or(i32::MAX)),
        bright: !lost && (speaking || bright_for(state, call, now).is_some()),
        speaking,
    }
}

fn idle(waiting: &[ServiceWaiting], lang: Lang, now: Moment) -> Page {
    let parts = waiting.len().div_ceil(WAITING_LINES).max(1);
    let part = usize::try_from(now.0 / WAITING_MILLIS).unwrap_or(0) % parts;
    let lines = waiting.iter().skip(part * WAITING_LINES).take(WAITING_LINES);
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    Page::Idle {
        waiting: lines
            .map(|line| Waiting {
                service: line.service.get(lang).to_owned(),
                people: i32::try_from(line.people).unwrap_or(i32::MAX),
            })
            .collect(),
        part: count(part + 1),
        parts: count(parts),
    }
}
