//! An office with a server in it, and everybody who may call it.

use super::{Database, plan};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, header},
};
use contract::{Problem, Refusal, api::*, board::CounterBoard, ids::*, ticket::TicketView, time::Instant};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use server::{App, Clock, auth, clock, commands::new_device_token, http, keys::Keys};
use std::{collections::BTreeMap, sync::Arc};
use tower::ServiceExt;

/// Monday, nine o'clock in Crema.
pub const NINE: &str = "2026-11-23T08:00:00Z";
pub const CARD: &str = "RSSMRA85T10A562S";

pub struct World {
    pub app: Arc<App>,
    pub clock: Clock,
    pub router: Router,
    pub database: Database,
    tokens: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Reply {
    pub fn as_<T: DeserializeOwned>(&self) -> T {
        serde_json::from_value(self.body.clone()).unwrap_or_else(|why| panic!("{why}: {self:?}"))
    }
    pub fn refusal(&self) -> Refusal {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{self:?}");
        self.as_::<Problem>().0
    }
}

/// The server's keys in tests.
pub fn keys() -> Keys {
    Keys::new(&[1; 32], &[2; 32]).unwrap()
}

impl World {
    pub async fn new(database: Database) -> Self {
        let plan = plan();
        let mut tx = database.write().await;
        plan.write(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let clock = Clock::held(NINE.parse().unwrap());
        let app = App::new(database.db.clone(), clock.clone(), keys()).await.unwrap();
        let mut tokens = BTreeMap::new();
        for operator in &plan.operators {
            let (token, _) = auth::begin_session(&app, &operator.id, "the desk", clock.now()).await.unwrap();
            tokens.insert(operator.id.to_string(), token);
        }
        for (kind, id) in plan.devices() {
            let token = new_device_token(&database.db, kind, id, clock.now()).await.unwrap();
            tokens.insert(id.to_owned(), token);
        }
        let router = http::router(app.clone());
        Self { app, clock, router, database, tokens }
    }

    /// Sets the wall clock of Crema on that Monday.
    pub fn at(&self, time: &str) {
        let date: contract::time::Date = "2026-11-23".parse().unwrap();
        self.clock.set(date.at(time.parse().unwrap(), &"Europe/Rome".parse().unwrap()).unwrap());
    }

    /// The token of somebody of the test office; of nobody for "nobody".
    pub fn token(&self, who: &str) -> Option<String> {
        let token = self.tokens.get(who).cloned();
        assert!(token.is_some() || who == "nobody", "there is no {who}");
        token
    }

    /// A request as that caller makes it.
    pub fn request(&self, who: &str, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method.parse::<Method>().unwrap()).uri(path);
        match self.token(who) {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let feed = headers.get(header::CONTENT_TYPE).is_some_and(|media| media == "text/event-stream");
        let body = if feed { Default::default() } else { to_bytes(response.into_body(), 4 << 20).await.unwrap() };
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Reply { status, headers, body }
    }

    pub async fn get(&self, who: &str, path: &str) -> Reply {
        self.send(self.request(who, "GET", path).body(Body::empty()).unwrap()).await
    }

    pub async fn json(&self, who: &str, method: &str, path: &str, body: &impl Serialize) -> Reply {
        self.keyed(who, method, path, CommandKey(clock::new_id()), body).await
    }

    pub async fn keyed(&self, who: &str, method: &str, path: &str, key: CommandKey, body: &impl Serialize) -> Reply {
        let request = self
            .request(who, method, path)
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key.to_string());
        self.send(request.body(Body::from(serde_json::to_vec(body).unwrap())).unwrap()).await
    }

    /// Takes the place of that hour on that Monday.
    pub async fn book(&self, who: &str, ticket: TicketId, service: &str, time: &str, card: Option<&str>) -> Reply {
        let site = if who == "totem-l" { "broletto" } else { "palazzo" };
        self.json(who, "PUT", &format!("/api/v1/tickets/{ticket}"), &wish(service, site, time, card)).await
    }

    /// The same for a new ticket that must succeed.
    pub async fn booked(&self, time: &str, card: Option<&str>) -> TicketView {
        let reply = self.book("totem-1", new_ticket(), "carta", time, card).await;
        assert_eq!(reply.status, 201, "{reply:?}");
        reply.as_()
    }

    pub async fn open(&self, who: &str, counter: &str) -> Reply {
        let services = if who == "luisa-lodi" { "anagrafe-lodi" } else { "carta" };
        let services = vec![services.parse().unwrap()];
        self.json(who, "PUT", &format!("/api/v1/counters/{counter}/session"), &OpenCounter { services }).await
    }

    pub async fn call(&self, who: &str, counter: &str) -> Reply {
        self.json(who, "POST", &format!("/api/v1/counters/{counter}/calls"), &CallNext::default()).await
    }

    pub async fn step(&self, who: &str, counter: &str, step: &str, ticket: TicketId) -> Reply {
        let path = format!("/api/v1/counters/{counter}/calls/{step}");
        self.json(who, "POST", &path, &CurrentTicket::now(ticket)).await
    }

    /// Who stands at a counter after a call that must succeed.
    pub async fn called(&self, who: &str, counter: &str) -> TicketId {
        let reply = self.call(who, counter).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.as_::<CounterBoard>().current.unwrap().ticket
    }
}

pub fn wish(service: &str, site: &str, time: &str, card: Option<&str>) -> BookTicket {
    BookTicket {
        service: service.parse().unwrap(),
        site: site.parse().unwrap(),
        starts_at: monday(time),
        card: card.map(|card| card.parse().unwrap()),
    }
}

pub fn monday(time: &str) -> Instant {
    let date: contract::time::Date = "2026-11-23".parse().unwrap();
    date.at(time.parse().unwrap(), &"Europe/Rome".parse().unwrap()).unwrap()
}

pub fn new_ticket() -> TicketId {
    TicketId(clock::new_id())
}
