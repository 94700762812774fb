//! Which server this is, and what its clock says.

use super::Shared;
use crate::{auth::Anyone, error::Failure};
use axum::{Json, extract::State};
use contract::{
    Refusal,
    api::{About, Health, HealthStatus},
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(about)).routes(routes!(health))
}

/// Whether the server can do its work: read its tables, store something, and carry out commands.
///
/// Cheap, for whoever watches over it, and answered also when everybody else is told to wait: whoever asks within a second
/// hears the same. It says nothing of what the office does. If it cannot, `parts` says what it cannot do.
#[utoipa::path(
    get, path = "/health", tag = "about",
    responses(
        (status = 200, description = "It can", body = Health),
        (status = 503, description = "not-well", body = Refusal, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn health(_: Anyone, State(app): State<Shared>) -> Result<Json<Health>, Failure> {
    match app.checkup.ailing(&app).await {
        well if well.is_empty() => Ok(Json(Health { status: HealthStatus::Ok })),
        parts => Err(Refusal::NotWell { parts }.into()),
    }
}

/// Which server this is, and what its clock says.
#[utoipa::path(
    get, path = "", tag = "about",
    responses((status = 200, description = "Name, version, epoch and clock", body = About)),
    security(())
)]
async fn about(_: Anyone, State(app): State<Shared>) -> Json<About> {
    Json(About {
        name: "avanti-server".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        epoch: app.epoch,
        now: app.clock.now(),
    })
}
