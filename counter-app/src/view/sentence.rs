//! Sentences for the clerk: a key and its facts. Every refusal that a counter can meet has a sentence of its own; the
//! words stand in `ui/words.slint`.

use super::{number, wall};
use crate::flow::{Said, Trouble};
use contract::{refusal::Refusal, time::Zone};

/// What a sentence is about, which chooses its colour and its drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something to know.
    Info,
    /// Something worked.
    Good,
    /// Something did not work and can be dealt with here.
    Warn,
    /// Something did not work and needs somebody else.
    Stop,
}

/// A sentence: which one, and its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Which sentence of `ui/words.slint`.
    pub key: &'static str,
    /// What it is about.
    pub tone: Tone,
    /// A name, a code, a time.
    pub fact: String,
    /// A count.
    pub count: i32,
}

/// The sentence for what is said. Times of day need the zone of the wall, which is known once a board is.
pub(super) fn sentence(what: &Said, zone: Option<&Zone>) -> Sentence {
    let (key, tone, fact, count) = match what {
        Said::Trouble(Trouble::Refused(refusal)) => return refused(refusal, zone),
        Said::Trouble(Trouble::Unreachable) => ("unreachable", Tone::Stop, String::new(), 0),
        Said::Trouble(Trouble::Garbled) => ("garbled", Tone::Stop, String::new(), 0),
        Said::Unanswered => ("unanswered", Tone::Warn, String::new(), 0),
        Said::SessionEnded { counter } => ("session-ended", Tone::Info, counter.clone(), 0),
        Said::ClerksOnly => ("clerks-only", Tone::Warn, String::new(), 0),
        Said::SeatLost => ("seat-lost", Tone::Warn, String::new(), 0),
        Said::NotedAbsent(code) => ("noted-absent", Tone::Info, code.to_string(), 0),
        Said::NotedServed(code) => ("noted-served", Tone::Good, code.to_string(), 0),
        Said::Untold(code) => ("untold", Tone::Info, code.to_string(), 0),
    };
    Sentence { key, tone, fact, count }
}

fn refused(refusal: &Refusal, zone: Option<&Zone>) -> Sentence {
    use Tone::{Info, Stop, Warn};
    let none = String::new;
    let (key, tone, fact, count) = match refusal {
        Refusal::WrongPassword => ("wrong-password", Warn, none(), 0),
        Refusal::Unauthenticated | Refusal::Forbidden => ("session-ended", Info, none(), 0),
        Refusal::NotFound => ("not-found", Stop, none(), 0),
        Refusal::CounterTaken { by } => ("counter-taken", Warn, by.clone(), 0),
        Refusal::AtOtherCounter { counter } => ("at-other-counter", Warn, counter.clone(), 0),
        Refusal::CounterNotOpen => ("counter-not-open", Warn, none(), 0),
        Refusal::CurrentNotClosed { code } => ("current-not-closed", Warn, code.to_string(), 0),
        Refusal::NotCurrent => ("not-current", Info, none(), 0),
        Refusal::WrongStage => ("wrong-stage", Info, none(), 0),
        Refusal::CallLimit { limit } => ("call-limit", Info, none(), number(*limit)),
        Refusal::CalledJustNow { seconds } => ("called-just-now", Info, none(), number(*seconds)),
        Refusal::NotYourService => ("not-your-service", Warn, none(), 0),
        Refusal::NobodyWaiting { next_from: Some(from), expected } => {
            ("nobody-yet", Info, zone.map(|zone| wall(*from, zone)).unwrap_or_default(), number(*expected))
        }
        Refusal::NobodyWaiting { next_from: None, expected } => ("nobody-waiting", Info, none(), number(*expected)),
        Refusal::DayClosed => ("day-closed", Warn, none(), 0),
        Refusal::TooMany { retry_after_seconds } => ("too-many", Warn, none(), number(*retry_after_seconds)),
        Refusal::Unavailable { retry_after_seconds } => ("unavailable", Warn, none(), number(*retry_after_seconds)),
        Refusal::Fault { incident } => ("fault", Stop, incident.clone(), 0),
        // A server that does not understand this program is another version of it.
        Refusal::Invalid { .. } | Refusal::TooLong { .. } | Refusal::NoSuchMethod | Refusal::KeyReused => {
            ("garbled", Stop, none(), 0)
        }
        // What only a totem or an administrator can meet.
        _ => ("refused", Stop, none(), 0),
    };
    Sentence { key, tone, fact, count }
}
