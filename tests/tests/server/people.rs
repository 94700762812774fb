//! Who comes to the office and from where they ask: cards, lines to the server, and what is asked over them.

use super::{answers::Answer, world::*};
use client::{Client, Failure, Patience, Trust};
use contract::{Refusal, api::*, board::CounterBoard, identity::*, ids::*, ticket::TicketView, time::Instant};
use reqwest::Method;
use serde::Serialize;
use std::time::Duration;

/// The card of the person of that number; no two have the same.
pub fn card(person: u64) -> FiscalCode {
    let letter = |place: u32| char::from(b'A' + u8::try_from(person / 26_u64.pow(place) % 26).unwrap());
    let name: String = (0..6).map(letter).collect();
    let stem = format!("{name}85T10A562");
    let right = ('A'..='Z').find_map(|last| format!("{stem}{last}").parse().ok());
    right.expect("one of the letters is the check letter")
}

/// A connection of one caller to one server: through the typed client, or with bytes of any kind.
#[derive(Clone)]
pub struct Line {
    pub typed: Client,
    pub address: String,
    raw: reqwest::Client,
    token: Option<String>,
}

impl Line {
    pub fn new(address: &str, token: Option<String>) -> Self {
        // A test repeats by itself.
        let patience = Patience {
            attempt: Duration::from_secs(20),
            attempts: Duration::from_secs(25),
            reply: Duration::from_secs(20),
            pauses: Vec::new(),
            ..Patience::default()
        };
        let typed = Client::new(address, "avanti-proof/0", patience, &Trust::Nobody).unwrap();
        typed.set_token(token.clone());
        let raw = tests::http::plain(Duration::from_secs(30));
        Self { typed, address: address.to_owned(), raw, token }
    }

    /// Logs in and sits down nowhere yet.
    pub async fn log_in(address: &str, login: &str) -> Self {
        let who = LogIn { login: login.to_owned(), password: PASSWORD.to_owned() };
        let session = Self::new(address, None).typed.log_in(&who).await.unwrap();
        Self::new(address, Some(session.token))
    }

    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// The same caller at another server.
    pub fn at(&self, address: &str) -> Self {
        Self::new(address, self.token.clone())
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.raw.request(method, format!("{}{path}", self.address));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a write as an app would, and keeps the answer as it came.
    pub async fn send(&self, method: Method, path: &str, key: Option<CommandKey>, body: &impl Serialize) -> Answer {
        let mut request = self.request(method, &format!("/api/v1{path}")).json(body);
        if let Some(key) = key {
            request = request.header("idempotency-key", key.to_string());
        }
        Answer::of(request).await
    }

    pub async fn book(&self, ticket: TicketId, wish: &BookTicket) -> Result<TicketView, Failure> {
        self.typed.book_ticket(ticket, wish).await
    }

    /// Asks again while the server says "later", as every app does.
    pub async fn until_decided<T>(&self, ask: impl AsyncFn(&Self) -> Result<T, Failure>) -> Result<T, Failure> {
        loop {
            match ask(self).await {
                Err(Failure::Refused(Refusal::TooMany { .. } | Refusal::Unavailable { .. })) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                decided => return decided,
            }
        }
    }

    pub async fn call_next(&self, counter: &str, key: CommandKey, finish: Option<TicketId>) -> Call {
        self.typed.call_next(&id(counter), key, &CallNext { finish }).await
    }

    pub async fn sit_down(&self, counter: &str) -> Call {
        self.typed.open_counter(&id(counter), &OpenCounter { services: vec![carta()] }).await
    }
}

type Call = Result<CounterBoard, Failure>;

/// A wish for a place at the palazzo.
pub fn wish(service: &str, starts_at: Instant, card: Option<FiscalCode>) -> BookTicket {
    BookTicket { service: id(service), site: palazzo(), starts_at, card }
}

pub fn shows_card(code: FiscalCode) -> CheckIn {
    CheckIn { credential: Credential::Card { code } }
}

pub fn shows_slip(ticket: &TicketView) -> CheckIn {
    CheckIn { credential: Credential::Qr { token: ticket.qr.clone() } }
}
