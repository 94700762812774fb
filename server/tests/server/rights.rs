//! Who may call what: a row for every route, and everybody tries every one (INV-15, F83).
//!
//! The routes come from the OpenAPI document, so that a new route without a row fails here.

use crate::{
    on_both,
    support::{
        Reply, World,
        world::{CARD, new_ticket, wish},
    },
};
use contract::{
    api::{CheckIn, SearchAppointments},
    identity::{Credential, QrText},
    ticket::TicketView,
};
use serde_json::{Value, json};
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

/// What is another institution's, another room's or another operator's: to whoever may call the route it is as if it did
/// not exist. Instead of `{…}` stands the id of the last column; where the object is named in the body, it stands there.
const FOREIGN: &[(&str, &str, &str, &str)] = &[
    ("totem-1", "GET", "/api/v1/services/{service}/first-available", "anagrafe-lodi"),
    ("totem-1", "PUT", "/api/v1/tickets/{ticket}", "broletto"),
    ("totem-1", "PUT", "/api/v1/tickets/{ticket}", "anagrafe-lodi"),
    ("totem-1", "PUT", "/api/v1/tickets/{ticket}/presence", A_TICKET_OF_LODI),
    ("anna", "PUT", "/api/v1/counters/{counter}/session", "sportello-l"),
    ("anna", "DELETE", "/api/v1/counters/{counter}/session", "sportello-l"),
    ("anna", "POST", "/api/v1/counters/{counter}/calls", "sportello-l"),
    ("anna", "POST", "/api/v1/counters/{counter}/calls/{step}", "sportello-l"),
    ("anna", "GET", "/api/v1/counters/{counter}/live", "sportello-l"),
    ("luisa-lodi", "POST", "/api/v1/counters/{counter}/calls", "sportello-1"),
    // Her institution's counter, where she does not sit.
    ("anna", "GET", "/api/v1/counters/{counter}/live", "sportello-1"),
    ("titolare", "GET", "/api/v1/rooms/{room}/board", "sala-l"),
    ("titolare", "GET", "/api/v1/rooms/{room}/live", "sala-l"),
    ("anna", "GET", "/api/v1/rooms/{room}/board", "sala-l"),
    ("anna", "GET", "/api/v1/rooms/{room}/live", "sala-l"),
    ("totem-1", "GET", "/api/v1/rooms/{room}/board", "sala-l"),
    ("totem-1", "GET", "/api/v1/rooms/{room}/live", "sala-l"),
    ("monitor-a", "GET", "/api/v1/rooms/{room}/board", "sala-l"),
    ("monitor-a", "GET", "/api/v1/rooms/{room}/live", "sala-l"),
    // The same institution, and another site; the same site, and another room than the display's; no service of the
    // operator's is waited for there.
    ("totem-1", "GET", "/api/v1/rooms/{room}/board", "sala-o"),
    ("monitor-a", "GET", "/api/v1/rooms/{room}/board", "sala-o"),
    ("monitor-a", "GET", "/api/v1/rooms/{room}/board", "sala-b"),
    ("monitor-a", "GET", "/api/v1/rooms/{room}/live", "sala-b"),
    ("anna", "GET", "/api/v1/rooms/{room}/board", "sala-b"),
    ("anna", "GET", "/api/v1/rooms/{room}/live", "sala-b"),
    ("titolare", "POST", "/api/v1/pairings", "totem-l"),
    ("titolare", "POST", "/api/v1/pairings", "monitor-l"),
    ("titolare", "POST", "/api/v1/pairings", "sportello-l"),
    ("titolare-lodi", "POST", "/api/v1/pairings", "totem-1"),
    ("titolare", "GET", "/api/v1/operators/{id}", "admin"),
    ("titolare", "PUT", "/api/v1/operators/{id}", "admin"),
    ("titolare", "GET", "/api/v1/institutions/{id}", "lodi"),
    ("titolare", "PUT", "/api/v1/institutions/{id}", "lodi"),
    ("titolare", "GET", "/api/v1/sites/{id}", "broletto"),
    ("titolare", "PUT", "/api/v1/sites/{id}", "broletto"),
    ("titolare", "GET", "/api/v1/rooms/{id}", "sala-l"),
    ("titolare", "PUT", "/api/v1/rooms/{id}", "sala-l"),
    ("titolare", "GET", "/api/v1/counters/{id}", "sportello-l"),
    ("titolare", "PUT", "/api/v1/counters/{id}", "sportello-l"),
    ("titolare", "GET", "/api/v1/services/{id}", "anagrafe-lodi"),
    ("titolare", "PUT", "/api/v1/services/{id}", "anagrafe-lodi"),
    ("titolare", "GET", "/api/v1/agendas/{id}", "anagrafe-lodi"),
    ("titolare", "PUT", "/api/v1/agendas/{id}", "anagrafe-lodi"),
    ("titolare", "GET", "/api/v1/operators/{id}", "luisa-lodi"),
    ("titolare", "PUT", "/api/v1/operators/{id}", "luisa-lodi"),
    ("titolare", "GET", "/api/v1/totems/{id}", "totem-l"),
    ("titolare", "PUT", "/api/v1/totems/{id}", "totem-l"),
    ("titolare", "GET", "/api/v1/displays/{id}", "monitor-l"),
    ("titolare", "PUT", "/api/v1/displays/{id}", "monitor-l"),
];
/// Stands for the ticket that somebody has taken there.
const A_TICKET_OF_LODI: &str = "(a ticket of Lodi)";
/// What belongs to the other institution.
const OF_LODI: [&str; 10] = [
    "lodi",
    "broletto",
    "sala-l",
    "sportello-l",
    "anagrafe-lodi",
    "luisa-lodi",
    "titolare-lodi",
    "totem-l",
    "monitor-l",
    A_TICKET_OF_LODI,
];
/// What an owner may write, where something is named in it, and what is the other institution's of that kind.
const NAMED: &[(&str, &str, &str)] = &[
    ("sites/palazzo", "/institution", "lodi"),
    ("rooms/sala-a", "/site", "broletto"),
    ("counters/sportello-1", "/site", "broletto"),
    ("counters/sportello-1", "/room", "sala-l"),
    ("services/carta", "/institution", "lodi"),
    ("services/carta", "/rooms", "broletto"),
    ("services/carta", "/rooms/palazzo", "sala-l"),
    ("agendas/carta-palazzo", "/site", "broletto"),
    ("agendas/carta-palazzo", "/service", "anagrafe-lodi"),
    ("operators/anna", "/institution", "lodi"),
    ("operators/anna", "/services/0", "anagrafe-lodi"),
    ("totems/totem-1", "/site", "broletto"),
    ("totems/totem-1", "/lineup/pages/0/0", "anagrafe-lodi"),
    ("displays/monitor-a", "/site", "broletto"),
    ("displays/monitor-a", "/lineup/room", "sala-l"),
];
/// An id that nothing has.
const NOTHING: &str = "non-esiste";

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
        let taken = world.book("totem-l", new_ticket(), "anagrafe-lodi", "09:15", Some(CARD)).await.as_::<TicketView>();
        let before = written(&world).await;
        for (who, method, route, id) in FOREIGN {
            let foreign = ask(&world, (who, method, route), id, &taken).await;
            let nothing = ask(&world, (who, method, route), NOTHING, &taken).await;
            assert_eq!(foreign.status, 404, "{who} {method} {route} {id}: {foreign:?}");
            foreign.refusal();
            assert_eq!((foreign.status, &foreign.body), (nothing.status, &nothing.body), "{who} {method} {route} {id}");
        }
        // Where nothing is named but a person or a place: her own service at a foreign site, a stranger's card.
        let there = async |site: &str| world.get("totem-1", &format!("/api/v1/services/carta/first-available?site={site}")).await;
        assert_eq!((there("broletto").await.status, there("broletto").await.body), (404, there(NOTHING).await.body));
        let search = async |credential| {
            world.json("totem-1", "POST", "/api/v1/appointments/search", &SearchAppointments { credential }).await
        };
        let cards = [CARD, "MRTMTT91D08F205J"].map(|code| Credential::Card { code: code.parse().unwrap() });
        let [known, unknown] = [search(cards[0].clone()).await, search(cards[1].clone()).await];
        assert_eq!((known.status, &known.body), (200, &unknown.body), "who has an appointment there is not known here");
        let forged = format!("{}AAAA", &taken.qr.reveal()[..taken.qr.reveal().len() - 4]);
        let forged = QrText::try_from(forged).unwrap();
        let [genuine, forged] = [search(Credential::Qr { token: taken.qr.clone() }).await, search(Credential::Qr { token: forged }).await];
        assert_eq!((genuine.status, &genuine.body), (404, &forged.body));
        assert_eq!(written(&world).await, before, "nothing has happened");
    }

    async fn what_is_foreign_is_not_known_where_it_is_named_either(database: Database) {
        let world = World::new(database).await;
        let before = written(&world).await;
        for (path, member, foreign) in NAMED {
            let path = format!("/api/v1/{path}");
            let put = async |id: &str| {
                let own = world.get("titolare", &path).await;
                let mut body = own.body.clone();
                *body.pointer_mut(member).unwrap() = if *member == "/rooms" { json!({id: "sala-l"}) } else { id.into() };
                let request = world.request("titolare", "PUT", &path).header("content-type", "application/json");
                let reply = world.send(request.header("if-match", &own.headers["etag"]).body(body.to_string().into()).unwrap());
                let reply = reply.await;
                (reply.status, reply.body.to_string().replace(id, "…"))
            };
            let answer = put(foreign).await;
            assert!([404, 422].contains(&answer.0), "{path} {member}: {answer:?}");
            assert_eq!(answer, put(NOTHING).await, "{path} {member}");
        }
        assert_eq!(written(&world).await, before, "nothing has happened");
    }
}

/// How much stands in what these callers could have changed.
async fn written(world: &World) -> [i64; 4] {
    let count = async |sql| world.database.number(sql).await;
    [
        count("select count(*) from journal").await,
        count("select version from office_version").await,
        count("select count(*) from pairing").await,
        count("select count(*) from ticket").await,
    ]
}

/// Asks for it under that id as a program would that knows everything about it but may not.
async fn ask(world: &World, (who, method, route): (&str, &str, &str), id: &str, taken: &TicketView) -> Reply {
    let ticket = if id == A_TICKET_OF_LODI { taken.id } else { new_ticket() }.to_string();
    let path = match route.split_once("/{id}") {
        Some((list, _)) => format!("{list}/{id}"),
        None => route
            .replace("{service}/first-available", &format!("{id}/first-available?site=palazzo"))
            .replace("{ticket}", &ticket)
            .replace("{step}", "again")
            .replace("{counter}", id)
            .replace("{room}", id),
    };
    let body = match route {
        _ if route.ends_with("/{id}") && method == "PUT" => return overwrite(world, who, route, id).await,
        "/api/v1/tickets/{ticket}" if id == "anagrafe-lodi" => json!(wish(id, "palazzo", "10:00", None)),
        "/api/v1/tickets/{ticket}" => json!(wish("carta", id, "10:00", None)),
        "/api/v1/tickets/{ticket}/presence" => {
            json!(CheckIn { credential: Credential::Qr { token: taken.qr.clone() } })
        }
        "/api/v1/pairings" => {
            let kind =
                [("totem", "totem"), ("monitor", "display")].into_iter().find(|(start, _)| id.starts_with(start));
            json!({"kind": kind.map_or("counter", |(_, kind)| kind), "id": id})
        }
        "/api/v1/counters/{counter}/session" => json!({"services": ["carta"]}),
        "/api/v1/counters/{counter}/calls/{step}" => json!({"ticket": taken.id}),
        _ => json!({}),
    };
    world.json(who, method, &path, &body).await
}

/// Writes a thing as it stands, over what stands there.
async fn overwrite(world: &World, who: &str, route: &str, id: &str) -> Reply {
    let list = route.trim_end_matches("/{id}");
    let like = FOREIGN.iter().find(|(_, _, of, like)| of == &route && (*like == id || id == NOTHING)).unwrap().3;
    let stored = world.get("admin", &format!("{list}/{like}")).await;
    let mut body = stored.body.clone();
    body["id"] = id.into();
    let request = world.request(who, "PUT", &format!("{list}/{id}")).header("content-type", "application/json");
    world.send(request.header("if-match", &stored.headers["etag"]).body(body.to_string().into()).unwrap()).await
}

/// Each path that names an object, and each role that may call it, is tried with an object of another institution. For
/// administrators nothing is foreign.
#[test]
fn every_object_route_has_a_foreign_row() {
    let document = http::api().1;
    for (path, item) in document["paths"].as_object().unwrap().iter().filter(|(path, _)| path.contains('{')) {
        for method in item.as_object().unwrap().keys().map(|method| method.to_uppercase()) {
            let rights = TABLE.iter().find(|(of, at, _)| *of == method && at == path).unwrap().2;
            let roles = CALLERS.into_iter().zip(rights.chars()).filter(|(who, right)| *right == '+' && *who != "admin");
            for (who, _) in roles {
                let row = |(by, of, at, id): &(&str, &str, &str, &str)| {
                    (*by, *of, *at) == (who, method.as_str(), path.as_str()) && OF_LODI.contains(id)
                };
                assert!(FOREIGN.iter().any(row), "nobody has tried {who} {method} {path} with a foreign object");
            }
        }
    }
}
