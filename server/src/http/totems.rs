//! What a totem shows before somebody says who they are: its pages and the first free places.

use super::{
    Shared,
    input::{Path, Query},
};
use crate::{auth::TotemDevice, error::Failure, office::Office, places::first_available, store::Tx};
use axum::{Json, extract::State};
use contract::{
    Refusal,
    api::{FirstAvailable, Tile, TotemBoard},
    ids::{ServiceId, SiteId},
    lineup::BUTTONS,
    office::{Service, Site, Totem},
    time::Instant,
};
use domain::SiteRules;
use serde::Deserialize;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(totem_board)).routes(routes!(find_first_available))
}

/// Everything that this totem shows before somebody says who they are.
#[utoipa::path(
    get, path = "/totems/current/board", tag = "totem",
    responses(
        (status = 200, description = "Its pages, with the first free place of each service", body = TotemBoard),
    ),
    security(("token" = ["totem"]))
)]
async fn totem_board(device: TotemDevice, State(app): State<Shared>) -> Result<Json<TotemBoard>, Failure> {
    let TotemDevice { totem, site, office } = device;
    let rules = rules_of(&office, &site)?;
    let now = app.clock.now();
    let pages = pages(&mut app.db.read().await?, rules, &totem, now).await?;
    Ok(Json(TotemBoard {
        at: now,
        totem: totem.id,
        totem_name: totem.name,
        institution: rules.institution.name.clone(),
        motto: rules.institution.motto.clone(),
        site: site.id,
        site_name: site.name,
        address: site.address,
        zone: site.zone,
        languages: totem.lineup.languages,
        pages,
    }))
}

async fn pages(tx: &mut Tx, rules: &SiteRules, totem: &Totem, now: Instant) -> Result<Vec<Vec<Option<Tile>>>, Failure> {
    let mut pages = Vec::new();
    for buttons in &totem.lineup.pages {
        let mut page = Vec::new();
        for button in buttons {
            let service = button.as_ref().and_then(|id| rules.services.get(id));
            page.push(match service {
                Some(service) => Some(tile(tx, rules, service, now).await?),
                None => None,
            });
        }
        page.resize(BUTTONS, None);
        pages.push(page);
    }
    Ok(pages)
}

async fn tile(tx: &mut Tx, rules: &SiteRules, service: &Service, now: Instant) -> Result<Tile, Failure> {
    let room = rules.room_of(&service.id);
    Ok(Tile {
        service: service.id.clone(),
        name: service.name.clone(),
        description: service.description.clone(),
        bring: service.bring.clone(),
        icon: service.icon.clone(),
        room: room.map(|room| room.name.clone()).unwrap_or_default(),
        directions: room.map(|room| room.directions.clone()).unwrap_or_default(),
        first: first_available(tx, rules, &service.id, now).await?,
    })
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Where {
    /// The site.
    #[param(value_type = String)]
    site: SiteId,
}

/// The first free place of a service.
#[utoipa::path(
    get, path = "/services/{service}/first-available", tag = "totem",
    params(("service" = String, Path, description = "The service"), Where),
    responses(
        (status = 200, description = "It is not held: whoever confirms first has it", body = FirstAvailable),
    ),
    security(("token" = ["totem"]))
)]
async fn find_first_available(
    device: TotemDevice,
    State(app): State<Shared>,
    Path(service): Path<ServiceId>,
    Query(Where { site }): Query<Where>,
) -> Result<Json<FirstAvailable>, Failure> {
    let rules = offered(&device, &service, &site)?;
    let first = first_available(&mut app.db.glance().await?, rules, &service, app.clock.now()).await?;
    Ok(Json(FirstAvailable { service, site, first }))
}

/// The rules of a site whose service this totem offers; anything else does not exist for it.
pub fn offered<'d>(device: &'d TotemDevice, service: &ServiceId, site: &SiteId) -> Result<&'d Arc<SiteRules>, Refusal> {
    let mut buttons = device.totem.lineup.pages.iter().flatten().flatten();
    let rules = device.office.rules(site).filter(|rules| rules.institution.id == device.site.institution);
    let given = rules.filter(|rules| rules.services.contains_key(service)).ok_or(Refusal::NotFound)?;
    if buttons.any(|button| button == service) { Ok(given) } else { Err(Refusal::NotFound) }
}

fn rules_of<'o>(office: &'o Office, site: &Site) -> Result<&'o Arc<SiteRules>, Refusal> {
    office.rules(&site.id).ok_or(Refusal::NotFound)
}
