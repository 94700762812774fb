//! INV-16: canaries. Cards, slips, tokens and passwords go in by every door; afterwards they stand in no log, in no metric,
//! on no board, in no feed, and not in clear in the database.

use super::{answers::Answer, books::rows, chance::Chance, on_both, people::*, program::*, world::*};
use client::{CallStep, Feed, Live};
use contract::{api::*, ids::*};
use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::{Arc, Mutex};

/// What was said to whoever follows.
type Heard = Arc<Mutex<String>>;

on_both! { what_is_secret_comes_out_nowhere }

async fn what_is_secret_comes_out_nowhere(world: World) {
    let mut chance = Chance::begin("canaries");
    let mut command = program(&world);
    command.arg("run").env("AVANTI_LOG", "trace").env("AVANTI_METRICS", "127.0.0.1:0");
    let server = Server::of(command).await.unwrap();
    let (totem, clerk) = (world.line("totem-1", &server), Line::log_in(&server.address, "anna").await);
    let heard = Heard::default();
    let display = world.line("monitor-a", &server);
    let feeds = [
        tokio::spawn(follow(display.typed.room_live(&id("sala-a")), heard.clone())),
        tokio::spawn(follow(clerk.typed.counter_live(&id("sportello-1")), heard.clone())),
    ];
    clerk.sit_down("sportello-1").await.unwrap();
    let mut secrets = vec![PASSWORD.to_owned(), clerk.token().to_owned()];
    secrets.extend(["totem-1", "monitor-a"].map(|device| world.token(device).to_owned()));
    for person in 0..6 {
        let visit = visit(&totem, &clerk, person, &mut chance).await;
        heard.lock().unwrap().push_str(&visit.seen_by_staff);
        secrets.extend(visit.secrets);
    }
    let board = display.request(Method::GET, "/api/v1/rooms/sala-a/board");
    let board = Answer::of(board).await.text;
    heard.lock().unwrap().push_str(&board);
    secrets.extend(wrong_cards(&totem).await);
    let metrics = server.metrics().await;
    let log = server.stop().await;
    for feed in feeds {
        feed.abort();
    }
    let heard = heard.lock().unwrap().clone();
    assert!(heard.contains("A001") && log.contains("/api/v1/tickets/"), "something was heard and logged");
    let stored = stored(&world).await;
    assert!(stored.contains("ticket_booked"));
    assert!(metrics.contains("avanti_commands_total{outcome=\"done\"}"), "{metrics}");
    let everything = [("the log", log), ("a board", heard), ("the database", stored), ("a metric", metrics)];
    for (place, text) in everything {
        let text = text.to_uppercase();
        for secret in &secrets {
            assert!(!text.contains(&secret.to_uppercase()), "INV-16: {secret} stands in {place}");
        }
    }
}

struct Visit {
    secrets: [String; 2],
    seen_by_staff: String,
}

/// From the card to the counter, by everything that takes a card or a slip.
async fn visit(totem: &Line, clerk: &Line, person: u64, chance: &mut Chance) -> Visit {
    let (ticket, code) = (TicketId(chance.id()), card(person));
    let secret = code.reveal().to_owned();
    let view = totem.book(ticket, &wish("carta", moment("15:00"), Some(code.clone()))).await.unwrap();
    let (card, slip) = (shows_card(code), shows_slip(&view));
    for shown in [&card, &slip] {
        let search = SearchAppointments { credential: shown.credential.clone() };
        let found = totem.send(Method::POST, "/appointments/search", None, &search).await;
        assert!(!found.text.contains(&secret), "{found:?}");
        assert_eq!(found.json()["tickets"].as_array().unwrap().len(), 1);
        let present = totem.send(Method::PUT, &format!("/tickets/{ticket}/presence"), None, shown).await;
        assert!(!present.text.contains(&secret), "{present:?}");
    }
    let calls = "/counters/sportello-1/calls";
    let call = clerk.send(Method::POST, calls, Some(CommandKey(chance.id())), &CallNext::default()).await;
    assert_eq!(call.json()["current"]["ticket"], ticket.to_string());
    let meant = CurrentTicket::now(ticket);
    for step in [CallStep::Start, CallStep::Finish] {
        clerk.typed.call_step(&id("sportello-1"), step, CommandKey(chance.id()), &meant).await.unwrap();
    }
    Visit { secrets: [secret, view.qr.reveal().to_owned()], seen_by_staff: call.text }
}

/// Codes that are wrong, or stand where none belongs: the refusal does not repeat them, and nothing else does.
async fn wrong_cards(totem: &Line) -> Vec<String> {
    let right = card(999).reveal().to_owned();
    let wrong: Vec<String> = ('A'..='C').map(|last| format!("ZZZZZZ85T10A562{last}")).collect();
    for code in wrong.iter().chain([&right]) {
        let bodies = [
            (
                Method::PUT,
                "/tickets/00000000-0000-4000-8000-000000000001",
                format!(r#"{{"service":"carta","site":"{code}","starts_at":"{code}"}}"#),
            ),
            (
                Method::PUT,
                "/tickets/00000000-0000-4000-8000-000000000001",
                format!(r#"{{"service":"carta","site":"palazzo","{code}":1}}"#),
            ),
            (Method::POST, "/appointments/search", format!(r#"{{"credential":{{"by":"{code}"}}}}"#)),
            (Method::POST, "/appointments/search", format!(r#"{{"credential":{{"by":"card","code":"{code}!"}}}}"#)),
            (Method::POST, "/sessions", format!(r#"{{"login":"{code}","password":"{code}"}}"#)),
        ];
        for (method, path, body) in bodies {
            let request = totem.request(method, &format!("/api/v1{path}")).header("content-type", "application/json");
            let answer = Answer::of(request.body(body.clone())).await;
            assert!(answer.is_proper_no(), "{body}\n{answer:?}");
        }
        // No program of ours does this; the log must not repeat it all the same.
        for path in [format!("/api/v1/tickets/{code}/presence"), format!("/api/v1/{code}"), format!("/?card={code}")] {
            Answer::of(totem.request(Method::GET, &path)).await;
        }
    }
    wrong.into_iter().chain([right]).collect()
}

async fn follow<B: DeserializeOwned + Serialize>(mut live: Live<B>, heard: Heard) {
    loop {
        if let Feed::Board(board) = live.next().await {
            heard.lock().unwrap().push_str(&serde_json::to_string(&board).unwrap());
        }
    }
}

/// Everything that lies on the disk, as text.
async fn stored(world: &World) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(world.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "person-key" && ending != "qr-key") {
            text.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
        }
    }
    if !world.database.starts_with("postgres") {
        return text;
    }
    let db = world.open().await;
    for sql in [
        "select t::text from journal t",
        "select t::text from ticket t",
        "select t::text from person t",
        "select t::text from ticket_person t",
        "select t::text from idempotency t",
        "select t::text from session t",
        "select t::text from operator_login t",
        "select t::text from device_token t",
        "select t::text from counter_session t",
        "select t::text from office t",
        "select t::text from day t",
        "select t::text from day_load t",
    ] {
        let lines: Vec<(String,)> = rows(&db, sql).await;
        text.extend(lines.into_iter().map(|(line,)| line));
    }
    db.close().await;
    text
}
