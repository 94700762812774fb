//! The real program is killed in the middle of its work, again and again (F1, INV-4 to INV-6).
//!
//! This tests the restart and what was half done. What the disk forgets in a power cut is not tested here.

use crate::{
    on_both,
    program::{Serving, program},
    support::Directory,
};
use client::{Client, Failure, Patience};
use contract::{api::BookTicket, ids::*, ticket::CallCode};
use server::clock;
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::timeout;

const KILLS: u64 = 24;
const TOTEMS: usize = 6;

/// What the server has acknowledged, as those know it who were told.
type Ledger = Arc<Mutex<BTreeMap<TicketId, CallCode>>>;
type Asked = Arc<Mutex<Vec<(TicketId, BookTicket)>>>;

fn totem(address: &str, directory: &Path) -> Client {
    let token = std::fs::read_to_string(directory.join("secrets/totem-1.token")).unwrap();
    let client = Client::new(address, "test", Patience { pauses: Vec::new(), ..Patience::default() }).unwrap();
    client.set_token(Some(token.trim().to_owned()));
    client
}

/// Takes ticket after ticket until the server is gone.
async fn take(client: Client, ledger: Ledger, asked: Asked) {
    let (service, site): (ServiceId, SiteId) = ("protocollo".parse().unwrap(), "palazzo".parse().unwrap());
    loop {
        let Ok(first) = client.first_available(&service, &site).await else { return };
        let Some(first) = first.first else { return };
        let ticket = TicketId(clock::new_id());
        let wish = BookTicket { service: service.clone(), site: site.clone(), starts_at: first.starts_at, card: None };
        asked.lock().unwrap().push((ticket, wish.clone()));
        match client.book_ticket(ticket, &wish).await {
            Ok(view) => drop(ledger.lock().unwrap().insert(ticket, view.code)),
            Err(Failure::Refused(_)) => {}
            Err(_) => return,
        }
    }
}

on_both! {
    async fn what_was_acknowledged_survives_every_kill(database: Database) {
        let directory = Directory::new();
        let loaded = program(directory.path())
            .args(["demo-data", "--secrets", "secrets"])
            .env("AVANTI_DATABASE", &database.url)
            .env("AVANTI_KEYS", directory.path())
            .env("AVANTI_DEMONSTRATION_CLOCK", "2026-11-23T09:00")
            .output()
            .unwrap();
        assert!(loaded.status.success(), "{loaded:?}");
        let before = database.number("select count(*) from ticket").await;
        let (ledger, asked) = (Ledger::default(), Asked::default());
        for kill in 0..KILLS {
            let mut serving = Serving::start(directory.path(), &database.url);
            let totems: Vec<_> = (0..TOTEMS)
                .map(|_| tokio::spawn(take(totem(&serving.address, directory.path()), ledger.clone(), asked.clone())))
                .collect();
            let known = ledger.lock().unwrap().len();
            let progress = async {
                while ledger.lock().unwrap().len() < known + 2 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            timeout(Duration::from_secs(20), progress).await.expect("the server sells places");
            // In the middle of the work, at another moment each time.
            tokio::time::sleep(Duration::from_millis(kill * 7 % 40)).await;
            serving.child.kill().unwrap();
            serving.child.wait().unwrap();
            for totem in totems {
                totem.await.unwrap();
            }
        }
        let (ledger, asked) = (ledger.lock().unwrap().clone(), asked.lock().unwrap().clone());
        let stored = database.number("select count(*) from ticket").await - before;
        assert!(stored >= ledger.len() as i64, "INV-4: {} acknowledged, {stored} stored", ledger.len());
        for (sql, what) in [
            ("select count(*) - (select count(*) from journal where body like '%\"ticket_booked\"%') from ticket", "INV-5"),
            ("select max(seq) - count(*) from journal where site = 'palazzo'", "gaps in the journal"),
            ("select count(*) from ticket t where not exists (select 1 from occupancy o where o.ticket = t.id)", "a ticket without its place"),
            ("select count(*) from occupancy o where not exists (select 1 from ticket t where t.id = o.ticket)", "a place without its ticket"),
        ] {
            assert_eq!(database.number(sql).await, 0, "{what}");
        }
        // Whoever was told nothing asks again under the same name, and gets one definite answer.
        let serving = Serving::start(directory.path(), &database.url);
        let client = totem(&serving.address, directory.path());
        for (ticket, wish) in asked {
            let answer = client.book_ticket(ticket, &wish).await;
            match (ledger.get(&ticket), answer) {
                (Some(code), Ok(view)) => assert_eq!(*code, view.code, "INV-6"),
                (Some(code), Err(failure)) => panic!("INV-4: {code} was acknowledged and is gone: {failure}"),
                (None, Ok(_) | Err(Failure::Refused(_))) => {}
                (None, Err(failure)) => panic!("{failure}"),
            }
        }
    }
}
