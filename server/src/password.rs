//! Passwords: argon2id, at most two at a time, so that a flood of logins cannot eat the server's memory or cores.

use crate::clock;
use anyhow::anyhow;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use contract::Refusal;
use std::sync::Arc;
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Evaluations at a time (F78).
const AT_A_TIME: usize = 2;
/// Logins that wait for one of them; the next is told to come back.
const WAITING: usize = 16;
/// The shortest password accepted.
pub const SHORTEST: usize = 8;
/// The longest password accepted, against requests that only cost time.
pub const LONGEST: usize = 128;
/// What a wrong login is compared with, so that it takes as long as a right one. No password fits it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyBpdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Where passwords are checked.
#[derive(Debug, Clone)]
pub struct Passwords {
    queue: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { queue: Arc::new(Semaphore::new(AT_A_TIME + WAITING)), turns: Arc::new(Semaphore::new(AT_A_TIME)) }
    }
}

impl Passwords {
    /// True if the password fits the hash. With no hash it takes as long, and is false.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Refusal> {
        let busy = Refusal::TooMany { retry_after_seconds: 5 };
        let _place = self.queue.clone().try_acquire_owned().map_err(|_| busy.clone())?;
        let _turn = self.turns.clone().acquire_owned().await.map_err(|_| busy.clone())?;
        spawn_blocking(move || fits(&password, hash.as_deref())).await.map_err(|_| busy)
    }
}

fn fits(password: &str, hash: Option<&str>) -> bool {
    let known = hash.is_some();
    PasswordHash::new(hash.unwrap_or(NOBODY))
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && known)
}

/// The hash to store. Takes a good part of a second: not for a thread that serves others.
pub fn hash(password: &str) -> anyhow::Result<String> {
    if !(SHORTEST..=LONGEST).contains(&password.len()) {
        return Err(anyhow!("a password has {SHORTEST} to {LONGEST} characters"));
    }
    let salt = clock::random::<16>()?;
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    Ok(hash.map_err(|why| anyhow!("argon2: {why}"))?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_fits() {
        let stored = hash("una parola lunga").unwrap();
        assert!(fits("una parola lunga", Some(&stored)));
        assert!(!fits("una parola corta", Some(&stored)));
        assert!(!fits("una parola lunga", None));
        assert!(PasswordHash::new(NOBODY).is_ok(), "the comparison for unknown logins must cost as much");
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert!(hash("corta").is_err());
        assert!(hash(&"x".repeat(200)).is_err());
    }
}
