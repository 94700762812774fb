//! Where a ticket is found. What became of it stands in its day.

use super::{Fault, Result, Tx, on};
use contract::{
    ids::{ServiceId, SiteId, TicketId},
    ticket::CallCode,
    time::{Date, Instant},
};
use domain::ticket::Nonce;

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

/// Stores a new ticket. A second one with its id or its code is a conflict.
pub async fn insert(tx: &mut Tx, ticket: &StoredTicket) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "insert into ticket (id, site, date, service, code, starts_at, nonce, request, issued_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(ticket.id.to_string())
        .bind(ticket.site.as_str())
        .bind(ticket.date.to_string())
        .bind(ticket.service.as_str())
        .bind(ticket.code.to_string())
        .bind(ticket.starts_at.as_millis())
        .bind(String::from(ticket.nonce))
        .bind(ticket.request.as_str())
        .bind(ticket.issued_at.as_millis())
        .execute(c)
        .await?;
    });
    Ok(())
}

/// Finds a ticket.
pub async fn find(tx: &mut Tx, id: TicketId) -> Result<Option<StoredTicket>> {
    let row = on!(tx, |c| {
        sqlx::query_as::<_, Row>(
            "select site, date, service, code, starts_at, nonce, request, issued_at from ticket where id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(c)
        .await?
    });
    row.map(|row| read(id, row)).transpose()
}

type Row = (String, String, String, String, i64, String, String, i64);

fn read(id: TicketId, (site, date, service, code, starts_at, nonce, request, issued_at): Row) -> Result<StoredTicket> {
    let damaged = |why: &dyn std::fmt::Display| Fault::damaged(format!("ticket {id}"), why);
    Ok(StoredTicket {
        id,
        site: site.parse().map_err(|why| damaged(&why))?,
        date: date.parse().map_err(|why| damaged(&why))?,
        service: service.parse().map_err(|why| damaged(&why))?,
        code: code.parse().map_err(|why| damaged(&why))?,
        starts_at: Instant::from_millis(starts_at),
        nonce: nonce.parse().map_err(|why| damaged(&why))?,
        request,
        issued_at: Instant::from_millis(issued_at),
    })
}
