//! Wrong passwords are counted, so that guessing is slow. Known and unknown logins are counted alike.

use contract::{Refusal, time::Instant};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Wrong passwords that one login may have in one window: more than anybody mistypes.
const WRONG: u32 = 10;
/// The window, in seconds.
const WINDOW_SECONDS: i64 = 60;
/// Logins that are remembered. Above it the oldest windows are forgotten: whoever invents logins guesses nothing.
const REMEMBERED: usize = 1_000;

/// Wrong passwords of the last minute.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<BTreeMap<String, Window>>);

#[derive(Debug, Clone, Copy)]
struct Window {
    since: Instant,
    wrong: u32,
}

impl Attempts {
    /// Whether that login may try now.
    pub fn allow(&self, login: &str, now: Instant) -> Result<(), Refusal> {
        let windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match windows.get(login) {
            Some(window) if window.wrong >= WRONG && now.seconds_since(window.since) < WINDOW_SECONDS => {
                let left = WINDOW_SECONDS - now.seconds_since(window.since);
                Err(Refusal::TooMany { retry_after_seconds: u32::try_from(left).unwrap_or(1) })
            }
            _ => Ok(()),
        }
    }

    /// Notes a wrong password.
    pub fn note(&self, login: &str, now: Instant) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= REMEMBERED {
            windows.retain(|_, window| now.seconds_since(window.since) < WINDOW_SECONDS);
        }
        if windows.len() >= REMEMBERED {
            windows.clear();
        }
        let fresh = Window { since: now, wrong: 0 };
        let window = windows.entry(login.to_owned()).or_insert(fresh);
        if now.seconds_since(window.since) >= WINDOW_SECONDS {
            *window = fresh;
        }
        window.wrong += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_ten_wrong_passwords_a_login_waits_for_a_minute() {
        let (attempts, begin) = (Attempts::default(), Instant::from_millis(0));
        for _ in 0..10 {
            assert_eq!(attempts.allow("anna", begin), Ok(()));
            attempts.note("anna", begin);
        }
        let later = begin.plus_seconds(20);
        assert_eq!(attempts.allow("anna", later), Err(Refusal::TooMany { retry_after_seconds: 40 }));
        assert_eq!(attempts.allow("bruno", later), Ok(()));
        assert_eq!(attempts.allow("anna", begin.plus_seconds(60)), Ok(()));
        attempts.note("anna", begin.plus_seconds(60));
        assert_eq!(attempts.allow("anna", begin.plus_seconds(61)), Ok(()));
    }

    #[test]
    fn invented_logins_do_not_fill_the_memory() {
        let attempts = Attempts::default();
        for at in 0..5_000 {
            attempts.note(&format!("login-{at}"), Instant::from_millis(at));
        }
        assert!(attempts.0.lock().unwrap().len() <= REMEMBERED);
    }
}
