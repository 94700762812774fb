//! Persons, known by a keyed hash of their codice fiscale and by nothing else, and the only link from tickets to them.

use super::{Fault, Result, Tx, on};
use contract::{
    ids::{ServiceId, TicketId},
    time::{Date, Instant},
};
use uuid::Uuid;

/// The person behind a keyed hash, if anybody is.
pub async fn find(tx: &mut Tx, cf_mac: &str) -> Result<Option<Uuid>> {
    let id = on!(tx, |c| {
        sqlx::query_scalar::<_, String>("select id from person where cf_mac = $1")
            .bind(cf_mac)
            .fetch_optional(c)
            .await?
    });
    id.map(|id| id.parse().map_err(|why| Fault::damaged("person.id", why))).transpose()
}

/// The person behind a keyed hash; `fresh` becomes their id if nobody was known by it.
pub async fn find_or_add(tx: &mut Tx, cf_mac: &str, fresh: Uuid, now: Instant) -> Result<Uuid> {
    on!(tx, |c| {
        sqlx::query("insert into person (id, cf_mac, created_at) values ($1, $2, $3) on conflict (cf_mac) do nothing")
            .bind(fresh.to_string())
            .bind(cf_mac)
            .bind(now.as_millis())
            .execute(c)
            .await?;
    });
    find(tx, cf_mac).await?.ok_or_else(|| Fault::damaged("person", "vanished while it was added"))
}

/// How many tickets of that person for that service are open.
pub async fn open_tickets(tx: &mut Tx, person: Uuid, service: &ServiceId) -> Result<u16> {
    let count = on!(tx, |c| {
        sqlx::query_scalar::<_, i64>(
            "select count(*) from ticket_person where service = $1 and person = $2 and ordinal is not null",
        )
        .bind(service.as_str())
        .bind(person.to_string())
        .fetch_one(c)
        .await?
    });
    Ok(u16::try_from(count).unwrap_or(u16::MAX))
}

/// Says whose ticket it is, under the lowest free ordinal. The check on the ordinal and the unique index refuse one
/// ticket too many, whatever was counted before.
pub async fn own(tx: &mut Tx, ticket: TicketId, person: Uuid, service: &ServiceId) -> Result<()> {
    let (ticket, person) = (ticket.to_string(), person.to_string());
    on!(tx, |c| {
        sqlx::query(
            "insert into ticket_person (ticket, person, service, ordinal) values ($1, $2, $3, \
             (select min(free.n) from (select 1 as n union all select 2 union all select 3) free where not exists \
             (select 1 from ticket_person t where t.service = $3 and t.person = $2 and t.ordinal = free.n)))",
        )
        .bind(ticket.as_str())
        .bind(person.as_str())
        .bind(service.as_str())
        .execute(c)
        .await?;
    });
    Ok(())
}

/// The ticket is no longer open and counts no more.
pub async fn settle(tx: &mut Tx, ticket: TicketId) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("update ticket_person set ordinal = null where ticket = $1")
            .bind(ticket.to_string())
            .execute(c)
            .await?;
    });
    Ok(())
}

/// All tickets of a site's day are over.
pub async fn settle_day(tx: &mut Tx, site: &contract::ids::SiteId, date: Date) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "update ticket_person set ordinal = null where ordinal is not null and ticket in \
             (select id from ticket where site = $1 and date = $2)",
        )
        .bind(site.as_str())
        .bind(date.to_string())
        .execute(c)
        .await?;
    });
    Ok(())
}

/// Whose ticket it is, if anybody showed a card for it.
pub async fn of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Option<Uuid>> {
    let id = on!(tx, |c| {
        sqlx::query_scalar::<_, String>("select person from ticket_person where ticket = $1")
            .bind(ticket.to_string())
            .fetch_optional(c)
            .await?
    });
    id.map(|id| id.parse().map_err(|why| Fault::damaged("ticket_person.person", why))).transpose()
}

/// The tickets of a person between two dates, by the hour of their places, at most 50.
pub async fn tickets(tx: &mut Tx, person: Uuid, from: Date, until: Date) -> Result<Vec<TicketId>> {
    let ids = on!(tx, |c| {
        sqlx::query_scalar::<_, String>(
            "select t.id from ticket t join ticket_person p on p.ticket = t.id \
             where p.person = $1 and t.date between $2 and $3 order by t.starts_at, t.id limit 50",
        )
        .bind(person.to_string())
        .bind(from.to_string())
        .bind(until.to_string())
        .fetch_all(c)
        .await?
    });
    ids.into_iter().map(|id| id.parse().map_err(|why| Fault::damaged("ticket.id", why))).collect()
}
