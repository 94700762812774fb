//! The reference page, as somebody reads it who wants to call the API and has no internet.

use crate::support::{Database, World};
use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use contract::{agenda::Agenda, api::*, health::DeviceHealth, office::*};
use serde::de::DeserializeOwned;
use serde_json::Value;
use server::http::{self, input};
use std::collections::BTreeSet;
use tower::ServiceExt;

async fn page() -> String {
    let world = World::new(Database::sqlite().await).await;
    let request = Request::get("/api/v1/reference").body(Body::empty()).unwrap();
    let response = world.router.oneshot(request).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    String::from_utf8(to_bytes(response.into_body(), 4 << 20).await.unwrap().into()).unwrap()
}

/// What stands between two texts, for each place where it does.
fn between<'p>(page: &'p str, from: &'p str, to: &'p str) -> impl Iterator<Item = &'p str> {
    page.split(from).skip(1).map(move |rest| rest.split(to).next().unwrap())
}

#[tokio::test]
async fn the_page_loads_nothing_and_every_link_leads_somewhere() {
    let page = page().await;
    for outside in ["http://", "https://", "//cdn", "<script", "<img", "<link", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let anchors: BTreeSet<&str> = between(&page, " id=\"", "\"").collect();
    let links: BTreeSet<&str> = between(&page, "href=\"#", "\"").collect();
    assert!(links.len() > 60, "{links:?}");
    assert_eq!(links.difference(&anchors).collect::<Vec<_>>(), Vec::<&&str>::new(), "links that lead nowhere");
}

#[tokio::test]
async fn the_page_says_of_every_operation_what_a_caller_must_know() {
    let (page, document) = (page().await, http::api().1);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let article = article(&page, operation["operationId"].as_str().unwrap());
            assert!(article.contains(&format!("{}</b> <code>{path}</code>", method.to_uppercase())), "{article}");
            assert!(operation["summary"].as_str().is_some_and(|summary| summary.ends_with(['.', '"'])), "{article}");
            assert!(article.contains("Who may call it: "), "{article}");
            assert_eq!(operation["requestBody"].is_object(), article.contains("<pre>"), "{article}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(article.contains(&format!("<td><code>{}</code></td>", parameter["name"].as_str().unwrap())));
            }
            for status in operation["responses"].as_object().unwrap().keys() {
                assert!(article.contains(&format!("<tr><td>{status}</td><td>")), "{status}: {article}");
            }
        }
    }
    for problem in document["components"]["schemas"]["Problem"]["oneOf"].as_array().unwrap() {
        let kind = problem["properties"]["type"]["enum"][0].as_str().unwrap();
        article(&page, kind.strip_prefix("/api/v1/reference#").unwrap());
    }
}

fn article<'p>(page: &'p str, id: &str) -> &'p str {
    let from = page.split(&format!("<article id=\"{id}\">")).nth(1);
    from.unwrap_or_else(|| panic!("nothing about {id}")).split("</article>").next().unwrap()
}

/// Whoever copies an example sends a body that can be read.
#[tokio::test]
async fn the_examples_are_bodies_that_the_server_reads() {
    let page = page().await;
    example::<LogIn>(&page, "log_in");
    example::<BookTicket>(&page, "book_ticket");
    example::<SearchAppointments>(&page, "search_appointments");
    example::<CheckIn>(&page, "check_in");
    example::<OpenCounter>(&page, "open_counter");
    example::<CallNext>(&page, "call_next");
    example::<DeviceHealth>(&page, "report_health");
    example::<CurrentTicket>(&page, "call_step");
    configured::<Institution>(&page);
    configured::<Site>(&page);
    configured::<Room>(&page);
    configured::<Counter>(&page);
    configured::<Service>(&page);
    configured::<Agenda>(&page);
    configured::<Operator>(&page);
    configured::<Totem>(&page);
    configured::<Display>(&page);
}

fn configured<T: Configured + DeserializeOwned>(page: &str) {
    let thing = example::<T>(page, &format!("write_{}", T::KIND));
    assert_eq!(thing.check(), Ok(()), "{}", T::KIND);
}

fn example<T: DeserializeOwned>(page: &str, operation: &str) -> T {
    let article = article(page, operation);
    let text = between(article, "<pre>", "</pre>").next().unwrap().replace("&quot;", "\"").replace("&amp;", "&");
    input::parse(text.as_bytes()).unwrap_or_else(|why| panic!("{operation}: {why}\n{text}"))
}

/// Problems on the wire are what the document says of them.
#[test]
fn a_problem_is_described_as_it_is_sent() {
    let document = http::api().1;
    let sent = Value::from(contract::Problem(contract::Refusal::TooLate { by_minutes: 12, tolerance_minutes: 10 }));
    let described = document["components"]["schemas"]["Problem"]["oneOf"].as_array().unwrap();
    let described = described.iter().find(|one| one["properties"]["type"]["enum"][0] == sent["type"]).unwrap();
    let members = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(members(&described["properties"]), members(&sent));
    let required: BTreeSet<_> =
        described["required"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(required.len(), 5);
}
