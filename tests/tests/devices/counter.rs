//! The clerk goes on while the road to the server is cut: what has ended then is told when the road is back, once and with
//! the time at which it ended, by a program that has been started anew since (F64).

use super::{
    glass::Glass,
    stand::{LOGIN, PASSWORD, Stand},
};
use contract::{
    ids::TicketId,
    time::{Date, Instant},
};
use domain::{Entry, Event};
use server::store::{self, Db};
use std::{net::SocketAddr, time::Duration};
use tests::proxy::{Proxy, Road};

async fn logs_in(glass: &Glass) {
    glass.reads("Nome utente").await;
    // The field is chosen, and Tab leads to the next.
    glass.types(&format!("{LOGIN}\t{PASSWORD}\n")).await;
    glass.reads("Dove lavora oggi?").await;
}

/// The times at which the journal says that the person was served: when it was told, and when it happened.
async fn told_as_served(stand: &Stand, ticket: TicketId, date: Date) -> Vec<(Instant, Option<Instant>)> {
    let db = Db::open(&stand.folder.join("avanti.sqlite3").display().to_string()).await.unwrap();
    let lines = store::journal::of_day(&mut db.read().await.unwrap(), &"palazzo".parse().unwrap(), date).await.unwrap();
    let entries = lines.iter().map(|line| serde_json::from_str::<Entry>(&line.body).unwrap());
    let served = entries.filter_map(|entry| match entry.event {
        Event::TicketServed { ticket: served, until, .. } if served == ticket => Some((entry.at, until)),
        _ => None,
    });
    let served = served.collect();
    db.close().await;
    served
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_while_the_road_is_cut_is_told_once_with_its_time_by_the_program_that_comes_after() {
    let mut stand = Stand::open().await;
    let proxy = Proxy::before(SocketAddr::from(([127, 0, 0, 1], stand.port))).await.unwrap();
    stand.front = Some(proxy.address.to_string());
    let (counter, glass) = stand.starts("avanti-counter", |_| {});
    glass.reads("Collega questo dispositivo").await;
    glass.types(&format!("{}\n", stand.invites("--counter", "sportello-1").text)).await;
    logs_in(&glass).await;
    glass.presses("Sportello 1").await;
    glass.presses_until("Inizia", "Chi aspetta").await;
    let ticket = stand.somebody_waits().await;
    glass.presses_until("Chiama il prossimo", "Perché ora").await;
    glass.presses_until("È allo sportello, inizia", "In servizio").await;
    proxy.turn(Road::Cut);
    let server = stand.caller(None).await;
    let before = server.about().await.unwrap().now;
    glass.presses_until("Concludi", "annotato su questo computer").await;
    let after = server.about().await.unwrap().now;
    // Whoever begins anew knows only what was kept.
    drop((counter, glass));
    proxy.turn(Road::Clear);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (_again, glass) = stand.starts("avanti-counter", |_| {});
    logs_in(&glass).await;
    glass.presses("Inizia").await;
    let date = ticket.date;
    let told = async {
        loop {
            let told = told_as_served(&stand, ticket.id, date).await;
            if !told.is_empty() {
                return told;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let told = tokio::time::timeout(Duration::from_secs(30), told).await.expect("the server has heard of it");
    let [(at, Some(until))] = told[..] else { panic!("{told:?}") };
    assert!(before.plus_seconds(-1) <= until && until <= after.plus_seconds(1), "{before} {until} {after}");
    assert!(until.plus_seconds(2) < at, "it was told later than it happened: {until} {at}");
    glass.reads("Chiama il prossimo").await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(told_as_served(&stand, ticket.id, date).await.len(), 1, "it is not told again");
}
