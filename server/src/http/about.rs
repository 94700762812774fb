//! Which server this is, and what its clock says.

use super::Shared;
use crate::{auth::Anyone, error::Failure};
use axum::{Json, extract::State};
use contract::api::{About, Health, HealthStatus};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(about)).routes(routes!(health))
}

/// Whether the server can do its work: read the office, and take commands.
///
/// Cheap, for whoever watches over it. It says nothing of what the office does.
#[utoipa::path(
    get, path = "/health", tag = "about",
    responses((status = 200, description = "It can", body = Health)),
    security(())
)]
async fn health(_: Anyone, State(app): State<Shared>) -> Result<Json<Health>, Failure> {
    app.office().await?;
    // Too slow, and the guard around every request answers instead.
    app.desk.is_moving().await;
    Ok(Json(Health { status: HealthStatus::Ok }))
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
