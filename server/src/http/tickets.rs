//! Tickets: taking a place, finding one's own, saying "I am here".

use super::{
    Shared,
    input::{Json, Path},
    totems::offered,
    view::ticket_view,
};
use crate::{
    app::App,
    auth::{Caller, TotemDevice},
    clock,
    desk::{Ask, days::Held},
    error::Failure,
    places::first_available,
    qr,
    store::{self, ticket::StoredTicket},
};
use axum::{extract::State, http::StatusCode};
use contract::{
    Refusal,
    api::*,
    identity::Credential,
    ids::TicketId,
    ticket::{Channel, TicketView},
};
use domain::{Actor, Command, availability::HORIZON_DAYS, ticket::Nonce};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(book_ticket)).routes(routes!(search_appointments)).routes(routes!(check_in))
}

/// Take a place.
///
/// The ticket's id is made by whoever asks. Asking again with the same id and the same body brings the same ticket.
/// Without a card it is the first availability or a place shown a moment ago: at most an hour after it on its date.
/// Anything later is answered as a place that is gone, with the first availability to offer instead.
#[utoipa::path(
    put, path = "/tickets/{ticket}", tag = "totem", request_body = BookTicket,
    params(("ticket" = TicketId, Path, description = "The ticket's id, a UUID made by the caller")),
    responses(
        (status = 201, description = "The place is taken", body = TicketView),
        (status = 200, description = "It had been taken by this request before", body = TicketView),
        (status = 409, description = "place-taken, too-many-open, no-code-left, day-closed", body = Refusal, content_type = "application/problem+json"),
        (status = 422, description = "no-such-place, key-reused", body = Refusal, content_type = "application/problem+json"),
    ),
    security(("token" = ["totem"]))
)]
async fn book_ticket(
    device: TotemDevice,
    State(app): State<Shared>,
    Path(ticket): Path<TicketId>,
    Json(wish): Json<BookTicket>,
) -> Result<(StatusCode, axum::Json<TicketView>), Failure> {
    let rules = offered(&device, &wish.service, &wish.site)?;
    let now = app.clock.now();
    let date = rules.date_at(wish.starts_at);
    if date > rules.date_at(now).plus_days(HORIZON_DAYS) {
        return Err(Refusal::NoSuchPlace.into());
    }
    let here = device.site.id == wish.site;
    let at = device.site.id.clone();
    let caller = Caller::Totem(device.totem.clone()).name();
    let request = serde_json::to_vec(&(caller, ticket, &wish)).map_err(anyhow::Error::from)?;
    let ask = Ask {
        site: wish.site.clone(),
        date,
        by: Actor::Totem(device.totem.id.clone()),
        command: Command::Book {
            ticket,
            service: wish.service.clone(),
            starts_at: wish.starts_at,
            channel: Channel::Totem,
            identified: wish.card.is_some(),
            here,
            nonce: Nonce(u128::from_be_bytes(clock::random()?)),
        },
        request: app.keys.request_mac(&request),
        card: wish.card.as_ref().map(|card| app.keys.person_mac(card)),
        key: None,
    };
    match app.desk.act(ask).await {
        Ok(done) => {
            let booked = done.day.ticket(ticket).ok_or_else(|| anyhow::anyhow!("a booked ticket is not in its day"))?;
            let view = ticket_view(&done.day, booked, &at, &app.keys, app.clock.now())?;
            Ok((if done.fresh { StatusCode::CREATED } else { StatusCode::OK }, axum::Json(view)))
        }
        Err(Failure::Refused(Refusal::PlaceTaken { .. })) => {
            // The day knows its own next place; the next one may be on another day.
            let next = first_available(&mut app.db.glance().await?, rules, &wish.service, app.clock.now()).await?;
            Err(Refusal::PlaceTaken { next }.into())
        }
        Err(failure) => Err(failure),
    }
}

/// The appointments of today that a card or a QR opens.
///
/// A body and not a URL, because it names a person.
#[utoipa::path(
    post, path = "/appointments/search", tag = "totem", request_body = SearchAppointments,
    responses(
        (status = 200, description = "By time; none for a card without appointments", body = Appointments),
        (status = 404, description = "unknown-ticket: the QR is not genuine", body = Refusal, content_type = "application/problem+json"),
        (status = 409, description = "not-today: the QR is of another day", body = Refusal, content_type = "application/problem+json"),
    ),
    security(("token" = ["totem"]))
)]
async fn search_appointments(
    device: TotemDevice,
    State(app): State<Shared>,
    Json(SearchAppointments { credential }): Json<SearchAppointments>,
) -> Result<axum::Json<Appointments>, Failure> {
    let office = &device.office;
    let now = app.clock.now();
    let today = now.service_date(&device.site.zone, device.site.day_rolls_at);
    let found = match &credential {
        Credential::Card { code } => {
            store::ticket::of_card(&mut app.db.glance().await?, &app.keys.person_mac(code), today).await?
        }
        Credential::Qr { token } => {
            let qr = qr::read(token, &app.keys).ok_or(Refusal::UnknownTicket)?;
            let stored = opened(&app, &device, qr.ticket, &credential).await?;
            if stored.date != today {
                // As it stands on the slip: a place after midnight has the next date.
                let zone = &office.rules(&stored.site).ok_or(Refusal::UnknownTicket)?.site.zone;
                return Err(Refusal::NotToday { date: stored.starts_at.on_the_wall(zone).0 }.into());
            }
            vec![stored]
        }
    };
    let mut tickets = Vec::new();
    for stored in found.iter().filter(|stored| is_own(&device, stored)) {
        let Some(held) = app.days.look(&app.db, &stored.site, stored.date).await? else { continue };
        tickets.extend(view(&app, &held, stored.id, &device)?);
    }
    Ok(axum::Json(Appointments { tickets }))
}

fn view(app: &App, held: &Held, id: TicketId, device: &TotemDevice) -> Result<Option<TicketView>, Failure> {
    let ticket = held.day.ticket(id);
    ticket.map(|ticket| ticket_view(&held.day, ticket, &device.site.id, &app.keys, app.clock.now())).transpose()
}

/// Whether a ticket is of the totem's institution.
fn is_own(device: &TotemDevice, stored: &StoredTicket) -> bool {
    device.office.rules(&stored.site).is_some_and(|rules| rules.institution.id == device.site.institution)
}

/// The ticket, if that credential opens it and it is of the totem's institution. Anything else is an unknown ticket.
async fn opened(
    app: &App,
    device: &TotemDevice,
    id: TicketId,
    credential: &Credential,
) -> Result<StoredTicket, Failure> {
    let found = store::ticket::find(&mut app.db.glance().await?, id).await?;
    let (stored, card) = found.ok_or(Refusal::UnknownTicket)?;
    let opens = match credential {
        Credential::Card { code } => card == Some(app.keys.person_mac(code)),
        Credential::Qr { token } => {
            let genuine = qr::Qr { ticket: id, date: stored.date, nonce: stored.nonce };
            qr::read(token, &app.keys) == Some(genuine)
        }
    };
    if opens && is_own(device, &stored) { Ok(stored) } else { Err(Refusal::UnknownTicket.into()) }
}

/// "I am here."
///
/// Saying it again changes nothing and brings the same answer.
#[utoipa::path(
    put, path = "/tickets/{ticket}/presence", tag = "totem", request_body = CheckIn,
    params(("ticket" = TicketId, Path, description = "The ticket")),
    responses(
        (status = 200, description = "Present", body = CheckedIn),
        (status = 404, description = "unknown-ticket", body = Refusal, content_type = "application/problem+json"),
        (status = 409, description = "too-late, not-today, wrong-site, already-called, already-served, marked-absent, day-closed", body = Refusal, content_type = "application/problem+json"),
    ),
    security(("token" = ["totem"]))
)]
async fn check_in(
    device: TotemDevice,
    State(app): State<Shared>,
    Path(id): Path<TicketId>,
    Json(CheckIn { credential }): Json<CheckIn>,
) -> Result<axum::Json<CheckedIn>, Failure> {
    let stored = opened(&app, &device, id, &credential).await?;
    let ask = Ask {
        site: stored.site,
        date: stored.date,
        by: Actor::Totem(device.totem.id),
        command: Command::CheckIn { ticket: id, at_site: device.site.id.clone() },
        request: String::new(),
        card: None,
        key: None,
    };
    let done = app.desk.act(ask).await?;
    let ticket = done.day.ticket(id).ok_or(Refusal::UnknownTicket)?;
    let visit = ticket.visit().ok_or_else(|| anyhow::anyhow!("a present ticket has no visit"))?;
    Ok(axum::Json(CheckedIn {
        since: visit.since,
        late_minutes: visit.late_minutes,
        ticket: ticket_view(&done.day, ticket, &device.site.id, &app.keys, app.clock.now())?,
    }))
}
