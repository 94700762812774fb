//! Whose token has been good before: devices and staff, for whom places are kept when everybody asks at once (F31).
//!
//! It decides nothing about rights: those are looked up anew with each request ([`crate::auth`]).

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Tokens remembered: as many as there may be connections. Above it the one that was used longest ago goes.
const REMEMBERED: usize = 4_000;

/// Hashes of tokens that were good when they were used last.
#[derive(Debug, Default)]
pub struct Admitted(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    used: u64,
    tokens: BTreeMap<String, u64>,
}

impl Admitted {
    /// Notes that a token was good just now.
    pub fn note(&self, hash: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.used += 1;
        let used = known.used;
        if let Some(last) = known.tokens.get_mut(hash) {
            *last = used;
            return;
        }
        if known.tokens.len() >= REMEMBERED {
            let oldest = known.tokens.iter().min_by_key(|(_, used)| **used).map(|(hash, _)| hash.clone());
            oldest.and_then(|hash| known.tokens.remove(&hash));
        }
        known.tokens.insert(hash.to_owned(), used);
    }

    /// Notes that a token is not good, or not any more.
    pub fn forget(&self, hash: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).tokens.remove(hash);
    }

    /// Whether a token was good when it was used last.
    pub fn knows(&self, hash: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).tokens.contains_key(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_in_use_is_remembered() {
        let admitted = Admitted::default();
        admitted.note("totem");
        for at in 0..REMEMBERED {
            admitted.note(&format!("session-{at}"));
            admitted.note("totem");
        }
        assert!(admitted.knows("totem") && !admitted.knows("session-0") && admitted.knows("session-1"));
        admitted.forget("totem");
        assert!(!admitted.knows("totem"));
        assert!(admitted.0.lock().unwrap().tokens.len() <= REMEMBERED);
    }
}
