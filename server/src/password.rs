//! Passwords: argon2id, at most two at a time, so that a flood of logins cannot eat the server's memory or cores. One of the
//! two turns is never a stranger's: whoever guesses from everywhere keeps nobody waiting who has logged in before.

use crate::clock;
use anyhow::anyhow;
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        PasswordHasher,
        phc::{Output, PasswordHash},
    },
};
use contract::Refusal;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Evaluations at a time (F78).
const AT_A_TIME: usize = 2;
/// Logins that wait for one of them, strangers and others apart; the next is told to come back.
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
    house: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    /// Strangers have their turns one after the other.
    stranger: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    /// What an evaluation works in, 19 MiB, kept for the next one. Given back to the allocator it would stay with the
    /// thread that used it, and there are more threads than turns.
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            house: Arc::new(Semaphore::new(AT_A_TIME + WAITING)),
            strangers: Arc::new(Semaphore::new(1 + WAITING)),
            stranger: Arc::new(Semaphore::new(1)),
            turns: Arc::new(Semaphore::new(AT_A_TIME)),
            memory: Arc::default(),
        }
    }
}

impl Passwords {
    /// True if the password fits the hash. With no hash it takes as long, and is false. `of_house` says that somebody has
    /// logged in from where it comes.
    pub async fn verify(&self, password: String, hash: Option<String>, of_house: bool) -> Result<bool, Refusal> {
        let busy = Refusal::TooMany { retry_after_seconds: 5 };
        let queue = if of_house { &self.house } else { &self.strangers };
        let place = queue.clone().try_acquire_owned().map_err(|_| busy.clone())?;
        let only = match of_house {
            true => None,
            false => Some(self.stranger.clone().acquire_owned().await.map_err(|_| busy.clone())?),
        };
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| busy.clone())?;
        let memory = self.memory.clone();
        let evaluate = move || {
            // Whoever hangs up ends no evaluation, and must not make room for another one beside it.
            let _held = (place, only, turn);
            let mut blocks = memory.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let fits = fits(&password, hash.as_deref(), &mut blocks);
            memory.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
            fits
        };
        spawn_blocking(evaluate).await.map_err(|_| busy)
    }
}

fn fits(password: &str, hash: Option<&str>, blocks: &mut Vec<Block>) -> bool {
    let known = hash.is_some();
    evaluate(password, hash.unwrap_or(NOBODY), blocks).unwrap_or(false) && known
}

/// Outputs are compared in constant time.
fn evaluate(password: &str, hash: &str, blocks: &mut Vec<Block>) -> Option<bool> {
    let hash = PasswordHash::new(hash).ok()?;
    let (salt, expected) = (hash.salt.as_ref()?, hash.hash.as_ref()?);
    let params = Params::try_from(&hash).ok()?;
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = hash.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
    blocks.resize(params.block_count(), Block::default());
    let mut output = vec![0; expected.as_bytes().len()];
    let argon2 = Argon2::new(algorithm, version, params);
    argon2
        .hash_password_into_with_memory(password.as_bytes(), salt.as_ref(), &mut output, blocks.as_mut_slice())
        .ok()?;
    Some(Output::new(&output).ok()? == *expected)
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
        let (stored, mut blocks) = (hash("una parola lunga").unwrap(), Vec::new());
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(fits("una parola lunga", Some(&stored), &mut blocks));
        assert!(!fits("una parola corta", Some(&stored), &mut blocks));
        assert!(!fits("una parola lunga", None, &mut blocks));
        assert!(fits("una parola lunga", Some(&stored), &mut blocks));
        assert!(PasswordHash::new(NOBODY).is_ok(), "the comparison for unknown logins must cost as much");
    }

    /// Each evaluation leaves the memory that it worked in: as many as there were at the same time.
    #[tokio::test]
    async fn whoever_hangs_up_makes_no_room_for_more() {
        let passwords = Passwords::default();
        for _ in 0..8 {
            let (of, password) = (passwords.clone(), "una parola lunga".to_owned());
            let verifying = tokio::spawn(async move { of.verify(password, None, true).await });
            while passwords.turns.available_permits() == AT_A_TIME {
                tokio::task::yield_now().await;
            }
            verifying.abort();
        }
        let _all = passwords.turns.acquire_many(u32::try_from(AT_A_TIME).unwrap()).await.unwrap();
        assert!(passwords.memory.lock().unwrap().len() <= AT_A_TIME);
    }

    #[tokio::test]
    async fn strangers_do_not_keep_the_house_waiting() {
        let passwords = Passwords::default();
        let ask = |of_house| {
            let of = passwords.clone();
            tokio::spawn(async move { of.verify("una parola lunga".to_owned(), None, of_house).await })
        };
        let strangers: Vec<_> = (0..100).map(|_| ask(false)).collect();
        let house: Vec<_> = (0..5).map(|_| ask(true)).collect();
        for one in house {
            assert_eq!(one.await.unwrap(), Ok(false));
        }
        let mut heard = 0;
        for one in strangers {
            heard += usize::from(one.await.unwrap().is_ok());
        }
        assert!((1 + WAITING..100).contains(&heard), "{heard}");
        assert!(passwords.memory.lock().unwrap().len() <= AT_A_TIME);
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert!(hash("corta").is_err());
        assert!(hash(&"x".repeat(200)).is_err());
    }
}
