//! The one door: what a desk leaves behind, and two servers over one database.

use crate::{
    on_both,
    support::{
        Reply, World,
        world::{CARD, keys, new_ticket, wish},
    },
};
use contract::{Refusal, api::*, identity::Credential, ids::*};
use domain::{Actor, Command};
use futures_util::future::join_all;
use server::{
    App,
    desk::{Ask, days::load},
    http, jobs,
};

/// A morning with everything in it.
async fn morning(world: &World) {
    world.open("anna", "sportello-1").await;
    world.open("bruno", "sportello-2").await;
    for _ in 0..5 {
        join_all((0..6).map(|_| world.booked("09:00", None))).await;
        let (one, two) = tokio::join!(world.called("anna", "sportello-1"), world.called("bruno", "sportello-2"));
        world.step("anna", "sportello-1", "start", one).await;
        world.step("anna", "sportello-1", "finish", one).await;
        world.step("bruno", "sportello-2", "absent", two).await;
        if world.database.number("select count(*) from ticket").await >= 18 {
            break;
        }
    }
    let held = world.booked("11:00", Some(CARD)).await;
    let shown = CheckIn { credential: Credential::Card { code: CARD.parse().unwrap() } };
    world.json("totem-1", "PUT", &format!("/api/v1/tickets/{}/presence", held.id), &shown).await;
    world.json("anna", "DELETE", "/api/v1/counters/sportello-1/session", &()).await;
}

async fn the_day_is_its_journal(world: &World) {
    let site: SiteId = "palazzo".parse().unwrap();
    let mut tx = world.database.read().await;
    let held = world.app.days.today(&mut tx, &site, world.clock.now()).await.unwrap().unwrap();
    let replayed = load(&mut tx, held.day.rules(), held.day.date()).await.unwrap();
    assert_eq!(*held.day, replayed, "INV-19");
    assert!(replayed.tickets().count() > 0);
}

async fn the_journal_has_no_gaps(world: &World) {
    let gaps = "select coalesce(max(seq), 0) - count(*) from journal where site = 'palazzo'";
    assert_eq!(world.database.number(gaps).await, 0);
    let counter = "select (select seq from site_journal where site = 'palazzo') - (select count(*) from journal where site = 'palazzo')";
    assert_eq!(world.database.number(counter).await, 0);
}

fn close(site: &str) -> Ask {
    let date = "2026-11-23".parse().unwrap();
    let command = Command::CloseDay;
    Ask { site: site.parse().unwrap(), date, by: Actor::Clock, command, request: String::new(), card: None, key: None }
}

on_both! {
    async fn a_day_is_the_sum_of_its_journal(database: Database) {
        let world = World::new(database).await;
        morning(&world).await;
        the_day_is_its_journal(&world).await;
        the_journal_has_no_gaps(&world).await;
    }

    async fn what_waits_during_a_commit_goes_into_the_next_one(database: Database) {
        let world = World::new(database).await;
        let replies = join_all((0..20).map(|_| world.booked("10:00", None))).await;
        assert_eq!(replies.len(), 20);
        let commits = world.database.number("select version from day").await;
        assert!(commits < 20, "{commits} commits for 20 tickets that came at once");
    }

    async fn a_refusal_writes_nothing(database: Database) {
        let world = World::new(database).await;
        assert_eq!(world.call("anna", "sportello-1").await.refusal(), Refusal::CounterNotOpen);
        assert_eq!(world.database.number("select count(*) from journal").await, 0);
        assert_eq!(world.database.number("select count(*) from day").await, 0);
        assert_eq!(world.database.number("select count(*) from idempotency").await, 0);
    }

    async fn a_server_that_starts_anew_knows_the_day(database: Database) {
        let world = World::new(database).await;
        morning(&world).await;
        let again = App::new(world.database.db.clone(), world.clock.clone(), keys()).await.unwrap();
        assert_eq!(again.epoch, world.app.epoch);
        let site: SiteId = "palazzo".parse().unwrap();
        let now = world.clock.now();
        let mut tx = world.database.read().await;
        let before = world.app.days.today(&mut tx, &site, now).await.unwrap().unwrap();
        let after = again.days.today(&mut tx, &site, now).await.unwrap().unwrap();
        assert_eq!(*before.day, *after.day);
        assert_eq!((before.version, before.site_seq), (after.version, after.site_seq));
    }

    async fn two_servers_over_one_database_agree(database: Database) {
        let world = World::new(database).await;
        let second = App::new(world.database.db.clone(), world.clock.clone(), keys()).await.unwrap();
        let other = http::router(second.clone());
        let book = async |at: usize| -> Reply {
            let path = format!("/api/v1/tickets/{}", new_ticket());
            let body = serde_json::to_vec(&wish("carta", "palazzo", "10:00", None)).unwrap();
            let request = world.request("totem-1", "PUT", &path).header("content-type", "application/json");
            let router = if at.is_multiple_of(2) { &world.router } else { &other };
            let response = tower::ServiceExt::oneshot(router.clone(), request.body(axum::body::Body::from(body)).unwrap()).await.unwrap();
            Reply { status: response.status().as_u16(), headers: Default::default(), body: Default::default() }
        };
        let mut sold = 0;
        // Whoever is overtaken too often is told to come back, and does.
        for _ in 0..20 {
            let replies = join_all((0..8).map(&book)).await;
            assert!(replies.iter().all(|reply| [201, 409, 503].contains(&reply.status)), "{replies:?}");
            sold += replies.iter().filter(|reply| reply.status == 201).count();
        }
        assert_eq!(sold, 20, "twenty lanes, no place sold twice and none lost");
        the_journal_has_no_gaps(&world).await;
        the_day_is_its_journal(&world).await;
    }

    async fn the_journal_does_not_go_back_when_the_clock_is_set_right(database: Database) {
        let world = World::new(database).await;
        let late = world.clock.now();
        world.booked("09:00", None).await;
        world.clock.set(late.plus_seconds(-90));
        assert_eq!(world.booked("09:10", None).await.issued_at, late);
        let backward = "select count(*) from journal a join journal b on b.seq = a.seq + 1 where b.at < a.at";
        assert_eq!(world.database.number(backward).await, 0);
        // A clock that was wrong by hours: what it says now is the time, and who comes now is not dated into the future.
        world.clock.set(late.plus_minutes(-60));
        assert_eq!(world.booked("09:20", None).await.issued_at, late.plus_minutes(-60));
        the_day_is_its_journal(&world).await;
    }

    async fn an_operator_sits_at_one_site_only(database: Database) {
        let world = World::new(database).await;
        assert_eq!(world.open("anna", "sportello-o").await.status, 200);
        let refused = world.open("anna", "sportello-1").await.refusal();
        assert_eq!(refused, Refusal::AtOtherCounter { counter: "7".to_owned() });
        world.json("anna", "DELETE", "/api/v1/counters/sportello-o/session", &()).await;
        assert_eq!(world.open("anna", "sportello-1").await.status, 200);
    }

    async fn a_day_is_closed_after_its_roll_and_not_before(database: Database) {
        let world = World::new(database).await;
        world.booked("09:00", None).await;
        world.booked("11:00", Some(CARD)).await;
        world.open("anna", "sportello-1").await;
        assert!(world.app.desk.act(close("palazzo")).await.is_err());
        world.clock.set("2026-11-24T01:59:00Z".parse().unwrap());
        jobs::once(&world.app).await.unwrap();
        assert_eq!(world.database.number("select count(*) from day where closed_at is null").await, 1);
        world.clock.set("2026-11-24T02:00:00Z".parse().unwrap());
        jobs::once(&world.app).await.unwrap();
        assert_eq!(world.database.number("select count(*) from day where closed_at is null").await, 0);
        assert_eq!(world.database.number("select count(*) from counter_session").await, 0);
        assert_eq!(world.database.number("select count(*) from ticket_person where ordinal is not null").await, 0);
        let again = world.app.desk.act(close("palazzo")).await.unwrap();
        assert!(!again.fresh, "closing a closed day changes nothing");
        the_journal_has_no_gaps(&world).await;
    }

    async fn old_keys_and_sessions_are_forgotten(database: Database) {
        let world = World::new(database).await;
        world.booked("09:00", None).await;
        world.open("anna", "sportello-1").await;
        world.called("anna", "sportello-1").await;
        assert_eq!(world.database.number("select count(*) from idempotency").await, 1);
        world.clock.set("2026-11-24T07:59:00Z".parse().unwrap());
        jobs::once(&world.app).await.unwrap();
        assert_eq!(world.database.number("select count(*) from idempotency").await, 1, "INV-6: for a whole day");
        world.clock.set("2026-11-24T08:01:00Z".parse().unwrap());
        jobs::once(&world.app).await.unwrap();
        assert_eq!(world.database.number("select count(*) from idempotency").await, 0);
        assert_eq!(world.database.number("select count(*) from session").await, 0);
    }
}
