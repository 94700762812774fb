//! Persons, known by a keyed hash of their codice fiscale and by nothing else, and the only link from tickets to them.

use super::{Result, Tx, on, portions};
use contract::{
    ids::{ServiceId, TicketId},
    time::{Date, Instant},
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A ticket of somebody who showed a card for it.
#[derive(Debug, Clone)]
pub struct Owned {
    /// Which.
    pub ticket: TicketId,
    /// For what.
    pub service: ServiceId,
    /// The keyed hash of the card.
    pub cf_mac: String,
    /// What becomes the person's id if nobody is known by that hash.
    pub fresh: Uuid,
}

/// How many tickets for that service are open, of those who are known by these keyed hashes and have any.
pub async fn open_tickets(tx: &mut Tx, asked: &[(String, ServiceId)]) -> Result<BTreeMap<(String, ServiceId), u16>> {
    let mut open = BTreeMap::new();
    for asked in portions(asked) {
        let rows = on!(tx, |c| {
            let mut select = sqlx::QueryBuilder::new("with asked (n, cf_mac, service) as (");
            select.push_values(asked.iter().zip(0_i64..), |mut row, ((cf_mac, service), n)| {
                row.push_bind(n).push_bind(cf_mac.as_str()).push_bind(service.as_str());
            });
            select.push(
                ") select asked.n, count(*) from asked join person on person.cf_mac = asked.cf_mac \
                 join ticket_person own on own.service = asked.service and own.person = person.id \
                 and own.ordinal is not null group by asked.n",
            );
            select.build_query_as::<(i64, i64)>().fetch_all(c).await?
        });
        let count = |(n, count): (i64, i64)| {
            Some((asked.get(usize::try_from(n).ok()?)?.clone(), u16::try_from(count).unwrap_or(u16::MAX)))
        };
        open.extend(rows.into_iter().filter_map(count));
    }
    Ok(open)
}

/// Says whose tickets these are, each under the person's lowest free ordinal; whoever is not known yet is added. The
/// check on the ordinal and the unique index refuse one ticket too many, whatever was counted before.
pub async fn own(tx: &mut Tx, tickets: &[Owned], now: Instant) -> Result<()> {
    for tickets in portions(tickets) {
        on!(tx, |c| {
            let mut insert = sqlx::QueryBuilder::new("insert into person (id, cf_mac, created_at) ");
            insert.push_values(tickets, |mut row, owned| {
                row.push_bind(owned.fresh.to_string()).push_bind(owned.cf_mac.as_str()).push_bind(now.as_millis());
            });
            insert.push(" on conflict (cf_mac) do nothing").build().execute(&mut *c).await?;
            let mut insert = sqlx::QueryBuilder::new("with new (ticket, cf_mac, service) as (");
            insert.push_values(tickets, |mut row, owned| {
                row.push_bind(owned.ticket.to_string()).push_bind(owned.cf_mac.as_str());
                row.push_bind(owned.service.as_str());
            });
            insert.push(
                ") insert into ticket_person (ticket, person, service, ordinal) \
                 select new.ticket, person.id, new.service, \
                 (select min(free.n) from (select 1 as n union all select 2 union all select 3) free where not exists \
                 (select 1 from ticket_person t where t.service = new.service and t.person = person.id \
                 and t.ordinal = free.n)) \
                 from new join person on person.cf_mac = new.cf_mac",
            );
            insert.build().execute(c).await?;
        });
    }
    Ok(())
}

/// Tickets are no longer open and count no more.
pub async fn settle(tx: &mut Tx, tickets: &[TicketId]) -> Result<()> {
    for tickets in portions(tickets) {
        on!(tx, |c| {
            let mut update = sqlx::QueryBuilder::new("update ticket_person set ordinal = null where ticket in (");
            update.push_values(tickets, |mut row, ticket| {
                row.push_bind(ticket.to_string());
            });
            update.push(")").build().execute(c).await?;
        });
    }
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
