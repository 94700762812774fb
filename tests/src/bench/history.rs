//! Visits of days gone by, written straight into the database by the server's own store: booked, called, served, and
//! their days closed, as they would be after months of work. Half of the people had shown a card.

use crate::{
    dice::{Dice, card},
    office::{COUNTERS, LANES, QUIET, SERVICES, SLOT_MINUTES, now},
};
use anyhow::{Context, Result};
use contract::{
    board::{Because, Rule},
    ids::{ServiceId, SiteId, TicketId},
    ticket::{CallCode, Channel},
    time::{Date, Instant},
};
use domain::{Actor, Entry, Event, slots::cells, taken::Taken, ticket::Nonce};
use server::{
    keys::Keys,
    store::{self, Db, Tx, journal::NewEntry, person::Owned, place::Place, ticket::StoredTicket},
};
use std::path::Path;

/// Visits of one site on one date.
const VISITS: usize = 50;
/// How many different people have cards.
pub const PEOPLE: u64 = 20_000;

/// Writes at least so many visits before today, and says how many there are.
pub async fn write(database: &str, keys: &Path, visits: usize) -> Result<usize> {
    let db = Db::open(database).await?;
    let keys = Keys::open(keys, None)?;
    let mut dice = Dice::new(7);
    let (zone, mut date) = ("Europe/Rome".parse()?, now()?.on_the_wall(&"Europe/Rome".parse()?).0);
    let mut written = 0;
    let mut seqs = [0; QUIET + 1];
    while written < visits {
        date = date.plus_days(-1);
        let opens = date.at("10:30".parse()?, &zone).context("a date without half past ten")?;
        let mut tx = db.write().await?;
        for (at, seq) in seqs.iter_mut().enumerate() {
            let day = PastDay { site: format!("site-{}", at + 1).parse()?, number: at + 1, date, opens };
            written += day.write(&mut tx, &keys, seq, &mut dice).await?;
        }
        tx.commit().await?;
    }
    db.close().await;
    Ok(written)
}

struct PastDay {
    site: SiteId,
    number: usize,
    date: Date,
    opens: Instant,
}

/// One of its visits.
struct Visit {
    id: TicketId,
    letter: char,
    code: CallCode,
    starts_at: Instant,
    lane: u16,
    nonce: Nonce,
}

impl PastDay {
    async fn write(&self, tx: &mut Tx, keys: &Keys, seq: &mut i64, dice: &mut Dice) -> Result<usize> {
        store::day::lock(tx, &[(self.site.clone(), self.date, 0)]).await?;
        let mut taken = vec![Taken::default(); SERVICES.len()];
        let mut events = Vec::new();
        for number in 0..VISITS {
            let visit = self.visit(number, dice)?;
            let time = self.time(visit.starts_at)?;
            taken[number % SERVICES.len()].take(visit.lane, cells(time, u16::try_from(SLOT_MINUTES)?));
            self.write_visit(tx, keys, &visit, (number % 2 == 0).then(|| dice.roll() % PEOPLE)).await?;
            events.extend(self.events(number, &visit)?);
        }
        for (letter, taken) in SERVICES.iter().zip(&taken) {
            store::place::set_loads(tx, &[(self.agenda(*letter)?, self.date, taken.clone())]).await?;
        }
        events
            .push((self.opens.plus_minutes(9 * 60), Event::DayClosed { left_over: Vec::new(), no_shows: Vec::new() }));
        self.journal(tx, seq, events).await?;
        store::day::close(tx, &self.site, self.date, self.opens.plus_minutes(9 * 60)).await?;
        Ok(VISITS)
    }

    fn visit(&self, number: usize, dice: &mut Dice) -> Result<Visit> {
        let letter = SERVICES[number % SERVICES.len()];
        let of_letter = number / SERVICES.len();
        let starts_at = self.opens.plus_minutes((of_letter / LANES) as i64 * SLOT_MINUTES);
        Ok(Visit {
            id: dice.ticket(self.opens.plus_seconds(number as i64)),
            letter,
            code: CallCode::new(letter, u16::try_from(of_letter + 1)?).context("no code left")?,
            starts_at,
            lane: u16::try_from(of_letter % LANES + 1)?,
            nonce: Nonce(u128::from(dice.roll()) << 64 | u128::from(dice.roll())),
        })
    }

    async fn write_visit(&self, tx: &mut Tx, keys: &Keys, visit: &Visit, person: Option<u64>) -> Result<()> {
        let service: ServiceId = visit.letter.to_ascii_lowercase().to_string().parse()?;
        let stored = StoredTicket {
            id: visit.id,
            site: self.site.clone(),
            date: self.date,
            service: service.clone(),
            code: visit.code,
            starts_at: visit.starts_at,
            nonce: visit.nonce,
            request: keys.request_mac(visit.id.to_string().as_bytes()),
            issued_at: self.opens,
        };
        store::ticket::insert(tx, &[stored]).await?;
        let cells = cells(self.time(visit.starts_at)?, u16::try_from(SLOT_MINUTES)?);
        let place = Place { agenda: self.agenda(visit.letter)?, date: self.date, lane: visit.lane, cells };
        store::place::take(tx, &[(place, visit.id)]).await?;
        if let Some(card) = person.and_then(card) {
            let owned = Owned { ticket: visit.id, service, cf_mac: keys.person_mac(&card), fresh: visit.id.0 };
            store::person::own(tx, &[owned], self.opens).await?;
            store::person::settle(tx, &[visit.id]).await?;
        }
        Ok(())
    }

    fn events(&self, number: usize, visit: &Visit) -> Result<Vec<(Instant, Event)>> {
        let counter: contract::ids::CounterId = format!("counter-{}-{}", self.number, number % COUNTERS + 1).parse()?;
        let (ticket, due) = (visit.id, visit.starts_at);
        let deadline = due.plus_minutes(15);
        let because =
            Because { rule: Rule::Due { waited_minutes: 3 }, due, deadline, here_longer: false, ahead_of: Vec::new() };
        let booked = Event::TicketBooked {
            ticket,
            code: visit.code,
            service: visit.letter.to_ascii_lowercase().to_string().parse()?,
            channel: Channel::Totem,
            identified: number.is_multiple_of(2),
            starts_at: due,
            agenda: self.agenda(visit.letter)?,
            lane: visit.lane,
            slot_minutes: u16::try_from(SLOT_MINUTES)?,
            nonce: visit.nonce,
            present: true,
        };
        Ok(vec![
            (self.opens, booked),
            (due.plus_minutes(3), Event::TicketCalled { ticket, counter: counter.clone(), because }),
            (due.plus_minutes(4), Event::ServiceStarted { ticket, counter: counter.clone() }),
            (due.plus_minutes(9), Event::TicketServed { ticket, counter, until: None }),
        ])
    }

    async fn journal(&self, tx: &mut Tx, seq: &mut i64, events: Vec<(Instant, Event)>) -> Result<()> {
        store::journal::reserve(tx, &[(self.site.clone(), i64::try_from(events.len())?)]).await?;
        let mut entries = Vec::new();
        for (at, event) in events {
            *seq += 1;
            let entry = Entry { seq: seq.unsigned_abs(), at, by: Actor::Clock, event };
            let (site, body) = (self.site.clone(), serde_json::to_string(&entry)?);
            entries.push(NewEntry { site, seq: *seq, date: self.date, at, body });
        }
        Ok(store::journal::append(tx, &entries).await?)
    }

    fn agenda(&self, letter: char) -> Result<contract::ids::AgendaId> {
        Ok(format!("{}-{}", letter.to_ascii_lowercase(), self.number).parse()?)
    }

    fn time(&self, at: Instant) -> Result<contract::time::TimeOfDay> {
        Ok(at.on_the_wall(&"Europe/Rome".parse()?).1)
    }
}
