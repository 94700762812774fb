//! What stands around every request: a limit on how many and how long, headers, the log line, and a net for panics.

use super::{Shared, input};
use crate::error::{incident, problem};
use axum::{
    Router,
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{HeaderValue, header, request::Parts},
    middleware::{self, Next},
    response::Response,
};
use contract::Refusal;
use std::{
    any::Any,
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};
use tower_http::catch_panic::CatchPanicLayer;

/// From where a request comes, for limits that count by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Whoever calls without a connection is in this process.
        Ok(parts.extensions.get().copied().unwrap_or(Self(IpAddr::V4(Ipv4Addr::LOCALHOST))))
    }
}

/// Requests at a time; feeds count only until they begin.
const AT_A_TIME: usize = 256;
/// How long an answer may take, its body's arrival included. Clients give up earlier.
const LONGEST: Duration = Duration::from_secs(20);

/// Puts the guards around all routes.
pub fn guarded(router: Router<Shared>) -> Router<Shared> {
    router
        .layer(middleware::from_fn(heard_out))
        .layer(middleware::from_fn(headers))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Arc::new(Semaphore::new(AT_A_TIME)), limited))
        .layer(middleware::from_fn(logged))
}

async fn limited(State(places): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let Ok(_place) = places.try_acquire() else {
        return problem(Refusal::TooMany { retry_after_seconds: 1 });
    };
    match timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => problem(Refusal::Unavailable { retry_after_seconds: 5 }),
    }
}

async fn heard_out(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match input::take_in(body).await {
        Ok(body) => next.run(Request::from_parts(head, body.into())).await,
        Err(refusal) => {
            let mut response = problem(refusal);
            // There may be more to come, and what it was read with is as large as what came.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }
    }
}

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// One line per request. The route and not the path, and no body: nothing of a person (INV-16).
async fn logged(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    tracing::debug!(%method, route = route.as_deref().unwrap_or("(none)"), status, "answered");
    response
}

fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    problem(incident(&format!("a panic: {}", said.unwrap_or("(no words)"))))
}
