//! The clerk goes on while the road to the server is cut: what has ended then is told when the road is back, once and with
//! the time at which it ended, by a program that has been started anew since (F64).

use super::{
    glass::Glass,
    stand::{LOGIN, PASSWORD, Stand},
};
use contract::time::{Date, Instant};
use domain::{Entry, Event};
use server::store::{self, Db};
use std::{net::SocketAddr, time::Duration};
use tests::proxy::{Proxy, Road};

/// The first field that is empty is chosen, and Tab leads to the next: who logged in last is remembered.
async fn logs_in(glass: &Glass, keys: &str) {
    glass.reads("Nome utente").await;
    glass.types(keys).await;
    glass.reads("Dove lavora oggi?").await;
}

/// The services of which the journal says that they ended before it was told: when it was told, and when they ended.
async fn told_later(stand: &Stand, date: Date) -> Vec<(Instant, Instant)> {
    let db = Db::open(&stand.folder.join("avanti.sqlite3").display().to_string()).await.unwrap();
    let lines = store::journal::of_day(&mut db.read().await.unwrap(), &"palazzo".parse().unwrap(), date).await.unwrap();
    let entries = lines.iter().map(|line| serde_json::from_str::<Entry>(&line.body).unwrap());
    let told = entries.filter_map(|entry| match entry.event {
        Event::TicketServed { until: Some(until), .. } => Some((entry.at, until)),
        _ => None,
    });
    let told = told.collect();
    db.close().await;
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_while_the_road_is_cut_is_told_once_with_its_time_by_the_program_that_comes_after() {
    let mut stand = Stand::open().await;
    let proxy = Proxy::before(SocketAddr::from(([127, 0, 0, 1], stand.port))).await.unwrap();
    stand.front = Some(proxy.address.to_string());
    let (counter, glass) = stand.starts("avanti-counter", |_| {});
    glass.reads("Collega questo dispositivo").await;
    glass.types(&format!("{}\n", stand.invites("--counter", "sportello-1").text)).await;
    logs_in(&glass, &format!("{LOGIN}\t{PASSWORD}\n")).await;
    glass.presses("Sportello 1").await;
    glass.presses_until("Inizia", "Chi aspetta").await;
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
    logs_in(&glass, &format!("{PASSWORD}\n")).await;
    glass.presses_until("Inizia", "Chi aspetta").await;
    let date = after.on_the_wall(&"Europe/Rome".parse().unwrap()).0;
    let told = async {
        loop {
            let told = told_later(&stand, date).await;
            if !told.is_empty() {
                return told;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let told = tokio::time::timeout(Duration::from_secs(30), told).await;
    let told = told.expect("the server has heard of it");
    let [(at, until)] = told[..] else { panic!("{told:?}") };
    assert!(before.plus_seconds(-1) <= until && until <= after.plus_seconds(1), "{before} {until} {after}");
    assert!(until.plus_seconds(2) < at, "it was told later than it happened: {until} {at}");
    glass.reads("Chiama il prossimo").await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(told_later(&stand, date).await.len(), 1, "it is not told again");
}
