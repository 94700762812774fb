//! What stands around every request: an id, limits on how many and how long, headers, the log line, the metrics, and a net
//! for panics.

use super::{Shared, input};
use crate::{
    clock,
    error::{incident, problem},
    request,
};
use axum::{
    Router,
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::Response,
};
use contract::Refusal;
use futures_util::FutureExt;
use std::{
    any::Any,
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};
use tracing::Instrument;

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

/// Requests at a time, from when they are heard out; feeds count only until they begin.
const AT_A_TIME: usize = 256;
/// How long a body may take to arrive: the longest takes a tenth of it on the slowest network. Clients give up earlier.
const HEARING: Duration = Duration::from_secs(15);
/// How long an answer may take once the request is heard out.
const LONGEST: Duration = Duration::from_secs(20);

/// Puts the guards around all routes. Who dribbles takes nobody's place: a request counts once it is heard out (F82).
pub fn guarded(router: Router<Shared>, app: &Shared) -> Router<Shared> {
    router
        .layer(middleware::from_fn_with_state(Arc::new(Semaphore::new(AT_A_TIME)), limited))
        .layer(middleware::from_fn(heard_out))
        .layer(middleware::from_fn_with_state(app.clone(), counted))
}

/// Gives the request its id, its lines in the log and its place in the metrics, and catches what panics.
///
/// The route and not the path, and no body: nothing of a person (INV-16).
async fn counted(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.as_deref().unwrap_or("(none)");
    let (id, took) = (request::new_id(), clock::stopwatch());
    let span = tracing::info_span!("request", %id, %method, route);
    let answering = async {
        let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        let answer = answer.unwrap_or_else(|panic| panicked(&*panic));
        tracing::debug!(status = answer.status().as_u16(), millis = took().as_millis(), "answered");
        answer
    };
    let mut answer = request::within(id.clone(), answering.instrument(span)).await;
    if answer.status() == StatusCode::INTERNAL_SERVER_ERROR {
        app.metrics.faults.inc();
    }
    app.metrics.answered(&method, route, answer.status().as_u16(), took());
    let headers = answer.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(request::HEADER, id);
    }
    answer
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
    let heard = timeout(HEARING, input::take_in(body)).await.unwrap_or_else(|_| {
        let problem = format!("the body did not arrive within {} seconds", HEARING.as_secs());
        Err(Refusal::Invalid { field: String::new(), problem })
    });
    match heard {
        Ok(body) => next.run(Request::from_parts(head, body.into())).await,
        Err(refusal) => {
            let mut response = problem(refusal);
            // There may be more to come, and what it was read with is as large as what came.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    problem(incident(&format!("a panic: {}", said.unwrap_or("(no words)"))))
}
