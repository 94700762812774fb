//! A ticket and where it stands, as nested states, so that illegal mixtures cannot be written.

use contract::{board::Because, ids::*, ticket::*, time::*};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// 128 bits that make a ticket's QR unguessable. Stored, so that a slip can be printed again. 32 figures in text.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nonce(pub u128);

impl Nonce {
    /// The four figures at the foot of the slip. Nobody but this server can make the nonce that they come from, and
    /// they change when it does: a slip that a moved ticket has left behind shows others.
    pub fn check_digits(self) -> CheckDigits {
        CheckDigits::of(self.0)
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce(…)")
    }
}
impl FromStr for Nonce {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}
impl TryFrom<String> for Nonce {
    type Error = std::num::ParseIntError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
impl From<Nonce> for String {
    fn from(nonce: Nonce) -> String {
        format!("{:032x}", nonce.0)
    }
}

/// The right to be served for a service at a time. Who holds it stands elsewhere: here are ids and codes only.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// Made by whoever asked for it.
    pub id: TicketId,
    /// Unique in the day.
    pub code: CallCode,
    /// For what.
    pub service: ServiceId,
    /// How it was asked for.
    pub channel: Channel,
    /// True if its holder showed a card.
    pub identified: bool,
    /// The appointment.
    pub starts_at: Instant,
    /// Which agenda's place it has.
    pub agenda: AgendaId,
    /// In which lane.
    pub lane: u16,
    /// When it was issued.
    pub issued_at: Instant,
    /// For its QR.
    pub nonce: Nonce,
    /// Where it stands.
    pub presence: Presence,
    /// The latest call, kept for the boards.
    pub last_call: Option<LastCall>,
}

/// The latest call of a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct LastCall {
    /// Its journal number.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// Where to.
    pub counter: CounterId,
    /// 1 for the first, 2 for the second, …
    pub times: u8,
    /// Why this person.
    pub because: Because,
}

/// Whether the holder is here.
#[derive(Debug, Clone, PartialEq)]
pub enum Presence {
    /// Not yet.
    Expected,
    /// Never came (known at closing).
    NoShow,
    /// Here, or was.
    Present(Visit),
}

/// A holder who came.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// When presence was noticed.
    pub since: Instant,
    /// How late in minutes, if readmitted.
    pub late_minutes: Option<i64>,
    /// How far the visit is.
    pub stage: Stage,
}

/// How far a visit is.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// In the room.
    Waiting,
    /// Called to a counter, see [`Ticket::last_call`].
    Called,
    /// At a counter.
    Serving {
        /// Which.
        counter: CounterId,
        /// Since when.
        since: Instant,
    },
    /// Done.
    Served {
        /// Since when.
        since: Instant,
        /// Until when.
        until: Instant,
    },
    /// Called, and did not appear.
    Absent {
        /// When that was noted.
        at: Instant,
    },
    /// Not called by closing.
    LeftOver,
}

impl Ticket {
    /// The visit, if the holder is here or was.
    pub fn visit(&self) -> Option<&Visit> {
        match &self.presence {
            Presence::Present(visit) => Some(visit),
            Presence::Expected | Presence::NoShow => None,
        }
    }

    /// The stage of the visit.
    pub fn stage(&self) -> Option<&Stage> {
        self.visit().map(|visit| &visit.stage)
    }

    /// True if nobody has called this ticket and the day is not over: the holder is here, or may still come.
    pub fn is_open(&self) -> bool {
        matches!(self.presence, Presence::Expected) || self.stage() == Some(&Stage::Waiting)
    }

    /// From when the holder is due: the later of appointment and presence.
    pub fn due(&self) -> Instant {
        self.visit().map_or(self.starts_at, |visit| visit.since.max(self.starts_at))
    }
}
