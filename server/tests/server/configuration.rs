//! The configuration lane: read with a tag, written over what was read, checked by what it names, and within one's
//! own institution only (INV-15).

use crate::{
    on_both,
    support::{Reply, World},
};
use contract::{Refusal, api::TotemBoard};
use serde_json::{Value, json};

async fn put(world: &World, who: &str, path: &str, tag: Option<&str>, body: &Value) -> Reply {
    let request = world.request(who, "PUT", path).header("content-type", "application/json");
    let request = match tag {
        Some("*") => request.header("if-none-match", "*"),
        Some(tag) => request.header("if-match", tag),
        None => request,
    };
    world.send(request.body(body.to_string().into()).unwrap()).await
}
fn room(id: &str, site: &str) -> Value {
    json!({"id": id, "site": site, "name": {"it": "Sala nuova"}})
}
fn field(reply: &Reply) -> String {
    match reply.refusal() {
        Refusal::Invalid { field, .. } => field,
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn a_thing_is_made_read_and_changed(database: Database) {
        let world = World::new(database).await;
        let path = "/api/v1/rooms/sala-n";
        assert_eq!(world.get("titolare", path).await.refusal(), Refusal::NotFound);
        let made = put(&world, "titolare", path, Some("*"), &room("sala-n", "palazzo")).await;
        assert_eq!((made.status, &made.headers["etag"]), (201, &"\"1\"".parse().unwrap()));
        let read = world.get("titolare", path).await;
        assert_eq!((read.status, &read.headers["etag"], &read.body), (200, &made.headers["etag"], &made.body));
        let mut changed = read.body.clone();
        changed["name"]["it"] = "Sala verde".into();
        let tag = read.headers["etag"].to_str().unwrap().to_owned();
        let reply = put(&world, "titolare", path, Some(&tag), &changed).await;
        assert_eq!((reply.status, &reply.headers["etag"]), (200, &"\"2\"".parse().unwrap()));
        let stale = put(&world, "admin", path, Some(&tag), &changed).await;
        assert_eq!((stale.status, stale.refusal()), (412, Refusal::Changed));
        let twice = put(&world, "titolare", path, Some("*"), &changed).await;
        assert_eq!(twice.refusal(), Refusal::Changed);
        assert_eq!(field(&put(&world, "titolare", path, None, &changed).await), "If-Match");
    }

    async fn a_change_is_seen_at_once(database: Database) {
        let world = World::new(database).await;
        let read = world.get("titolare", "/api/v1/totems/totem-1").await;
        let tag = read.headers["etag"].to_str().unwrap().to_owned();
        let mut totem = read.body;
        totem["lineup"]["pages"] = json!([["matrimoni"], ["carta"]]);
        assert_eq!(put(&world, "titolare", "/api/v1/totems/totem-1", Some(&tag), &totem).await.status, 200);
        let board: TotemBoard = world.get("totem-1", "/api/v1/totems/current/board").await.as_();
        assert_eq!(board.pages.len(), 2);
    }

    async fn what_does_not_fit_is_refused_with_its_field(database: Database) {
        let world = World::new(database).await;
        let before = world.database.number("select version from office_version").await;
        let mut service = world.get("titolare", "/api/v1/services/carta").await.body;
        service["id"] = "nuovo".into();
        let mut check = Vec::new();
        for (member, value, expect) in [
            ("id", json!("altro"), "id"),
            ("prefix", json!("O"), "prefix"),
            ("colour", json!("red"), "colour"),
            ("name", json!({"en": "No Italian"}), "name"),
            ("name", json!({"it": "bell\u{7}"}), "name"),
            ("institution", json!("nessuna"), "institution"),
            ("rooms", json!({"palazzo": "sala-o"}), "rooms.palazzo"),
            ("rooms", json!({"broletto": "sala-l"}), "rooms.broletto"),
            ("late_tolerance_minutes", json!(9999), "late_tolerance_minutes"),
        ] {
            let mut wrong = service.clone();
            wrong[member] = value.clone();
            let reply = put(&world, "admin", "/api/v1/services/nuovo", Some("*"), &wrong).await;
            check.push((member, value, expect, field(&reply)));
        }
        for (member, value, expect, got) in check {
            assert_eq!(got, expect, "{member} = {value}");
        }
        assert_eq!(world.database.number("select version from office_version").await, before, "nothing has changed");
    }

    async fn an_owner_stays_within_the_institution(database: Database) {
        let world = World::new(database).await;
        let before = world.database.number("select version from office_version").await;
        let foreign = "/api/v1/rooms/sala-l";
        assert_eq!(world.get("titolare", foreign).await.refusal(), Refusal::NotFound);
        assert_eq!(put(&world, "titolare", foreign, Some("\"1\""), &room("sala-l", "broletto")).await.refusal(), Refusal::NotFound);
        assert_eq!(put(&world, "titolare", foreign, Some("*"), &room("sala-l", "palazzo")).await.refusal(), Refusal::NotFound);
        let into = put(&world, "titolare", "/api/v1/rooms/sala-x", Some("*"), &room("sala-x", "broletto")).await;
        assert_eq!(into.refusal(), Refusal::NotFound);
        let sites: Vec<Value> = world.get("titolare", "/api/v1/sites").await.as_();
        let ids: Vec<_> = sites.iter().map(|site| site["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["ombriano", "palazzo"]);
        let institution = json!({"id": "crema", "name": {"it": "Comune mio"}});
        let own = put(&world, "titolare", "/api/v1/institutions/crema", Some("\"1\""), &institution).await;
        assert_eq!(own.refusal(), Refusal::Forbidden);
        assert_eq!(world.database.number("select version from office_version").await, before, "nothing has changed");
    }

    async fn an_owner_raises_nobody_above_operators(database: Database) {
        let world = World::new(database).await;
        let staff = |id: &str, role: &str| json!({"id": id, "institution": "crema", "name": "X", "role": role});
        for (id, role, tag) in [("nuovo", "owner", "*"), ("nuovo", "admin", "*"), ("anna", "owner", "\"1\""), ("titolare", "operator", "\"1\"")] {
            let reply = put(&world, "titolare", &format!("/api/v1/operators/{id}"), Some(tag), &staff(id, role)).await;
            assert_eq!(reply.refusal(), Refusal::Forbidden, "{id} {role}");
        }
        assert_eq!(put(&world, "titolare", "/api/v1/operators/nuovo", Some("*"), &staff("nuovo", "operator")).await.status, 201);
        assert_eq!(world.get("anna", "/api/v1/desk").await.status, 200);
        assert_eq!(put(&world, "admin", "/api/v1/operators/anna", Some("\"1\""), &staff("anna", "owner")).await.status, 200);
        assert_eq!(world.get("anna", "/api/v1/desk").await.status, 401, "whose rights change logs in again");
    }

    async fn lists_have_pages(database: Database) {
        let world = World::new(database).await;
        let first = world.get("admin", "/api/v1/rooms?limit=2").await;
        let ids = |reply: &Reply| -> Vec<String> {
            reply.body.as_array().unwrap().iter().map(|room| room["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(ids(&first), ["sala-a", "sala-b"]);
        let link = first.headers["link"].to_str().unwrap().to_owned();
        let next = link.trim_start_matches('<').split('>').next().unwrap();
        let second = world.get("admin", next).await;
        assert_eq!(ids(&second), ["sala-l", "sala-o"]);
        assert!(!second.headers.contains_key("link"));
        assert_eq!(field(&world.get("admin", "/api/v1/rooms?limit=0").await), "limit");
    }

    async fn a_site_keeps_its_zone_once_people_have_tickets(database: Database) {
        let world = World::new(database).await;
        let move_to = async |zone: &str| {
            let read = world.get("titolare", "/api/v1/sites/palazzo").await;
            let tag = read.headers["etag"].to_str().unwrap().to_owned();
            let mut site = read.body;
            site["zone"] = zone.into();
            put(&world, "titolare", "/api/v1/sites/palazzo", Some(&tag), &site).await
        };
        assert_eq!(move_to("UTC").await.status, 200, "a mistake is put right before the office opens");
        assert_eq!(move_to("Europe/Rome").await.status, 200);
        world.booked("09:00", None).await;
        assert_eq!(field(&move_to("UTC").await), "zone");
        assert_eq!(move_to("Europe/Rome").await.status, 200);
    }

    async fn a_running_day_takes_in_changed_rules(database: Database) {
        let world = World::new(database).await;
        world.booked("09:00", None).await;
        world.open("anna", "sportello-1").await;
        let read = world.get("titolare", "/api/v1/counters/sportello-1").await;
        let mut counter = read.body.clone();
        counter["label"] = "12".into();
        let tag = read.headers["etag"].to_str().unwrap().to_owned();
        assert_eq!(put(&world, "titolare", "/api/v1/counters/sportello-1", Some(&tag), &counter).await.status, 200);
        let board: contract::board::CounterBoard = world.call("anna", "sportello-1").await.as_();
        assert_eq!(board.label, "12");
    }
}
