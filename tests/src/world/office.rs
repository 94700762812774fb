//! Furnishes the office of the stories: an administrator writes `stories/office.toml` through the API.

use super::{PASSWORD, client, totem::Totem};
use anyhow::{Context, Result};
use client::Client;
use contract::{
    ids::{OperatorId, RoomId},
    office::{Configured, Operator, Role},
};
use serde::Serialize;
use server::{
    App, commands,
    office::{
        Office,
        plan::{Plan, put},
    },
    password, store,
    token::TokenKind,
};
use std::collections::BTreeMap;

const TEXT: &str = include_str!("../../stories/office.toml");

/// What stands in the office afterwards.
pub struct Furnished {
    pub totems: BTreeMap<String, Totem>,
    /// By the room whose calls they show.
    pub displays: BTreeMap<RoomId, Client>,
}

/// Writes the plan and enrols the devices.
pub async fn furnish(app: &App, address: &str) -> Result<Furnished> {
    let plan: Plan = toml::from_str(TEXT).context("stories/office.toml")?;
    let administrator = administrator(app, address).await?;
    write(&administrator, &plan.institutions).await?;
    write(&administrator, &plan.sites).await?;
    write(&administrator, &plan.rooms).await?;
    write(&administrator, &plan.counters).await?;
    write(&administrator, &plan.services).await?;
    write(&administrator, &plan.agendas).await?;
    write(&administrator, &plan.operators).await?;
    write(&administrator, &plan.totems).await?;
    write(&administrator, &plan.displays).await?;
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    plan.set_passwords(&mut tx, PASSWORD, now).await?;
    tx.commit().await?;
    let mut totems = BTreeMap::new();
    for totem in &plan.totems {
        let token = commands::new_device_token(&app.db, TokenKind::Totem, totem.id.as_str(), now).await?;
        let place = totem.site.to_string();
        totems.insert(place, Totem::new(client(address, Some(token))?, totem.site.clone()));
    }
    let mut displays = BTreeMap::new();
    for display in &plan.displays {
        let token = commands::new_device_token(&app.db, TokenKind::Display, display.id.as_str(), now).await?;
        displays.insert(display.lineup.room.clone(), client(address, Some(token))?);
    }
    Ok(Furnished { totems, displays })
}

/// The first administrator, as `avanti-server operator add` makes one.
async fn administrator(app: &App, address: &str) -> Result<Client> {
    let id: OperatorId = "amministratrice".parse()?;
    let admin = Operator {
        id: id.clone(),
        institution: None,
        name: "Amministratrice".to_owned(),
        role: Role::Admin,
        services: Vec::new(),
    };
    let mut tx = app.db.write().await?;
    store::office::next_version(&mut tx).await?;
    let office = Office::load(&mut tx).await?;
    put(&mut tx, &office, &admin).await?;
    store::staff::set_password(&mut tx, &id, &password::hash(PASSWORD)?, app.clock.now()).await?;
    tx.commit().await?;
    let client = client(address, None)?;
    let who = contract::api::LogIn { login: id.to_string(), password: PASSWORD.to_owned() };
    let session = client.log_in(&who).await?;
    client.set_token(Some(session.token));
    Ok(client)
}

async fn write<T: Configured + Serialize>(by: &Client, things: &[T]) -> Result<()> {
    for thing in things {
        by.make(thing).await.with_context(|| format!("{} {}", T::KIND, thing.id()))?;
    }
    Ok(())
}
