//! The configuration lane: what an administrator or an owner configures, one shape for all kinds.
//!
//! Read with a tag (`ETag`), written only over what was read (`If-Match`) or where nothing was (`If-None-Match: *`).
//! The struct on the wire is the struct that is stored, checked by its own `check()` and by what it names.

use super::{
    Shared,
    input::{self, Json, Path, Query},
};
use crate::{
    app::App,
    auth::Configurer,
    error::Failure,
    office::{Kept, Office, Revised},
    store::{self, Tx, office::StoredThing},
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{Refusal, agenda::Agenda, office::*};
use serde::Deserialize;
use std::any::Any;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Things in one answer, if no fewer are asked for: more than any municipality has of one kind.
const PAGE: usize = 500;

/// Where a list goes on.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Cursor {
    /// Begin after this id.
    after: Option<String>,
    /// At most so many, 1 to 500.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

macro_rules! kinds {
    ($($module:ident $kind:ty, $list:literal, $one:literal, $name:literal;)*) => {
        /// The routes of this file.
        pub fn routes() -> OpenApiRouter<Shared> {
            OpenApiRouter::new()$(
                .routes(routes!($module::list))
                .routes(routes!($module::read, $module::write))
            )*
        }
        $(mod $module {
            use super::*;

            #[utoipa::path(
                summary = concat!("All ", $name, "s that the caller may see, by id."),
                description = "The header `Link` says where the next page is.",
                get, path = $list, operation_id = concat!("list_", stringify!($module)), tag = "configuration",
                params(Cursor),
                responses(
                    (status = 200, description = "A page of them", body = Vec<$kind>),
                ),
                security(("token" = ["admin", "owner"]))
            )]
            pub(super) async fn list(
                who: Configurer,
                State(app): State<Shared>,
                Query(cursor): Query<Cursor>,
            ) -> Result<Response, Failure> {
                super::list::<$kind>(&app, &who, &cursor).await
            }

            #[utoipa::path(
                summary = concat!("One ", $name, "."),
                description = "Its `ETag` goes into `If-Match` when it is changed.",
                get, path = $one, operation_id = concat!("read_", stringify!($module)), tag = "configuration",
                params(("id" = String, Path, description = "Its id")),
                responses(
                    (status = 200, description = "It", body = $kind),
                ),
                security(("token" = ["admin", "owner"]))
            )]
            pub(super) async fn read(
                who: Configurer,
                State(app): State<Shared>,
                Path(id): Path<String>,
            ) -> Result<Response, Failure> {
                super::read::<$kind>(&app, &who, &id).await
            }

            #[utoipa::path(
                summary = concat!("Make or change: ", $name, "."),
                description = "With `If-None-Match: *` it must be new, with `If-Match` it must be as it was read.",
                put, path = $one, operation_id = concat!("write_", stringify!($module)), tag = "configuration",
                params(
                    ("id" = String, Path, description = "Its id, the same as in the body"),
                    ("If-Match" = Option<String>, Header, description = "The ETag under which it was read"),
                    ("If-None-Match" = Option<String>, Header, description = "`*`: it must be new"),
                ),
                request_body = $kind,
                responses(
                    (status = 201, description = "Made", body = $kind),
                    (status = 200, description = "Changed", body = $kind),
                    (status = 412, description = "changed", body = Refusal, content_type = "application/problem+json"),
                ),
                security(("token" = ["admin", "owner"]))
            )]
            pub(super) async fn write(
                who: Configurer,
                State(app): State<Shared>,
                Path(id): Path<String>,
                headers: HeaderMap,
                Json(thing): Json<$kind>,
            ) -> Result<Response, Failure> {
                super::write::<$kind>(&app, &who, &id, &headers, thing).await
            }
        })*
    };
}

kinds! {
    institutions Institution, "/institutions", "/institutions/{id}", "institution";
    sites Site, "/sites", "/sites/{id}", "site";
    rooms Room, "/rooms", "/rooms/{id}", "room";
    counters Counter, "/counters", "/counters/{id}", "counter";
    services Service, "/services", "/services/{id}", "service";
    agendas Agenda, "/agendas", "/agendas/{id}", "agenda";
    operators Operator, "/operators", "/operators/{id}", "operator";
    totems Totem, "/totems", "/totems/{id}", "totem";
    displays Display, "/displays", "/displays/{id}", "display";
}

async fn list<T: Kept + 'static>(app: &App, who: &Configurer, cursor: &Cursor) -> Result<Response, Failure> {
    let limit = cursor.limit.unwrap_or(PAGE);
    if !(1..=PAGE).contains(&limit) {
        return Err(Refusal::Invalid { field: "limit".to_owned(), problem: format!("1 to {PAGE}") }.into());
    }
    let office = app.office().await?;
    let after = cursor.after.as_deref().unwrap_or_default();
    let mut seen = office.all::<T>().filter(|thing| thing.id() > after && who.owns(*thing, &office));
    let page: Vec<&T> = seen.by_ref().take(limit).collect();
    let next = seen
        .next()
        .and(page.last())
        .map(|last| format!("</api/v1/{}?after={}&limit={limit}>; rel=\"next\"", T::KIND, last.id()));
    let mut response = axum::Json(page).into_response();
    if let Some(link) = next.and_then(|link| HeaderValue::try_from(link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

async fn read<T: Kept>(app: &App, who: &Configurer, id: &str) -> Result<Response, Failure> {
    let office = app.office().await?;
    let revised = T::shelf(&office).get(id).filter(|revised| who.owns(&revised.thing, &office));
    let revised = revised.ok_or(Refusal::NotFound)?;
    Ok(tagged(StatusCode::OK, revised))
}

fn tagged<T: Kept>(status: StatusCode, revised: &Revised<T>) -> Response {
    let tag = HeaderValue::try_from(format!("\"{}\"", revised.revision)).ok();
    let mut response = (status, axum::Json(&revised.thing)).into_response();
    response.headers_mut().extend(tag.map(|tag| (header::ETAG, tag)));
    response
}

async fn write<T: Kept + Any>(
    app: &App,
    who: &Configurer,
    id: &str,
    headers: &HeaderMap,
    thing: T,
) -> Result<Response, Failure> {
    if thing.id() != id {
        return Err(Refusal::Invalid { field: "id".to_owned(), problem: "not the id of the address".to_owned() }.into());
    }
    let wanted = Precondition::read(headers)?;
    thing.check().map_err(Refusal::from)?;
    let mut tx = app.db.write().await?;
    store::office::next_version(&mut tx).await?;
    let office = Office::load(&mut tx).await?;
    let before = T::shelf(&office).get(id);
    if before.is_some_and(|before| !who.owns(&before.thing, &office)) {
        return Err(Refusal::NotFound.into());
    }
    if !wanted.holds(before.map(|before| before.revision)) {
        return Err(if before.is_none() { Refusal::NotFound } else { Refusal::Changed }.into());
    }
    may_write(who, &thing, before.map(|before| &before.thing), &office)?;
    thing.check_links(&office).map_err(Refusal::from)?;
    keeps_its_zone(&mut tx, &thing, before.map(|before| &before.thing)).await?;
    let revised = Revised { revision: before.map_or(1, |before| before.revision + 1), thing };
    let body = serde_json::to_string(&revised.thing).map_err(anyhow::Error::from)?;
    let stored = StoredThing { kind: T::KIND.to_owned(), id: id.to_owned(), revision: revised.revision, body };
    let institution = revised.thing.institution(&office);
    store::office::put(&mut tx, &stored, institution.as_ref().map(|id| id.as_str())).await?;
    if let Some(operator) = (&revised.thing as &dyn Any).downcast_ref::<Operator>()
        && before.is_some()
    {
        // Rights may have changed: whoever is logged in logs in again.
        store::staff::end_sessions(&mut tx, &operator.id).await?;
    }
    for site in office.all::<Site>() {
        app.desk.tell_others(&mut tx, &site.id).await?;
    }
    tx.commit().await?;
    tracing::info!(by = %who.operator.id, kind = T::KIND, id, revision = revised.revision, "configured");
    for site in office.all::<Site>() {
        app.desk.announce(&site.id);
    }
    Ok(tagged(if before.is_none() { StatusCode::CREATED } else { StatusCode::OK }, &revised))
}

/// What has happened at a site is told by its wall clock: in another zone its journal would tell of other places (INV-19).
async fn keeps_its_zone<T: Kept + Any>(tx: &mut Tx, thing: &T, before: Option<&T>) -> Result<(), Failure> {
    let site = |thing: &T| (thing as &dyn Any).downcast_ref::<Site>().map(|site| (site.id.clone(), site.zone.clone()));
    let (Some((id, zone)), Some((_, was))) = (site(thing), before.and_then(site)) else { return Ok(()) };
    if zone == was || store::journal::latest(tx, &id).await? == 0 {
        return Ok(());
    }
    let problem =
        "something has happened at this site already, and was told by its wall clock: it keeps its zone".to_owned();
    Err(Refusal::Invalid { field: "zone".to_owned(), problem }.into())
}

/// Whether the caller may write this thing as it is to be. What it was has been checked before.
fn may_write<T: Kept + Any>(who: &Configurer, thing: &T, before: Option<&T>, office: &Office) -> Result<(), Failure> {
    if who.is_admin() {
        return Ok(());
    }
    if (thing as &dyn Any).is::<Institution>() {
        return Err(Refusal::Forbidden.into());
    }
    if let Some(staff) = (thing as &dyn Any).downcast_ref::<Operator>() {
        let was = before.and_then(|before| (before as &dyn Any).downcast_ref::<Operator>());
        let above = |operator: &Operator| operator.role != Role::Operator;
        if above(staff) || was.is_some_and(above) {
            return Err(Refusal::Forbidden.into());
        }
    }
    if who.owns(thing, office) { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// What must be true for a write to be done.
enum Precondition {
    New,
    Revision(i64),
}

impl Precondition {
    fn read(headers: &HeaderMap) -> Result<Self, Refusal> {
        let wrong =
            |field: &str, problem: &str| Err(Refusal::Invalid { field: field.to_owned(), problem: problem.to_owned() });
        match (input::text(headers, "if-match"), input::text(headers, "if-none-match")) {
            (None, Some("*")) => Ok(Self::New),
            (None, Some(_)) => wrong("If-None-Match", "only * is understood"),
            (Some(tag), None) => match tag.trim_matches('"').parse() {
                Ok(revision) => Ok(Self::Revision(revision)),
                Err(_) => wrong("If-Match", "this is no ETag of ours"),
            },
            (None, None) => wrong("If-Match", "say If-None-Match: * for something new, or If-Match with its ETag"),
            (Some(_), Some(_)) => wrong("If-Match", "not together with If-None-Match"),
        }
    }

    fn holds(&self, revision: Option<i64>) -> bool {
        match self {
            Self::New => revision.is_none(),
            Self::Revision(wanted) => revision == Some(*wanted),
        }
    }
}
