//! What a display does: keeps the latest board, knows how sure it is of it, and lets calls be said one after another.
//!
//! A pure step. No window, no network, no sound: effects say what is to be done, inputs what came of it.

use crate::{
    announce::{Announcer, Saying},
    arrivals::{Arrival, Arrivals},
    health::Health,
    server_clock::ServerClock,
};
use contract::{
    api::DisplaySettings,
    board::RoomBoard,
    health::DeviceHealth,
    ids::RoomId,
    text::Lang,
    time::{Instant, Moment},
};

/// How often the settings are read again: another volume or room, and a server's clock that was put right, are here
/// within ten seconds.
const SETTINGS_EVERY_MILLIS: u64 = 10_000;
/// How soon they are asked for again when they could not be had.
const SETTINGS_RETRY_MILLIS: u64 = 5_000;
/// How often a new token is asked for: one that was copied is of no use for longer.
const RENEW_MILLIS: u64 = 3_600_000;
/// A lost server is told on the screen after this (INV-11, F56); a restart takes less.
pub const LOST_MILLIS: u64 = 14_000;
/// An announcement that has not ended after this never will: whoever says them has died (F58).
const SAYING_MILLIS: u64 = 30_000;
/// The breath between one announcement and the next.
const BREATH_MILLIS: u64 = 700;
/// A board that changes is sent as soon as it is drawn, and a feed that is silent for longer is given up: no board is on
/// its way for longer, but the first of a feed, which may have been drawn a minute ago.
const MOST_ON_THE_WAY_MILLIS: u64 = 15_000;

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
    /// Somebody of the staff wants to link this display anew.
    LinkAgain,
}

/// News of the loudspeaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoundNews {
    /// It is there.
    Ready,
    /// It is not there, and is being looked for.
    Missing,
    /// All that was to be said could be heard.
    Said,
    /// Only the chime could be heard.
    OnlyChimed,
    /// Nothing could be heard.
    Unheard,
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
    /// Tell the server how this display is.
    Report(DeviceHealth),
    /// Ask for a new token, and use it.
    RenewToken,
    /// Begin anew with the page on which staff link this display.
    LinkAgain,
}

/// When the settings are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asking {
    At(Moment),
    /// Asked at that moment, and not answered yet.
    Asked(Moment),
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
    /// When a new token was asked for last, or the program began.
    renewed: Moment,
    settings: Option<Box<DisplaySettings>>,
    clock: ServerClock,
    link: Link,
    sound: Sound,
    health: Health,
    board: Option<Box<RoomBoard>>,
    /// A feed has begun and the server's clock is asked for: until it answers, the age of a board is not known.
    clock_awaited: bool,
    /// No board of this feed has been heard yet.
    feed_is_new: bool,
    /// When the board came, if its calls have not been heard yet.
    unheard: Option<Moment>,
    arrivals: Arrivals,
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
            renewed: now,
            settings: None,
            clock: ServerClock::default(),
            link: Link::Down { since: now, why: Trouble::Away },
            sound: Sound::default(),
            health: Health::default(),
            board: None,
            clock_awaited: false,
            feed_is_new: false,
            unheard: None,
            arrivals: Arrivals::default(),
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
    /// True if the server does not know this display.
    pub fn is_turned_away(&self) -> bool {
        matches!(self.link, Link::Down { why: Trouble::NotAdmitted, .. })
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
    pub fn arrival(&self, seq: u64) -> Option<Arrival> {
        self.arrivals.of(seq)
    }
    /// The language of words and voice.
    pub fn lang(&self) -> Lang {
        self.settings().map(|settings| settings.display.lineup.language).unwrap_or_default()
    }
    /// The server's time at that moment, as far as it is known.
    pub fn server_time(&self, at: Moment) -> Option<Instant> {
        self.clock.at(at)
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
            state.clock_awaited = false;
            hear(state);
            if state.settings.is_none() {
                lose(state, why, now);
            }
        }
        Input::Up => {
            // What is up says nothing yet of what is right: a board does.
            (state.clock_awaited, state.feed_is_new, state.unheard) = (true, true, None);
            if let Asking::At(_) = state.asking {
                state.asking = Asking::At(now);
            }
        }
        Input::Board(board) => take_board(state, board, now),
        Input::Lost(why, quiet) => lose(state, why, Moment(now.0.saturating_sub(quiet))),
        Input::Sound(news) => take_sound(state, news, now),
        // Only where the server has turned this display away: then nobody can be harmed by it (F76).
        Input::LinkAgain => effects.extend(state.is_turned_away().then_some(Effect::LinkAgain)),
    }
    effects.extend(ask_settings(state, now));
    effects.extend(say_next(state, now));
    effects.extend(report(state, now));
    effects.extend(renew_token(state, now));
    effects
}

fn renew_token(state: &mut State, now: Moment) -> Option<Effect> {
    let due = now.millis_since(state.renewed) >= RENEW_MILLIS && state.link == Link::Up;
    due.then(|| {
        state.renewed = now;
        Effect::RenewToken
    })
}

fn take_sound(state: &mut State, news: SoundNews, now: Moment) {
    match news {
        SoundNews::Ready => state.sound = Sound::Ready,
        SoundNews::Missing => state.sound = Sound::MissingSince(now),
        SoundNews::Said => state.health.spoke(),
        SoundNews::OnlyChimed => state.health.only_chimed(),
        SoundNews::Unheard => {}
    }
    if let SoundNews::Said | SoundNews::OnlyChimed | SoundNews::Unheard = news {
        state.announcer.done();
        state.breath_until = now.plus_millis(BREATH_MILLIS);
    }
}

fn ask_settings(state: &mut State, now: Moment) -> Option<Effect> {
    match state.asking {
        Asking::At(when) if when <= now => {
            state.asking = Asking::Asked(now);
            Some(Effect::AskSettings)
        }
        _ => None,
    }
}

fn take_settings(state: &mut State, settings: Box<DisplaySettings>, now: Moment) -> Option<Effect> {
    match std::mem::replace(&mut state.asking, Asking::At(now.plus_millis(SETTINGS_EVERY_MILLIS))) {
        Asking::Asked(asked) => state.clock.answered(settings.at, asked, now),
        Asking::At(_) => state.clock.at_least(settings.at, now),
    }
    let room = settings.display.lineup.room.clone();
    let moved = state.settings().map(|before| &before.display.lineup.room) != Some(&room);
    state.settings = Some(settings);
    if moved {
        // Another room's calls are nobody's business here.
        (state.board, state.unheard) = (None, None);
        state.arrivals = Arrivals::default();
        state.announcer = Announcer::default();
    }
    state.clock_awaited = false;
    hear(state);
    moved.then_some(Effect::Follow(room))
}

fn take_board(state: &mut State, board: Box<RoomBoard>, now: Moment) {
    let follows = state.settings().is_some_and(|settings| settings.display.lineup.room == board.room);
    let older = state.board().is_some_and(|shown| shown.epoch == board.epoch && shown.seq > board.seq);
    if !follows || older {
        return;
    }
    state.link = Link::Up;
    state.clock.at_least(board.at, now);
    if state.board().is_some_and(|shown| shown.epoch != board.epoch) {
        // Numbers of another life of the installation say nothing about this one.
        state.arrivals = Arrivals::default();
        state.announcer.hush();
    }
    state.announcer.shown(&board);
    state.board = Some(board);
    state.unheard = Some(now);
    hear(state);
}

/// Takes in the calls of the board that came last, as soon as its age is known.
fn hear(state: &mut State) {
    let Some(came) = state.unheard.take_if(|_| !state.clock_awaited) else { return };
    let Some(board) = &state.board else { return };
    let most = if std::mem::take(&mut state.feed_is_new) { u64::MAX } else { MOST_ON_THE_WAY_MILLIS };
    let late = state.clock.at(came).map_or(0, |time| time.as_millis() - board.at.as_millis());
    let on_the_way = u64::try_from(late).unwrap_or(0).min(most);
    let new = state.arrivals.take(board, on_the_way, came);
    state.announcer.heard(new);
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
    let saying = state.announcer.next(now)?;
    state.saying_since = now;
    Some(Effect::Say { saying, lang, volume_percent })
}

/// Before the settings are there it is not known whether sound is wanted at all.
fn report(state: &mut State, now: Moment) -> Option<Effect> {
    let wanted = state.settings()?.display.lineup.volume_percent > 0;
    state.health.report(state.sound == Sound::Ready, wanted, now).map(Effect::Report)
}
