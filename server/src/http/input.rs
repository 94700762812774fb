//! What comes in: paths, queries, bodies. Parsed strictly, limited in size and depth, and every error is a problem
//! that names the field (F80, F84).

use crate::error::Failure;
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
};
use contract::Refusal;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

/// The longest body: a service with all its texts in all languages takes a fifth of it.
pub const BODY_BYTES: usize = 64 << 10;
/// The deepest body: an agenda takes five levels.
pub const BODY_DEPTH: usize = 32;

/// What is read at all. A longer body is cut off, and its sender may hear nothing but that.
const HEARD_BYTES: usize = 4 << 20;

/// Takes in a whole body before anybody answers: whoever is refused while still sending finds the connection reset and
/// does not hear why. What is longer than any body may be is read and thrown away.
pub async fn take_in(body: Body) -> Result<Bytes, Refusal> {
    let (mut pieces, mut kept, mut length) = (body.into_data_stream(), Vec::new(), 0);
    while let Some(piece) = pieces.next().await {
        let broken = |_| Refusal::Invalid { field: String::new(), problem: "the body broke off".to_owned() };
        let piece = piece.map_err(broken)?;
        length += piece.len();
        if length <= BODY_BYTES {
            kept.extend_from_slice(&piece);
        } else if length > HEARD_BYTES {
            break;
        }
    }
    if length <= BODY_BYTES { Ok(kept.into()) } else { Err(Refusal::TooLong { limit_bytes: BODY_BYTES as u64 }) }
}

/// A JSON body. Members that are not known are refused.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media = media.and_then(|media| media.split(';').next()).map(str::trim).unwrap_or_default();
        if !media.eq_ignore_ascii_case("application/json") {
            return Err(Refusal::NotJson.into());
        }
        let body = to_bytes(request.into_body(), BODY_BYTES)
            .await
            .map_err(|_| Refusal::TooLong { limit_bytes: BODY_BYTES as u64 })?;
        Ok(Self(parse(&body)?))
    }
}

/// Reads JSON strictly and says which field is wrong. What was sent is not repeated: it may name a person.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let invalid = |field: &str, problem: String| Refusal::Invalid { field: field.to_owned(), problem };
    if depth(body) > BODY_DEPTH {
        return Err(invalid("", format!("nested deeper than {BODY_DEPTH} levels")));
    }
    // Serde would read an array as a struct's members in their order, and `[]` as one that leaves out all of them.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(invalid("", "a JSON object is expected".to_owned()));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path.replace("[", ".").replace("]", "") };
        let said = error.inner().to_string();
        if error.inner().classify() != serde_json::error::Category::Data {
            return invalid(
                "",
                format!("this is no JSON (line {}, column {})", error.inner().line(), error.inner().column()),
            );
        }
        match member(&said) {
            Some((field, problem)) => invalid(&join(&path, field), problem.to_owned()),
            None => invalid(&path, plain(&said)),
        }
    })?;
    json.end().map_err(|_| invalid("", "something follows the JSON".to_owned()))?;
    Ok(value)
}

/// The member that serde complains about, which its path leaves out.
fn member(said: &str) -> Option<(&str, &'static str)> {
    let named = |prefix: &str| said.strip_prefix(prefix)?.split('`').next();
    if let Some(field) = named("unknown field `") {
        return Some((field, "there is no such field"));
    }
    if let Some(field) = named("missing field `") {
        return Some((field, "this field is missing"));
    }
    named("duplicate field `").map(|field| (field, "this field comes twice"))
}

fn join(path: &str, field: &str) -> String {
    // The path of an unknown member may already end in it.
    if path.is_empty() {
        field.to_owned()
    } else if path == field || path.ends_with(&format!(".{field}")) {
        path.to_owned()
    } else {
        format!("{path}.{field}")
    }
}

/// Serde's words without what was sent (`invalid type: string "…"`) and without the place in the text.
fn plain(said: &str) -> String {
    let said = said.split(" at line ").next().unwrap_or_default();
    match said.rsplit_once("expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => said.to_owned(),
    }
}

/// How deep brackets nest, outside of strings.
fn depth(body: &[u8]) -> usize {
    let (mut depth, mut deepest, mut string, mut escaped) = (0_usize, 0, false, false);
    for &byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if string => escaped = true,
            b'"' => string = !string,
            b'[' | b'{' if !string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Parameters of a path. What does not parse names nothing: 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        Ok(Self(path.map_err(|_| Refusal::NotFound)?.0))
    }
}

/// Parameters after the question mark.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(query) => Ok(Self(query.0)),
            Err(error) => {
                let said = error.body_text();
                let said = said.rsplit(": ").next().unwrap_or_default();
                let (field, problem) = member(said).unwrap_or(("", "the query cannot be read"));
                Err(Refusal::Invalid { field: field.to_owned(), problem: problem.to_owned() }.into())
            }
        }
    }
}

/// A header as text, if it is there.
pub fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::{agenda::Agenda, api::BookTicket};

    fn refused<T: DeserializeOwned + std::fmt::Debug>(body: &str, field: &str) -> String {
        match parse::<T>(body.as_bytes()) {
            Err(Refusal::Invalid { field: named, problem }) => {
                assert_eq!(named, field, "{body}: {problem}");
                problem
            }
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn a_wrong_field_is_named() {
        refused::<BookTicket>("{", "");
        refused::<BookTicket>("{}", "service");
        refused::<BookTicket>(r#"{"service":"a","site":"b","starts_at":"now"}"#, "starts_at");
        refused::<BookTicket>(r#"{"service":"a","site":"b","starts_at":"2026-11-23T08:00:00Z","state":"x"}"#, "state");
        let agenda = r#"{"id":"a","service":"s","site":"x","valid_from":"2026-01-01","slot_minutes":15,"lanes":1,
            "weekly":[{"days":["monday"],"from":"09:00","until":"12:00","colour":1}]}"#;
        refused::<Agenda>(agenda, "weekly.0.colour");
    }

    #[test]
    fn what_was_sent_is_not_repeated() {
        let body = r#"{"service":"a","site":"b","starts_at":"2026-11-23T08:00:00Z","card":"RSSMRA85T10A562X"}"#;
        assert!(!refused::<BookTicket>(body, "card").contains("RSSMRA"));
        let body = r#"{"service":"a","site":"b","starts_at":"RSSMRA85T10A562S"}"#;
        assert!(!refused::<BookTicket>(body, "starts_at").contains("RSSMRA"));
        let body = r#"{"service":["RSSMRA85T10A562S"],"site":"b"}"#;
        assert!(!refused::<BookTicket>(body, "service").contains("RSSMRA"));
    }

    #[test]
    fn an_array_is_no_object() {
        refused::<contract::api::CallNext>("[]", "");
        refused::<BookTicket>(r#"["a", "b", "2026-11-23T08:00:00Z"]"#, "");
    }

    #[test]
    fn depth_is_counted_outside_of_strings() {
        assert_eq!(depth(br#"{"a":[1,{"b":"[[[\"{"}]}"#), 3);
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(parse::<serde_json::Value>(deep.as_bytes()).is_err());
    }
}
