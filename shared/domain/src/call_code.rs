//! Call codes: unique in a site's day, one series of numbers per letter.

use contract::{refusal::Refusal, ticket::CallCode};
use std::collections::BTreeMap;

/// The last number given out, letter by letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbers(BTreeMap<char, u16>);

impl Numbers {
    /// The next code of a letter. Several services may share one.
    pub fn next(&self, series: char) -> Result<CallCode, Refusal> {
        let last = self.0.get(&series).copied().unwrap_or(0);
        CallCode::new(series, last.saturating_add(1)).ok_or(Refusal::NoCodeLeft)
    }

    /// Notes that a code has been given out.
    pub fn use_up(&mut self, code: CallCode) {
        let last = self.0.entry(code.series()).or_insert(0);
        *last = code.number().max(*last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_grow_and_end() {
        let mut numbers = Numbers::default();
        assert_eq!(numbers.next('A').unwrap().to_string(), "A001");
        numbers.use_up("A999".parse().unwrap());
        numbers.use_up("A007".parse().unwrap());
        assert_eq!(numbers.next('A').unwrap().to_string(), "A1000");
        assert_eq!(numbers.next('B').unwrap().to_string(), "B001");
        numbers.use_up("A9999".parse().unwrap());
        assert_eq!(numbers.next('A'), Err(Refusal::NoCodeLeft));
    }
}
