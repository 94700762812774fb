//! The REST API and its live feeds: from bytes to values and back. No rule stands here.
//!
//! Every handler's first argument says who may call it (see [`crate::auth`]); every answer that is not a success is
//! an RFC 9457 problem; everything has a limit.

mod about;
mod boards;
mod configuration;
mod counters;
mod devices;
mod guard;
pub mod input;
mod openapi;
mod pairings;
mod reference;
mod scrape;
mod serve;
mod sessions;
mod tickets;
mod totems;
mod view;

pub use guard::Peer;
pub use scrape::serve_metrics;
pub use serve::{Door, serve};

use crate::{app::App, error::problem};
use axum::Router;
use contract::Refusal;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// What every handler shares.
pub type Shared = Arc<App>;

/// All routes with their documentation.
pub fn api() -> (Router<Shared>, serde_json::Value) {
    let routes = OpenApiRouter::with_openapi(openapi::base()).nest(
        "/api/v1",
        OpenApiRouter::new()
            .merge(about::routes())
            .merge(sessions::routes())
            .merge(totems::routes())
            .merge(tickets::routes())
            .merge(counters::routes())
            .merge(boards::routes())
            .merge(pairings::routes())
            .merge(devices::routes())
            .merge(configuration::routes()),
    );
    let (router, document) = routes.split_for_parts();
    (router, openapi::finish(document))
}

/// The whole service.
pub fn router(app: Shared) -> Router {
    let (router, document) = api();
    let router = router
        .merge(reference::routes(&document))
        .fallback(async || problem(Refusal::NotFound))
        .method_not_allowed_fallback(async || problem(Refusal::NoSuchMethod));
    guard::guarded(router, &app).with_state(app)
}
