//! A whole office written down in one file: what the demonstration loads and tests furnish themselves with.

use super::{Kept, Office};
use crate::{
    password,
    store::{self, Tx, office::StoredThing},
    token::TokenKind,
};
use anyhow::Context;
use contract::{agenda::Agenda, office::*, time::Instant};
use serde::Deserialize;

/// A whole office, kind by kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "each is a list of what its type says")]
pub struct Plan {
    pub institutions: Vec<Institution>,
    pub sites: Vec<Site>,
    pub rooms: Vec<Room>,
    pub counters: Vec<Counter>,
    pub services: Vec<Service>,
    pub agendas: Vec<Agenda>,
    pub operators: Vec<Operator>,
    pub totems: Vec<Totem>,
    pub displays: Vec<Display>,
}

impl Plan {
    /// Stores whatever is not stored yet as it is written here, each thing after those that it names.
    pub async fn write(&self, tx: &mut Tx) -> anyhow::Result<()> {
        store::office::next_version(tx).await?;
        shelve(tx, &self.institutions).await?;
        shelve(tx, &self.sites).await?;
        shelve(tx, &self.rooms).await?;
        shelve(tx, &self.counters).await?;
        shelve(tx, &self.services).await?;
        shelve(tx, &self.agendas).await?;
        shelve(tx, &self.operators).await?;
        shelve(tx, &self.totems).await?;
        shelve(tx, &self.displays).await
    }

    /// Gives everybody the same password: for offices that nobody works in.
    pub async fn set_passwords(&self, tx: &mut Tx, password: &str, now: Instant) -> anyhow::Result<()> {
        let hash = password::hash(password)?;
        for operator in &self.operators {
            store::staff::set_password(tx, &operator.id, &hash, now).await?;
        }
        Ok(())
    }

    /// Everything that needs a token of its own.
    pub fn devices(&self) -> impl Iterator<Item = (TokenKind, &str)> {
        let totems = self.totems.iter().map(|totem| (TokenKind::Totem, totem.id.as_str()));
        totems.chain(self.displays.iter().map(|display| (TokenKind::Display, display.id.as_str())))
    }
}

async fn shelve<T: Kept + PartialEq>(tx: &mut Tx, things: &[T]) -> anyhow::Result<()> {
    let office = Office::load(tx).await?;
    for thing in things.iter().filter(|thing| office.get::<T>(thing.id()) != Some(thing)) {
        put(tx, &office, thing).await?;
    }
    Ok(())
}

/// Stores a configured thing from the program itself, under the same checks as from outside.
pub async fn put<T: Kept>(tx: &mut Tx, office: &Office, thing: &T) -> anyhow::Result<()> {
    let named = || format!("{} {}", T::KIND, thing.id());
    thing.check().with_context(named)?;
    thing.check_links(office).with_context(named)?;
    let revision = T::shelf(office).get(thing.id()).map_or(1, |before| before.revision + 1);
    let body = serde_json::to_string(thing)?;
    let stored = StoredThing { kind: T::KIND.to_owned(), id: thing.id().to_owned(), revision, body };
    let institution = thing.institution(office);
    Ok(store::office::put(tx, &stored, institution.as_ref().map(|id| id.as_str())).await?)
}
