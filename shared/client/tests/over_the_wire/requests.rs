//! Requests and answers over a real socket: what is sent, what is repeated, and how each "no" comes back.

use crate::wire::{Turn, Wire, json, reply};
use client::Failure;
use contract::{Problem, Refusal, api::*, board::CounterBoard, ids::*, office::Institution, text::Text};

fn ticket() -> TicketId {
    "00000000-0000-4000-8000-000000000007".parse().unwrap()
}
fn key() -> CommandKey {
    "00000000-0000-4000-8000-0000000000aa".parse().unwrap()
}
fn counter() -> CounterId {
    "sportello-3".parse().unwrap()
}
fn epoch() -> Epoch {
    "00000000-0000-4000-8000-000000000001".parse().unwrap()
}
fn board() -> CounterBoard {
    CounterBoard {
        epoch: epoch(),
        seq: 7,
        at: "2026-11-23T09:41:00Z".parse().unwrap(),
        zone: "Europe/Rome".parse().unwrap(),
        counter: counter(),
        label: "3".to_owned(),
        kind: Default::default(),
        room_name: Text::italian("Sala A").unwrap(),
        services: vec![],
        current: None,
        queue: vec![],
        waiting: 0,
        expected: vec![],
        expected_count: 0,
        alarms: vec![],
    }
}
fn wish() -> BookTicket {
    BookTicket {
        service: "tributi".parse().unwrap(),
        site: "municipio".parse().unwrap(),
        starts_at: "2026-11-23T09:00:00Z".parse().unwrap(),
        card: None,
    }
}
fn problem(refusal: Refusal) -> Turn {
    let status = format!("{} No", refusal.status());
    let body = serde_json::to_string(&Problem(refusal)).unwrap();
    Turn::Say(reply(&status, "application/problem+json; charset=utf-8", "", &body))
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_under_the_same_key() {
    let wire = Wire::play(vec![Turn::HangUp, Turn::HangUp, Turn::Say(json(&board()))]).await;
    wire.client().set_token(None);
    let answer = wire.client().call_next(&counter(), key(), &CallNext::default()).await;
    assert_eq!(answer, Ok(board()));
    let requests = wire.requests();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        assert!(request.starts_with("POST /api/v1/counters/sportello-3/calls HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("idempotency-key: 00000000-0000-4000-8000-0000000000aa"), "{request}");
        assert_eq!(request, &requests[0]);
    }
}

#[tokio::test]
async fn after_three_tries_it_gives_up_and_says_so() {
    let wire = Wire::play(vec![]).await;
    let answer = wire.client().book_ticket(ticket(), &wish()).await;
    assert!(matches!(answer, Err(Failure::Unreachable(_))), "{answer:?}");
    assert_eq!(wire.requests().len(), 3);
}

#[tokio::test]
async fn what_has_no_key_is_sent_once() {
    let wire = Wire::play(vec![]).await;
    let client = wire.client();
    let services = OpenCounter { services: vec![] };
    assert!(matches!(client.open_counter(&counter(), &services).await, Err(Failure::Unreachable(_))));
    assert!(matches!(client.desk().await, Err(Failure::Unreachable(_))));
    assert_eq!(wire.requests().len(), 2);
}

#[tokio::test]
async fn an_answer_cut_off_in_its_middle_counts_as_lost() {
    let whole = json(&board());
    let half = whole[..whole.len() / 2].to_owned();
    let wire = Wire::play(vec![Turn::Say(half), Turn::Say(whole)]).await;
    assert_eq!(wire.client().call_next(&counter(), key(), &CallNext::default()).await, Ok(board()));
}

#[tokio::test]
async fn a_no_comes_back_with_its_facts_and_is_not_asked_again() {
    let no = Refusal::TooLate { by_minutes: 12, tolerance_minutes: 10 };
    let wire = Wire::play(vec![problem(no.clone())]).await;
    assert_eq!(wire.client().book_ticket(ticket(), &wish()).await, Err(Failure::Refused(no)));
    assert_eq!(wire.requests().len(), 1);
}

#[tokio::test]
async fn a_page_of_html_is_garbled() {
    let page = reply("502 Bad Gateway", "text/html", "", "<h1>RSSMRA85T10A562S</h1>");
    let ok_page = reply("200 OK", "text/html", "", "<h1>RSSMRA85T10A562S</h1>");
    let wrong = reply("200 OK", "application/json", "", r#"{"name": "RSSMRA85T10A562S"}"#);
    let redirect = reply("302 Found", "text/plain", "location: http://127.0.0.1:1/\r\n", "");
    for answer in [page, ok_page, wrong, redirect] {
        let wire = Wire::play(vec![Turn::Say(answer)]).await;
        match wire.client().about().await {
            Err(Failure::Garbled(what)) => assert!(!what.contains("RSSMRA"), "quotes the body: {what}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_answer_without_end_is_garbled() {
    let endless = reply("200 OK", "application/json", "", &format!("\"{}\"", "x".repeat(5 << 20)));
    let wire = Wire::play(vec![Turn::Say(endless)]).await;
    assert!(matches!(wire.client().about().await, Err(Failure::Garbled(_))));
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let wire = Wire::play(vec![]).await;
    let client =
        client::Client::new("http://127.0.0.1:1", "avanti-test/0", crate::wire::impatient(), &client::Trust::Nobody)
            .unwrap();
    match client.about().await {
        Err(Failure::Unreachable(why)) => assert!(why.contains("no connection"), "{why}"),
        other => panic!("{other:?}"),
    }
    drop(wire);
}

#[tokio::test]
async fn the_token_is_that_of_the_moment_and_shared_by_clones() {
    let about = reply("200 OK", "application/json", "", "{}");
    let wire = Wire::play(vec![Turn::Say(about.clone()), Turn::Say(about)]).await;
    let client = wire.client();
    drop(client.about().await);
    client.clone().set_token(Some("secret".to_owned()));
    drop(client.about().await);
    let requests = wire.requests();
    assert!(requests[0].starts_with("GET /api/v1 HTTP/1.1\r\n") && !requests[0].contains("authorization"));
    assert!(requests[1].contains("authorization: Bearer secret\r\n"));
    assert!(requests[1].contains("user-agent: avanti-test/0\r\n"));
}

#[tokio::test]
async fn a_thing_is_made_only_if_it_is_new() {
    let crema = Institution {
        id: "comune-crema".parse().unwrap(),
        name: Text::italian("Comune di Crema").unwrap(),
        motto: Text::default(),
    };
    let wire = Wire::play(vec![Turn::Say(json(&crema)), problem(Refusal::Changed)]).await;
    let client = wire.client();
    assert_eq!(client.make(&crema).await, Ok(()));
    assert_eq!(client.make(&crema).await, Err(Failure::Refused(Refusal::Changed)));
    let requests = wire.requests();
    assert!(requests[0].starts_with("PUT /api/v1/institutions/comune-crema "));
    assert!(requests[0].contains("if-none-match: *\r\n"));
}
