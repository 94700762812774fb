//! Which calls of a board are new, and until when they stay so: for their first minute and never longer (INV-12).
//!
//! How old a call is when it gets here, the server's own clock says: board and call bear its time. From then on the
//! call grows old by our clock, which never jumps, so that nothing is lost or said late when the server's is put right.

use contract::{
    board::{BoardCall, FRESH_SECONDS, RoomBoard},
    time::Moment,
};
use std::collections::BTreeMap;

const FRESH_MILLIS: u64 = FRESH_SECONDS.unsigned_abs() * 1000;

/// A call that was new when it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// When it came onto this screen.
    pub at: Moment,
    /// From then on it is no longer new.
    pub fresh_until: Moment,
}

/// What has been heard of calls, within one life of the installation.
#[derive(Debug, Default)]
pub struct Arrivals {
    /// The last board: its number, and when it came.
    last: Option<(u64, Moment)>,
    /// The number of the latest call heard of.
    latest: u64,
    calls: BTreeMap<u64, Arrival>,
}

impl Arrivals {
    /// Takes in a board that was so many milliseconds on its way. The calls that are new come out, the oldest first.
    pub fn take(&mut self, board: &RoomBoard, on_the_way: u64, now: Moment) -> Vec<(BoardCall, Arrival)> {
        self.calls.retain(|seq, _| board.calls.iter().any(|call| call.seq == *seq));
        let mut new = Vec::new();
        for call in board.calls.iter().filter(|call| call.seq > self.latest) {
            let age = self.age(call, board, on_the_way, now);
            if age < FRESH_MILLIS {
                let arrival = Arrival { at: now, fresh_until: now.plus_millis(FRESH_MILLIS - age) };
                self.calls.insert(call.seq, arrival);
                new.push((call.clone(), arrival));
            }
        }
        new.sort_by_key(|(call, _)| call.seq);
        self.latest = board.calls.iter().map(|call| call.seq).max().unwrap_or(0).max(self.latest);
        self.last = Some((board.seq, now));
        new
    }

    /// A call that came as a new one and is still on the board.
    pub fn of(&self, seq: u64) -> Option<Arrival> {
        self.calls.get(&seq).copied()
    }

    /// The least that is certain. If the server's clock was put right between call and board, the two do not fit: but
    /// what was not yet on the board before came after it.
    fn age(&self, call: &BoardCall, board: &RoomBoard, on_the_way: u64, now: Moment) -> u64 {
        let drawn = u64::try_from(board.at.as_millis() - call.called_at.as_millis()).ok();
        let by_server = drawn.map(|age| age.saturating_add(on_the_way));
        let since_last = self.last.filter(|(seq, _)| call.seq > *seq).map(|(_, came)| now.millis_since(came));
        by_server.into_iter().chain(since_last).min().unwrap_or(u64::MAX)
    }
}
