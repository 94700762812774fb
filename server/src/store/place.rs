//! Places that are sold: one row per five-minute cell (INV-1), and one small row per agenda and date that says the
//! same for first availability.

use super::{Fault, Result, Tx, on};
use contract::{
    ids::{AgendaId, TicketId},
    time::Date,
};
use domain::taken::Taken;
use std::{collections::BTreeMap, ops::Range};

/// A place of an agenda's date.
#[derive(Debug, Clone)]
pub struct Place {
    /// Of which agenda.
    pub agenda: AgendaId,
    /// On which date.
    pub date: Date,
    /// In which lane.
    pub lane: u16,
    /// Which cells, counted in five-minute steps from midnight.
    pub cells: Range<usize>,
}

/// Takes a place. If a cell of it is taken already that is a conflict, and nothing of the transaction remains.
pub async fn take(tx: &mut Tx, place: &Place, ticket: TicketId) -> Result<()> {
    let (date, ticket) = (place.date.to_string(), ticket.to_string());
    for cell in place.cells.clone() {
        on!(tx, |c| {
            sqlx::query("insert into occupancy (agenda, date, lane, cell, ticket) values ($1, $2, $3, $4, $5)")
                .bind(place.agenda.as_str())
                .bind(date.as_str())
                .bind(i64::from(place.lane))
                .bind(i64::try_from(cell).unwrap_or(i64::MAX))
                .bind(ticket.as_str())
                .execute(c)
                .await?;
        });
    }
    Ok(())
}

/// Sets down how full an agenda's date is. Whoever writes it holds the day's lock.
pub async fn set_load(tx: &mut Tx, agenda: &AgendaId, date: Date, taken: &Taken) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "insert into day_load (agenda, date, taken) values ($1, $2, $3) \
             on conflict (agenda, date) do update set taken = excluded.taken",
        )
        .bind(agenda.as_str())
        .bind(date.to_string())
        .bind(taken.to_string())
        .execute(c)
        .await?;
    });
    Ok(())
}

/// What is taken of an agenda on each date from `from` to `until`. Dates with nothing taken are left out.
pub async fn load(tx: &mut Tx, agenda: &AgendaId, from: Date, until: Date) -> Result<BTreeMap<Date, Taken>> {
    let rows = on!(tx, |c| {
        sqlx::query_as::<_, (String, String)>(
            "select date, taken from day_load where agenda = $1 and date between $2 and $3",
        )
        .bind(agenda.as_str())
        .bind(from.to_string())
        .bind(until.to_string())
        .fetch_all(c)
        .await?
    });
    let read = |(date, taken): (String, String)| {
        let date = date.parse().map_err(|why| Fault::damaged("day_load.date", why))?;
        Ok((date, taken.parse().map_err(|why| Fault::damaged("day_load.taken", why))?))
    };
    rows.into_iter().map(read).collect()
}
