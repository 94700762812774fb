//! A clerk at a counter: sits down, calls, serves.

use super::client;
use crate::narration::{Narrator, services};
use anyhow::{Context, Result, bail};
use client::{CallStep, Client};
use contract::{
    api::*,
    board::CounterBoard,
    ids::{CommandKey, CounterId, OperatorId, TicketId},
    ticket::{CallCode, TicketView},
};
use std::collections::BTreeMap;

/// A counter, who sits there, and what was commanded last.
pub struct Counter {
    client: Client,
    id: CounterId,
    board: Option<CounterBoard>,
    last: Option<(CommandKey, Order)>,
}

/// What a clerk orders, to be sent again under the same key.
#[derive(Clone)]
enum Order {
    Call(CallNext),
    Step(CallStep, CurrentTicket),
}

impl Counter {
    pub async fn log_in(address: &str, label: &str, operator: &OperatorId, password: &str) -> Result<Self> {
        let client = client(address, None)?;
        let who = LogIn { login: operator.to_string(), password: password.to_owned() };
        let session = client.log_in(&who).await?;
        client.set_token(Some(session.token));
        Ok(Self { client, id: format!("sportello-{label}").parse()?, board: None, last: None })
    }

    /// Sits down for those services.
    pub async fn sit(&mut self, list: &str, say: &Narrator) -> Result<String> {
        let open = OpenCounter { services: services(list)? };
        let board = self.client.open_counter(&self.id, &open).await?;
        let said = format!("open; {}", say.queue(&board));
        self.board = Some(board);
        Ok(said)
    }

    pub async fn act(
        &mut self,
        command: &str,
        say: &Narrator,
        hands: &BTreeMap<CallCode, TicketView>,
    ) -> Result<String> {
        let words: Vec<_> = command.split_whitespace().collect();
        let order = match words.as_slice() {
            ["next"] => Order::Call(CallNext { finish: None }),
            ["finish", "and", "next"] => Order::Call(CallNext { finish: Some(self.current()?) }),
            ["retry"] => {
                let (key, order) = self.last.clone().context("nothing to repeat")?;
                return Ok(format!("the same: {}", self.carry_out(key, order, say).await?));
            }
            ["leave"] => {
                self.client.close_counter(&self.id).await?;
                return Ok("free".to_owned());
            }
            ["queue"] => {
                let board = self.latest().await?;
                return Ok(say.queue(&board));
            }
            [step] => Order::Step(step_of(step)?, CurrentTicket::now(self.current()?)),
            // Somebody else's ticket, as a window that is behind would send it.
            [step, code] => {
                let ticket = hands.get(&code.parse()?).with_context(|| format!("nobody holds {code}"))?.id;
                Order::Step(step_of(step)?, CurrentTicket::now(ticket))
            }
            _ => {
                bail!("a counter knows: sit, next, finish and next, again, start, finish, absent, retry, queue, leave")
            }
        };
        let key = CommandKey(server::clock::new_id());
        self.last = Some((key, order.clone()));
        self.carry_out(key, order, say).await
    }

    async fn carry_out(&mut self, key: CommandKey, order: Order, say: &Narrator) -> Result<String> {
        let board = match &order {
            Order::Call(call) => self.client.call_next(&self.id, key, call).await?,
            Order::Step(step, meant) => self.client.call_step(&self.id, *step, key, meant).await?,
        };
        let said = say.current(&board);
        self.board = Some(board);
        Ok(said)
    }

    fn current(&self) -> Result<TicketId> {
        let current = self.board.as_ref().and_then(|board| board.current.as_ref());
        Ok(current.context("nobody is at this counter")?.ticket)
    }

    /// The board as the feed tells it.
    async fn latest(&mut self) -> Result<CounterBoard> {
        let mut live = self.client.counter_live(&self.id);
        loop {
            match live.next().await {
                client::Feed::Up => {}
                client::Feed::Board(board) => return Ok(*board),
                client::Feed::Lost { .. } => bail!("the counter's feed was lost"),
            }
        }
    }
}

fn step_of(word: &str) -> Result<CallStep> {
    Ok(match word {
        "again" => CallStep::Again,
        "start" => CallStep::Start,
        "finish" => CallStep::Finish,
        "absent" => CallStep::Absent,
        other => bail!("a clerk does not \"{other}\""),
    })
}
