//! Two server programs on one PostgreSQL are one office: whatever is done at one is at once on the boards of the other.

use super::{chance::Chance, people::*, program::*, world::*};
use client::{Feed, Live};
use contract::{
    board::RoomBoard,
    health::*,
    ids::*,
    office::Service,
    text::{Lang, Text},
};
use reqwest::Method;
use std::time::Duration;
use tokio::time::timeout;

/// INV-11: a board is as of a second ago. The rest is for a machine that is busy with a whole test run.
const AT_ONCE: Duration = Duration::from_secs(5);

async fn until<B: serde::de::DeserializeOwned>(live: &mut Live<B>, fits: impl Fn(&B) -> bool) -> B {
    let heard = timeout(AT_ONCE, async {
        loop {
            if let Feed::Board(board) = live.next().await
                && fits(&board)
            {
                return *board;
            }
        }
    });
    heard.await.expect("what one server did is on the boards of the other at once")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_at_one_server_is_on_the_boards_of_the_other() {
    let world = World::on_postgres().await;
    let mut chance = Chance::begin("boards of two servers");
    let (here, there) = (Server::start(&world).await, Server::start(&world).await);
    let mut display: Live<RoomBoard> = world.line("monitor-a", &there).typed.room_live(&id("sala-a"));
    until(&mut display, |board| board.calls.is_empty()).await;
    let (totem, clerk) = (world.line("totem-1", &here), Line::log_in(&here.address, "anna").await);
    let elsewhere = Line::log_in(&there.address, "bruno").await;
    clerk.sit_down("sportello-1").await.unwrap();
    elsewhere.sit_down("sportello-2").await.unwrap();
    let mut counter = elsewhere.typed.counter_live(&id("sportello-2"));
    until(&mut counter, |board| board.waiting == 0).await;
    let booked = totem.book(TicketId(chance.id()), &wish("carta", moment("10:30"), None)).await.unwrap();
    until(&mut counter, |board| board.waiting == 1).await;
    clerk.call_next("sportello-1", CommandKey(chance.id()), None).await.unwrap();
    let board = until(&mut display, |board| !board.calls.is_empty()).await;
    assert_eq!(board.calls[0].code, booked.code);
    // What a device reports, and what is configured, too.
    let health = DeviceHealth { faults: [DeviceFault::PaperOut].into() };
    totem.typed.report_health(&health).await.unwrap();
    until(&mut counter, |board| board.alarms.len() == 1).await;
    rename(&Line::log_in(&here.address, "admin").await).await;
    until(&mut display, |board| board.calls[0].service.get(Lang::It) == "Nuova carta").await;
    for server in [here, there] {
        let said = server.stop().await;
        assert!(!said.contains("cannot be heard"), "{said}");
    }
}

/// Gives the service another name.
async fn rename(admin: &Line) {
    let path = "/api/v1/services/carta";
    let known = admin.request(Method::GET, path).send().await.unwrap();
    let tag = known.headers()["etag"].clone();
    let mut service: Service = known.json().await.unwrap();
    service.name = Text::italian("Nuova carta").unwrap();
    let answer = admin.request(Method::PUT, path).header("if-match", tag).json(&service).send().await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
}
