//! Which cells of an agenda's date are taken, lane by lane. A cell is five minutes.

use contract::agenda::CELL_MINUTES;
use std::{collections::BTreeMap, fmt, ops::Range, str::FromStr};

/// Cells in a day.
pub const CELLS: usize = 24 * 60 / CELL_MINUTES as usize;
const BYTES: usize = CELLS / 8;

/// The cells taken on one date of one agenda.
///
/// Its text form is small enough to be stored in one row per agenda and date:
/// `lane:hex` parts joined by spaces, 72 figures each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken(BTreeMap<u16, [u8; BYTES]>);

impl Taken {
    /// True if nobody has any of these cells in that lane.
    pub fn is_free(&self, lane: u16, cells: Range<usize>) -> bool {
        let Some(bits) = self.0.get(&lane) else { return cells.end <= CELLS };
        cells.end <= CELLS && cells.into_iter().all(|cell| bits[cell / 8] & (1 << (cell % 8)) == 0)
    }

    /// Takes these cells. Cells beyond the day are left out.
    pub fn take(&mut self, lane: u16, cells: Range<usize>) {
        let bits = self.0.entry(lane).or_insert([0; BYTES]);
        for cell in cells.start..cells.end.min(CELLS) {
            bits[cell / 8] |= 1 << (cell % 8);
        }
    }

    /// How many cells are taken, over all lanes.
    pub fn count(&self) -> u32 {
        self.0.values().flatten().map(|byte| byte.count_ones()).sum()
    }
}

/// A text that is no `Taken`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadTaken;

impl fmt::Display for BadTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the stored occupancy of an agenda's date cannot be read")
    }
}
impl std::error::Error for BadTaken {}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (lane, bits)) in self.0.iter().enumerate() {
            let gap = if at == 0 { "" } else { " " };
            // Written with every batch: figure by figure it would cost more than all the rest of a ticket's rules.
            let figures: String = bits.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(figure).collect();
            write!(f, "{gap}{lane}:{figures}")?;
        }
        Ok(())
    }
}

fn figure(half_byte: u8) -> char {
    char::from(b"0123456789abcdef"[usize::from(half_byte)])
}

impl FromStr for Taken {
    type Err = BadTaken;
    fn from_str(text: &str) -> Result<Self, BadTaken> {
        let mut lanes = BTreeMap::new();
        for part in text.split_whitespace() {
            let (lane, hex) = part.split_once(':').ok_or(BadTaken)?;
            if hex.len() != BYTES * 2 || !hex.is_ascii() {
                return Err(BadTaken);
            }
            let mut bits = [0; BYTES];
            for (at, byte) in bits.iter_mut().enumerate() {
                *byte = u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).map_err(|_| BadTaken)?;
            }
            lanes.insert(lane.parse().map_err(|_| BadTaken)?, bits);
        }
        Ok(Self(lanes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_last_cell_of_the_day_can_be_taken_and_none_beyond() {
        let mut taken = Taken::default();
        taken.take(1, CELLS - 2..CELLS);
        assert!(!taken.is_free(1, CELLS - 1..CELLS));
        assert!(!taken.is_free(2, CELLS - 1..CELLS + 1));
        assert!(taken.is_free(2, CELLS - 1..CELLS));
        assert_eq!(taken.count(), 2);
    }

    proptest! {
        #[test]
        fn what_is_stored_comes_back(ranges in prop::collection::vec((1u16..5, 0usize..CELLS, 1usize..20), 0..20)) {
            let mut taken = Taken::default();
            for (lane, start, length) in ranges {
                taken.take(lane, start..start + length);
                prop_assert!(!taken.is_free(lane, start..start + 1));
            }
            prop_assert_eq!(taken.to_string().parse::<Taken>(), Ok(taken));
        }
    }
}
