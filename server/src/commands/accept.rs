//! `avanti-server accept-keys`: a database whose keys are lost goes on with others.

use super::{run::alone, say};
use crate::{
    app::{clock_of, open_database},
    certificate::Certificate,
    clock,
    config::{Config, Tls},
    keys::Keys,
    store::install::{self, Prints},
};
use contract::ids::Epoch;

/// Does it, unless a server uses the file.
pub async fn carry_out(config: &Config) -> anyhow::Result<()> {
    let _alone = alone(config)?;
    let db = open_database(config).await?;
    let now = clock_of(config, &db).await?.now();
    let directory = config.keys_directory();
    let mut prints = Keys::open(&directory, None)?.prints();
    if config.tls() == Some(Tls::SelfSigned) {
        prints.tls_key = Some(Certificate::self_signed(&directory, true)?.pin.to_string());
    }
    let mut tx = db.write().await?;
    let before = install::prints(&mut tx).await?;
    install::begin(&mut tx, &prints, Epoch(clock::new_id()), now).await?;
    install::replace(&mut tx, &prints).await?;
    tx.commit().await?;
    db.close().await;
    say(&told(before.as_ref(), &prints))
}

fn told(before: Option<&Prints>, now: &Prints) -> String {
    let Some(before) = before else { return "a new database: the keys are its own".to_owned() };
    let lost = [
        (before.person_key != now.person_key, "nobody is recognised by the card who has an appointment already"),
        (before.qr_key != now.qr_key, "tickets given out until now are void"),
        (before.tls_key.is_some() && before.tls_key != now.tls_key, "devices must be linked anew"),
    ];
    let lost: Vec<&str> = lost.iter().filter(|(is, _)| *is).map(|(_, what)| *what).collect();
    if lost.is_empty() {
        return "these are the keys of this database already: nothing has changed".to_owned();
    }
    format!("other keys from now on: {}", lost.join("; "))
}
