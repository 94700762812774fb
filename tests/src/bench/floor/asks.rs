//! The same crowd before the floor: the same numbers of questions for the same sites, with what its server understands.

use crate::{
    dice::Dice,
    load::Crowd,
    office::{SITES, now},
    wire::question,
};
use anyhow::Result;
use contract::{ids::TicketId, time::Instant};
use serde_json::json;

/// Makes questions.
#[derive(Debug)]
pub struct FloorAsks {
    dice: Dice,
    now: Instant,
    issued: i64,
}

impl FloorAsks {
    /// Questions from that seed.
    pub fn new(seed: u64) -> Result<Self> {
        Ok(Self { dice: Dice::new(seed), now: now()?, issued: 0 })
    }

    /// New tickets, of people who wait or who will come later.
    pub fn issue(&mut self, clients: usize, count: usize, present: bool) -> (Crowd, Vec<TicketId>) {
        let mut ids = Vec::new();
        let crowd = deal(clients, count, |site| {
            let id = self.dice.ticket(self.now);
            self.issued += 1;
            ids.push(id);
            let body = json!({ "site": format!("site-{site}"), "starts_at": self.issued, "present": present });
            question("PUT", &format!("/tickets/{id}"), "", None, &body.to_string())
        });
        (crowd, ids)
    }

    /// Those tickets' holders come.
    pub fn check_in(&self, clients: usize, ids: &[TicketId]) -> Crowd {
        let mut ids = ids.iter();
        deal(clients, ids.len(), |_| {
            let id = ids.next().map(ToString::to_string).unwrap_or_default();
            question("PUT", &format!("/tickets/{id}/presence"), "", None, "")
        })
    }

    /// The next ticket of a site.
    pub fn call(&self, clients: usize, count: usize) -> Crowd {
        deal(clients, count, |site| question("POST", &format!("/sites/site-{site}/calls"), "", None, ""))
    }

    /// One row or some of them.
    pub fn read(&self, clients: usize, count: usize, what: &str) -> Crowd {
        deal(clients, count, |site| question("GET", &format!("/sites/site-{site}/{what}"), "", None, ""))
    }
}

fn deal(clients: usize, count: usize, mut make: impl FnMut(usize) -> Vec<u8>) -> Crowd {
    let mut crowd = vec![Vec::new(); clients];
    for at in 0..count {
        crowd[at % clients].push(make(at % SITES + 1));
    }
    crowd
}
