//! Where a ticket is found. What became of it stands in its day.

use super::{Fault, Result, Tx, on, portions};
use contract::{
    ids::{ServiceId, SiteId, TicketId},
    ticket::CallCode,
    time::{Date, Instant},
};
use domain::ticket::Nonce;
use std::collections::BTreeMap;

/// A ticket as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTicket {
    /// Its id.
    pub id: TicketId,
    /// Where it is valid.
    pub site: SiteId,
    /// When.
    pub date: Date,
    /// For what.
    pub service: ServiceId,
    /// What it is called by, unique in the site's day (INV-2).
    pub code: CallCode,
    /// The hour of its place.
    pub starts_at: Instant,
    /// What makes its QR unguessable.
    pub nonce: Nonce,
    /// A keyed hash of who asked for what, by which a retry is recognised.
    pub request: String,
    /// When it was issued.
    pub issued_at: Instant,
}

/// Stores new tickets. A second one with an id or a code is a conflict.
pub async fn insert(tx: &mut Tx, tickets: &[StoredTicket]) -> Result<()> {
    for tickets in portions(tickets) {
        on!(tx, |c| {
            let columns = "id, site, date, service, code, starts_at, nonce, request, issued_at";
            let mut insert = sqlx::QueryBuilder::new(format!("insert into ticket ({columns}) "));
            insert.push_values(tickets, |mut row, ticket| {
                row.push_bind(ticket.id.to_string()).push_bind(ticket.site.as_str());
                row.push_bind(ticket.date.to_string()).push_bind(ticket.service.as_str());
                row.push_bind(ticket.code.to_string()).push_bind(ticket.starts_at.as_millis());
                row.push_bind(String::from(ticket.nonce)).push_bind(ticket.request.as_str());
                row.push_bind(ticket.issued_at.as_millis());
            });
            insert.build().execute(c).await?;
        });
    }
    Ok(())
}

/// The requests that named these tickets, of those that are there.
pub async fn requests(tx: &mut Tx, ids: &[TicketId]) -> Result<BTreeMap<TicketId, String>> {
    let mut requests = BTreeMap::new();
    for ids in portions(ids) {
        let rows = on!(tx, |c| {
            let mut select = sqlx::QueryBuilder::new("select id, request from ticket where id in (");
            select.push_values(ids, |mut row, id| {
                row.push_bind(id.to_string());
            });
            select.push(")").build_query_as::<(String, String)>().fetch_all(c).await?
        });
        for (id, request) in rows {
            let id = id.parse().map(TicketId).map_err(|why| Fault::damaged("ticket.id", why))?;
            requests.insert(id, request);
        }
    }
    Ok(requests)
}

const COLUMNS: &str =
    "select ticket.id, site, date, ticket.service, code, starts_at, nonce, request, issued_at, cf_mac ";

/// Finds a ticket, and the keyed hash of the card that was shown for it, if one was.
pub async fn find(tx: &mut Tx, id: TicketId) -> Result<Option<(StoredTicket, Option<String>)>> {
    let row = on!(tx, |c| {
        let mut select = sqlx::QueryBuilder::new(COLUMNS);
        select.push("from ticket left join ticket_person own on own.ticket = ticket.id ");
        select.push("left join person on person.id = own.person where ticket.id = ").push_bind(id.to_string());
        select.build_query_as::<Row>().fetch_optional(c).await?
    });
    row.map(read).transpose()
}

/// The tickets of a date for which that card was shown, by the hour of their places, at most 50.
pub async fn of_card(tx: &mut Tx, cf_mac: &str, date: Date) -> Result<Vec<StoredTicket>> {
    let rows = on!(tx, |c| {
        let mut select = sqlx::QueryBuilder::new(COLUMNS);
        select.push("from person join ticket_person own on own.person = person.id ");
        select
            .push("join ticket on ticket.id = own.ticket where cf_mac = ")
            .push_bind(cf_mac)
            .push(" and date = ")
            .push_bind(date.to_string());
        select.push(" order by starts_at, ticket.id limit 50").build_query_as::<Row>().fetch_all(c).await?
    });
    rows.into_iter().map(|row| read(row).map(|(ticket, _)| ticket)).collect()
}

type Row = (String, String, String, String, String, i64, String, String, i64, Option<String>);

fn read(row: Row) -> Result<(StoredTicket, Option<String>)> {
    let (id, site, date, service, code, starts_at, nonce, request, issued_at, cf_mac) = row;
    let damaged = |why: &dyn std::fmt::Display| Fault::damaged(format!("ticket {id}"), why);
    let ticket = StoredTicket {
        id: id.parse().map(TicketId).map_err(|why| damaged(&why))?,
        site: site.parse().map_err(|why| damaged(&why))?,
        date: date.parse().map_err(|why| damaged(&why))?,
        service: service.parse().map_err(|why| damaged(&why))?,
        code: code.parse().map_err(|why| damaged(&why))?,
        starts_at: Instant::from_millis(starts_at),
        nonce: nonce.parse().map_err(|why| damaged(&why))?,
        request,
        issued_at: Instant::from_millis(issued_at),
    };
    Ok((ticket, cf_mac))
}
