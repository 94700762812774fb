//! The books of an office, read from its database and checked against one another: the journal without a gap, every
//! row as the journal tells it (INV-19), no place and no code given twice (INV-1, INV-2, INV-3).

use super::{history, world::World};
use contract::{ids::*, ticket::CallCode, time::*};
use domain::{
    Day, Entry, Event,
    slots::cells,
    ticket::{Presence, Stage, Ticket},
};
use server::{office::Office, store::Db};
use sqlx::{FromRow, postgres::PgRow, sqlite::SqliteRow};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

/// What must never return a row.
const NEVER: [(&str, &str); 6] = [
    (
        "INV-1: a place sold twice",
        "select min(ticket) from occupancy group by agenda, date, lane, cell having count(*) > 1",
    ),
    ("INV-2: a code given twice", "select code from ticket group by site, date, code having count(*) > 1"),
    (
        "INV-3: somebody at two counters",
        "select ticket from counter_session where ticket is not null group by ticket having count(*) > 1",
    ),
    ("INV-3: a clerk at two counters", "select operator from counter_session group by operator having count(*) > 1"),
    ("a ticket without a place", "select id from ticket where id not in (select ticket from occupancy)"),
    (
        "a person with three open tickets",
        "select person from ticket_person where ordinal is not null group by person, service having count(*) > 2",
    ),
];

/// What the books say.
pub struct Books {
    /// Every site's journal, in order, with the date of each event.
    pub journal: BTreeMap<SiteId, Vec<(Date, Entry)>>,
    /// Every ticket's code and hour.
    pub tickets: BTreeMap<TicketId, (CallCode, Instant)>,
}

impl Books {
    /// Reads the books and fails with everything that is wrong in them.
    pub async fn check(world: &World) -> Self {
        let db = world.open().await;
        let mut wrong = Vec::new();
        let books = read(&db, &mut wrong).await;
        db.close().await;
        assert!(wrong.is_empty(), "the books are wrong:\n  {}", wrong.join("\n  "));
        books
    }

    /// All events, site by site.
    pub fn events(&self) -> impl Iterator<Item = &Entry> {
        self.journal.values().flatten().map(|(_, entry)| entry)
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.journal.values().map(Vec::len).sum()
    }
}

/// Rows of a query on either database.
pub async fn rows<T>(db: &Db, sql: &'static str) -> Vec<T>
where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    match db {
        Db::Sqlite { readers, .. } => sqlx::query_as(sql).fetch_all(readers).await.unwrap(),
        Db::Pg(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    }
}

async fn read(db: &Db, wrong: &mut Vec<String>) -> Books {
    for (what, sql) in NEVER {
        let found: Vec<(String,)> = rows(db, sql).await;
        if !found.is_empty() {
            wrong.push(format!("{what}: {found:?}"));
        }
    }
    let journal = journal(db, wrong).await;
    let office = Office::load(&mut db.read().await.unwrap()).await.unwrap();
    let mut expected = Rows::default();
    for (site, lines) in &journal {
        history::check(lines, wrong);
        for date in lines.iter().map(|(date, _)| *date).collect::<BTreeSet<_>>() {
            let events: Vec<&Entry> = lines.iter().filter(|(of, _)| *of == date).map(|(_, entry)| entry).collect();
            let day = Day::replay(office.rules(site).unwrap().clone(), date, events.iter().copied());
            expected.add(site, &day, &events);
        }
    }
    let stored = Rows::stored(db).await;
    expected.compare(&stored, wrong);
    let tickets = stored
        .tickets
        .iter()
        .map(|row| (row.0.parse().unwrap(), (row.4.parse().unwrap(), Instant::from_millis(row.5))));
    Books { tickets: tickets.collect(), journal }
}

async fn journal(db: &Db, wrong: &mut Vec<String>) -> BTreeMap<SiteId, Vec<(Date, Entry)>> {
    let mut journal = BTreeMap::<SiteId, Vec<(Date, Entry)>>::new();
    let lines: Vec<(String, i64, String, i64, String)> =
        rows(db, "select site, seq, date, at, body from journal order by site, seq").await;
    for (site, seq, date, at, body) in lines {
        let entry: Entry = serde_json::from_str(&body).unwrap();
        let lines = journal.entry(site.parse().unwrap()).or_default();
        let next = lines.len() as i64 + 1;
        if seq != next || entry.seq != next as u64 || entry.at.as_millis() != at {
            wrong.push(format!("{site}: line {seq} stands where {next} is due: {body}"));
        }
        lines.push((date.parse().unwrap(), entry));
    }
    let last: Vec<(String, i64)> = rows(db, "select site, seq from site_journal order by site").await;
    let counted: Vec<(String, i64)> =
        journal.iter().map(|(site, lines)| (site.to_string(), lines.len() as i64)).collect();
    if last != counted {
        wrong.push(format!("the journals end at {last:?} and hold {counted:?}"));
    }
    journal
}

/// Id, site, date, service, code, start, nonce, issue.
type TicketRow = (String, String, String, String, String, i64, String, i64);

/// The rows that stand beside the journal, as they are, or as the journal says they should be.
#[derive(Default)]
struct Rows {
    days: BTreeSet<(String, String, bool)>,
    tickets: BTreeSet<TicketRow>,
    places: BTreeSet<(String, String, i64, i64, String)>,
    loads: BTreeSet<(String, String, String)>,
    seats: BTreeSet<(String, String, String, String, Option<String>)>,
    /// Whose ticket is identified, and whether it still counts as open.
    owned: BTreeSet<(String, bool)>,
}

impl Rows {
    fn add(&mut self, site: &SiteId, day: &Day, events: &[&Entry]) {
        let date = day.date().to_string();
        self.days.insert((site.to_string(), date.clone(), day.is_closed()));
        for entry in events {
            let Event::TicketBooked { ticket, starts_at, agenda, lane, slot_minutes, .. } = &entry.event else {
                continue;
            };
            for cell in cells(day.rules().wall_time(*starts_at), *slot_minutes) {
                self.places.insert((agenda.to_string(), date.clone(), (*lane).into(), cell as i64, ticket.to_string()));
            }
        }
        for ticket in day.tickets() {
            let (id, service) = (ticket.id.to_string(), ticket.service.to_string());
            let (from, at) = (ticket.starts_at.as_millis(), ticket.issued_at.as_millis());
            let row = (
                id.clone(),
                site.to_string(),
                date.clone(),
                service,
                ticket.code.to_string(),
                from,
                ticket.nonce.into(),
                at,
            );
            self.tickets.insert(row);
            if ticket.identified {
                self.owned.insert((id, counts_as_open(day, ticket)));
            }
        }
        for (agenda, taken) in day.taken() {
            self.loads.insert((agenda.to_string(), date.clone(), taken.to_string()));
        }
        for (counter, seat) in day.seats() {
            let current = seat.current.map(|ticket| ticket.to_string());
            self.seats.insert((
                counter.to_string(),
                seat.operator.to_string(),
                site.to_string(),
                date.clone(),
                current,
            ));
        }
    }

    async fn stored(db: &Db) -> Self {
        let set = |rows: Vec<_>| rows.into_iter().collect();
        Self {
            days: rows::<(String, String, i64)>(db, "select site, date, coalesce(closed_at, 0) from day")
                .await
                .into_iter()
                .map(|(site, date, closed)| (site, date, closed != 0))
                .collect(),
            tickets: rows(db, "select id, site, date, service, code, starts_at, nonce, issued_at from ticket")
                .await
                .into_iter()
                .collect(),
            places: rows(db, "select agenda, date, lane, cell, ticket from occupancy").await.into_iter().collect(),
            loads: rows(db, "select agenda, date, taken from day_load").await.into_iter().collect(),
            seats: set(rows(db, "select counter, operator, site, date, ticket from counter_session").await),
            owned: rows::<(String, i64)>(db, "select ticket, coalesce(ordinal, 0) from ticket_person")
                .await
                .into_iter()
                .map(|(ticket, ordinal)| (ticket, ordinal != 0))
                .collect(),
        }
    }

    fn compare(&self, stored: &Self, wrong: &mut Vec<String>) {
        differ("day", &self.days, &stored.days, wrong);
        differ("ticket", &self.tickets, &stored.tickets, wrong);
        differ("occupancy", &self.places, &stored.places, wrong);
        differ("day_load", &self.loads, &stored.loads, wrong);
        differ("counter_session", &self.seats, &stored.seats, wrong);
        differ("ticket_person", &self.owned, &stored.owned, wrong);
    }
}

fn counts_as_open(day: &Day, ticket: &Ticket) -> bool {
    let over = matches!(ticket.stage(), Some(Stage::Served { .. } | Stage::Absent { .. } | Stage::LeftOver));
    !over && !day.is_closed() && ticket.presence != Presence::NoShow
}

fn differ<T: Ord + Debug>(table: &str, told: &BTreeSet<T>, stored: &BTreeSet<T>, wrong: &mut Vec<String>) {
    wrong.extend(told.difference(stored).map(|row| format!("INV-19: {table} lacks what the journal tells: {row:?}")));
    wrong.extend(stored.difference(told).map(|row| format!("INV-19: {table} has what no event tells: {row:?}")));
}
