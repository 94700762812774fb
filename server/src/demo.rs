//! The demonstration office: written as an administrator would, and a morning played through the desk, so that
//! whoever starts the demonstration finds an office at work. Nothing here writes a day by itself.

use crate::{
    app::{App, clock_of, open_database},
    clock::Clock,
    commands::new_device_token,
    config::Config,
    desk::Ask,
    error::Failure,
    keys::{Keys, write_secret},
    office::plan::Plan,
    places::first_available,
    store::{self, Db},
};
use anyhow::Context;
use contract::{
    Refusal,
    identity::FiscalCode,
    ids::*,
    office::{Counter, Operator, Totem},
    text::Lang,
    ticket::Channel,
    time::Instant,
};
use domain::{Actor, Command, Step, ticket::Nonce};
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use std::{fmt::Write, fs, os::unix::fs::DirBuilderExt, path::Path};
use uuid::Uuid;

const OFFICE: &str = include_str!("../../assets/demo/office.toml");
const MORNING: &str = include_str!("../../assets/demo/morning.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Morning {
    /// Everybody's.
    password: String,
    tickets: Vec<DemoTicket>,
    calls: Vec<DemoCall>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoTicket {
    at: i64,
    totem: TotemId,
    /// The totem's own site, if none is named.
    site: Option<SiteId>,
    service: ServiceId,
    place_from: i64,
    card: Option<FiscalCode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoCall {
    at: i64,
    counter: CounterId,
    operator: OperatorId,
    open: Option<Vec<ServiceId>>,
    step: Option<DemoStep>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DemoStep {
    Next,
    Start,
    Finish,
}

/// Loads the office and its morning, writes the devices' tokens into that directory, and says how to get in.
pub async fn load(config: &Config, secrets: &Path) -> anyhow::Result<String> {
    let plan: Plan = toml::from_str(OFFICE).context("the demonstration office")?;
    let morning: Morning = toml::from_str(MORNING).context("the demonstration's morning")?;
    let db = open_database(config).await?;
    let now = clock_of(config, &db).await?.now();
    let mut tx = db.write().await?;
    plan.write(&mut tx).await?;
    plan.set_passwords(&mut tx, &morning.password, now).await?;
    tx.commit().await?;
    // The morning is played on a clock that stands where each thing happened.
    let clock = Clock::held(now);
    let app = App::new(db.clone(), clock.clone(), Keys::open(&config.keys_directory())?).await?;
    play(&app, &morning, now).await?;
    let said = write_secrets(&db, &plan, &morning.password, secrets, now).await?;
    db.close().await;
    Ok(said)
}

async fn play(app: &App, morning: &Morning, now: Instant) -> anyhow::Result<()> {
    let day = now.on_the_wall(&"Europe/Rome".parse()?).0;
    let id = |at: usize| {
        let hash = digest(&SHA256, format!("avanti demonstration {day} {at}").as_bytes());
        Uuid::from_slice(&hash.as_ref()[..16]).map(|id| TicketId(uuid::Builder::from_bytes(*id.as_bytes()).into_uuid()))
    };
    if store::ticket::find(&mut app.db.read().await?, id(0)?).await?.is_some() {
        return Ok(());
    }
    let mut minutes: Vec<i64> =
        morning.tickets.iter().map(|ticket| ticket.at).chain(morning.calls.iter().map(|call| call.at)).collect();
    minutes.sort_unstable();
    minutes.dedup();
    for minute in minutes {
        app.clock.set(now.plus_minutes(minute));
        for (at, ticket) in morning.tickets.iter().enumerate().filter(|(_, ticket)| ticket.at == minute) {
            settle(take(app, ticket, id(at)?, now).await, "a ticket")?;
        }
        for call in morning.calls.iter().filter(|call| call.at == minute) {
            settle(carry_out(app, call).await, "a call")?;
        }
    }
    Ok(())
}

/// On a closed day there is no place and nobody to call, and the demonstration begins with an empty office.
fn settle(outcome: Result<(), Failure>, what: &str) -> anyhow::Result<()> {
    match outcome {
        Ok(()) => Ok(()),
        Err(Failure::Refused(refusal)) => {
            tracing::warn!(%refusal, "{what} of the demonstration is left out");
            Ok(())
        }
        Err(Failure::Broken(why)) => Err(why),
    }
}

async fn take(app: &App, wish: &DemoTicket, ticket: TicketId, begin: Instant) -> Result<(), Failure> {
    let mut tx = app.db.read().await?;
    let office = app.days.office(&mut tx).await?;
    let totem = office.get::<Totem>(wish.totem.as_str()).ok_or(Refusal::NotFound)?;
    let site = wish.site.clone().unwrap_or_else(|| totem.site.clone());
    let rules = office.rules(&site).ok_or(Refusal::NotFound)?;
    let from = begin.plus_minutes(wish.place_from);
    let place = first_available(&mut tx, rules, &wish.service, from).await?.ok_or(Refusal::NoSuchPlace)?;
    drop(tx);
    let command = Command::Book {
        ticket,
        service: wish.service.clone(),
        starts_at: place.starts_at,
        channel: Channel::Totem,
        identified: wish.card.is_some(),
        here: site == totem.site,
        nonce: Nonce(u128::from_be_bytes(crate::clock::random()?)),
    };
    let ask = Ask {
        site,
        date: rules.date_at(place.starts_at),
        by: Actor::Totem(totem.id.clone()),
        command,
        request: app.keys.request_mac(ticket.to_string().as_bytes()),
        card: wish.card.as_ref().map(|card| app.keys.person_mac(card)),
        key: None,
    };
    app.desk.act(ask).await.map(|_| ())
}

async fn carry_out(app: &App, call: &DemoCall) -> Result<(), Failure> {
    let office = app.office().await?;
    let site = office.get::<Counter>(call.counter.as_str()).ok_or(Refusal::NotFound)?.site.clone();
    let rules = office.rules(&site).ok_or(Refusal::NotFound)?;
    let date = rules.date_at(app.clock.now());
    let (counter, operator) = (call.counter.clone(), call.operator.clone());
    let current = async || -> Result<TicketId, Failure> {
        let held = app.days.fetch(&mut app.db.read().await?, &site, date).await?;
        let seat = held.and_then(|held| held.day.seat(&call.counter).and_then(|seat| seat.current));
        Ok(seat.ok_or(Refusal::NotCurrent)?)
    };
    let command = match (&call.open, call.step) {
        (Some(services), _) => Command::OpenCounter { counter, operator, services: services.clone() },
        (None, Some(DemoStep::Next)) => Command::CallNext { counter, operator, finish: None },
        (None, Some(DemoStep::Start)) => {
            Command::Step { counter, operator, ticket: current().await?, step: Step::Start }
        }
        (None, Some(DemoStep::Finish)) => {
            Command::Step { counter, operator, ticket: current().await?, step: Step::Finish { at: None } }
        }
        (None, None) => return Ok(()),
    };
    let by = Actor::Operator(call.operator.clone());
    let ask = Ask { site: site.clone(), date, by, command, request: String::new(), card: None, key: None };
    app.desk.act(ask).await.map(|_| ())
}

async fn write_secrets(db: &Db, plan: &Plan, password: &str, secrets: &Path, now: Instant) -> anyhow::Result<String> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(secrets)
        .with_context(|| format!("cannot make {}", secrets.display()))?;
    let mut said = String::from("The demonstration office is loaded: Comune di Crema.\n");
    for (kind, id) in plan.devices() {
        let file = secrets.join(format!("{id}.token"));
        write_secret(&file, &new_device_token(db, kind, id, now).await?)?;
        let _ = writeln!(said, "{} {id}: token in {}", kind.word(), file.display());
    }
    for operator in &plan.operators {
        // Whoever calls nobody has no business at a counter.
        let (login, what) = match served_by(plan, operator) {
            Some(services) => ("login", services),
            None => ("login over REST", operator.name.clone()),
        };
        let _ = writeln!(said, "{login} {} (password {password}): {what}", operator.id);
    }
    Ok(said.trim_end().to_owned())
}

/// The names of the services that an operator may call for, so that it is clear as whom to log in. None if there are
/// none.
fn served_by(plan: &Plan, operator: &Operator) -> Option<String> {
    let mine = plan.services.iter().filter(|service| operator.services.contains(&service.id));
    let names: Vec<&str> = mine.map(|service| service.name.get(Lang::It)).collect();
    Some(names.join(", ")).filter(|names| !names.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The demonstration opens one monitor, of Sala A: whoever Anna or Marco calls must be seen and heard there.
    #[test]
    fn whoever_is_called_in_sala_a_waits_there() {
        let plan: Plan = toml::from_str(OFFICE).unwrap();
        let (palazzo, sala_a) = ("palazzo".parse().unwrap(), "sala-a".parse().unwrap());
        for clerk in plan.operators.iter().filter(|it| ["anna", "marco"].contains(&it.id.as_str())) {
            for service in plan.services.iter().filter(|service| clerk.services.contains(&service.id)) {
                assert_eq!(service.rooms.get(&palazzo), Some(&sala_a), "{} of {}", service.id, clerk.id);
            }
        }
    }

    #[test]
    fn the_demonstration_office_is_as_large_as_promised() {
        let plan: Plan = toml::from_str(OFFICE).unwrap();
        assert_eq!((plan.sites.len(), plan.rooms.len(), plan.counters.len()), (2, 3, 5));
        assert!(plan.services.len() >= 14);
        assert_eq!(plan.totems[0].lineup.pages.len(), 3);
        for service in &plan.services {
            assert!(!service.description.is_empty() && !service.bring.is_empty(), "{}", service.id);
        }
    }
}
