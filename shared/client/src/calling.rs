//! What a clerk's program asks for: the session, the counter, the calls.

use crate::{Client, Failure, Live, transport::read};
use contract::{api::*, board::CounterBoard, ids::*};
use reqwest::Method;

/// The steps of the person at a counter after the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallStep {
    /// Call once more (richiamo).
    Again,
    /// The person is here, the service begins.
    Start,
    /// The service is over.
    Finish,
    /// Nobody came.
    Absent,
}

impl CallStep {
    fn path(self) -> &'static str {
        match self {
            Self::Again => "again",
            Self::Start => "start",
            Self::Finish => "finish",
            Self::Absent => "absent",
        }
    }
}

impl Client {
    /// `POST /api/v1/sessions`: log in. The token of the session is in the answer; [`Client::set_token`] uses it.
    pub async fn log_in(&self, who: &LogIn) -> Result<Session, Failure> {
        read(self.once(self.ask(Method::POST, "/sessions").json(who)).await?).await
    }

    /// `DELETE /api/v1/sessions/current`: log out; the token is worth nothing from now on.
    pub async fn log_out(&self) -> Result<(), Failure> {
        self.once(self.ask(Method::DELETE, "/sessions/current")).await.map(drop)
    }

    /// `GET /api/v1/desk`: where I may sit and what I may call for.
    pub async fn desk(&self) -> Result<Desk, Failure> {
        self.get("/desk").await
    }

    /// `PUT /api/v1/counters/{counter}/session`: sit down there, or change the services served.
    pub async fn open_counter(&self, counter: &CounterId, services: &OpenCounter) -> Result<CounterBoard, Failure> {
        let request = self.ask(Method::PUT, &format!("/counters/{counter}/session")).json(services);
        read(self.once(request).await?).await
    }

    /// `DELETE /api/v1/counters/{counter}/session`: leave the counter.
    pub async fn close_counter(&self, counter: &CounterId) -> Result<(), Failure> {
        self.once(self.ask(Method::DELETE, &format!("/counters/{counter}/session"))).await.map(drop)
    }

    /// `POST /api/v1/counters/{counter}/calls`: call the next person.
    pub async fn call_next(
        &self,
        counter: &CounterId,
        key: CommandKey,
        call: &CallNext,
    ) -> Result<CounterBoard, Failure> {
        self.insist(Method::POST, &format!("/counters/{counter}/calls"), Some(key), call).await
    }

    /// `POST /api/v1/counters/{counter}/calls/{step}`: the next step of the person meant.
    pub async fn call_step(
        &self,
        counter: &CounterId,
        step: CallStep,
        key: CommandKey,
        meant: &CurrentTicket,
    ) -> Result<CounterBoard, Failure> {
        self.insist(Method::POST, &format!("/counters/{counter}/calls/{}", step.path()), Some(key), meant).await
    }

    /// `GET /api/v1/counters/{counter}/live`: the counter's board, and again whenever it changes.
    pub fn counter_live(&self, counter: &CounterId) -> Live<CounterBoard> {
        Live::new(self.clone(), format!("/counters/{counter}/live"))
    }
}
