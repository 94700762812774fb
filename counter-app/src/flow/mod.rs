//! What the counter does: an input comes in, the state changes, effects come out. No clock, no network, no window.
//!
//! A page is a value of [`Page`], so that what belongs to one page cannot be lying about on another.

mod choosing;
mod log_in;
mod working;

pub use choosing::Choosing;
pub use log_in::LogInPage;
pub use working::{RETRY_MILLIS, SETTLE_MILLIS, ServerClock, Working};

use contract::{
    api::Desk,
    board::CounterBoard,
    ids::*,
    office::{Operator, Role},
    refusal::Refusal,
    text::Lang,
    ticket::CallCode,
    time::*,
};
use std::fmt;

/// Everything the counter knows.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// In which language the office's texts are shown.
    pub lang: Lang,
    /// The server's address, to be seen at the login.
    pub server: String,
    /// What is kept from one start to the next.
    pub memory: Memory,
    /// Where the clerk is.
    pub page: Page,
}

/// What is kept from one start to the next. Never a password.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Memory {
    /// Who logged in last.
    pub login: String,
    /// Where they sat.
    pub counter: Option<CounterId>,
    /// What they served.
    pub services: Vec<ServiceId>,
    /// The end of a service that the server has not heard of yet (F64). Kept, so that a computer that is switched off
    /// loses nothing.
    pub untold: Option<Untold>,
}

/// The end of a service that the server has not heard of yet. It names no person: an id and a call code.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Untold {
    /// Who served: nobody else can tell it.
    pub login: String,
    /// Where.
    pub counter: CounterId,
    /// Whose service.
    pub ticket: TicketId,
    /// What the clerk calls it by.
    pub code: CallCode,
    /// When it ended, by the server's clock as it was known then.
    pub at: Instant,
    /// The name of the command, the same at each retry.
    pub key: CommandKey,
}

/// Where the clerk is.
#[derive(Debug, Clone, PartialEq)]
pub enum Page {
    /// Says who they are.
    LogIn(Box<LogInPage>),
    /// Says where they sit and what they serve.
    Choosing(Box<Choosing>),
    /// Calls and serves.
    Working(Box<Working>),
}

/// What happens to the counter.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Time passes.
    Tick,
    /// The clerk says who they are.
    LogIn {
        /// The operator's id.
        login: String,
        /// The password.
        password: Password,
    },
    /// The server's answer to that.
    LoggedIn(Result<Operator, Trouble>),
    /// Where one may sit and what one may serve.
    Desk(Result<Desk, Trouble>),
    /// The clerk picks a counter, by its line in the list.
    PickCounter(usize),
    /// The clerk ticks a service, or takes the tick away, by its line in the list.
    TickService(usize),
    /// The clerk sits down as chosen.
    SitDown,
    /// The server's answer to that.
    Opened(Result<CounterBoard, Trouble>),
    /// The clerk wants to change counter or services.
    Change,
    /// The clerk goes back to work without changing anything.
    Back,
    /// The clerk presses a button or its key. The command's name is made at the press, so that a retry is known.
    Press(Button, CommandKey),
    /// The server's answer to an action.
    Acted(CommandKey, Result<CounterBoard, Trouble>),
    /// What happens on the live feed of that counter.
    Feed(CounterId, Feed),
    /// The clerk goes home.
    LogOut,
    /// The server's answer to that.
    LoggedOut(Result<(), Trouble>),
}

/// A button of the page of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// The main one, whose meaning follows the state.
    Main,
    /// Call the same person again.
    Again,
    /// The service is over, call nobody.
    Finish,
    /// Nobody came.
    Absent,
}

/// What can happen on a live feed.
#[derive(Debug, Clone, PartialEq)]
pub enum Feed {
    /// The connection stands.
    Up,
    /// The board as it is now.
    Board(Box<CounterBoard>),
    /// The connection is lost; it is being made again.
    Lost {
        /// Why.
        why: Trouble,
        /// For how long nothing had been heard when it was noticed, in milliseconds.
        quiet_millis: u64,
    },
}

/// What the counter wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask the server for a session.
    LogIn {
        /// The operator's id.
        login: String,
        /// The password.
        password: Password,
    },
    /// Ask where one may sit.
    LoadDesk,
    /// Get up from one counter, if one sits there, and sit down at another.
    Open {
        /// Where one sat.
        leave: Option<CounterId>,
        /// Where one sits.
        counter: CounterId,
        /// What one serves.
        services: Vec<ServiceId>,
    },
    /// Follow the live feed of that counter and of no other.
    Follow(CounterId),
    /// Follow none.
    Unfollow,
    /// Do something with people.
    Act {
        /// Where.
        counter: CounterId,
        /// What.
        action: Action,
        /// Its name, the same at each retry.
        key: CommandKey,
    },
    /// Get up and end the session.
    LogOut {
        /// Where one sits.
        leave: Option<CounterId>,
    },
    /// Forget the session, which the server has ended.
    ForgetSession,
    /// Keep this for the next start.
    Remember(Memory),
}

/// What can be done with people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Call the next person, after finishing this one.
    CallNext {
        /// Who is being served.
        finish: Option<TicketId>,
    },
    /// Call once more.
    CallAgain(TicketId),
    /// The person is here.
    Start(TicketId),
    /// The service is over.
    Finish {
        /// Whose.
        ticket: TicketId,
        /// When it ended.
        at: Instant,
    },
    /// Nobody came.
    MarkAbsent(TicketId),
}

/// Why something did not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The server says no.
    Refused(Refusal),
    /// No answer.
    Unreachable,
    /// An answer that makes no sense: another version, or not our server.
    Garbled,
}

/// A sentence for the clerk, and since when it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it says.
    pub what: Said,
    /// Since when.
    pub since: Moment,
}

/// What a sentence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Something did not work.
    Trouble(Trouble),
    /// An action got no answer: it may have been done or not.
    Unanswered,
    /// The session ended; the counter is kept.
    SessionEnded {
        /// What is written on it.
        counter: String,
    },
    /// Whoever logged in is no clerk, and has been logged out.
    ClerksOnly,
    /// The counter was closed from elsewhere, by the end of the day for instance.
    SeatLost,
    /// That person was noted as absent.
    NotedAbsent(CallCode),
    /// That person has been served.
    NotedServed(CallCode),
    /// That person has been served, and the server will hear of it when it is back.
    Untold(CallCode),
}

/// How long a sentence stands if nothing else happens: long enough to be read twice.
pub const NOTICE_MILLIS: u64 = 12_000;

/// A password on its way to the server. It never shows itself in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

impl State {
    /// The counter as it starts, with what is remembered.
    pub fn start(lang: Lang, server: String, memory: Memory) -> Self {
        Self { lang, server, memory, page: Page::LogIn(Box::default()) }
    }
}

/// One input.
pub fn step(state: &mut State, input: Input, now: Moment) -> Vec<Effect> {
    if let Some(effects) = session_ended(state, &input, now) {
        return effects;
    }
    match &mut state.page {
        Page::LogIn(_) => log_in::step(state, input, now),
        Page::Choosing(_) => choosing::step(state, input, now),
        Page::Working(_) => working::step(state, input, now),
    }
}

/// Whatever answer says that the session is over, or no longer a clerk's, leads back to the login, and from there to the
/// same counter.
fn session_ended(state: &mut State, input: &Input, now: Moment) -> Option<Vec<Effect>> {
    let over = |trouble: &Trouble| matches!(trouble, Trouble::Refused(Refusal::Unauthenticated | Refusal::Forbidden));
    let ended = match input {
        Input::Desk(Err(trouble)) | Input::Opened(Err(trouble)) | Input::Acted(_, Err(trouble)) => over(trouble),
        Input::Feed(_, Feed::Lost { why: trouble, .. }) | Input::LoggedOut(Err(trouble)) => over(trouble),
        _ => false,
    };
    let mut effects = vec![Effect::Unfollow, Effect::ForgetSession];
    let resume = match &mut state.page {
        _ if !ended => return None,
        Page::LogIn(_) => return None,
        Page::Choosing(page) => page.back.as_deref(),
        Page::Working(page) => {
            page.put_off_unanswered(now);
            effects.extend(working::remember(&mut state.memory, page));
            Some(&**page)
        }
    };
    let resume = resume.map(|work| work.board.clone());
    let counter = resume.as_ref().map(|board| board.label.clone()).unwrap_or_default();
    let notice = Some(Notice { what: Said::SessionEnded { counter }, since: now });
    state.page = Page::LogIn(Box::new(LogInPage { notice, resume, ..LogInPage::default() }));
    Some(effects)
}

/// A sentence that has stood long enough goes.
fn fade(notice: &mut Option<Notice>, now: Moment) {
    if notice.as_ref().is_some_and(|notice| now.millis_since(notice.since) >= NOTICE_MILLIS) {
        *notice = None;
    }
}

fn trouble(trouble: Trouble, now: Moment) -> Option<Notice> {
    Some(Notice { what: Said::Trouble(trouble), since: now })
}
