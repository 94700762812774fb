//! Who sits at which counter, and who stands there: INV-3 by unique indexes.

use super::{Fault, Result, Tx, on, portions};
use contract::{
    ids::{CounterId, OperatorId, SiteId, TicketId},
    time::{Date, Instant},
};

/// A counter that somebody has opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Which.
    pub counter: CounterId,
    /// By whom.
    pub operator: OperatorId,
    /// At which site.
    pub site: SiteId,
    /// On which date.
    pub date: Date,
}

/// Somebody sits down, or sits there already. A seat left from an earlier date gives way; somebody else's of today
/// is a conflict.
pub async fn open(tx: &mut Tx, seat: &Seat, now: Instant) -> Result<()> {
    let date = seat.date.to_string();
    on!(tx, |c| {
        sqlx::query("delete from counter_session where (counter = $1 or operator = $2) and date < $3")
            .bind(seat.counter.as_str())
            .bind(seat.operator.as_str())
            .bind(date.as_str())
            .execute(&mut *c)
            .await?;
        let mine = sqlx::query("update counter_session set since = since where counter = $1 and operator = $2")
            .bind(seat.counter.as_str())
            .bind(seat.operator.as_str())
            .execute(&mut *c)
            .await?
            .rows_affected();
        if mine == 0 {
            sqlx::query(
                "insert into counter_session (counter, operator, site, date, since) values ($1, $2, $3, $4, $5)",
            )
            .bind(seat.counter.as_str())
            .bind(seat.operator.as_str())
            .bind(seat.site.as_str())
            .bind(date.as_str())
            .bind(now.as_millis())
            .execute(&mut *c)
            .await?;
        }
    });
    Ok(())
}

/// Somebody leaves a counter.
pub async fn close(tx: &mut Tx, counter: &CounterId, date: Date) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("delete from counter_session where counter = $1 and date = $2")
            .bind(counter.as_str())
            .bind(date.to_string())
            .execute(c)
            .await?;
    });
    Ok(())
}

/// Everybody leaves: the day is over.
pub async fn close_all(tx: &mut Tx, site: &SiteId, date: Date) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("delete from counter_session where site = $1 and date = $2")
            .bind(site.as_str())
            .bind(date.to_string())
            .execute(c)
            .await?;
    });
    Ok(())
}

/// Who stands at counters now, `None` where nobody does.
pub async fn set_tickets(tx: &mut Tx, tickets: &[(CounterId, Option<TicketId>)]) -> Result<()> {
    for tickets in portions(tickets) {
        on!(tx, |c| {
            let mut update = sqlx::QueryBuilder::new("with standing (counter, ticket) as (");
            update.push_values(tickets, |mut row, (counter, ticket)| {
                row.push_bind(counter.as_str()).push_bind(ticket.map(|ticket| ticket.to_string()));
            });
            update.push(
                ") update counter_session set ticket = standing.ticket from standing \
                 where counter_session.counter = standing.counter",
            );
            update.build().execute(c).await?;
        });
    }
    Ok(())
}

/// Where an operator sits.
pub async fn of_operator(tx: &mut Tx, operator: &OperatorId) -> Result<Option<Seat>> {
    let row = on!(tx, |c| {
        sqlx::query_as::<_, Row>("select counter, operator, site, date from counter_session where operator = $1")
            .bind(operator.as_str())
            .fetch_optional(c)
            .await?
    });
    row.map(seat).transpose()
}

type Row = (String, String, String, String);

fn seat((counter, operator, site, date): Row) -> Result<Seat> {
    Ok(Seat {
        counter: counter.parse().map_err(|why| Fault::damaged("counter_session.counter", why))?,
        operator: operator.parse().map_err(|why| Fault::damaged("counter_session.operator", why))?,
        site: site.parse().map_err(|why| Fault::damaged("counter_session.site", why))?,
        date: date.parse().map_err(|why| Fault::damaged("counter_session.date", why))?,
    })
}
