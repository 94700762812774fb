//! Codes for new devices: made by whoever configures, used by the device.

use super::{Shared, input::Json};
use crate::{
    auth::{Anyone, Configurer},
    error::Failure,
    office::{Kept, Office},
    pairing,
};
use axum::{extract::State, http::StatusCode};
use contract::{
    Refusal,
    ids::{BadId, TotemId},
    office::{Counter, Display, Totem},
    pairing::{DeviceKind, NewPairing, Paired, Pairing, RedeemPairing},
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(new_pairing)).routes(routes!(redeem_pairing))
}

/// Ask for a code for a new device.
///
/// It is good for ten minutes and once. An older code of the same device is void; its token stays good until the code
/// is used.
#[utoipa::path(
    post, path = "/pairings", tag = "devices", request_body = NewPairing,
    responses(
        (status = 201, description = "A code, to be typed on the device", body = Pairing),
    ),
    security(("token" = ["admin", "owner"]))
)]
async fn new_pairing(
    configurer: Configurer,
    State(app): State<Shared>,
    Json(of): Json<NewPairing>,
) -> Result<(StatusCode, axum::Json<Pairing>), Failure> {
    // Ids of all kinds are written alike.
    let wrong = |why: BadId| Refusal::Invalid { field: "id".to_owned(), problem: why.to_string() };
    of.id.parse::<TotemId>().map_err(wrong)?;
    let office = app.office().await?;
    let owned = match of.kind {
        DeviceKind::Totem => owns::<Totem>(&configurer, &office, &of.id),
        DeviceKind::Display => owns::<Display>(&configurer, &office, &of.id),
        DeviceKind::Counter => owns::<Counter>(&configurer, &office, &of.id),
    };
    if !owned {
        return Err(Refusal::NotFound.into());
    }
    let pairing = pairing::begin(&app.db, &of, app.clock.now()).await?;
    tracing::info!(operator = %configurer.operator.id, kind = ?of.kind, device = %of.id, "a code for a device");
    Ok((StatusCode::CREATED, axum::Json(pairing)))
}

fn owns<T: Kept>(configurer: &Configurer, office: &Office, id: &str) -> bool {
    office.get::<T>(id).is_some_and(|thing| configurer.owns(thing, office))
}

/// Use a code.
///
/// Twenty wrong codes in an hour, and nobody is paired for the rest of it.
#[utoipa::path(
    post, path = "/pairings/redeem", tag = "devices", request_body = RedeemPairing,
    responses(
        (status = 201, description = "What this device is, and its token", body = Paired),
        (status = 401, description = "wrong-code", body = Refusal, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn redeem_pairing(
    _: Anyone,
    State(app): State<Shared>,
    Json(RedeemPairing { code, kind }): Json<RedeemPairing>,
) -> Result<(StatusCode, axum::Json<Paired>), Failure> {
    Ok((StatusCode::CREATED, axum::Json(pairing::redeem(&app, &code, kind).await?)))
}
