//! Places that are sold: one row per five-minute cell (INV-1), and one small row per agenda and date that says the
//! same for first availability.

use super::{Fault, Result, Tx, on, portions};
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

/// Takes places. If a cell of one is taken already that is a conflict, and nothing of the transaction remains.
pub async fn take(tx: &mut Tx, places: &[(Place, TicketId)]) -> Result<()> {
    let of_place = |(place, ticket): &'_ (Place, TicketId)| {
        let (lane, ticket) = (i64::from(place.lane), ticket.to_string());
        let cell = move |cell| (lane, i64::try_from(cell).unwrap_or(i64::MAX), ticket.clone());
        place.cells.clone().map(cell).collect::<Vec<_>>()
    };
    let cells = places.iter().flat_map(|taken| of_place(taken).into_iter().map(move |cell| (&taken.0, cell)));
    for cells in portions(&cells.collect::<Vec<_>>()) {
        on!(tx, |c| {
            let mut insert = sqlx::QueryBuilder::new("insert into occupancy (agenda, date, lane, cell, ticket) ");
            insert.push_values(cells, |mut row, (place, (lane, cell, ticket))| {
                row.push_bind(place.agenda.as_str()).push_bind(place.date.to_string());
                row.push_bind(*lane).push_bind(*cell).push_bind(ticket.as_str());
            });
            insert.build().execute(c).await?;
        });
    }
    Ok(())
}

/// Sets down how full dates of agendas are. Whoever writes it holds the days' locks.
pub async fn set_loads(tx: &mut Tx, loads: &[(AgendaId, Date, Taken)]) -> Result<()> {
    for loads in portions(loads) {
        on!(tx, |c| {
            let mut insert = sqlx::QueryBuilder::new("insert into day_load (agenda, date, taken) ");
            insert.push_values(loads, |mut row, (agenda, date, taken)| {
                row.push_bind(agenda.as_str()).push_bind(date.to_string()).push_bind(taken.to_string());
            });
            insert.push(" on conflict (agenda, date) do update set taken = excluded.taken");
            insert.build().execute(c).await?;
        });
    }
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
