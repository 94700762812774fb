//! What of all that a camera sees is news. Pure: codes and milliseconds in, new codes out.
//!
//! A scanner reads when it is held to a code; a camera looks without end. So a code counts when it comes before the lens,
//! and again only after it has been away.

use std::collections::BTreeMap;

/// A code that was not seen for so long has been away: longer than a hand that trembles hides it.
pub const AWAY_MS: u64 = 1_500;
/// … and in so many pictures: a computer that is slow sees few of them.
const AWAY_PICTURES: u32 = 2;
/// A lens in the dark for so long is covered, and no hand that passes.
pub const BLIND_MS: u64 = 5_000;
/// More codes than anybody holds before a lens at once are looked past.
const MOST_CODES: usize = 4;

/// What the camera has before it.
#[derive(Debug, Default)]
pub struct Gaze {
    before: BTreeMap<String, Seen>,
    dark_since: Option<u64>,
}

/// When a code was last seen, and how many pictures have lacked it since.
#[derive(Debug)]
struct Seen {
    at_ms: u64,
    missed: u32,
}

impl Gaze {
    /// Takes the codes of one picture; gives those that have just come. `now_ms` is on any clock that never goes back.
    pub fn sees(&mut self, codes: Vec<String>, now_ms: u64) -> Vec<String> {
        let codes: Vec<_> = codes.into_iter().take(MOST_CODES).collect();
        self.before.retain(|code, seen| {
            seen.missed = if codes.contains(code) { 0 } else { seen.missed.saturating_add(1) };
            seen.missed < AWAY_PICTURES || now_ms.saturating_sub(seen.at_ms) < AWAY_MS
        });
        let mut news = Vec::new();
        for code in codes {
            if self.before.insert(code.clone(), Seen { at_ms: now_ms, missed: 0 }).is_none() {
                news.push(code);
            }
        }
        news
    }

    /// Takes how dark a picture was; true when it has been dark for so long that the lens must be covered.
    pub fn is_blind(&mut self, dark: bool, now_ms: u64) -> bool {
        let since = *self.dark_since.get_or_insert(now_ms);
        if !dark {
            self.dark_since = None;
        }
        dark && now_ms.saturating_sub(since) >= BLIND_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(gaze: &mut Gaze, codes: &[&str], now_ms: u64) -> Vec<String> {
        gaze.sees(codes.iter().map(|code| (*code).to_owned()).collect(), now_ms)
    }

    #[test]
    fn a_code_that_is_held_counts_once() {
        let mut gaze = Gaze::default();
        assert_eq!(news(&mut gaze, &["AV1"], 0), ["AV1"]);
        for now in (200..60_000).step_by(200) {
            assert!(news(&mut gaze, &["AV1"], now).is_empty(), "at {now}");
        }
    }

    #[test]
    fn a_trembling_hand_is_no_second_time_and_one_that_comes_back_is() {
        let mut gaze = Gaze::default();
        news(&mut gaze, &["AV1"], 0);
        assert!(news(&mut gaze, &[], 700).is_empty());
        assert!(news(&mut gaze, &["AV1"], 1_400).is_empty());
        assert!(news(&mut gaze, &["AV1"], 9_000).is_empty(), "nobody has looked meanwhile");
        for now in [9_200, 9_400, 9_000 + AWAY_MS] {
            assert!(news(&mut gaze, &[], now).is_empty());
        }
        assert_eq!(news(&mut gaze, &["AV1"], 11_000), ["AV1"]);
    }

    #[test]
    fn the_next_ticket_counts_while_the_last_is_still_there() {
        let mut gaze = Gaze::default();
        news(&mut gaze, &["AV1"], 0);
        assert_eq!(news(&mut gaze, &["AV1", "AV2"], 200), ["AV2"]);
        let wall: Vec<_> = (0..50).map(|n| format!("poster {n}")).collect();
        assert_eq!(gaze.sees(wall, 400).len(), MOST_CODES, "a wall of codes is looked past");
    }

    #[test]
    fn a_passing_hand_does_not_blind_and_a_cover_does() {
        let mut gaze = Gaze::default();
        assert!(!gaze.is_blind(true, 0) && !gaze.is_blind(true, 4_800) && !gaze.is_blind(false, 5_000));
        assert!(!gaze.is_blind(true, 5_200) && !gaze.is_blind(true, 10_000));
        assert!(gaze.is_blind(true, 10_200));
    }
}
