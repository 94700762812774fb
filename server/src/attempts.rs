//! Wrong passwords are counted, so that guessing is slow and whoever works here can still log in (F78). Known and unknown
//! logins are counted alike.
//!
//! Where a login has been used well before (the database knows: `store::login_place`), its tries are counted by
//! themselves, and nothing that strangers do elsewhere keeps its owner out there. From everywhere else a try counts twice:
//! for the login, so that one password cannot be guessed from many places, and for the place, so that one place cannot guess
//! at many logins. Each server of an installation counts for itself.

use contract::{Refusal, time::Instant};
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Wrong passwords in one window: more than anybody mistypes.
const TRIES: u32 = 10;
/// The window, in seconds.
const WINDOW_SECONDS: i64 = 60;
/// Windows that are remembered: more than passwords can be looked at in a minute, and a try that was not looked at
/// leaves none.
const REMEMBERED: usize = 10_000;

/// Wrong passwords of the last minute.
#[derive(Debug, Default)]
pub struct Attempts(Arc<Mutex<Windows>>);

#[derive(Debug, Default)]
struct Windows(BTreeMap<Key, Window>);

/// What is counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// Tries of a login from all places where it has been used well.
    Own(String),
    /// Tries of a login from everywhere else.
    Login(String),
    /// Tries from a place at logins that have not been used well there.
    Place(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Window {
    since: Instant,
    /// Passwords that were wrong.
    wrong: u32,
    /// Passwords that are being looked at.
    open: u32,
}

/// A try that is under way. If nothing else is said of it, the password was wrong.
#[derive(Debug)]
pub struct Try {
    windows: Arc<Mutex<Windows>>,
    keys: Vec<Key>,
}

impl Attempts {
    /// Counts a try of that login from there, before the password is looked at: whoever tries many at once is not heard
    /// more often than whoever tries them in turn. `own` says that the login has been used well from there.
    pub fn begin(&self, login: &str, from: IpAddr, own: bool, now: Instant) -> Result<Try, Refusal> {
        let mut windows = lock(&self.0);
        let (place, login) = (place(from), login.to_owned());
        let keys = if own {
            vec![Key::Own(login)]
        } else if place.is_loopback() {
            // A proxy that does not say who comes may be on this computer: then everybody comes from here.
            vec![Key::Login(login)]
        } else {
            vec![Key::Login(login), Key::Place(place)]
        };
        for key in &keys {
            windows.admits(key, now)?;
        }
        if !own {
            windows.make_room(keys.len(), now)?;
        }
        for key in &keys {
            windows.0.entry(key.clone()).or_insert(Window { since: now, wrong: 0, open: 0 }).open += 1;
        }
        drop(windows);
        Ok(Try { windows: self.0.clone(), keys })
    }
}

impl Try {
    /// Takes the try back: the password was right, or nobody had the time to look at it.
    pub fn take_back(mut self) {
        let mut windows = lock(&self.windows);
        for key in std::mem::take(&mut self.keys) {
            let Some(window) = windows.0.get_mut(&key) else { continue };
            window.open = window.open.saturating_sub(1);
            if (window.open, window.wrong) == (0, 0) {
                windows.0.remove(&key);
            }
        }
    }
}

impl Drop for Try {
    fn drop(&mut self) {
        let mut windows = lock(&self.windows);
        for key in &self.keys {
            if let Some(window) = windows.0.get_mut(key) {
                window.open = window.open.saturating_sub(1);
                window.wrong += 1;
            }
        }
    }
}

impl Windows {
    /// Whether one more may be tried now.
    fn admits(&mut self, key: &Key, now: Instant) -> Result<(), Refusal> {
        let Some(window) = self.0.get_mut(key) else { return Ok(()) };
        if window.is_over(now) {
            *window = Window { since: now, wrong: 0, open: window.open };
        }
        if window.wrong >= TRIES {
            let left = WINDOW_SECONDS - now.seconds_since(window.since);
            return Err(Refusal::TooMany { retry_after_seconds: u32::try_from(left).unwrap_or(1) });
        }
        if window.wrong + window.open >= TRIES {
            // Those that are being looked at may be right: a whole office begins to work at eight.
            return Err(Refusal::TooMany { retry_after_seconds: 1 });
        }
        Ok(())
    }

    /// Forgets what is over, then the oldest. What is at its limit stays: whoever invents logins gets no try back.
    fn make_room(&mut self, more: usize, now: Instant) -> Result<(), Refusal> {
        if self.0.len() + more <= REMEMBERED {
            return Ok(());
        }
        self.0.retain(|_, window| window.open > 0 || !window.is_over(now));
        while self.0.len() + more > REMEMBERED {
            let free = self.0.iter().filter(|(_, window)| window.open == 0 && window.wrong < TRIES);
            let oldest = free.min_by_key(|(_, window)| window.since).map(|(key, _)| key.clone());
            let busy = Refusal::TooMany { retry_after_seconds: 1 };
            self.0.remove(&oldest.ok_or(busy)?);
        }
        Ok(())
    }
}

impl Window {
    fn is_over(&self, now: Instant) -> bool {
        // A clock that was set back must not make a minute last for hours.
        !(0..WINDOW_SECONDS).contains(&now.seconds_since(self.since))
    }
}

/// What counts as one place: an address, or the network that a subscriber gets with IPv6, where addresses cost nothing.
pub fn place(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(it) if !it.is_loopback() => {
            let [a, b, c, d, ..] = it.segments();
            Ipv6Addr::from([a, b, c, d, 0, 0, 0, 0]).into()
        }
        other => other,
    }
}

fn lock(windows: &Mutex<Windows>) -> MutexGuard<'_, Windows> {
    windows.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 7));
    const AWAY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 9, 9, 9));
    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    /// So many seconds after the beginning.
    fn at(seconds: i64) -> Instant {
        Instant::from_millis(0).plus_seconds(seconds)
    }

    /// A place of that number.
    fn number(of: u32) -> IpAddr {
        IpAddr::V4((0x0b00_0000 + of).into())
    }

    /// Tries a wrong password: true if it was looked at.
    fn wrong(attempts: &Attempts, login: &str, from: IpAddr, now: Instant) -> bool {
        attempts.begin(login, from, false, now).map(drop).is_ok()
    }

    /// The same where the login has been used well.
    fn wrong_at_home(attempts: &Attempts, login: &str, now: Instant) -> bool {
        attempts.begin(login, HOME, true, now).map(drop).is_ok()
    }

    fn refused(attempts: &Attempts, login: &str, from: IpAddr, now: Instant) -> u32 {
        match attempts.begin(login, from, false, now) {
            Err(Refusal::TooMany { retry_after_seconds }) => retry_after_seconds,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn after_ten_wrong_passwords_a_login_waits_for_a_minute() {
        let attempts = Attempts::default();
        assert!((0..10).all(|of| wrong(&attempts, "anna", number(of), at(0))));
        let later = at(20);
        assert_eq!(refused(&attempts, "anna", AWAY, later), 40);
        assert_eq!(refused(&attempts, "anna", HOME, later), 40, "from wherever");
        assert!(wrong(&attempts, "bruno", AWAY, later));
        assert!(wrong(&attempts, "anna", AWAY, at(60)));
        assert!(wrong(&attempts, "anna", AWAY, at(61)));
    }

    #[test]
    fn whoever_logs_in_all_day_is_never_kept_waiting() {
        let attempts = Attempts::default();
        for _ in 0..100 {
            attempts.begin("anna", HOME, true, at(0)).unwrap().take_back();
            attempts.begin("anna", AWAY, false, at(0)).unwrap().take_back();
        }
        assert!(attempts.0.lock().unwrap().0.is_empty(), "nothing is left of them");
    }

    #[test]
    fn strangers_keep_nobody_out_of_the_usual_place() {
        let attempts = Attempts::default();
        let heard = (0..1_000).filter(|of| wrong(&attempts, "anna", number(*of), at(0))).count();
        assert_eq!(heard, 10);
        // Nor do those who guess at other logins at the very place.
        let heard = (0..1_000).filter(|of| wrong(&attempts, &format!("login-{of}"), HOME, at(0))).count();
        assert_eq!(heard, 10);
        assert!((0..10).all(|_| wrong_at_home(&attempts, "anna", at(0))));
        assert!(!wrong_at_home(&attempts, "anna", at(0)), "nor may anybody guess there");
    }

    #[test]
    fn one_place_cannot_guess_at_many_logins() {
        let (attempts, v6) = (Attempts::default(), |text: &str| text.parse::<IpAddr>().unwrap());
        assert!((0..10).all(|of| wrong(&attempts, &format!("login-{of}"), AWAY, at(0))));
        assert_eq!(refused(&attempts, "login-10", AWAY, at(0)), 60);
        assert!(wrong(&attempts, "login-10", HOME, at(0)));
        let of_one_network = |of: u32| v6(&format!("2001:db8:1:2::{of:x}"));
        assert!((0..10).all(|of| wrong(&attempts, &format!("other-{of}"), of_one_network(of), at(0))));
        assert_eq!(refused(&attempts, "other-10", of_one_network(99), at(0)), 60);
        assert!(wrong(&attempts, "other-10", v6("2001:db8:1:3::1"), at(0)));
        assert_eq!(refused(&attempts, "x", v6("::ffff:10.9.9.9"), at(0)), 60, "the same address in other words");
        assert!((0..100).all(|of| wrong(&attempts, &format!("proxied-{of}"), HERE, at(0))), "a proxy may be here");
    }

    #[test]
    fn invented_logins_do_not_give_tries_back() {
        let attempts = Attempts::default();
        assert!((0..10).all(|of| wrong(&attempts, "anna", number(of), at(0))));
        // Those that nobody had the time to look at, and more than can be remembered of those that were looked at.
        for invented in 0..5_000 {
            attempts.begin(&format!("unheard-{invented}"), AWAY, false, at(0)).unwrap().take_back();
        }
        for invented in 0..10_200 {
            assert!(wrong(&attempts, &format!("login-{invented}"), HERE, at(1)));
        }
        assert!(attempts.0.lock().unwrap().0.len() <= REMEMBERED);
        assert_eq!(refused(&attempts, "anna", AWAY, at(2)), 58);
        assert!(wrong(&attempts, "anna", AWAY, at(60)), "a minute later they are over");
    }

    #[test]
    fn tries_at_the_same_moment_count_before_they_are_looked_at() {
        let attempts = Attempts::default();
        let mut open: Vec<_> = (0..10).map(|_| attempts.begin("anna", AWAY, false, at(0)).unwrap()).collect();
        assert_eq!(refused(&attempts, "anna", AWAY, at(0)), 1, "they may be right");
        open.pop().unwrap().take_back();
        drop(open);
        assert!(wrong(&attempts, "anna", AWAY, at(0)), "nine were wrong");
        assert_eq!(refused(&attempts, "anna", AWAY, at(0)), 60);
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nobody_waiting_for_hours() {
        let attempts = Attempts::default();
        assert!((0..10).all(|_| wrong(&attempts, "anna", AWAY, at(0))));
        assert!(wrong(&attempts, "anna", AWAY, at(-3_600)));
    }
}
