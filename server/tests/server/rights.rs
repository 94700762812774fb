//! Who may call what: a row for every route, and everybody tries every one (INV-15).
//!
//! The routes come from the OpenAPI document, so that a new route without a row fails here.

use crate::{on_both, support::World};
use serde_json::Value;
use server::http;
use std::collections::BTreeSet;

/// Who tries, in the order of the columns.
const CALLERS: [&str; 6] = ["nobody", "admin", "titolare", "anna", "totem-1", "monitor-a"];

/// `+` may, `-` may not: 401 for nobody, 403 for everybody else.
const TABLE: &[(&str, &str, &str)] = &[
    ("GET", "/api/v1", "++++++"),
    ("GET", "/api/v1/health", "++++++"),
    ("POST", "/api/v1/sessions", "++++++"),
    ("POST", "/api/v1/pairings", "-++---"),
    ("POST", "/api/v1/pairings/redeem", "++++++"),
    ("GET", "/api/v1/totems/current/board", "----+-"),
    ("GET", "/api/v1/services/{service}/first-available", "----+-"),
    ("PUT", "/api/v1/tickets/{ticket}", "----+-"),
    ("POST", "/api/v1/appointments/search", "----+-"),
    ("PUT", "/api/v1/tickets/{ticket}/presence", "----+-"),
    ("GET", "/api/v1/desk", "---+--"),
    ("PUT", "/api/v1/counters/{counter}/session", "---+--"),
    ("DELETE", "/api/v1/counters/{counter}/session", "---+--"),
    ("POST", "/api/v1/counters/{counter}/calls", "---+--"),
    ("POST", "/api/v1/counters/{counter}/calls/{step}", "---+--"),
    ("GET", "/api/v1/counters/{counter}/live", "---+--"),
    ("GET", "/api/v1/rooms/{room}/board", "-+++++"),
    ("GET", "/api/v1/rooms/{room}/live", "-+++++"),
    ("GET", "/api/v1/displays/current", "-----+"),
    ("PUT", "/api/v1/devices/current/health", "----++"),
    ("PUT", "/api/v1/devices/current/token", "----++"),
    ("GET", "/api/v1/institutions", "-++---"),
    ("GET", "/api/v1/institutions/{id}", "-++---"),
    ("PUT", "/api/v1/institutions/{id}", "-++---"),
    ("GET", "/api/v1/sites", "-++---"),
    ("GET", "/api/v1/sites/{id}", "-++---"),
    ("PUT", "/api/v1/sites/{id}", "-++---"),
    ("GET", "/api/v1/rooms", "-++---"),
    ("GET", "/api/v1/rooms/{id}", "-++---"),
    ("PUT", "/api/v1/rooms/{id}", "-++---"),
    ("GET", "/api/v1/counters", "-++---"),
    ("GET", "/api/v1/counters/{id}", "-++---"),
    ("PUT", "/api/v1/counters/{id}", "-++---"),
    ("GET", "/api/v1/services", "-++---"),
    ("GET", "/api/v1/services/{id}", "-++---"),
    ("PUT", "/api/v1/services/{id}", "-++---"),
    ("GET", "/api/v1/agendas", "-++---"),
    ("GET", "/api/v1/agendas/{id}", "-++---"),
    ("PUT", "/api/v1/agendas/{id}", "-++---"),
    ("GET", "/api/v1/operators", "-++---"),
    ("GET", "/api/v1/operators/{id}", "-++---"),
    ("PUT", "/api/v1/operators/{id}", "-++---"),
    ("GET", "/api/v1/totems", "-++---"),
    ("GET", "/api/v1/totems/{id}", "-++---"),
    ("PUT", "/api/v1/totems/{id}", "-++---"),
    ("GET", "/api/v1/displays", "-++---"),
    ("GET", "/api/v1/displays/{id}", "-++---"),
    ("PUT", "/api/v1/displays/{id}", "-++---"),
    // Last, because it ends the session.
    ("DELETE", "/api/v1/sessions/current", "-+++--"),
];

/// What is another institution's, another room's or another operator's: it does not exist for those who may call the route (404).
const FOREIGN: &[(&str, &str, &str)] = &[
    ("totem-1", "GET", "/api/v1/services/anagrafe-lodi/first-available?site=broletto"),
    ("totem-1", "GET", "/api/v1/services/carta/first-available?site=broletto"),
    ("anna", "PUT", "/api/v1/counters/sportello-l/session"),
    ("anna", "DELETE", "/api/v1/counters/sportello-l/session"),
    ("anna", "POST", "/api/v1/counters/sportello-l/calls"),
    ("anna", "GET", "/api/v1/counters/sportello-l/live"),
    ("luisa-lodi", "POST", "/api/v1/counters/sportello-1/calls"),
    ("monitor-a", "GET", "/api/v1/rooms/sala-l/board"),
    ("monitor-a", "GET", "/api/v1/rooms/sala-l/live"),
    ("monitor-a", "GET", "/api/v1/rooms/sala-o/board"),
    // The same site, and another room than the display's; no service of the operator's is waited for there.
    ("monitor-a", "GET", "/api/v1/rooms/sala-b/board"),
    ("monitor-a", "GET", "/api/v1/rooms/sala-b/live"),
    ("anna", "GET", "/api/v1/rooms/sala-b/board"),
    ("anna", "GET", "/api/v1/rooms/sala-b/live"),
    ("totem-1", "GET", "/api/v1/rooms/sala-o/board"),
    // Her institution's counter, where she does not sit.
    ("anna", "GET", "/api/v1/counters/sportello-1/live"),
    ("totem-1", "GET", "/api/v1/rooms/sala-l/board"),
    ("anna", "GET", "/api/v1/rooms/sala-l/board"),
    ("titolare", "GET", "/api/v1/rooms/sala-l/board"),
    ("titolare", "GET", "/api/v1/institutions/lodi"),
    ("titolare", "GET", "/api/v1/sites/broletto"),
    ("titolare", "GET", "/api/v1/rooms/sala-l"),
    ("titolare", "GET", "/api/v1/counters/sportello-l"),
    ("titolare", "GET", "/api/v1/services/anagrafe-lodi"),
    ("titolare", "GET", "/api/v1/agendas/anagrafe-lodi"),
    ("titolare", "GET", "/api/v1/operators/luisa-lodi"),
    ("titolare", "GET", "/api/v1/operators/admin"),
    ("titolare", "GET", "/api/v1/totems/totem-l"),
    ("titolare", "GET", "/api/v1/displays/monitor-l"),
];

fn example(path: &str) -> String {
    let filled = path
        .replace("{service}/first-available", "carta/first-available?site=palazzo")
        .replace("{ticket}", "00000000-0000-4000-8000-000000000000")
        .replace("{counter}", "sportello-1")
        .replace("{step}", "again")
        .replace("{room}", "sala-a");
    let id = match filled.split('/').nth(3).unwrap_or_default() {
        "institutions" => "crema",
        "sites" => "palazzo",
        "rooms" => "sala-a",
        "counters" => "sportello-1",
        "services" => "carta",
        "agendas" => "carta-palazzo",
        "operators" => "anna",
        "totems" => "totem-1",
        _ => "monitor-a",
    };
    filled.replace("{id}", id)
}

#[test]
fn every_route_has_a_row() {
    let document = http::api().1;
    let routes: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let rows = TABLE.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(routes, rows);
}

/// What the document says of a route's callers is what the route's first argument says.
#[test]
fn the_document_names_who_may_call() {
    let document = http::api().1;
    let roles = ["admin", "owner", "operator", "totem", "display"];
    for (method, path, rights) in TABLE {
        let security = operation(&document, method, path)["security"][0].clone();
        let named = |role: &&str| security["token"].as_array().is_some_and(|roles| roles.iter().any(|it| it == role));
        let told: String = match security.as_object().is_some_and(|needs| needs.is_empty()) {
            true => "++++++".to_owned(),
            false => "-".chars().chain(roles.iter().map(|role| if named(role) { '+' } else { '-' })).collect(),
        };
        assert_eq!(told, *rights, "{method} {path}: {security}");
    }
}

fn operation<'d>(document: &'d Value, method: &str, path: &str) -> &'d Value {
    &document["paths"][path][method.to_lowercase()]
}

on_both! {
    async fn everybody_tries_everything(database: Database) {
        let (world, document) = (World::new(database).await, http::api().1);
        for (method, path, rights) in TABLE {
            for (who, right) in CALLERS.iter().zip(rights.chars()) {
                let reply = world.json(who, method, &example(path), &serde_json::json!({})).await;
                let documented = &operation(&document, method, path)["responses"][reply.status.to_string()];
                assert!(documented.is_object(), "{method} {path} does not tell of {reply:?}");
                let denied = [401, 403].contains(&reply.status);
                // A wrong password is no lack of rights.
                let denied = denied && reply.body["type"] != "/api/v1/reference#wrong-password";
                assert_eq!(denied, right == '-', "{who} {method} {path}: {reply:?}");
                if denied {
                    assert_eq!(reply.status, if *who == "nobody" { 401 } else { 403 }, "{who} {method} {path}");
                    reply.refusal();
                }
            }
        }
        assert_eq!(world.database.number("select count(*) from journal").await, 0, "nobody has changed anything");
        assert_eq!(world.database.number("select count(*) from office where revision > 1").await, 0);
    }

    async fn what_is_foreign_does_not_exist(database: Database) {
        let world = World::new(database).await;
        for (who, method, path) in FOREIGN {
            let body = if *method == "PUT" { serde_json::json!({"services": ["carta"]}) } else { serde_json::json!({}) };
            let reply = world.json(who, method, path, &body).await;
            assert_eq!(reply.status, 404, "{who} {method} {path}: {reply:?}");
            assert_eq!(reply.body["type"], "/api/v1/reference#not-found");
        }
        assert_eq!(world.database.number("select count(*) from journal").await, 0, "nothing has happened");
    }
}
