//! A reader that types like a keyboard. Pure: the app feeds it key by key with a time, and gets a text when one is whole.
//!
//! What tells a reader from a person is haste: no hand leaves less than 100 ms between all keys of a code.

use super::framer::LONGEST_CODE;

/// A longer gap between two keys means a person: what was gathered is forgotten.
pub const PERSON_GAP_MS: u64 = 100;

/// The keys gathered so far.
#[derive(Debug, Default)]
pub struct Wedge {
    text: String,
    last_key_ms: Option<u64>,
    overflown: bool,
}

impl Wedge {
    /// Takes the text of one key press. Keys that write nothing (Shift, arrows) are passed over.
    /// Gives the whole text when this key is Return, Enter or Tab and a reader typed what came before.
    pub fn key(&mut self, text: &str, now_ms: u64) -> Option<String> {
        let ends = matches!(text, "\r" | "\n" | "\t");
        let writes = !text.is_empty() && text.chars().all(writes_something);
        if !ends && !writes {
            return None;
        }
        let person = self.last_key_ms.is_some_and(|last| now_ms.saturating_sub(last) > PERSON_GAP_MS);
        self.last_key_ms = Some(now_ms);
        if person {
            self.forget();
        }
        if ends {
            let whole = (!self.text.is_empty() && !self.overflown).then(|| self.text.clone());
            self.forget();
            return whole;
        }
        if self.text.len() + text.len() > LONGEST_CODE {
            self.overflown = true;
        } else {
            self.text.push_str(text);
        }
        None
    }

    fn forget(&mut self) {
        self.text.clear();
        self.overflown = false;
    }
}

/// Toolkits send keys such as Shift as control or private-use characters.
fn writes_something(c: char) -> bool {
    !c.is_control() && !('\u{E000}'..='\u{F8FF}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: &str = "RSSMRA85T10A562S";

    fn typed(wedge: &mut Wedge, text: &str, from_ms: u64, gap_ms: u64) -> Option<String> {
        text.chars().zip(0..).filter_map(|(key, n)| wedge.key(&key.to_string(), from_ms + n * gap_ms)).last()
    }

    #[test]
    fn a_reader_types_fast_and_ends_with_return() {
        let mut wedge = Wedge::default();
        assert_eq!(typed(&mut wedge, &format!("{CARD}\n"), 0, 8).as_deref(), Some(CARD));
        assert_eq!(typed(&mut wedge, &format!("{CARD}\r"), 5000, 100).as_deref(), Some(CARD));
        assert_eq!(typed(&mut wedge, "\n\n\t", 9000, 5), None, "terminators alone are nothing");
    }

    #[test]
    fn a_person_types_slowly_and_is_no_reader() {
        let mut wedge = Wedge::default();
        assert_eq!(typed(&mut wedge, &format!("{CARD}\n"), 0, 101), None);
        assert_eq!(wedge.key("R", 20_000), None);
        assert_eq!(typed(&mut wedge, &format!("{CARD}\n"), 25_000, 8).as_deref(), Some(CARD), "a stray key is flushed");
    }

    #[test]
    fn keys_that_write_nothing_do_not_disturb() {
        let mut wedge = Wedge::default();
        for (n, key) in ["\u{10}", "A", "\u{10}", "V", "\u{F702}", "1"].iter().enumerate() {
            assert_eq!(wedge.key(key, n as u64 * 5), None);
        }
        assert_eq!(wedge.key("\n", 40).as_deref(), Some("AV1"));
    }

    #[test]
    fn a_stuck_key_takes_no_memory_and_gives_no_code() {
        let mut wedge = Wedge::default();
        assert_eq!(typed(&mut wedge, &"A".repeat(LONGEST_CODE * 3), 0, 33), None);
        assert!(wedge.text.len() <= LONGEST_CODE);
        assert_eq!(wedge.key("\n", 33 * 3 * LONGEST_CODE as u64), None);
    }
}
