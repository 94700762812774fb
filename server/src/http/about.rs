//! Which server this is, and what its clock says.

use super::Shared;
use crate::auth::Anyone;
use axum::{Json, extract::State};
use contract::api::About;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(about))
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
