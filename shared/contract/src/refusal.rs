//! A "no" is a value with its facts, so that each app can say it in its own words and language.
//!
//! On the wire a refusal is an RFC 9457 problem: `type` names it, further members carry its facts.

use crate::{
    api::{Offer, ServerPart},
    office::Invalid,
    text::Text,
    ticket::CallCode,
    time::*,
};
use serde::{Deserialize, Serialize};

/// Why something was not done. Nothing has changed when one of these is the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[schema(as = Problem)]
pub enum Refusal {
    /// The place offered has gone; here is the next one (F21, F55).
    #[error("the place has just been taken")]
    PlaceTaken {
        /// The place to offer instead, if there is one.
        next: Option<Offer>,
    },
    /// The agenda has no such place.
    #[error("there is no such place")]
    NoSuchPlace,
    /// The person has enough open tickets for this service.
    #[error("this person already has {limit} open tickets for the service")]
    TooManyOpen {
        /// How many are allowed.
        limit: u16,
    },
    /// All call codes of the service's letter are used up for that day.
    #[error("no call code is left for that day")]
    NoCodeLeft,
    /// The credential does not open this ticket, or there is none.
    #[error("no such ticket")]
    UnknownTicket,
    /// The appointment is on another day.
    #[error("the appointment is on {date}")]
    NotToday {
        /// Its date.
        date: Date,
    },
    /// The appointment is at another site.
    #[error("the appointment is at another site")]
    WrongSite {
        /// The site's name.
        site: Text,
        /// Where it is.
        address: Text,
    },
    /// Later than the service tolerates.
    #[error("{by_minutes} minutes late, {tolerance_minutes} are tolerated")]
    TooLate {
        /// How late, in minutes.
        by_minutes: i64,
        /// How late one may be, in minutes.
        tolerance_minutes: u16,
    },
    /// The person has already been called.
    #[error("already called to counter {counter}")]
    AlreadyCalled {
        /// Where to.
        counter: String,
    },
    /// The person was called, did not appear, and has to speak to the staff.
    #[error("called and did not appear")]
    MarkedAbsent,
    /// The visit is over.
    #[error("this ticket has been served")]
    AlreadyServed,
    /// Nobody may be called now.
    #[error("nobody is waiting")]
    NobodyWaiting {
        /// From when somebody present may be called, if somebody is.
        next_from: Option<Instant>,
        /// People with an appointment later today who are not here yet.
        expected: u32,
    },
    /// A colleague sits at that counter.
    #[error("{by} is at this counter")]
    CounterTaken {
        /// Who.
        by: String,
    },
    /// The same person sits at another counter.
    #[error("you are at counter {counter}")]
    AtOtherCounter {
        /// Which.
        counter: String,
    },
    /// Nobody has opened that counter, or somebody else has.
    #[error("you have not opened this counter")]
    CounterNotOpen,
    /// Somebody is still called or served here.
    #[error("{code} is still at this counter")]
    CurrentNotClosed {
        /// Who.
        code: CallCode,
    },
    /// The ticket meant is not the one at this counter.
    #[error("this ticket is not at the counter")]
    NotCurrent,
    /// The step does not follow from where the ticket stands.
    #[error("this cannot follow now")]
    WrongStage,
    /// Called as often as is allowed.
    #[error("called {limit} times already")]
    CallLimit {
        /// How often is allowed.
        limit: u8,
    },
    /// Called a moment ago.
    #[error("wait {seconds} seconds before calling again")]
    CalledJustNow {
        /// How long to wait.
        seconds: i64,
    },
    /// The operator is not assigned to that service (R99).
    #[error("this service is not yours")]
    NotYourService,
    /// That day is over.
    #[error("that day is closed")]
    DayClosed,

    /// The request cannot be read: a field is missing, unknown or wrong.
    #[error("{}{problem}", if field.is_empty() { String::new() } else { format!("{field}: ") })]
    Invalid {
        /// The field, a dotted path, empty for the whole body.
        field: String,
        /// What is wrong.
        problem: String,
    },
    /// The body is not said to be JSON.
    #[error("the body must be application/json")]
    NotJson,
    /// The body is longer than allowed.
    #[error("the body is longer than {limit_bytes} bytes")]
    TooLong {
        /// How long it may be.
        limit_bytes: u64,
    },
    /// The same key came with another request (F25).
    #[error("this key named another request")]
    KeyReused,
    /// There is no such thing, or it is not yours to see.
    #[error("there is no such thing")]
    NotFound,
    /// The method does not exist here.
    #[error("this cannot be done here")]
    NoSuchMethod,
    /// No token, or one that is no longer valid.
    #[error("log in first")]
    Unauthenticated,
    /// Login and password do not fit.
    #[error("login and password do not fit")]
    WrongPassword,
    /// No device is waited for under this code: it is wrong, used, or older than ten minutes.
    #[error("this code is wrong, or no longer good")]
    WrongCode,
    /// Known, and not allowed.
    #[error("this is not allowed to you")]
    Forbidden,
    /// Too many requests.
    #[error("try again in {retry_after_seconds} seconds")]
    TooMany {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// Somebody else has changed it since it was read.
    #[error("it has changed since you read it")]
    Changed,
    /// The database cannot be written just now; nothing was done.
    #[error("the server cannot store this now; nothing was done")]
    Unavailable {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// The server cannot do its work: the answer to whoever asks how it is.
    #[error("the server is not well: {}", parts.iter().map(ServerPart::to_string).collect::<Vec<_>>().join(", "))]
    NotWell {
        /// What it cannot do; its log says why.
        parts: Vec<ServerPart>,
    },
    /// A fault of the server; nothing was done. The code is in its log.
    #[error("a fault of the server, incident {incident}; nothing was done")]
    Fault {
        /// What to tell the staff.
        incident: String,
    },
}

impl Refusal {
    /// The HTTP status that goes with it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Invalid { .. } | Self::KeyReused | Self::NoSuchPlace => 422,
            Self::TooLong { .. } => 413,
            Self::Unauthenticated | Self::WrongPassword | Self::WrongCode => 401,
            Self::Forbidden | Self::NotYourService => 403,
            Self::NotFound | Self::UnknownTicket => 404,
            Self::NoSuchMethod => 405,
            Self::NotJson => 415,
            Self::Changed => 412,
            Self::TooMany { .. } => 429,
            Self::Unavailable { .. } | Self::NotWell { .. } => 503,
            Self::Fault { .. } => 500,
            _ => 409,
        }
    }
}

impl From<Invalid> for Refusal {
    fn from(Invalid { field, problem }: Invalid) -> Self {
        Self::Invalid { field, problem }
    }
}

/// What a problem's `type` begins with; the reference page has an anchor for each.
pub const PROBLEM_BASE: &str = "/api/v1/reference#";

/// A refusal as an RFC 9457 problem (`application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "serde_json::Value", into = "serde_json::Value")]
pub struct Problem(pub Refusal);

impl From<Problem> for serde_json::Value {
    fn from(Problem(refusal): Problem) -> Self {
        let mut value = serde_json::to_value(&refusal).unwrap_or_default();
        if let Some(members) = value.as_object_mut() {
            let name = members.get("type").and_then(Self::as_str).unwrap_or_default();
            members.insert("type".to_owned(), format!("{PROBLEM_BASE}{name}").into());
            members.insert("title".to_owned(), refusal.to_string().into());
            members.insert("status".to_owned(), refusal.status().into());
        }
        value
    }
}
impl TryFrom<serde_json::Value> for Problem {
    type Error = serde_json::Error;
    fn try_from(mut value: serde_json::Value) -> Result<Self, serde_json::Error> {
        if let Some(name) = value.get("type").and_then(|name| name.as_str()?.strip_prefix(PROBLEM_BASE)) {
            value["type"] = name.to_owned().into();
        }
        serde_json::from_value(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_concerns_the_whole_body_names_no_field() {
        let invalid = |field: &str| Refusal::Invalid { field: field.to_owned(), problem: "not so".to_owned() };
        assert_eq!(invalid("").to_string(), "not so");
        assert_eq!(invalid("weekly.0.from").to_string(), "weekly.0.from: not so");
    }

    #[test]
    fn a_problem_carries_its_facts_and_comes_back_whole() {
        let late = Problem(Refusal::TooLate { by_minutes: 12, tolerance_minutes: 10 });
        let json = serde_json::to_value(&late).unwrap();
        assert_eq!(json["type"], "/api/v1/reference#too-late");
        assert_eq!((json["status"].as_u64(), json["by_minutes"].as_u64()), (Some(409), Some(12)));
        assert_eq!(serde_json::from_value::<Problem>(json).unwrap(), late);
    }
}
