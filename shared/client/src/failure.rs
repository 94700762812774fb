//! Why a request brought nothing. No text here is for a citizen, and none repeats what a body said of a person.

use contract::Refusal;

/// What went wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The server understood and said no; nothing has changed.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// No answer came, or not all of it. What was asked may or may not have been done: ask again under the same key.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// An answer came that this program cannot read: another version, or not our server at all.
    #[error("the answer makes no sense: {0}")]
    Garbled(String),
}

impl Failure {
    /// From what the HTTP library says, with its causes and without the address, which the log knows already.
    pub(crate) fn unreachable(error: reqwest::Error) -> Self {
        let kind = match () {
            () if error.is_timeout() => "no answer in time",
            () if error.is_connect() => "no connection",
            () if error.is_body() || error.is_decode() => "the answer was cut off",
            () => "the exchange broke off",
        };
        let error = error.without_url();
        let mut cause: &dyn std::error::Error = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        Self::Unreachable(format!("{kind} ({cause})"))
    }

    /// JSON that is not what was expected. Only the place is told: serde's own words quote the text, which may name
    /// a person.
    pub(crate) fn unreadable<T>(error: &serde_json::Error) -> Self {
        let wanted = std::any::type_name::<T>().rsplit("::").next().unwrap_or_default();
        Self::Garbled(format!(
            "no {wanted}: {:?} error at line {}, column {}",
            error.classify(),
            error.line(),
            error.column()
        ))
    }
}
