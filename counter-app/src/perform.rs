//! Carries out what the flow wants: talks to the server, follows the live feed, keeps the memory. It decides nothing;
//! what it learns goes back as inputs.

use crate::{
    flow::{Action, Effect, Feed, Input, Memory, Trouble},
    memory,
};
use app_kit::worker::Inputs;
use client::{CallStep, Client, Failure};
use contract::{api::*, board::CounterBoard, ids::*, refusal::Refusal};
use std::{path::PathBuf, sync::Arc};
use tokio::sync::watch;

/// Where effects are carried out.
#[derive(Clone)]
pub struct Performer {
    client: Client,
    memory_file: Option<PathBuf>,
    /// Told whenever another feed is to be followed, or none.
    following: Arc<watch::Sender<()>>,
}

impl Performer {
    /// Talks to that server, and keeps its memory in that file.
    pub fn new(client: Client, memory_file: Option<PathBuf>) -> Self {
        Self { client, memory_file, following: Arc::new(watch::Sender::new(())) }
    }

    /// One effect. What has to happen in order happens at once, the rest in the future that comes back.
    pub fn perform(&self, effect: Effect, inputs: Inputs<Input>) -> impl Future<Output = ()> + Send + 'static + use<> {
        let this = self.clone();
        let stop = match effect {
            Effect::Follow(_) | Effect::Unfollow => {
                self.following.send_replace(());
                Some(self.following.subscribe())
            }
            _ => None,
        };
        async move {
            match (effect, stop) {
                (Effect::Follow(counter), Some(stop)) => this.follow(counter, stop, inputs).await,
                (Effect::Follow(_) | Effect::Unfollow, _) => {}
                (Effect::ForgetSession, _) => this.client.set_token(None),
                (Effect::Remember(memory), _) => this.remember(&memory),
                (effect, _) => {
                    if let Some(input) = this.ask(effect).await {
                        inputs.send(input);
                    }
                }
            }
        }
    }

    async fn ask(&self, effect: Effect) -> Option<Input> {
        Some(match effect {
            Effect::LogIn { login, password } => {
                let session = self.client.log_in(&LogIn { login, password: password.0 }).await;
                Input::LoggedIn(heard(session.map(|session| {
                    self.client.set_token(Some(session.token));
                    session.operator
                })))
            }
            Effect::LoadDesk => Input::Desk(heard(self.client.desk().await)),
            Effect::Open { leave, counter, services } => {
                Input::Opened(heard(self.open(leave, counter, services).await))
            }
            Effect::Act { counter, action, key } => Input::Acted(key, heard(self.act(&counter, action, key).await)),
            Effect::LogOut { leave } => Input::LoggedOut(heard(self.log_out(leave).await)),
            Effect::Follow(_) | Effect::Unfollow | Effect::ForgetSession | Effect::Remember(_) => return None,
        })
    }

    async fn open(
        &self,
        leave: Option<CounterId>,
        counter: CounterId,
        services: Vec<ServiceId>,
    ) -> Result<CounterBoard, Failure> {
        if let Some(leave) = leave {
            self.client.close_counter(&leave).await?;
        }
        self.client.open_counter(&counter, &OpenCounter { services }).await
    }

    async fn act(&self, counter: &CounterId, action: Action, key: CommandKey) -> Result<CounterBoard, Failure> {
        let (step, meant) = match action {
            Action::CallNext { finish } => return self.client.call_next(counter, key, &CallNext { finish }).await,
            Action::CallAgain(ticket) => (CallStep::Again, CurrentTicket::now(ticket)),
            Action::Start(ticket) => (CallStep::Start, CurrentTicket::now(ticket)),
            Action::Finish { ticket, at } => (CallStep::Finish, CurrentTicket { ticket, finished_at: Some(at) }),
            Action::MarkAbsent(ticket) => (CallStep::Absent, CurrentTicket::now(ticket)),
        };
        self.client.call_step(counter, step, key, &meant).await
    }

    async fn log_out(&self, leave: Option<CounterId>) -> Result<(), Failure> {
        if let Some(counter) = leave {
            self.client.close_counter(&counter).await?;
        }
        match self.client.log_out().await {
            // The session had ended already: that is what was wanted.
            Err(Failure::Refused(Refusal::Unauthenticated)) => Ok(()),
            outcome => outcome,
        }
    }

    /// Tells the feed of one counter for as long as nobody wants another.
    async fn follow(&self, counter: CounterId, mut stop: watch::Receiver<()>, inputs: Inputs<Input>) {
        let mut live = self.client.counter_live(&counter);
        loop {
            let feed = tokio::select! {
                feed = live.next() => feed,
                _ = stop.changed() => return,
            };
            let feed = match feed {
                client::Feed::Up => Feed::Up,
                client::Feed::Board(board) => Feed::Board(board),
                client::Feed::Lost { why, quiet } => {
                    tracing::info!(%counter, %why, "the feed is lost");
                    let quiet_millis = u64::try_from(quiet.as_millis()).unwrap_or(u64::MAX);
                    Feed::Lost { why: trouble(why), quiet_millis }
                }
            };
            inputs.send(Input::Feed(counter.clone(), feed));
        }
    }

    fn remember(&self, what: &Memory) {
        let Some(file) = &self.memory_file else { return };
        if let Err(why) = memory::keep(file, what) {
            tracing::warn!(file = %file.display(), %why, "the memory cannot be kept");
        }
    }
}

fn heard<T>(outcome: Result<T, Failure>) -> Result<T, Trouble> {
    outcome.map_err(|failure| {
        tracing::info!(%failure, "no success");
        trouble(failure)
    })
}

fn trouble(failure: Failure) -> Trouble {
    match failure {
        Failure::Refused(refusal) => Trouble::Refused(refusal),
        Failure::Unreachable(_) => Trouble::Unreachable,
        Failure::Garbled(_) => Trouble::Garbled,
    }
}
