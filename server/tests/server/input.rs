//! Bad input: clear errors that name the field, never a fault, and nothing changed (F80, F84).

use crate::{
    on_both,
    support::{Reply, World, world::new_ticket},
};
use axum::body::Body;
use contract::Refusal;

async fn put(world: &World, media: Option<&str>, body: impl Into<Body>) -> Reply {
    let request = world.request("totem-1", "PUT", &format!("/api/v1/tickets/{}", new_ticket()));
    let request = match media {
        Some(media) => request.header("content-type", media),
        None => request,
    };
    world.send(request.body(body.into()).unwrap()).await
}
fn invalid(reply: &Reply) -> (String, String) {
    match reply.refusal() {
        Refusal::Invalid { field, problem } => (field, problem),
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn bodies_that_are_no_booking_are_refused(database: Database) {
        let world = World::new(database).await;
        let json = Some("application/json");
        assert_eq!(put(&world, None, "{}").await.status, 415);
        assert_eq!(put(&world, Some("text/plain"), "{}").await.refusal(), Refusal::NotJson);
        for (body, field) in [
            ("", ""),
            ("{", ""),
            ("null", ""),
            ("[]", ""),
            ("\u{feff}{}", ""),
            ("{}", "service"),
            (r#"{"service":"carta","site":"palazzo","starts_at":"2026-11-23T09:00:00Z","role":"admin"}"#, "role"),
            (r#"{"service":"carta","site":"palazzo","starts_at":"2026-11-23T09:00:00Z","state":{"a":1}}"#, "state"),
            (r#"{"service":"CARTA","site":"palazzo","starts_at":"2026-11-23T09:00:00Z"}"#, "service"),
            (r#"{"service":"carta","site":"palazzo","starts_at":"tomorrow"}"#, "starts_at"),
            (r#"{"service":"carta","site":"palazzo","starts_at":"2026-11-23T09:00:00Z","card":"RSSMRA85T10A562X"}"#, "card"),
            (r#"{"service":"carta","service":"carta"}"#, "service"),
        ] {
            let reply = put(&world, json, body.to_owned()).await;
            let (named, problem) = invalid(&reply);
            assert_eq!((reply.status, named.as_str()), (422, field), "{body}");
            let title = if field.is_empty() { problem } else { format!("{field}: {problem}") };
            assert_eq!(reply.body["title"], title, "{body}");
        }
        assert_eq!(world.database.number("select count(*) from journal").await, 0);
    }

    async fn what_is_wrong_with_a_qr_is_named(database: Database) {
        let world = World::new(database).await;
        for (token, named) in [("RSSMRA85T10A562S", "\"AV1\""), ("AV1SHORT", "100 to 200 characters")] {
            let shown = serde_json::json!({"credential": {"by": "qr", "token": token}});
            let reply = world.json("totem-1", "POST", "/api/v1/appointments/search", &shown).await;
            let (_, problem) = invalid(&reply);
            assert!(reply.status == 422 && problem.contains("QR") && problem.contains(named), "{problem}");
            assert!(!problem.contains(token), "what was sent is not repeated");
        }
    }

    async fn long_and_deep_bodies_are_refused(database: Database) {
        let world = World::new(database).await;
        let json = Some("application/json");
        let long = put(&world, json, format!("{{\"service\":\"{}\"}}", "x".repeat(70_000))).await;
        assert_eq!((long.status, long.refusal()), (413, Refusal::TooLong { limit_bytes: 65_536 }));
        let deep = put(&world, json, format!("{}{}", "[".repeat(30_000), "]".repeat(30_000))).await;
        assert_eq!((deep.status, invalid(&deep).1.as_str()), (422, "nested deeper than 32 levels"));
        let noise = put(&world, json, vec![0xff, 0x00, 0x80, 0x22]).await;
        assert_eq!(noise.status, 422);
    }

    async fn what_does_not_exist_is_a_problem_too(database: Database) {
        let world = World::new(database).await;
        for path in ["/", "/api", "/api/v2", "/api/v1/nothing", "/api/v1/tickets/7", "/api/v1/rooms/SALA A/board"] {
            let path = path.replace(' ', "%20");
            let reply = world.get("totem-1", &path).await;
            assert!([404, 405].contains(&reply.status), "{path}: {reply:?}");
            reply.refusal();
        }
        let reply = world.json("totem-1", "POST", "/api/v1/totems/current/board", &()).await;
        assert_eq!((reply.status, reply.refusal()), (405, Refusal::NoSuchMethod));
        assert_eq!(reply.headers["allow"], "GET,HEAD");
        let query = world.get("totem-1", "/api/v1/services/carta/first-available").await;
        assert_eq!(invalid(&query).0, "site");
        let query = world.get("totem-1", "/api/v1/services/carta/first-available?site=palazzo&x=1").await;
        assert_eq!(invalid(&query).0, "x");
    }

    async fn tokens_that_are_none_open_nothing(database: Database) {
        let world = World::new(database).await;
        for token in ["", "x", "Bearer", "Bearer ", "Bearer avanti-totem-", "Bearer avanti-session-AAAA", "Basic YTpi"] {
            let request = axum::http::Request::get("/api/v1/totems/current/board").header("authorization", token);
            let reply = world.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!((reply.status, reply.refusal()), (401, Refusal::Unauthenticated), "{token}");
            assert_eq!(reply.headers["www-authenticate"], "Bearer");
        }
        let known = format!("bearer {}", world.token("totem-1").unwrap());
        let request = axum::http::Request::get("/api/v1/totems/current/board").header("authorization", known);
        assert_eq!(world.send(request.body(Body::empty()).unwrap()).await.status, 200, "the scheme's case is free");
    }

    async fn a_wrong_login_says_nothing_about_who_exists(database: Database) {
        let world = World::new(database).await;
        let anna = "anna".parse().unwrap();
        let hash = server::password::hash("una parola lunga").unwrap();
        let mut tx = world.database.write().await;
        server::store::staff::set_password(&mut tx, &anna, &hash, world.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let log_in = async |login: &str, password: &str| {
            world.json("nobody", "POST", "/api/v1/sessions", &serde_json::json!({"login": login, "password": password})).await
        };
        for (login, password) in [("anna", "x"), ("nessuno", "x"), ("", ""), ("ANNA è", "x"), ("bruno", "x")] {
            let reply = log_in(login, password).await;
            assert_eq!((reply.status, reply.refusal()), (401, Refusal::WrongPassword), "{login}");
        }
        let reply = log_in("anna", "una parola lunga").await;
        assert_eq!(reply.status, 201);
        let session: contract::api::Session = reply.as_();
        let desk = |token: String| {
            let request = axum::http::Request::get("/api/v1/desk").header("authorization", format!("Bearer {token}"));
            world.send(request.body(Body::empty()).unwrap())
        };
        assert_eq!(desk(session.token.clone()).await.status, 200);
        world.at("10:01");
        assert_eq!(desk(session.token).await.status, 401, "an hour without use");
    }
}

/// On one thread all of them stand at the door before the first is served.
#[tokio::test]
async fn whoever_comes_when_too_many_are_inside_is_told_to_come_back() {
    let world = World::new(crate::support::Database::sqlite().await).await;
    let replies = futures_util::future::join_all((0..300).map(|_| world.get("anna", "/api/v1/desk"))).await;
    let (served, told): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!((served.len(), told.len()), (256, 44));
    for reply in told {
        assert_eq!((reply.status, reply.refusal()), (429, Refusal::TooMany { retry_after_seconds: 1 }));
        assert_eq!(reply.headers["retry-after"], "1");
    }
}
