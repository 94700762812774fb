//! What the server last said, how old that is, and when to ask again.

use super::{
    Effect, Failure, State, Visit, booking,
    fault::{Failed, Fault},
};
use contract::{
    api::{Tile, TotemBoard},
    ids::ServiceId,
    text::Lang,
    time::{Date, Instant, Moment},
};

/// Availability on the screen is never older than this while the server answers (D3.3).
const REFRESH_MILLIS: u64 = 10_000;
/// After a failure ask again this soon: a restarted server is found at once, an absent one is not hammered.
const RETRY_MILLIS: u64 = 2_000;
/// How often a new token is asked for: one that was copied is of no use for longer.
const RENEW_MILLIS: u64 = 3_600_000;
/// So many failures in a row make an outage: one is a hiccup, two a restart.
const OUTAGE_FAILURES: u32 = 3;

/// What the server last said.
#[derive(Debug, Clone, Default)]
pub struct Office {
    /// The last board.
    pub board: Option<Box<TotemBoard>>,
    /// When it came.
    pub heard: Moment,
    /// When to ask next. None while a question is out.
    pub ask_at: Option<Moment>,
    /// True once the first question has been asked.
    pub asked: bool,
    /// When a new token was asked for last, or the program began.
    pub renewed: Moment,
    /// Failures in a row, and the latest of them.
    pub failures: u32,
    /// What the last failure was.
    pub last_fault: Option<Failed>,
    /// The server's clock when the outage began, as far as it is known.
    pub down_since: Option<Instant>,
}

/// Whether cards can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Waiting for a card.
    Ready,
    /// Not connected.
    Missing,
}

impl Reader {
    /// The code for staff, if something is wrong.
    pub fn code(self) -> Option<&'static str> {
        match self {
            Self::Ready => None,
            Self::Missing => Some("T-RDR-01"),
        }
    }
}

impl Office {
    /// The server's clock, counted on from its last answer.
    pub fn wall(&self, now: Moment) -> Option<Instant> {
        let board = self.board.as_ref()?;
        Some(board.at.plus_millis(i64::try_from(now.millis_since(self.heard)).unwrap_or(i64::MAX)))
    }

    /// Today on the wall, as the server tells it.
    pub fn today(&self, now: Moment) -> Option<Date> {
        let board = self.board.as_ref()?;
        Some(self.wall(now)?.on_the_wall(&board.zone).0)
    }

    /// Why nothing works just now, if so.
    pub fn outage(&self) -> Option<&Failed> {
        let failed = self.last_fault.as_ref()?;
        let down = self.failures >= OUTAGE_FAILURES || failed.fault == Fault::NotAdmitted;
        down.then_some(failed)
    }

    /// True if the server does not know this totem.
    pub fn is_turned_away(&self) -> bool {
        self.last_fault.as_ref().is_some_and(|failed| failed.fault == Fault::NotAdmitted)
    }

    /// A service's tile.
    pub fn tile(&self, service: &ServiceId) -> Option<&Tile> {
        self.board.as_ref()?.pages.iter().flatten().flatten().find(|tile| &tile.service == service)
    }

    /// How many pages of services there are, at least one.
    pub fn pages(&self) -> usize {
        self.board.as_ref().map_or(1, |board| board.pages.len().max(1))
    }

    /// Where every visit begins.
    pub fn first_language(&self, otherwise: Lang) -> Lang {
        self.board.as_ref().and_then(|board| board.languages.first().copied()).unwrap_or(otherwise)
    }

    /// The language after this one.
    pub fn language_after(&self, lang: Lang) -> Lang {
        let languages = self.board.as_ref().map_or(&[Lang::It, Lang::En][..], |board| &board.languages);
        let at = languages.iter().position(|&one| one == lang).map_or(0, |at| at + 1);
        languages.get(at % languages.len().max(1)).copied().unwrap_or(lang)
    }
}

/// Asks for the board when it is time to.
pub fn poll(state: &mut State, now: Moment) -> Vec<Effect> {
    let office = &mut state.office;
    let due = if office.asked { office.ask_at.is_some_and(|at| at <= now) } else { true };
    if !due {
        return Vec::new();
    }
    office.asked = true;
    office.ask_at = None;
    vec![Effect::FetchBoard]
}

/// Asks for a new token when it is time to and the server is there.
pub fn renew(state: &mut State, now: Moment) -> Option<Effect> {
    let office = &mut state.office;
    let due = now.millis_since(office.renewed) >= RENEW_MILLIS && office.board.is_some() && office.failures == 0;
    due.then(|| {
        office.renewed = now;
        Effect::RenewToken
    })
}

/// The server answered, or did not.
pub fn board(state: &mut State, answer: Result<Box<TotemBoard>, Failure>, now: Moment) -> Vec<Effect> {
    match answer {
        Ok(board) => {
            let first = state.office.board.is_none();
            state.office.board = Some(board);
            state.office.heard = now;
            state.office.failures = 0;
            state.office.last_fault = None;
            state.office.down_since = None;
            state.office.ask_at = Some(now.plus_millis(REFRESH_MILLIS));
            if first && matches!(state.visit, Visit::StandBy) {
                state.comfort.lang = state.office.first_language(state.comfort.lang);
            }
            booking::refresh(state, now);
        }
        Err(failure) => {
            let wall = state.office.wall(now);
            let office = &mut state.office;
            office.failures = office.failures.saturating_add(1);
            office.down_since = office.down_since.or(wall);
            office.last_fault = Some(Failed::of(&failure));
            office.ask_at = Some(now.plus_millis(RETRY_MILLIS));
        }
    }
    Vec::new()
}
