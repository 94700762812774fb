//! Linking a device to its server in its own window: what the page "Link this device" does. PURE: inputs in, effects out.
//!
//! It must know no window, no network and no file. Whoever stands here may be a stranger: a device that knows its server
//! takes no other one from this page, and tells it nothing but a code.

mod address;
mod view;

pub use address::address;
pub use view::{KEYS_OF_CODE, KEYS_OF_SERVER, StepView, View, view};

use crate::link::Link;

/// Letters in a code.
const CODE_LETTERS: usize = 8;
/// The longest name of a server, and the longest text that a reader types.
const SERVER_BYTES: usize = 260;
const TYPED_BYTES: usize = 400;
/// How long the page says what this device is before it goes to work.
pub const LINKED_MILLIS: u64 = 2_500;
/// A page that nobody touches for so long goes back to the work that it was called from.
pub const FORGOTTEN_MILLIS: u64 = 120_000;

/// What a reader read from the server's screen: everything at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The server's address.
    pub server: String,
    /// The fingerprint that it must have; none for a server on this computer.
    pub fingerprint: Option<String>,
    /// The code.
    pub code: String,
}

/// The server that this device knows already. It is offered no other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Its address.
    pub server: String,
    /// Fingerprints of keys that may be its own.
    pub fingerprints: Vec<String>,
    /// An authority vouches for it: no figures need to be compared.
    pub vouched_for: bool,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Time passes.
    Tick,
    /// A key of a keyboard, of a reader that types, or of the screen: what it writes.
    Key(String),
    /// A reader read a whole text.
    Scanned(String),
    /// Into that field now.
    Field(Field),
    /// Go on with what was typed.
    Continue,
    /// The figures are the same.
    Yes,
    /// They are not, or somebody thought better of it.
    No,
    /// The other language.
    Language,
    /// Back to work without linking.
    Leave,
    /// Whose key the server has, and figures of it: the answer to [`Effect::Meet`]. None for a server on this computer.
    Met(Result<Option<(String, [String; 6])>, Problem>),
    /// What this device is called, and its token: the answer to [`Effect::Tell`].
    Told(Result<(String, Option<String>), Problem>),
    /// The answer to [`Effect::Keep`].
    Kept(Result<(), String>),
}

/// What is to be done outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask the server for its key. It is told nothing.
    Meet {
        /// Its address.
        server: String,
    },
    /// Tell the server the code.
    Tell {
        /// Its address.
        server: String,
        /// The fingerprint that it must have. None: the settings say whom to believe.
        fingerprint: Option<String>,
        /// The code.
        code: String,
    },
    /// Keep what was learned.
    Keep(Link),
    /// To work.
    Resume,
}

/// What was not right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The address is none.
    Address,
    /// The code has not eight letters.
    Code,
    /// A reader read something else.
    NoInvitation,
    /// The server does not take the code: wrong, used, too old, or for another kind of device.
    WrongCode,
    /// Too many wrong codes, here or elsewhere.
    TooMany {
        /// When codes are taken again.
        minutes: u32,
    },
    /// The server cannot be reached.
    Away,
    /// Another server than the one expected answered. Nothing was told to it.
    OtherServer,
    /// Somebody said that the figures differ. Nothing was told to that server.
    Declined,
    /// An answer that makes no sense.
    Garbled,
    /// The server can store nothing now.
    Busy,
    /// A fault of the server.
    Fault {
        /// What its log knows it by.
        incident: String,
    },
    /// Nothing can be kept on this device.
    Unwritable {
        /// What the system says.
        why: String,
    },
}

/// Which field is typed into.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Field {
    /// The server's address.
    #[default]
    Server,
    /// The code.
    Code,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Somebody types.
    Typing,
    /// The server is asked for its key. A reader has told which it must be, if it has.
    Meeting {
        /// That key's fingerprint.
        expected: Option<String>,
    },
    /// Somebody compares figures.
    Comparing {
        /// The server's fingerprint.
        fingerprint: String,
        /// Figures of it.
        figures: [String; 6],
    },
    /// The server is told the code.
    Telling {
        /// Its fingerprint, if that is how it is believed.
        fingerprint: Option<String>,
    },
    /// What was learned is being kept.
    Keeping {
        /// What this device is called.
        name: String,
    },
    /// It is linked.
    Linked {
        /// What this device is called.
        name: String,
        /// Since when.
        since: u64,
    },
}

/// Everything the page knows.
#[derive(Debug, Clone)]
pub struct State {
    /// The server that this device may not leave for another.
    known: Option<Known>,
    /// Work to go back to.
    may_leave: bool,
    /// Reads what a reader read.
    read: fn(&str) -> Option<Invited>,
    /// True for Italian, false for English.
    italian: bool,
    server: String,
    code: String,
    at: Field,
    /// What came from keys since the last Enter, whatever field it went to: a reader may type an invitation.
    typed: String,
    step: Step,
    problem: Option<Problem>,
    touched: u64,
}

impl State {
    /// The page as it comes up. `may_leave`: there is work to go back to.
    pub fn new(known: Option<Known>, may_leave: bool, read: fn(&str) -> Option<Invited>, italian: bool) -> Self {
        let (server, at) = match &known {
            Some(known) => (known.server.clone(), Field::Code),
            None => (String::new(), Field::Server),
        };
        let (code, typed) = (String::new(), String::new());
        let (step, problem) = (Step::Typing, None);
        Self { known, may_leave, read, italian, server, code, at, typed, step, problem, touched: 0 }
    }
}

/// One input. `now` is milliseconds of a clock that never jumps.
pub fn step(state: &mut State, input: Input, now: u64) -> Vec<Effect> {
    match input {
        Input::Tick => return tick(state, now),
        Input::Met(outcome) => return met(state, outcome),
        Input::Told(outcome) => return told(state, outcome),
        Input::Kept(outcome) => {
            kept(state, outcome, now);
            return Vec::new();
        }
        _ => state.touched = now,
    }
    match (input, &state.step) {
        (Input::Language, _) => state.italian = !state.italian,
        (Input::Leave, Step::Typing) if state.may_leave => return vec![Effect::Resume],
        (Input::Key(key), Step::Typing) => return self::key(state, &key),
        (Input::Scanned(text), Step::Typing) => return scanned(state, &text),
        (Input::Field(field), Step::Typing) if state.known.is_none() => state.at = field,
        (Input::Continue, Step::Typing) => return proceed(state),
        (Input::Yes, Step::Comparing { fingerprint, .. }) => {
            let fingerprint = Some(fingerprint.clone());
            return tell(state, fingerprint);
        }
        (Input::No, Step::Comparing { .. }) => fail(state, Problem::Declined),
        (Input::Key(key), Step::Comparing { .. }) if is_escape(&key) => fail(state, Problem::Declined),
        _ => {}
    }
    Vec::new()
}

fn tick(state: &State, now: u64) -> Vec<Effect> {
    let over = match &state.step {
        Step::Linked { since, .. } => now.saturating_sub(*since) >= LINKED_MILLIS,
        Step::Typing | Step::Comparing { .. } => {
            state.may_leave && now.saturating_sub(state.touched) >= FORGOTTEN_MILLIS
        }
        _ => false,
    };
    if over { vec![Effect::Resume] } else { Vec::new() }
}

fn is_escape(key: &str) -> bool {
    key == "\u{1b}"
}

fn key(state: &mut State, key: &str) -> Vec<Effect> {
    match key {
        "\r" | "\n" | "\t" => return end(state, key == "\t"),
        "\u{8}" | "\u{7f}" => drop(if state.at == Field::Server { state.server.pop() } else { state.code.pop() }),
        key if is_escape(key) && state.may_leave => return vec![Effect::Resume],
        key => key.chars().filter(char::is_ascii_graphic).for_each(|letter| write(state, letter)),
    }
    Vec::new()
}

/// Enter, or the tab with which some readers end, and people go to the next field.
fn end(state: &mut State, tab: bool) -> Vec<Effect> {
    let typed = std::mem::take(&mut state.typed);
    // A reader that types knows no fields: what it typed is found by how it begins.
    if let Some(invited) = typed.rfind("avanti:").and_then(|at| (state.read)(&typed[at..])) {
        return invite(state, invited);
    }
    match state.at {
        _ if tab => Vec::new(),
        Field::Server if state.code.is_empty() => {
            state.at = Field::Code;
            Vec::new()
        }
        _ => proceed(state),
    }
}

fn write(state: &mut State, letter: char) {
    if state.typed.len() < TYPED_BYTES {
        state.typed.push(letter);
    }
    state.problem = None;
    match state.at {
        Field::Server if state.server.len() < SERVER_BYTES => state.server.push(letter.to_ascii_lowercase()),
        Field::Code if letter.is_ascii_alphabetic() && state.code.len() < CODE_LETTERS => {
            state.code.push(letter.to_ascii_uppercase());
        }
        _ => {}
    }
}

fn scanned(state: &mut State, text: &str) -> Vec<Effect> {
    state.typed.clear();
    match (state.read)(text) {
        Some(invited) => invite(state, invited),
        None => {
            fail(state, Problem::NoInvitation);
            Vec::new()
        }
    }
}

fn invite(state: &mut State, invited: Invited) -> Vec<Effect> {
    state.code = invited.code.chars().filter(char::is_ascii_alphabetic).take(CODE_LETTERS).collect();
    if let Some(known) = &state.known {
        let named = invited.fingerprint.as_ref().is_some_and(|it| known.fingerprints.contains(it));
        if !named && invited.server != known.server {
            fail(state, Problem::OtherServer);
            return Vec::new();
        }
        return proceed(state);
    }
    state.server = invited.server;
    meet(state, invited.fingerprint)
}

fn proceed(state: &mut State) -> Vec<Effect> {
    state.typed.clear();
    let Some(server) = address(&state.server) else {
        state.at = Field::Server;
        fail(state, Problem::Address);
        return Vec::new();
    };
    if state.code.len() != CODE_LETTERS {
        state.at = Field::Code;
        fail(state, Problem::Code);
        return Vec::new();
    }
    state.server = server;
    if state.known.as_ref().is_some_and(|known| known.vouched_for && known.fingerprints.is_empty()) {
        return tell(state, None);
    }
    meet(state, None)
}

fn meet(state: &mut State, expected: Option<String>) -> Vec<Effect> {
    state.problem = None;
    state.step = Step::Meeting { expected };
    vec![Effect::Meet { server: state.server.clone() }]
}

fn met(state: &mut State, outcome: Result<Option<(String, [String; 6])>, Problem>) -> Vec<Effect> {
    let Step::Meeting { expected } = &state.step else { return Vec::new() };
    let known = state.known.as_ref().map(|known| known.fingerprints.as_slice()).unwrap_or_default();
    let right = |fingerprint: &String| expected.iter().chain(known).any(|one| one == fingerprint);
    match outcome {
        Err(problem) => fail(state, problem),
        Ok(None) if expected.is_none() && known.is_empty() => return tell(state, None),
        Ok(Some((fingerprint, _))) if right(&fingerprint) => return tell(state, Some(fingerprint)),
        Ok(Some((fingerprint, figures))) if expected.is_none() && known.is_empty() => {
            state.step = Step::Comparing { fingerprint, figures };
        }
        Ok(_) => fail(state, Problem::OtherServer),
    }
    Vec::new()
}

fn tell(state: &mut State, fingerprint: Option<String>) -> Vec<Effect> {
    state.problem = None;
    state.step = Step::Telling { fingerprint: fingerprint.clone() };
    vec![Effect::Tell { server: state.server.clone(), fingerprint, code: state.code.clone() }]
}

fn told(state: &mut State, outcome: Result<(String, Option<String>), Problem>) -> Vec<Effect> {
    let Step::Telling { fingerprint } = &state.step else { return Vec::new() };
    match outcome {
        Ok((name, token)) => {
            let fingerprints = fingerprint.iter().cloned().collect();
            state.step = Step::Keeping { name };
            vec![Effect::Keep(Link { server: state.server.clone(), fingerprints, token })]
        }
        Err(problem) => {
            if problem == Problem::WrongCode {
                state.code.clear();
                state.at = Field::Code;
            }
            fail(state, problem);
            Vec::new()
        }
    }
}

fn kept(state: &mut State, outcome: Result<(), String>, now: u64) {
    let Step::Keeping { name } = &state.step else { return };
    match outcome {
        Ok(()) => state.step = Step::Linked { name: name.clone(), since: now },
        Err(why) => fail(state, Problem::Unwritable { why }),
    }
}

fn fail(state: &mut State, problem: Problem) {
    state.step = Step::Typing;
    state.problem = Some(problem);
}

#[cfg(test)]
mod tests;
