//! A device says what is wrong with it, and the clerks of its site are told (F39, F57).

use crate::{
    live::{client, listening, next, until},
    on_both,
    support::World,
};
use client::{Client, Feed, Live};
use contract::{
    Refusal,
    board::CounterBoard,
    health::{DeviceFault::*, *},
    time::Instant,
};
use server::{jobs, token::TokenKind};
use std::time::Duration;
use tokio::time::timeout;

fn ill(faults: &[DeviceFault]) -> DeviceHealth {
    DeviceHealth { faults: faults.iter().copied().collect() }
}

async fn at_counter(address: &str, world: &World, who: &str, counter: &str) -> Live<CounterBoard> {
    assert_eq!(world.open(who, counter).await.status, 200);
    let mut live = client(address, world, who).counter_live(&counter.parse().unwrap());
    assert!(matches!(next(&mut live).await, Feed::Up));
    until(&mut live, |board: &CounterBoard| board.alarms.is_empty()).await;
    live
}

/// The first board within a second whose alarms are these, in this order.
async fn alarms(live: &mut Live<CounterBoard>, expect: &[(&str, DeviceFault, Instant)]) {
    let said = |board: &CounterBoard| -> Vec<(String, DeviceFault, Instant)> {
        board.alarms.iter().map(|alarm| (alarm.name.clone(), alarm.fault, alarm.since)).collect()
    };
    let expect: Vec<_> = expect.iter().map(|(name, fault, since)| ((*name).to_owned(), *fault, *since)).collect();
    let seen = timeout(Duration::from_secs(1), until(live, |board| said(board) == expect)).await;
    assert!(seen.is_ok(), "within a second: {expect:?}");
}

async fn board_now(world: &World) -> CounterBoard {
    let reply = world.open("anna", "sportello-1").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.as_()
}

fn device(address: &str, world: &World, who: &str) -> Client {
    client(address, world, who)
}

on_both! {
    async fn what_is_wrong_with_a_device_is_on_the_counters_of_its_site(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let mut anna = at_counter(&address, &world, "anna", "sportello-1").await;
        let mut bruno = at_counter(&address, &world, "bruno", "sportello-o").await;
        let (totem, monitor) = (device(&address, &world, "totem-1"), device(&address, &world, "monitor-a"));
        let nine = world.clock.now();
        totem.report_health(&ill(&[PaperOut])).await.unwrap();
        alarms(&mut anna, &[("Totem 1", PaperOut, nine)]).await;
        // The worst first; the same fault again keeps its beginning.
        let later = nine.plus_seconds(40);
        world.clock.set(later);
        monitor.report_health(&ill(&[NoSound])).await.unwrap();
        totem.report_health(&ill(&[ReaderAway, PaperOut])).await.unwrap();
        let all = [("Totem 1", PaperOut, nine), ("Totem 1", ReaderAway, later), ("Monitor A", NoSound, later)];
        alarms(&mut anna, &all).await;
        // Answers to clicks say the same as the feed.
        assert_eq!(board_now(&world).await.alarms.len(), 3);
        totem.report_health(&ill(&[ReaderAway])).await.unwrap();
        alarms(&mut anna, &all[1..]).await;
        totem.report_health(&ill(&[])).await.unwrap();
        monitor.report_health(&ill(&[])).await.unwrap();
        alarms(&mut anna, &[]).await;
        assert_eq!(world.database.number("select count(*) from device_health").await, 0, "no row for the well");
        // The other site has heard nothing of all this.
        device(&address, &world, "totem-o").report_health(&ill(&[CoverOpen])).await.unwrap();
        let board = until(&mut bruno, |board| !board.alarms.is_empty()).await;
        assert_eq!((board.alarms.len(), board.alarms[0].name.as_str()), (1, "Totem O"));
        assert!(board_now(&world).await.alarms.is_empty());
    }

    async fn whoever_reports_the_same_again_costs_no_write(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let totem = device(&address, &world, "totem-1");
        let nine = world.clock.now();
        for half_minutes in 0..6 {
            world.clock.set(nine.plus_seconds(half_minutes * REPORT_SECONDS));
            totem.report_health(&ill(&[PaperLow])).await.unwrap();
            let alarm = board_now(&world).await.alarms.remove(0);
            assert_eq!((alarm.fault, alarm.since), (PaperLow, nine));
        }
        let written = nine.plus_seconds(120).as_millis();
        assert_eq!(world.database.number("select seen_at from device_health").await, written, "once a minute");
    }

    async fn a_device_that_falls_silent_alarms_nobody(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let totem = device(&address, &world, "totem-1");
        let nine = world.clock.now();
        totem.report_health(&ill(&[PrinterAway])).await.unwrap();
        world.clock.set(nine.plus_seconds(REPORT_COUNTS_SECONDS - 1));
        assert_eq!(board_now(&world).await.alarms.len(), 1);
        let silent = nine.plus_seconds(REPORT_COUNTS_SECONDS);
        world.clock.set(silent);
        assert_eq!(board_now(&world).await.alarms, []);
        totem.report_health(&ill(&[PrinterAway])).await.unwrap();
        assert_eq!(board_now(&world).await.alarms[0].since, silent, "nobody knows what was in between");
        world.clock.set(silent.plus_seconds(REPORT_COUNTS_SECONDS));
        jobs::once(&world.app).await.unwrap();
        assert_eq!(world.database.number("select count(*) from device_health").await, 0);
    }

    async fn a_device_that_was_replaced_or_moved_leaves_no_alarm(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let (totem, monitor) = (device(&address, &world, "totem-1"), device(&address, &world, "monitor-a"));
        totem.report_health(&ill(&[PaperOut])).await.unwrap();
        monitor.report_health(&ill(&[NoVoice])).await.unwrap();
        assert_eq!(board_now(&world).await.alarms.len(), 2);
        let now = world.clock.now();
        server::commands::new_device_token(&world.database.db, TokenKind::Totem, "totem-1", now).await.unwrap();
        assert_eq!(board_now(&world).await.alarms.len(), 1, "a new token is a new device");
        let mut moved: contract::office::Display = world.get("titolare", "/api/v1/displays/monitor-a").await.as_();
        (moved.site, moved.lineup.room) = ("ombriano".parse().unwrap(), "sala-o".parse().unwrap());
        let request = world.request("titolare", "PUT", "/api/v1/displays/monitor-a").header("if-match", "\"1\"");
        let request = request.header("content-type", "application/json");
        let reply = world.send(request.body(serde_json::to_vec(&moved).unwrap().into()).unwrap()).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        assert_eq!(board_now(&world).await.alarms, [], "it hangs elsewhere now");
        let later = now.plus_seconds(10);
        world.clock.set(later);
        monitor.report_health(&ill(&[NoVoice])).await.unwrap();
        let board: CounterBoard = world.open("bruno", "sportello-o").await.as_();
        assert_eq!((board.alarms.len(), board.alarms[0].since), (1, later));
    }

    async fn what_is_no_report_is_refused(database: Database) {
        let world = World::new(database).await;
        let put = async |who: &str, body: serde_json::Value| {
            world.json(who, "PUT", "/api/v1/devices/current/health", &body).await
        };
        let well = || serde_json::json!({"faults": []});
        assert_eq!(put("totem-1", well()).await.status, 204);
        assert_eq!(put("nobody", well()).await.refusal(), Refusal::Unauthenticated);
        for staff in ["anna", "titolare", "admin"] {
            assert_eq!(put(staff, well()).await.refusal(), Refusal::Forbidden, "{staff}");
        }
        for wrong in [
            serde_json::json!({"faults": ["on_fire"]}),
            serde_json::json!({"faults": "paper_out"}),
            serde_json::json!({"faults": [], "since": "2026-11-23T08:00:00Z"}),
            serde_json::json!({}),
        ] {
            let reply = put("totem-1", wrong.clone()).await;
            assert!(matches!(reply.refusal(), Refusal::Invalid { .. }) && reply.status == 422, "{wrong}: {reply:?}");
        }
        assert_eq!(world.database.number("select count(*) from device_health").await, 0);
    }
}
