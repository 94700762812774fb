//! F81: texts that command something somewhere — a printer, a terminal, a log, a page, a database — in every text of
//! every write. Each is refused and its field is named, or it is kept to the letter; nothing obeys it.

use super::{answers::Answer, books::Books, on_both, people::Line, program::Server, sample::*, world::*};
use reqwest::{Method, header};
use serde_json::{Value, json};

/// What no text may hold.
const COMMANDS: [&str; 7] = [
    "\u{1b}@\u{1d}V\u{0}taglia",
    "\u{10}\u{4}\u{1}",
    "zero\u{0}",
    "riga\r\n2026-11-23T09:20:00Z ERROR INJECTED",
    "\u{1b}[31mINJECTED",
    "\u{202e}otlovacpac",
    "due\u{2028}righe",
];
/// What is a text like any other.
const WORDS: [&str; 6] = [
    "<script>alert(1)</script>",
    "'); drop table ticket; --",
    "=HYPERLINK(\"http://x\")",
    "${jndi:ldap://x} %n%s {0}",
    "../../etc/passwd \\\" \\u0000",
    "Città €, 😀",
];

on_both! { nothing_obeys_a_text }

async fn nothing_obeys_a_text(world: World) {
    let server = Server::start(&world).await;
    let admin = Line::log_in(&server.address, "admin").await;
    let document = Answer::of(admin.request(Method::GET, "/api/v1/openapi.json")).await.json();
    let kinds: Vec<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter_map(|(path, item)| item.get("put").and(path.strip_suffix("/{id}")).map(str::to_owned))
        .collect();
    assert_eq!(kinds.len(), 9, "{kinds:?}");
    for kind in kinds {
        configured(&admin, &kind).await;
    }
    let before = Books::check(&world).await.len();
    let clerk = Line::log_in(&server.address, "anna").await;
    let callers = [Line::new(&server.address, None), world.line("totem-1", &server), clerk, admin];
    for write in writes(&document).iter().filter(|write| !write.path.ends_with("/nuovo")) {
        asked(&callers, write).await;
    }
    assert_eq!(Books::check(&world).await.len(), before, "nothing has happened");
    let said = server.stop().await;
    for trace in [" ERROR ", "\n2026-11-23T09:20:00Z", "\u{1b}", "INJECTED", "drop table"] {
        assert!(!said.contains(trace), "the log says {trace:?}:\n{said}");
    }
}

/// One thing of a kind, with each of its texts replaced in turn.
async fn configured(admin: &Line, kind: &str) {
    let listed = Answer::of(admin.request(Method::GET, kind)).await.json();
    // The last one: nobody changes their own rights here, which would end their session.
    let id = listed.as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("{kind}/{id}");
    let thing = Answer::of(admin.request(Method::GET, &path)).await.json();
    let mut revision = 1;
    let places = texts(&thing);
    assert!(!places.is_empty(), "{thing}");
    let mut kept = 0;
    for (place, text) in places.iter().flat_map(|place| COMMANDS.iter().chain(&WORDS).map(move |text| (place, *text))) {
        let mut wish = thing.clone();
        *wish.pointer_mut(place).unwrap() = json!(text);
        let request = admin.request(Method::PUT, &path).header(header::IF_MATCH, format!("\"{revision}\""));
        let answer = Answer::of(request.json(&wish)).await;
        if answer.status == 422 {
            names(&answer, place);
            continue;
        }
        assert_eq!(answer.status, 200, "{path}{place} {text:?}\n{answer:?}");
        assert!(!COMMANDS.contains(&text), "{path}{place} took {text:?}");
        assert_eq!(answer.json(), wish);
        assert_eq!(Answer::of(admin.request(Method::GET, &path)).await.json(), wish);
        (revision, kept) = (revision + 1, kept + 1);
    }
    let free = places.iter().any(|place| place.ends_with("/it") || place == "/name");
    assert_eq!(kept > 0, free, "{path}: {kept} were kept");
    let request = admin.request(Method::PUT, &path).header(header::IF_MATCH, format!("\"{revision}\""));
    assert_eq!(Answer::of(request.json(&thing)).await.status, 200, "{path} as it was");
}

/// What a totem, a clerk and an administrator ask for: no text of theirs is free, so each is a no.
async fn asked(callers: &[Line], write: &Write) {
    let Some(body) = &write.body else { return };
    for place in texts(body) {
        for text in COMMANDS.iter().chain(&WORDS) {
            let mut wish = body.clone();
            *wish.pointer_mut(&place).unwrap() = json!(text);
            let mut named = false;
            for caller in callers {
                let request = caller.request(write.method.clone(), &write.path).json(&wish);
                let request = request.header("idempotency-key", "00000000-0000-4000-8000-000000000004");
                let answer = Answer::of(request).await;
                assert!(answer.is_proper_no(), "{write:?}{place} {text:?}\n{answer:?}");
                if answer.status == 422 {
                    names(&answer, &place);
                    named = true;
                }
            }
            // Whoever logs in with nonsense has the wrong password, and is not told what was wrong with it.
            assert!(named || write.path.ends_with("/sessions"), "{write:?}{place} {text:?}");
        }
    }
}

/// The refusal names the member, or the one that it is a part of, and does not repeat what was sent.
fn names(answer: &Answer, place: &str) {
    let (field, place) = (answer.json()["field"].as_str().unwrap().to_owned(), place[1..].replace('/', "."));
    assert!(!field.is_empty() && format!("{place}.").starts_with(&format!("{field}.")), "{place}: {answer:?}");
}

/// The places of all texts in a value.
fn texts(value: &Value) -> Vec<String> {
    places(value).into_iter().filter(|place| value.pointer(place).is_some_and(Value::is_string)).collect()
}
