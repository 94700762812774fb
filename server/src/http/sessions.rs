//! Staff log in and out.

use super::{Peer, Shared, input::Json};
use crate::{
    attempts,
    auth::{self, AnyStaff, Anyone},
    error::Failure,
    password::LONGEST,
    store,
};
use axum::{extract::State, http::StatusCode};
use contract::{
    Refusal,
    api::{LogIn, Session},
    ids::OperatorId,
    office::Operator,
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(log_in)).routes(routes!(log_out))
}

/// Log in.
///
/// The token goes into `Authorization: Bearer …` of every request that follows. A session ends after an hour without
/// use and after twelve hours in any case.
#[utoipa::path(
    post, path = "/sessions", tag = "staff", request_body = LogIn,
    responses(
        (status = 201, description = "Logged in", body = Session),
        (status = 401, description = "wrong-password", body = Refusal, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn log_in(
    _: Anyone,
    Peer(from): Peer,
    State(app): State<Shared>,
    Json(who): Json<LogIn>,
) -> Result<(StatusCode, axum::Json<Session>), Failure> {
    let login = who.login.trim().parse::<OperatorId>().ok();
    // What is no login at all is counted together.
    let counted = login.as_ref().map(OperatorId::as_str).unwrap_or_default().to_owned();
    let place = app.keys.place_mac(attempts::place(from));
    let usual = store::login_place::usual(&mut app.db.glance().await?, &counted, &place).await?;
    let attempt = app.attempts.begin(&counted, from, usual.own, app.clock.now())?;
    match look(&app, login, who.password, usual.of_house).await {
        Ok(Some(operator)) => {
            attempt.take_back();
            let (token, expires_at) = auth::begin_session(&app, &operator.id, &place, app.clock.now()).await?;
            tracing::info!(operator = %operator.id, "logged in");
            Ok((StatusCode::CREATED, axum::Json(Session { token, expires_at, operator })))
        }
        Ok(None) => Err(Refusal::WrongPassword.into()),
        Err(failure) => {
            attempt.take_back();
            Err(failure)
        }
    }
}

/// Who has that login and that password. It takes as long to find nobody.
async fn look(
    app: &Shared,
    login: Option<OperatorId>,
    password: String,
    of_house: bool,
) -> Result<Option<Operator>, Failure> {
    let mut tx = app.db.read().await?;
    let office = app.days.office(&mut tx).await?;
    let known = login.and_then(|login| office.get::<Operator>(login.as_str()).cloned());
    let hash = match &known {
        Some(operator) => store::staff::password(&mut tx, &operator.id).await?,
        None => None,
    };
    drop(tx);
    let fits = match password.len() {
        0..=LONGEST => app.passwords.verify(password, hash, of_house).await?,
        _ => false,
    };
    Ok(known.filter(|_| fits))
}

/// Log out.
#[utoipa::path(
    delete, path = "/sessions/current", tag = "staff",
    responses(
        (status = 204, description = "Logged out; the token is void"),
    ),
    security(("token" = ["admin", "owner", "operator"]))
)]
async fn log_out(staff: AnyStaff, State(app): State<Shared>) -> Result<StatusCode, Failure> {
    let mut tx = app.db.write().await?;
    store::staff::end_session(&mut tx, &staff.session).await?;
    tx.commit().await?;
    tracing::info!(operator = %staff.operator.id, "logged out");
    Ok(StatusCode::NO_CONTENT)
}
