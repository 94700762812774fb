//! The office in a box: the real server in this process, on a database of its own, with a clock that stands still until
//! a story moves it, and people who act through the real client.
//!
//! It must not decide anything: what comes of an act is what the server answered.

mod counter;
mod database;
mod office;
mod totem;

pub use database::{Database, Kind};

use crate::{narration::Narrator, script::Cast};
use anyhow::{Context, Result, bail};
use client::{Client, Failure, Patience, Trust};
use contract::{
    ids::{OperatorId, RoomId},
    refusal::Refusal,
    ticket::{CallCode, TicketView},
    time::*,
};
use counter::Counter;
use server::{
    App, Clock,
    http::{Door, router, serve},
    jobs,
    keys::Keys,
};
use std::{collections::BTreeMap, sync::Arc};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use totem::Totem;

/// The Monday on which stories begin, unless they say otherwise.
const MONDAY: &str = "2026-11-23";
/// Everybody's password in the stories.
const PASSWORD: &str = "una password lunga";

/// An office with its people.
pub struct World {
    app: Arc<App>,
    clock: Clock,
    address: String,
    date: Date,
    narrator: Narrator,
    totems: BTreeMap<String, Totem>,
    counters: BTreeMap<String, Counter>,
    displays: BTreeMap<RoomId, Client>,
    /// Every ticket that somebody has in the hand.
    tickets: BTreeMap<CallCode, TicketView>,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<std::io::Result<()>>,
    database: Database,
}

impl World {
    /// Opens the office of the stories on a new database.
    pub async fn open(kind: Kind) -> Result<Self> {
        let database = Database::new(kind).await?;
        let date: Date = MONDAY.parse()?;
        let narrator = Narrator { zone: "Europe/Rome".parse()? };
        let clock = Clock::held(date.at("08:00".parse()?, &narrator.zone).context("no such time")?);
        let db = server::store::Db::open(database.url()).await?;
        let app = App::new(db, clock.clone(), Keys::new(&[7; 32], &[9; 32])?).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel::<()>();
        let door = Door { listener, tls: None, connections: 1_000, behind_proxy: false };
        let serving = tokio::spawn(serve(app.clone(), router(app.clone()), door, async {
            let _ = stopped.await;
        }));
        let office = office::furnish(&app, &address).await?;
        Ok(Self {
            app,
            clock,
            address,
            date,
            narrator,
            totems: office.totems,
            counters: BTreeMap::new(),
            displays: office.displays,
            tickets: BTreeMap::new(),
            stop: Some(stop),
            serving,
            database,
        })
    }

    /// Closes the office and leaves nothing behind.
    pub async fn close(mut self) -> Result<()> {
        self.stop.take();
        self.serving.await??;
        self.app.db.close().await;
        self.database.remove().await
    }

    async fn at_totem(&mut self, place: &str, command: &str) -> Result<String> {
        let place = if place.is_empty() { "palazzo" } else { place };
        let totem = self.totems.get_mut(place).with_context(|| format!("there is no totem at {place}"))?;
        let outcome = totem.act(command, self.date, &self.narrator, &mut self.tickets).await;
        self.told(outcome)
    }

    async fn at_counter(&mut self, label: &str, command: &str) -> Result<String> {
        if let Some((operator, services)) = command.strip_prefix("sit ").and_then(|rest| rest.split_once(' ')) {
            let operator: OperatorId = operator.parse()?;
            let outcome = self.sit(label, &operator, services).await;
            return self.told(outcome);
        }
        let counter = self.counters.get_mut(label).with_context(|| format!("nobody has sat at counter {label}"))?;
        let outcome = counter.act(command, &self.narrator, &self.tickets).await;
        self.told(outcome)
    }

    /// Somebody logs in and sits down; whoever sits there already stays if that is refused.
    async fn sit(&mut self, label: &str, operator: &OperatorId, services: &str) -> Result<String> {
        let mut counter = Counter::log_in(&self.address, label, operator, PASSWORD).await?;
        let said = counter.sit(services, &self.narrator).await?;
        self.counters.insert(label.to_owned(), counter);
        Ok(said)
    }

    async fn at_display(&self, command: &str) -> Result<String> {
        let room: RoomId = command.parse()?;
        let display = self.displays.get(&room).with_context(|| format!("no display hangs in {room}"))?;
        self.told(display.room_board(&room).await.map(|board| self.narrator.room(&board)).map_err(Into::into))
    }

    /// A refusal is an outcome; anything else that goes wrong ends the story.
    fn told(&self, outcome: Result<String>) -> Result<String> {
        match outcome {
            Err(failure) => match failure.downcast::<Failure>() {
                Ok(Failure::Refused(refusal)) => Ok(self.refused(&refusal)),
                Ok(other) => Err(other.into()),
                Err(other) => Err(other),
            },
            said => said,
        }
    }

    fn refused(&self, refusal: &Refusal) -> String {
        self.narrator.refusal(refusal, self.date)
    }
}

impl Cast for World {
    fn turn_to(&mut self, date: Date) -> Result<()> {
        self.date = date;
        Ok(())
    }

    fn clock_strikes(&mut self, seconds: u32) -> Result<()> {
        let minutes = TimeOfDay::from_minutes(u16::try_from(seconds / 60)?).context("no such time")?;
        let at = self.date.at(minutes, &self.narrator.zone).context("that hour does not exist")?;
        let at = at.plus_seconds(i64::from(seconds % 60));
        if at < self.clock.now() {
            bail!("time does not go back");
        }
        self.clock.set(at);
        Ok(())
    }

    async fn act(&mut self, actor: &str, command: &str) -> Result<String> {
        match actor.split_once(' ').unwrap_or((actor, "")) {
            ("totem", place) => self.at_totem(place, command).await,
            ("counter", label) => self.at_counter(label, command).await,
            ("display", "") => self.at_display(command).await,
            ("night", "") if command == "falls" => {
                jobs::once(&self.app).await.map_err(|failure| anyhow::anyhow!("{failure}"))?;
                Ok("days that are over are closed".to_owned())
            }
            _ => bail!("nobody is called \"{actor}\": totem, counter N, display, night"),
        }
    }
}

/// A client of a program, with a token if it has one.
fn client(address: &str, token: Option<String>) -> Result<Client> {
    let client = Client::new(address, "avanti-tests/0", Patience::default(), &Trust::Nobody)?;
    client.set_token(token);
    Ok(client)
}
