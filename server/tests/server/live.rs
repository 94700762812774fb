//! Boards to follow, by the client that the displays use, over a real connection.

use crate::{
    on_both,
    support::{World, world::new_ticket},
};
use client::{Client, Feed, Live, Patience, Trust};
use contract::{
    Refusal,
    api::CallNext,
    board::{CounterBoard, RoomBoard},
    ids::*,
};
use server::{
    http::{Door, serve},
    token::TokenKind,
};
use sqlx::{Connection, Executor, SqliteConnection};
use std::time::Duration;
use tokio::{net::TcpListener, sync::oneshot, time::timeout};

pub async fn listening(world: &World) -> (String, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel();
    let (app, router) = (world.app.clone(), world.router.clone());
    let door = Door { listener, tls: None, connections: 1_000, behind_proxy: false };
    tokio::spawn(async move { serve(app, router, door, async { drop(stopped.await) }).await });
    (address, stop)
}
pub fn client(address: &str, world: &World, who: &str) -> Client {
    let client = Client::new(address, "test", Patience::default(), &Trust::Nobody).unwrap();
    client.set_token(world.token(who));
    client
}
pub async fn next<B: serde::de::DeserializeOwned>(live: &mut Live<B>) -> Feed<B> {
    timeout(Duration::from_secs(10), live.next()).await.expect("a live feed says something within ten seconds")
}
/// The first board that fits.
pub async fn until<B: serde::de::DeserializeOwned>(live: &mut Live<B>, fits: impl Fn(&B) -> bool) -> B {
    loop {
        if let Feed::Board(board) = next(live).await
            && fits(&board)
        {
            return *board;
        }
    }
}

on_both! {
    async fn a_call_is_on_the_monitor_within_a_second(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let mut live: Live<RoomBoard> = client(&address, &world, "monitor-a").room_live(&"sala-a".parse().unwrap());
        assert!(matches!(next(&mut live).await, Feed::Up));
        let board = until(&mut live, |_| true).await;
        assert_eq!((board.seq, board.calls.len()), (0, 0));
        world.booked("09:00", None).await;
        world.open("anna", "sportello-1").await;
        world.called("anna", "sportello-1").await;
        let seen = timeout(Duration::from_secs(1), until(&mut live, |board| !board.calls.is_empty())).await;
        let seen = seen.expect("INV-11: a call is on the board within a second");
        assert_eq!((seen.calls[0].code.to_string().as_str(), seen.calls[0].counter.as_str()), ("A001", "1"));
        assert_eq!(seen.epoch, world.app.epoch);
    }

    async fn what_is_committed_together_is_drawn_together(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        world.open("anna", "sportello-1").await;
        let mut live: Live<CounterBoard> = client(&address, &world, "anna").counter_live(&"sportello-1".parse().unwrap());
        until(&mut live, |board| board.waiting == 0).await;
        for _ in 0..12 {
            world.booked("09:00", None).await;
        }
        let last = until(&mut live, |board| board.waiting == 12).await.seq;
        // That board has all of it. It may be drawn once more, if the last commit was announced after it was seen.
        let mut more = 0;
        while timeout(Duration::from_secs(2), until(&mut live, |_| true)).await.is_ok() {
            more += 1;
        }
        assert!(more <= 1, "{last}, then {more} more");
    }

    async fn a_board_that_could_not_be_drawn_is_drawn_a_little_later(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let mut live: Live<RoomBoard> = client(&address, &world, "monitor-a").room_live(&"sala-a".parse().unwrap());
        until(&mut live, |_| true).await;
        world.database.run("alter table office_version rename to away").await;
        world.app.desk.announce(&"palazzo".parse().unwrap());
        tokio::time::sleep(Duration::from_millis(400)).await;
        world.database.run("alter table away rename to office_version").await;
        // Nobody commits anything.
        let seen = timeout(Duration::from_secs(4), until(&mut live, |_| true)).await;
        assert!(seen.is_ok(), "the next board waits for a minute");
    }

    async fn a_clerk_sees_the_room_fill(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        world.open("anna", "sportello-1").await;
        let mut live: Live<CounterBoard> = client(&address, &world, "anna").counter_live(&"sportello-1".parse().unwrap());
        until(&mut live, |board| board.waiting == 0).await;
        for _ in 0..10 {
            world.booked("09:00", None).await;
        }
        let board = until(&mut live, |board| board.waiting == 10).await;
        assert_eq!(board.queue.len(), 10);
    }

    async fn a_counters_board_is_for_whoever_sits_there(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let counter = "sportello-1".parse().unwrap();
        world.open("anna", "sportello-1").await;
        let mut annas: Live<CounterBoard> = client(&address, &world, "anna").counter_live(&counter);
        until(&mut annas, |board| !board.services.is_empty()).await;
        let mut brunos: Live<CounterBoard> = client(&address, &world, "bruno").counter_live(&counter);
        let refused = next(&mut brunos).await;
        assert!(matches!(refused, Feed::Lost { why: client::Failure::Refused(Refusal::NotFound), .. }), "{refused:?}");
        // She gets up and sees that she has; he sits down, and nothing of that is hers to see.
        world.json("anna", "DELETE", "/api/v1/counters/sportello-1/session", &()).await;
        until(&mut annas, |board| board.services.is_empty()).await;
        world.open("bruno", "sportello-1").await;
        let ended = next(&mut annas).await;
        assert!(matches!(ended, Feed::Lost { .. }), "{ended:?}");
        until(&mut brunos, |board| !board.services.is_empty()).await;
        let gone = world.step("anna", "sportello-1", "again", TicketId(server::clock::new_id())).await;
        assert_eq!(gone.refusal(), Refusal::CounterNotOpen);
        let twice = world.json("anna", "DELETE", "/api/v1/counters/sportello-1/session", &()).await;
        assert_eq!(twice.status, 204, "whoever has left has left");
    }

    async fn a_repeated_call_does_not_show_a_colleagues_counter(database: Database) {
        let world = World::new(database).await;
        world.booked("09:00", None).await;
        world.open("anna", "sportello-1").await;
        let (path, key) = ("/api/v1/counters/sportello-1/calls", CommandKey(server::clock::new_id()));
        let called: CounterBoard = world.keyed("anna", "POST", path, key, &CallNext::default()).await.as_();
        world.step("anna", "sportello-1", "absent", called.current.unwrap().ticket).await;
        world.json("anna", "DELETE", "/api/v1/counters/sportello-1/session", &()).await;
        world.open("bruno", "sportello-1").await;
        let again = world.keyed("anna", "POST", path, key, &CallNext::default()).await;
        assert_eq!(again.refusal(), Refusal::CounterNotOpen);
    }

    async fn a_display_follows_the_room_it_is_given(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let mut live: Live<RoomBoard> = client(&address, &world, "monitor-a").room_live(&"sala-a".parse().unwrap());
        until(&mut live, |_| true).await;
        let read = world.get("titolare", "/api/v1/displays/monitor-a").await;
        let mut monitor: contract::office::Display = read.as_();
        monitor.lineup.room = "sala-b".parse().unwrap();
        let request = world.request("titolare", "PUT", "/api/v1/displays/monitor-a").header("if-match", "\"1\"");
        let request = request.header("content-type", "application/json");
        let reply = world.send(request.body(serde_json::to_vec(&monitor).unwrap().into()).unwrap()).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let lost = async { while !matches!(live.next().await, Feed::Lost { .. }) {} };
        timeout(Duration::from_secs(15), lost).await.expect("the server looks every ten seconds");
        assert_eq!(world.get("monitor-a", "/api/v1/rooms/sala-b/board").await.status, 200);
    }

    async fn a_feed_ends_when_the_server_stops(database: Database) {
        let world = World::new(database).await;
        let (address, stop) = listening(&world).await;
        let mut live: Live<RoomBoard> = client(&address, &world, "monitor-a").room_live(&"sala-a".parse().unwrap());
        until(&mut live, |_| true).await;
        stop.send(()).unwrap();
        assert!(matches!(next(&mut live).await, Feed::Lost { .. }));
    }

    async fn a_feed_ends_when_its_token_is_void(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let mut live: Live<RoomBoard> = client(&address, &world, "monitor-a").room_live(&"sala-a".parse().unwrap());
        until(&mut live, |_| true).await;
        let now = world.clock.now();
        server::commands::new_device_token(&world.database.db, TokenKind::Display, "monitor-a", now).await.unwrap();
        let lost = async { while !matches!(live.next().await, Feed::Lost { .. }) {} };
        timeout(Duration::from_secs(15), lost).await.expect("the server looks every ten seconds");
    }

    async fn one_device_has_five_feeds_at_most(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let mut open = Vec::new();
        for _ in 0..5 {
            let mut live: Live<RoomBoard> = client(&address, &world, "monitor-a").room_live(&"sala-a".parse().unwrap());
            assert!(matches!(next(&mut live).await, Feed::Up));
            open.push(live);
        }
        let mut sixth: Live<RoomBoard> = client(&address, &world, "monitor-a").room_live(&"sala-a".parse().unwrap());
        assert!(matches!(next(&mut sixth).await, Feed::Lost { .. }));
        assert!(world.get("monitor-a", "/api/v1/rooms/sala-a/board").await.status == 200);
    }
}

/// A backup or a shell that holds SQLite's write lock takes nobody's page away, however long ago they last did something.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_reads_and_follows_goes_on_while_nothing_can_be_written() {
    let world = World::new(crate::support::Database::sqlite().await).await;
    let (address, _stop) = listening(&world).await;
    world.open("anna", "sportello-1").await;
    let counter: CounterId = "sportello-1".parse().unwrap();
    let mut followed: Live<CounterBoard> = client(&address, &world, "anna").counter_live(&counter);
    until(&mut followed, |board| !board.services.is_empty()).await;
    let touched = world.database.number("select max(seen_at) from session").await;

    let mut other = SqliteConnection::connect(&world.database.url).await.unwrap();
    other.execute("begin immediate").await.unwrap();
    world.clock.set(world.clock.now().plus_seconds(90));
    let read = timeout(Duration::from_secs(3), world.get("anna", "/api/v1/desk")).await;
    assert_eq!(read.expect("a read does not wait for what cannot be written").status, 200);
    let mut anew: Live<CounterBoard> = client(&address, &world, "anna").counter_live(&counter);
    until(&mut anew, |board| !board.services.is_empty()).await;
    // Longer than the ten seconds after which the server looks whether a session still holds.
    let ended = async { while !matches!(followed.next().await, Feed::Lost { .. }) {} };
    assert!(timeout(Duration::from_secs(12), ended).await.is_err(), "the feed goes on");
    let refused = world.book("totem-1", new_ticket(), "carta", "09:00", None).await.refusal();
    assert!(matches!(refused, Refusal::Unavailable { .. }), "{refused:?}");

    other.execute("rollback").await.unwrap();
    let written = async {
        while world.database.number("select max(seen_at) from session").await == touched {
            assert_eq!(world.get("anna", "/api/v1/desk").await.status, 200);
        }
    };
    timeout(Duration::from_secs(10), written).await.expect("it is written down as soon as it can be");
    world.booked("09:00", None).await;
    until(&mut followed, |board| board.waiting == 1).await;
}
