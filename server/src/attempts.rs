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
const TRIES: u32 = 10;
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
    tries: u32,
}

impl Attempts {
    /// Counts a try of that login from there, before the password is looked at: whoever tries many at once is not heard
    /// more often than whoever tries them in turn.
    pub fn begin(&self, login: &str, from: IpAddr, now: Instant) -> Result<(), Refusal> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = known.key(login, from);
        known.forget_old(now);
        let window = known.windows.entry(key).or_insert(Window { since: now, tries: 0 });
        if now.seconds_since(window.since) >= WINDOW_SECONDS {
            *window = Window { since: now, tries: 0 };
        }
        if window.tries >= TRIES {
            let left = WINDOW_SECONDS - now.seconds_since(window.since);
            return Err(Refusal::TooMany { retry_after_seconds: u32::try_from(left).unwrap_or(1) });
        }
        window.tries += 1;
        Ok(())
    }

    /// Takes a try back: nobody had the time to look at the password.
    pub fn unheard(&self, login: &str, from: IpAddr) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = known.key(login, from);
        if let Some(window) = known.windows.get_mut(&key) {
            window.tries = window.tries.saturating_sub(1);
        }
    }

    /// Takes a try back, because the password was right, and notes the place as one where the login is used well.
    pub fn right(&self, login: &str, from: IpAddr) {
        self.unheard(login, from);
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

    fn forget_old(&mut self, now: Instant) {
        if self.windows.len() >= REMEMBERED {
            self.windows.retain(|_, window| now.seconds_since(window.since) < WINDOW_SECONDS);
        }
        if self.windows.len() >= REMEMBERED {
            self.windows.clear();
        }
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
            assert_eq!(attempts.begin("anna", AWAY, begin), Ok(()));
        }
        let later = begin.plus_seconds(20);
        assert_eq!(attempts.begin("anna", AWAY, later), Err(Refusal::TooMany { retry_after_seconds: 40 }));
        assert!(attempts.begin("anna", HOME, later).is_err(), "from wherever");
        assert_eq!(attempts.begin("bruno", AWAY, later), Ok(()));
        assert_eq!(attempts.begin("anna", AWAY, begin.plus_seconds(60)), Ok(()));
        assert_eq!(attempts.begin("anna", AWAY, begin.plus_seconds(61)), Ok(()));
    }

    #[test]
    fn whoever_logs_in_all_day_is_never_kept_waiting() {
        let (attempts, now) = (Attempts::default(), Instant::from_millis(0));
        for _ in 0..100 {
            assert_eq!(attempts.begin("anna", HOME, now), Ok(()));
            attempts.right("anna", HOME);
            assert_eq!(attempts.begin("anna", AWAY, now), Ok(()));
            attempts.unheard("anna", AWAY);
        }
    }

    #[test]
    fn strangers_keep_nobody_out_of_the_usual_place() {
        let (attempts, now) = (Attempts::default(), Instant::from_millis(0));
        attempts.begin("anna", HOME, now).unwrap();
        attempts.right("anna", HOME);
        let heard = (0..1_000).filter(|_| attempts.begin("anna", AWAY, now).is_ok()).count();
        assert_eq!(heard, 10);
        assert!((0..10).all(|_| attempts.begin("anna", HOME, now).is_ok()));
        assert!(attempts.begin("anna", HOME, now).is_err(), "nor may anybody guess there");
    }

    #[test]
    fn invented_logins_do_not_fill_the_memory() {
        let attempts = Attempts::default();
        for at in 0..5_000 {
            attempts.begin(&format!("login-{at}"), AWAY, Instant::from_millis(at)).unwrap();
            attempts.right(&format!("login-{at}"), AWAY);
        }
        let known = attempts.0.lock().unwrap();
        assert!(known.windows.len() <= REMEMBERED && known.places.len() <= REMEMBERED);
    }
}
