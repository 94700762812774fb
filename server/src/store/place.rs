//! Places that are sold: one row per five-minute cell (INV-1), and one small row per agenda and date that says how
//! full it is.

use super::{Fault, Result, Tx, on};
use contract::{
    ids::{AgendaId, TicketId},
    time::Date,
};
use std::collections::{BTreeMap, BTreeSet};

/// A lane and a cell of it, counted in five-minute steps from midnight.
pub type Cell = (u16, u16);

/// Takes cells. A cell that is taken already is a conflict, and nothing of the transaction remains.
pub async fn take(tx: &mut Tx, agenda: &AgendaId, date: Date, cells: &[Cell], ticket: TicketId) -> Result<()> {
    let (date, ticket) = (date.to_string(), ticket.to_string());
    for &(lane, cell) in cells {
        on!(tx, |c| {
            sqlx::query("insert into occupancy (agenda, date, lane, cell, ticket) values ($1, $2, $3, $4, $5)")
                .bind(agenda.as_str())
                .bind(date.as_str())
                .bind(i64::from(lane))
                .bind(i64::from(cell))
                .bind(ticket.as_str())
                .execute(c)
                .await?;
        });
    }
    let count = i64::try_from(cells.len()).unwrap_or(i64::MAX);
    on!(tx, |c| {
        sqlx::query(
            "insert into day_load (agenda, date, taken) values ($1, $2, $3) \
             on conflict (agenda, date) do update set taken = day_load.taken + excluded.taken",
        )
        .bind(agenda.as_str())
        .bind(date.as_str())
        .bind(count)
        .execute(c)
        .await?;
    });
    Ok(())
}

/// The cells taken on one date.
pub async fn taken(tx: &mut Tx, agenda: &AgendaId, date: Date) -> Result<BTreeSet<Cell>> {
    let rows = on!(tx, |c| {
        sqlx::query_as::<_, (i64, i64)>("select lane, cell from occupancy where agenda = $1 and date = $2")
            .bind(agenda.as_str())
            .bind(date.to_string())
            .fetch_all(c)
            .await?
    });
    let read = |(lane, cell): (i64, i64)| {
        let narrow = |n: i64| u16::try_from(n).map_err(|why| Fault::damaged("occupancy", why));
        Ok((narrow(lane)?, narrow(cell)?))
    };
    rows.into_iter().map(read).collect()
}

/// How many cells are taken on each date from `from` to `until`. Dates with none are left out.
pub async fn load(tx: &mut Tx, agenda: &AgendaId, from: Date, until: Date) -> Result<BTreeMap<Date, i64>> {
    let rows = on!(tx, |c| {
        sqlx::query_as::<_, (String, i64)>(
            "select date, taken from day_load where agenda = $1 and date between $2 and $3",
        )
        .bind(agenda.as_str())
        .bind(from.to_string())
        .bind(until.to_string())
        .fetch_all(c)
        .await?
    });
    let read = |(date, taken): (String, i64)| {
        Ok((date.parse().map_err(|why| Fault::damaged("day_load.date", why))?, taken))
    };
    rows.into_iter().map(read).collect()
}
