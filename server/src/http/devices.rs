//! What a totem or a display tells of itself.

use super::{Shared, input::Json};
use crate::{auth::Device, error::Failure, health, pairing};
use axum::{extract::State, http::StatusCode};
use contract::{health::DeviceHealth, pairing::DeviceToken};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(report_health)).routes(routes!(renew_token))
}

/// Get a new token.
///
/// The one that was used to ask stays good until the new one has been used once: an answer that is lost harms nobody, and
/// who asks again gets another one.
#[utoipa::path(
    put, path = "/devices/current/token", tag = "devices",
    responses(
        (status = 200, description = "The new token, shown this once", body = DeviceToken),
    ),
    security(("token" = ["totem", "display"]))
)]
async fn renew_token(device: Device, State(app): State<Shared>) -> Result<axum::Json<DeviceToken>, Failure> {
    Ok(axum::Json(DeviceToken { token: pairing::renew(&app, &device).await? }))
}

/// Tell how this device is.
///
/// At once when something changes, and every 30 seconds: what was reported counts for three minutes. Clerks of the same
/// site see what is wrong on their boards.
#[utoipa::path(
    put, path = "/devices/current/health", tag = "devices", request_body = DeviceHealth,
    responses(
        (status = 204, description = "Noted"),
    ),
    security(("token" = ["totem", "display"]))
)]
async fn report_health(
    device: Device,
    State(app): State<Shared>,
    Json(how): Json<DeviceHealth>,
) -> Result<StatusCode, Failure> {
    health::report(&app, &device, &how).await?;
    Ok(StatusCode::NO_CONTENT)
}
