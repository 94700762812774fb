//! What a clerk's program asks for: where to sit, the seat, the calls.

use super::{
    Shared,
    input::{self, Json, Path},
};
use crate::{
    app::App,
    auth::{Caller, Clerk},
    desk::{Ask, Done},
    error::Failure,
    live,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use contract::{
    Refusal,
    api::*,
    board::{CounterBoard, ServiceName},
    ids::{CommandKey, CounterId, SiteId},
    office::{Counter, Service},
};
use domain::{Actor, Command, Day, Step};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(desk))
        .routes(routes!(open_counter, leave_counter))
        .routes(routes!(call_next))
        .routes(routes!(call_step))
}

/// Where an operator may sit and what they may call for.
#[utoipa::path(
    get, path = "/desk", tag = "counter",
    responses(
        (status = 200, description = "Counters of the sites where the operator's services are given", body = Desk),
    ),
    security(("token" = ["operator"]))
)]
async fn desk(clerk: Clerk, State(app): State<Shared>) -> Result<axum::Json<Desk>, Failure> {
    let mut tx = app.db.read().await?;
    let office = app.days.office(&mut tx).await?;
    let services: Vec<&Service> = clerk.operator.services.iter().filter_map(|id| office.get(id.as_str())).collect();
    let sites: BTreeSet<&SiteId> = services.iter().flat_map(|service| service.rooms.keys()).collect();
    let mut counters = Vec::new();
    for site in sites {
        let Some(held) = app.days.today(&mut tx, site, app.clock.now()).await? else { continue };
        counters.extend(held.day.rules().counters.values().map(|counter| choice(&held.day, counter, &clerk)));
    }
    let services = services.iter().map(|it| ServiceName { id: it.id.clone(), name: it.name.clone() }).collect();
    Ok(axum::Json(Desk { operator: clerk.operator, counters, services }))
}

fn choice(day: &Day, counter: &Counter, clerk: &Clerk) -> CounterChoice {
    let rules = day.rules();
    let seat = day.seat(&counter.id);
    let name = |id| rules.operators.get(id).map(|operator| operator.name.clone());
    CounterChoice {
        id: counter.id.clone(),
        label: counter.label.clone(),
        kind: counter.kind,
        room: rules.rooms.get(&counter.room).map(|room| room.name.clone()).unwrap_or_default(),
        site: rules.site.name.clone(),
        taken_by: seat.and_then(|seat| name(&seat.operator)),
        mine: seat.is_some_and(|seat| seat.operator == clerk.operator.id),
        services: seat.map(|seat| seat.services.clone()).unwrap_or_default(),
    }
}

/// Sit down at a counter, or change the services served there.
#[utoipa::path(
    put, path = "/counters/{counter}/session", tag = "counter", request_body = OpenCounter,
    params(("counter" = String, Path, description = "The counter")),
    responses(
        (status = 200, description = "The counter is yours", body = CounterBoard),
        (status = 403, description = "not-your-service", body = Refusal, content_type = "application/problem+json"),
        (status = 409, description = "counter-taken, at-other-counter, day-closed", body = Refusal, content_type = "application/problem+json"),
    ),
    security(("token" = ["operator"]))
)]
async fn open_counter(
    clerk: Clerk,
    State(app): State<Shared>,
    Path(counter): Path<CounterId>,
    Json(OpenCounter { services }): Json<OpenCounter>,
) -> Result<axum::Json<CounterBoard>, Failure> {
    let operator = clerk.operator.id.clone();
    let command = Command::OpenCounter { counter: counter.clone(), operator, services };
    let done = act(&app, &clerk, &counter, command, None).await?;
    board(&app, &clerk, &counter, &done).await
}

/// Get up.
#[utoipa::path(
    delete, path = "/counters/{counter}/session", tag = "counter",
    params(("counter" = String, Path, description = "The counter")),
    responses(
        (status = 204, description = "The counter is free"),
        (status = 409, description = "current-not-closed", body = Refusal, content_type = "application/problem+json"),
    ),
    security(("token" = ["operator"]))
)]
async fn leave_counter(
    clerk: Clerk,
    State(app): State<Shared>,
    Path(counter): Path<CounterId>,
) -> Result<StatusCode, Failure> {
    let operator = clerk.operator.id.clone();
    let _ = act(&app, &clerk, &counter, Command::LeaveCounter { counter: counter.clone(), operator }, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Call the next person.
///
/// Nobody chooses whom: the rules rank everybody present, and the board says why. `Idempotency-Key` makes a retry
/// safe.
#[utoipa::path(
    post, path = "/counters/{counter}/calls", tag = "counter", request_body = CallNext,
    params(
        ("counter" = String, Path, description = "The counter"),
        ("Idempotency-Key" = CommandKey, Header, description = "A UUID made by the caller, new for each call"),
    ),
    responses(
        (status = 200, description = "The board, with the person called", body = CounterBoard),
        (status = 409, description = "nobody-waiting, counter-not-open, current-not-closed, not-current, wrong-stage", body = Refusal, content_type = "application/problem+json"),
        (status = 422, description = "key-reused", body = Refusal, content_type = "application/problem+json"),
    ),
    security(("token" = ["operator"]))
)]
async fn call_next(
    clerk: Clerk,
    State(app): State<Shared>,
    Path(counter): Path<CounterId>,
    headers: HeaderMap,
    Json(call): Json<CallNext>,
) -> Result<axum::Json<CounterBoard>, Failure> {
    let operator = clerk.operator.id.clone();
    let command = Command::CallNext { counter: counter.clone(), operator, finish: call.finish };
    let named = named(&app, &clerk, &headers, &("calls", &counter, &call))?;
    let done = act(&app, &clerk, &counter, command, Some(named)).await?;
    board(&app, &clerk, &counter, &done).await
}

/// What a clerk does with the person who was called.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum CallStep {
    Again,
    Start,
    Finish,
    Absent,
}

/// The next step of the person who was called.
#[utoipa::path(
    post, path = "/counters/{counter}/calls/{step}", tag = "counter", request_body = CurrentTicket,
    params(
        ("counter" = String, Path, description = "The counter"),
        ("step" = inline(CallStep), Path, description = "`again`: call once more; `start`: the person is here; `finish`: served; `absent`: nobody came"),
        ("Idempotency-Key" = CommandKey, Header, description = "A UUID made by the caller, new for each step"),
    ),
    responses(
        (status = 200, description = "The board after it", body = CounterBoard),
        (status = 409, description = "counter-not-open, not-current, wrong-stage, call-limit, called-just-now", body = Refusal, content_type = "application/problem+json"),
        (status = 422, description = "key-reused", body = Refusal, content_type = "application/problem+json"),
    ),
    security(("token" = ["operator"]))
)]
async fn call_step(
    clerk: Clerk,
    State(app): State<Shared>,
    Path((counter, step)): Path<(CounterId, CallStep)>,
    headers: HeaderMap,
    Json(CurrentTicket { ticket, finished_at }): Json<CurrentTicket>,
) -> Result<axum::Json<CounterBoard>, Failure> {
    let named = named(&app, &clerk, &headers, &(step, &counter, ticket, finished_at))?;
    if finished_at.is_some() && !matches!(step, CallStep::Finish) {
        let (field, problem) = ("finished_at".to_owned(), "only `finish` can be told later".to_owned());
        return Err(Refusal::Invalid { field, problem }.into());
    }
    let step = match step {
        CallStep::Again => Step::CallAgain,
        CallStep::Start => Step::Start,
        CallStep::Finish => Step::Finish { at: finished_at },
        CallStep::Absent => Step::MarkAbsent,
    };
    let operator = clerk.operator.id.clone();
    let command = Command::Step { counter: counter.clone(), operator, ticket, step };
    let done = act(&app, &clerk, &counter, command, Some(named)).await?;
    board(&app, &clerk, &counter, &done).await
}

/// The name that a caller gives to a command, and a keyed hash of what it asks for.
struct Named {
    caller: String,
    key: CommandKey,
    request: String,
}

fn named(app: &App, clerk: &Clerk, headers: &HeaderMap, request: &impl Serialize) -> Result<Named, Failure> {
    let key = input::text(headers, "idempotency-key").and_then(|key| key.parse().ok());
    let key = key.ok_or_else(|| Refusal::Invalid {
        field: "Idempotency-Key".to_owned(),
        problem: "this header must hold a UUID, new for each command".to_owned(),
    })?;
    let caller = Caller::Staff(clerk.operator.clone(), String::new()).name();
    let request = serde_json::to_vec(&(&caller, request)).map_err(anyhow::Error::from)?;
    Ok(Named { caller, key, request: app.keys.request_mac(&request) })
}

async fn act(
    app: &Arc<App>,
    clerk: &Clerk,
    counter: &CounterId,
    command: Command,
    named: Option<Named>,
) -> Result<Done, Failure> {
    let site = own_site(clerk, counter)?;
    let rules = clerk.office.rules(&site).ok_or(Refusal::NotFound)?;
    let (request, key) = match named {
        Some(Named { caller, key, request }) => (request, Some((caller, key))),
        None => (String::new(), None),
    };
    let date = rules.date_at(app.clock.now());
    let by = Actor::Operator(clerk.operator.id.clone());
    app.desk.act(Ask { site, date, by, command, request, card: None, key }).await
}

/// The site of a counter of the clerk's institution; another institution's counter does not exist for the clerk.
pub fn own_site(clerk: &Clerk, counter: &CounterId) -> Result<SiteId, Refusal> {
    let site = clerk.office.get::<Counter>(counter.as_str()).map(|counter| counter.site.clone());
    site.filter(|site| clerk.owns(site)).ok_or(Refusal::NotFound)
}

/// The counter's board after it. Whoever repeats a command and has left the counter meanwhile does not see what a
/// colleague does there.
async fn board(
    app: &App,
    clerk: &Clerk,
    counter: &CounterId,
    done: &Done,
) -> Result<axum::Json<CounterBoard>, Failure> {
    if done.day.seat(counter).is_some_and(|seat| seat.operator != clerk.operator.id) {
        return Err(Refusal::CounterNotOpen.into());
    }
    let board = live::drawn(app, &clerk.office, counter, &done.day, done.site_seq).await?;
    Ok(axum::Json(board.ok_or(Refusal::NotFound)?))
}
