//! What a request ends in when it does not end well: a refusal with its facts, or a fault with an incident number.
//!
//! Either way the answer is an RFC 9457 problem. What went wrong inside stands in the log, never in the answer.

use crate::{request, store::Fault};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{Problem, Refusal};

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The rules, or the caller's rights, say no.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// Something of ours is broken.
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault.as_refusal() {
            Some(refusal) => {
                tracing::warn!(%fault, "the database is away");
                Self::Refused(refusal)
            }
            None => Self::Broken(fault.into()),
        }
    }
}

impl Failure {
    /// The refusal that the caller hears. A fault gets an incident number, under which the log tells the rest.
    pub fn into_refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Broken(why) => incident(&format!("{why:#}")),
        }
    }
}

/// Writes a fault into the log and returns what the caller hears. Its code is the id of the request in which it happened,
/// so that the log tells the whole story under one code.
pub fn incident(why: &str) -> Refusal {
    let incident = request::current().unwrap_or_else(request::new_id);
    tracing::error!(%incident, why, "a fault");
    Refusal::Fault { incident }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        problem(self.into_refusal())
    }
}

/// A refusal on the wire.
pub fn problem(refusal: Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let retry_after = match &refusal {
        Refusal::TooMany { retry_after_seconds } | Refusal::Unavailable { retry_after_seconds } => {
            Some(*retry_after_seconds)
        }
        _ => None,
    };
    let body = serde_json::Value::from(Problem(refusal)).to_string();
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
