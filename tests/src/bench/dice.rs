//! Ids and cards from a seed: the same seed asks the same questions in every run.

use contract::{
    identity::FiscalCode,
    ids::{CommandKey, TicketId},
    time::Instant,
};
use uuid::{Builder, Uuid};

/// Numbers that look like chance and are the same in every run (splitmix64).
#[derive(Debug, Clone)]
pub struct Dice {
    state: u64,
    made: u64,
}

impl Dice {
    /// Dice that always fall like this.
    pub fn new(seed: u64) -> Self {
        Self { state: seed, made: 0 }
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A new ticket's id. As the programs make them: one made later sorts later.
    pub fn ticket(&mut self, now: Instant) -> TicketId {
        TicketId(self.id(now))
    }

    /// The name of a new command.
    pub fn key(&mut self, now: Instant) -> CommandKey {
        CommandKey(self.id(now))
    }

    fn id(&mut self, now: Instant) -> Uuid {
        self.made += 1;
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.roll().to_be_bytes());
        Builder::from_unix_timestamp_millis(now.as_millis().unsigned_abs() + self.made, &bytes).into_uuid()
    }
}

/// The card of an invented person. Provisional codes have eleven figures, the last of which checks the others.
pub fn card(person: u64) -> Option<FiscalCode> {
    (0..10).find_map(|check| format!("{person:010}{check}").parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_every_time_and_no_id_twice() {
        let now: Instant = "2026-11-23T09:20:00Z".parse().unwrap();
        let ids = |seed| {
            let mut dice = Dice::new(seed);
            (0..1_000).map(|_| dice.ticket(now)).collect::<Vec<_>>()
        };
        assert_eq!(ids(1), ids(1));
        assert!(ids(1).is_sorted() && ids(1)[0] != ids(2)[0]);
    }

    #[test]
    fn everybody_has_a_card_of_their_own() {
        let cards: std::collections::BTreeSet<_> = (0..1_000).map(|person| card(person).unwrap()).collect();
        assert_eq!(cards.len(), 1_000);
    }
}
