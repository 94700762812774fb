//! Wrong passwords are counted, so that guessing is slow and whoever works here can still log in (F78). Known and unknown
//! logins are counted alike.

use contract::{Refusal, time::Instant};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// Wrong passwords for one login in one window, from a place of its own or from all others together: more than anybody
/// mistypes.
const WRONG: u32 = 10;
/// The window, in seconds.
const WINDOW_SECONDS: i64 = 60;
/// Logins that are remembered. Above it the oldest windows are forgotten: whoever invents logins guesses nothing.
const REMEMBERED: usize = 1_000;

/// Wrong passwords of the last minute, and from where people have logged in well.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    windows: BTreeMap<Key, Window>,
    /// Where a login was used well. What strangers do elsewhere does not keep its owner out there.
    places: BTreeSet<(String, IpAddr)>,
}

/// Whose attempts are counted together: those from a place known for the login by themselves, all others in one.
type Key = (String, Option<IpAddr>);

#[derive(Debug, Clone, Copy)]
struct Window {
    since: Instant,
    wrong: u32,
}

impl Attempts {
    /// Whether that login may be tried now from there.
    pub fn allow(&self, login: &str, from: IpAddr, now: Instant) -> Result<(), Refusal> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.windows.get(&known.key(login, from)) {
            Some(window) if window.wrong >= WRONG && now.seconds_since(window.since) < WINDOW_SECONDS => {
                let left = WINDOW_SECONDS - now.seconds_since(window.since);
                Err(Refusal::TooMany { retry_after_seconds: u32::try_from(left).unwrap_or(1) })
            }
            _ => Ok(()),
        }
    }

    /// Notes a wrong password.
    pub fn wrong(&self, login: &str, from: IpAddr, now: Instant) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = known.key(login, from);
        let windows = &mut known.windows;
        if windows.len() >= REMEMBERED {
            windows.retain(|_, window| now.seconds_since(window.since) < WINDOW_SECONDS);
        }
        if windows.len() >= REMEMBERED {
            windows.clear();
        }
        let fresh = Window { since: now, wrong: 0 };
        let window = windows.entry(key).or_insert(fresh);
        if now.seconds_since(window.since) >= WINDOW_SECONDS {
            *window = fresh;
        }
        window.wrong += 1;
    }

    /// Notes that the login was used well from there.
    pub fn right(&self, login: &str, from: IpAddr) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.places.len() >= REMEMBERED {
            known.places.clear();
        }
        known.places.insert((login.to_owned(), from));
    }
}

impl Known {
    fn key(&self, login: &str, from: IpAddr) -> Key {
        let place = (login.to_owned(), from);
        let own = self.places.contains(&place);
        (place.0, own.then_some(from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 7));
    const AWAY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 9, 9, 9));

    #[test]
    fn after_ten_wrong_passwords_a_login_waits_for_a_minute() {
        let (attempts, begin) = (Attempts::default(), Instant::from_millis(0));
        for _ in 0..10 {
            assert_eq!(attempts.allow("anna", AWAY, begin), Ok(()));
            attempts.wrong("anna", AWAY, begin);
        }
        let later = begin.plus_seconds(20);
        assert_eq!(attempts.allow("anna", AWAY, later), Err(Refusal::TooMany { retry_after_seconds: 40 }));
        assert!(attempts.allow("anna", HOME, later).is_err(), "from wherever");
        assert_eq!(attempts.allow("bruno", AWAY, later), Ok(()));
        assert_eq!(attempts.allow("anna", AWAY, begin.plus_seconds(60)), Ok(()));
        attempts.wrong("anna", AWAY, begin.plus_seconds(60));
        assert_eq!(attempts.allow("anna", AWAY, begin.plus_seconds(61)), Ok(()));
    }

    #[test]
    fn strangers_keep_nobody_out_of_the_usual_place() {
        let (attempts, now) = (Attempts::default(), Instant::from_millis(0));
        attempts.right("anna", HOME);
        for _ in 0..1_000 {
            attempts.wrong("anna", AWAY, now);
        }
        assert!(attempts.allow("anna", AWAY, now).is_err());
        assert_eq!(attempts.allow("anna", HOME, now), Ok(()));
        for _ in 0..10 {
            attempts.wrong("anna", HOME, now);
        }
        assert!(attempts.allow("anna", HOME, now).is_err(), "nor may anybody guess there");
    }

    #[test]
    fn invented_logins_do_not_fill_the_memory() {
        let attempts = Attempts::default();
        for at in 0..5_000 {
            attempts.wrong(&format!("login-{at}"), AWAY, Instant::from_millis(at));
            attempts.right(&format!("login-{at}"), AWAY);
        }
        let known = attempts.0.lock().unwrap();
        assert!(known.windows.len() <= REMEMBERED && known.places.len() <= REMEMBERED);
    }
}
