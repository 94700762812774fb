//! New devices get to know the server by a code (F79): it is good once and for ten minutes, and whoever guesses is soon
//! told to wait. With 20 guesses an hour the chance to hit one of 20^8 codes in its ten minutes is below 10^-8.

use crate::{
    app::App,
    auth::Device,
    clock,
    error::Failure,
    office::Office,
    store::{self, Db, Tx},
    token::{self, TokenKind},
};
use anyhow::Context;
use contract::{
    Refusal,
    office::{Counter, Display, Totem},
    pairing::{CODE_MINUTES, DeviceKind, NewPairing, Paired, Pairing, PairingCode},
    time::Instant,
};

/// Wrong guesses that the whole installation bears in an hour.
const MISSES: i64 = 20;
/// The hour, in minutes.
pub const MISSES_MINUTES: i64 = 60;

/// A kind of device as a word.
pub fn word(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Totem => TokenKind::Totem.word(),
        DeviceKind::Display => TokenKind::Display.word(),
        DeviceKind::Counter => "counter",
    }
}

/// What a device is called in the office. None if there is no such device.
pub fn name(office: &Office, kind: DeviceKind, id: &str) -> Option<String> {
    match kind {
        DeviceKind::Totem => office.get::<Totem>(id).map(|totem| totem.name.clone()),
        DeviceKind::Display => office.get::<Display>(id).map(|display| display.name.clone()),
        DeviceKind::Counter => office.get::<Counter>(id).map(|counter| counter.label.clone()),
    }
}

/// Makes a code for a device. An older code of the same device is void; its token stays good until the code is used.
pub async fn begin(db: &Db, of: &NewPairing, now: Instant) -> anyhow::Result<Pairing> {
    let code = PairingCode::from_random(&clock::random::<32>()?).context("the dice gave no code")?;
    let expires_at = now.plus_minutes(CODE_MINUTES);
    let mut tx = db.write().await?;
    store::pairing::put(&mut tx, word(of.kind), &of.id, &hash(&code), expires_at).await?;
    tx.commit().await?;
    Ok(Pairing { code, expires_at })
}

/// Uses up a code. The device's old token, if it had one, is void from now on.
///
/// Guesses are counted one after the other, also those of several servers on one database: many at the same moment are
/// no more than many in turn.
pub async fn redeem(app: &App, code: &PairingCode, kind: DeviceKind) -> Result<Paired, Failure> {
    let now = app.clock.now();
    // Whoever has to wait in any case takes no lock.
    allow(&mut app.db.read().await?, now).await?;
    let mut tx = app.db.write().await?;
    store::pairing::alone(&mut tx).await?;
    allow(&mut tx, now).await?;
    let office = app.days.office(&mut tx).await?;
    let id = store::pairing::take(&mut tx, &hash(code), word(kind), now).await?;
    let Some((id, name)) = id.and_then(|id| Some((id.clone(), name(&office, kind, &id)?))) else {
        store::pairing::miss(&mut tx, &clock::new_id().to_string(), now).await?;
        tx.commit().await?;
        tracing::warn!("a code for a new device was guessed wrong");
        return Err(Refusal::WrongCode.into());
    };
    let token = match kind {
        DeviceKind::Totem => Some(give_token(&mut tx, TokenKind::Totem, &id, now).await?),
        DeviceKind::Display => Some(give_token(&mut tx, TokenKind::Display, &id, now).await?),
        DeviceKind::Counter => None,
    };
    tx.commit().await?;
    tracing::info!(kind = word(kind), device = %id, "paired");
    Ok(Paired { kind, id, name, token })
}

async fn allow(tx: &mut Tx, now: Instant) -> Result<(), Failure> {
    let (misses, first) = store::pairing::misses(tx, now.plus_minutes(-MISSES_MINUTES)).await?;
    match first {
        Some(first) if misses >= MISSES => {
            let left = first.plus_minutes(MISSES_MINUTES).seconds_since(now);
            Err(Refusal::TooMany { retry_after_seconds: u32::try_from(left).unwrap_or(1).max(1) }.into())
        }
        _ => Ok(()),
    }
}

/// Takes a device's token away, and a code that it has not used yet.
pub async fn revoke(db: &Db, kind: DeviceKind, id: &str) -> anyhow::Result<()> {
    let mut tx = db.write().await?;
    store::device::forget(&mut tx, word(kind), id).await?;
    store::pairing::cancel(&mut tx, word(kind), id).await?;
    store::health::clear(&mut tx, word(kind), id).await?;
    tx.commit().await?;
    tracing::info!(kind = word(kind), device = id, "no longer linked");
    Ok(())
}

/// Gives a device a new token; the old one is void.
pub async fn give_token(tx: &mut Tx, kind: TokenKind, id: &str, now: Instant) -> anyhow::Result<String> {
    let token = kind.make()?;
    store::device::set_token(tx, kind.word(), id, &token::hash(&token), now).await?;
    // What the former device reported is not true of the new one.
    store::health::clear(tx, kind.word(), id).await?;
    Ok(token)
}

/// Makes the token that a device is to have next.
pub async fn renew(app: &App, device: &Device) -> anyhow::Result<String> {
    let token = device.kind.make()?;
    let mut tx = app.db.write().await?;
    store::device::set_next(&mut tx, device.kind.word(), &device.id, &token::hash(&token)).await?;
    tx.commit().await?;
    Ok(token)
}

fn hash(code: &PairingCode) -> String {
    token::hash(&String::from_utf8_lossy(code.letters()))
}
