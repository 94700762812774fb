//! What a display does: keeps the latest board, knows how sure it is of it, and lets calls be said one after another.
//!
//! A pure step. No window, no network, no sound: effects say what is to be done, inputs what came of it.

use crate::announce::{Announcer, Saying};
use contract::{
    api::DisplaySettings,
    board::{FRESH_SECONDS, RoomBoard},
    ids::RoomId,
    text::Lang,
    time::{Instant, Moment},
};
use std::collections::BTreeMap;

/// How often the settings are read again: a changed volume or room is there within a minute.
const SETTINGS_EVERY_MILLIS: u64 = 60_000;
/// How soon they are asked for again when they could not be had.
const SETTINGS_RETRY_MILLIS: u64 = 5_000;
/// A lost server is told on the screen after this (INV-11, F56); a restart takes less.
pub const LOST_MILLIS: u64 = 15_000;
/// An announcement that has not ended after this never will: whoever says them has died (F58).
const SAYING_MILLIS: u64 = 30_000;
/// The breath between one announcement and the next.
const BREATH_MILLIS: u64 = 700;
/// A board's clock may lag by its way here and by the minute between two boards; more means that it was corrected.
const CLOCK_CORRECTED_MILLIS: i64 = 120_000;

/// What happens to a display.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Time passes.
    Tick,
    /// The settings, or why they could not be had.
    Settings(Result<Box<DisplaySettings>, Trouble>),
    /// The feed stands.
    Up,
    /// A board of the room.
    Board(Box<RoomBoard>),
    /// The feed is broken, and nothing had been heard for so long.
    Lost(Trouble, u64),
    /// News of the loudspeaker.
    Sound(SoundNews),
}

/// News of the loudspeaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoundNews {
    /// It is there.
    Ready,
    /// It is not there, and is being looked for.
    Missing,
    /// What was to be said has been said, or could not be.
    Ended,
}

/// Why the server does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It cannot be reached.
    Away,
    /// It does not know this display.
    NotAdmitted,
    /// It says no for another reason.
    Refused,
    /// It speaks another language.
    Strange,
}

/// What a display has to have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask for the settings.
    AskSettings,
    /// Follow this room from now on, and no other.
    Follow(RoomId),
    /// Say this.
    Say {
        /// What.
        saying: Saying,
        /// In which language.
        lang: Lang,
        /// How loud, 1 to 100.
        volume_percent: u8,
    },
}

/// When the settings are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asking {
    At(Moment),
    Asked,
}

/// Whether the server is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It is.
    Up,
    /// It has not been since then.
    Down {
        /// Since when.
        since: Moment,
        /// Why.
        why: Trouble,
    },
}

/// Whether the loudspeaker is there. Nothing is known at first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sound {
    /// It is, or nothing else has been heard.
    #[default]
    Ready,
    /// It has been missing since then.
    MissingSince(Moment),
}

/// What a display knows.
#[derive(Debug)]
pub struct State {
    /// False where nothing may move.
    motion: bool,
    asking: Asking,
    settings: Option<Box<DisplaySettings>>,
    /// What the server's clock showed, and when that was heard.
    clock: Option<(Instant, Moment)>,
    link: Link,
    sound: Sound,
    board: Option<Box<RoomBoard>>,
    /// When each call that was new came onto this screen.
    arrived: BTreeMap<u64, Moment>,
    announcer: Announcer,
    saying_since: Moment,
    /// Nothing new is said before.
    breath_until: Moment,
}

impl State {
    /// A display that has just been switched on.
    pub fn new(motion: bool, now: Moment) -> Self {
        Self {
            motion,
            asking: Asking::At(now),
            settings: None,
            clock: None,
            link: Link::Down { since: now, why: Trouble::Away },
            sound: Sound::default(),
            board: None,
            arrived: BTreeMap::new(),
            announcer: Announcer::default(),
            saying_since: now,
            breath_until: now,
        }
    }

    /// False where nothing may move.
    pub fn motion(&self) -> bool {
        self.motion
    }
    /// The settings, once known.
    pub fn settings(&self) -> Option<&DisplaySettings> {
        self.settings.as_deref()
    }
    /// The latest board.
    pub fn board(&self) -> Option<&RoomBoard> {
        self.board.as_deref()
    }
    /// Whether the server is heard.
    pub fn link(&self) -> Link {
        self.link
    }
    /// Whether the loudspeaker is there.
    pub fn sound(&self) -> Sound {
        self.sound
    }
    /// The call that is being said.
    pub fn speaking(&self) -> Option<u64> {
        self.announcer.speaking().map(|saying| saying.seq)
    }
    /// When a call came onto this screen; none if it was old already.
    pub fn arrived(&self, seq: u64) -> Option<Moment> {
        self.arrived.get(&seq).copied()
    }
    /// The language of words and voice.
    pub fn lang(&self) -> Lang {
        self.settings().map(|settings| settings.display.lineup.language).unwrap_or_default()
    }
    /// The server's time at that moment, as far as it is known. A wrong clock in this machine does not matter (F60).
    pub fn server_time(&self, at: Moment) -> Option<Instant> {
        let (shown, heard) = self.clock?;
        let forward = i64::try_from(at.millis_since(heard)).unwrap_or(i64::MAX);
        let back = i64::try_from(heard.millis_since(at)).unwrap_or(i64::MAX);
        Some(shown.plus_millis(forward).plus_millis(-back))
    }

    /// What the server's clock showed is never later than what it shows on arrival: the latest one known is nearest.
    fn set_clock(&mut self, shown: Instant, now: Moment) {
        let behind = self.server_time(now).map(|known| known.as_millis() - shown.as_millis());
        if behind.is_none_or(|millis| millis <= 0 || millis > CLOCK_CORRECTED_MILLIS) {
            self.clock = Some((shown, now));
        }
    }
}

/// One input: the state changes, and what is to be done comes out.
pub fn step(state: &mut State, input: Input, now: Moment) -> Vec<Effect> {
    let mut effects = Vec::new();
    match input {
        Input::Tick => {}
        Input::Settings(Ok(settings)) => effects.extend(take_settings(state, settings, now)),
        Input::Settings(Err(why)) => {
            state.asking = Asking::At(now.plus_millis(SETTINGS_RETRY_MILLIS));
            if state.settings.is_none() {
                lose(state, why, now);
            }
        }
        // What is up says nothing yet of what is right: a board does.
        Input::Up => state.asking = Asking::At(now),
        Input::Board(board) => take_board(state, board, now),
        Input::Lost(why, quiet) => lose(state, why, Moment(now.0.saturating_sub(quiet))),
        Input::Sound(SoundNews::Ready) => state.sound = Sound::Ready,
        Input::Sound(SoundNews::Missing) => state.sound = Sound::MissingSince(now),
        Input::Sound(SoundNews::Ended) => {
            state.announcer.done();
            state.breath_until = now.plus_millis(BREATH_MILLIS);
        }
    }
    effects.extend(ask_settings(state, now));
    effects.extend(say_next(state, now));
    effects
}

fn ask_settings(state: &mut State, now: Moment) -> Option<Effect> {
    match state.asking {
        Asking::At(when) if when <= now => {
            state.asking = Asking::Asked;
            Some(Effect::AskSettings)
        }
        _ => None,
    }
}

fn take_settings(state: &mut State, settings: Box<DisplaySettings>, now: Moment) -> Option<Effect> {
    state.asking = Asking::At(now.plus_millis(SETTINGS_EVERY_MILLIS));
    state.set_clock(settings.at, now);
    let room = settings.display.lineup.room.clone();
    let moved = state.settings().map(|before| &before.display.lineup.room) != Some(&room);
    state.settings = Some(settings);
    moved.then(|| {
        // Another room's calls are nobody's business here.
        state.board = None;
        state.arrived.clear();
        state.announcer = Announcer::default();
        Effect::Follow(room)
    })
}

fn take_board(state: &mut State, board: Box<RoomBoard>, now: Moment) {
    let follows = state.settings().is_some_and(|settings| settings.display.lineup.room == board.room);
    let older = state.board().is_some_and(|shown| shown.epoch == board.epoch && shown.seq > board.seq);
    if !follows || older {
        return;
    }
    state.link = Link::Up;
    state.set_clock(board.at, now);
    if state.board().is_some_and(|shown| shown.epoch != board.epoch) {
        state.arrived.clear();
    }
    let before = state.board.as_deref().filter(|shown| shown.epoch == board.epoch);
    let known = before.and_then(|shown| shown.calls.iter().map(|call| call.seq).max()).unwrap_or(0);
    state.arrived.retain(|seq, _| board.calls.iter().any(|call| call.seq == *seq));
    // A call is new for a minute at most (INV-12), whenever it gets here.
    let new =
        |call: &&contract::board::BoardCall| call.seq > known && board.at.seconds_since(call.called_at) < FRESH_SECONDS;
    state.arrived.extend(board.calls.iter().filter(new).map(|call| (call.seq, now)));
    state.announcer.heard(&board);
    state.board = Some(board);
}

fn lose(state: &mut State, why: Trouble, since: Moment) {
    let since = match state.link {
        Link::Up => since,
        Link::Down { since, .. } => since,
    };
    state.link = Link::Down { since, why };
}

fn say_next(state: &mut State, now: Moment) -> Option<Effect> {
    let lineup = &state.settings()?.display.lineup;
    let (lang, volume_percent) = (lineup.language, lineup.volume_percent);
    if state.announcer.speaking().is_some() && now.millis_since(state.saying_since) > SAYING_MILLIS {
        state.announcer.done();
    }
    if volume_percent == 0 {
        state.announcer.hush();
    }
    if now < state.breath_until {
        return None;
    }
    let saying = state.announcer.next(state.server_time(now)?)?;
    state.saying_since = now;
    Some(Effect::Say { saying, lang, volume_percent })
}
