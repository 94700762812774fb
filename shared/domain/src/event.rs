//! What happened in a day. The journal keeps these for ever: fields and variants are only ever added.
//!
//! Ids and codes only: people's names and codes stand elsewhere, and notes stay out.

use crate::ticket::Nonce;
use contract::{board::Because, ids::*, ticket::*, time::*};
use serde::{Deserialize, Serialize};

/// One line of a site's journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, gap-free per site, from 1.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// Who did it.
    pub by: Actor,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A citizen at a kiosk.
    Totem(TotemId),
    /// A member of staff.
    Operator(OperatorId),
    /// The passing of time.
    Clock,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields are those of the ticket and of the counter's seat, documented there")]
pub enum Event {
    /// A place was taken and a ticket issued.
    TicketBooked {
        ticket: TicketId,
        code: CallCode,
        service: ServiceId,
        channel: Channel,
        identified: bool,
        starts_at: Instant,
        agenda: AgendaId,
        lane: u16,
        slot_minutes: u16,
        nonce: Nonce,
        /// True if the holder stands in the building and waits from now on.
        present: bool,
    },
    /// The holder said "I am here" in time.
    TicketCheckedIn { ticket: TicketId },
    /// The holder said "I am here" late, and within the tolerance.
    TicketReadmitted { ticket: TicketId, late_minutes: i64 },
    /// Somebody sat down at a counter, or changed the services served there.
    CounterOpened { counter: CounterId, operator: OperatorId, services: Vec<ServiceId> },
    /// The counter is free again.
    CounterLeft { counter: CounterId, operator: OperatorId },
    /// Somebody was called, and why.
    TicketCalled { ticket: TicketId, counter: CounterId, because: Because },
    /// The same person was called once more.
    TicketCalledAgain { ticket: TicketId, counter: CounterId, times: u8 },
    /// The person stands at the counter.
    ServiceStarted { ticket: TicketId, counter: CounterId },
    /// The person has been served.
    TicketServed {
        ticket: TicketId,
        counter: CounterId,
        /// When, if that was told later than it happened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Instant>,
    },
    /// The person was called and did not appear.
    TicketAbsent { ticket: TicketId, counter: CounterId },
    /// The day is over. Everybody who was still open is named here.
    DayClosed { left_over: Vec<TicketId>, no_shows: Vec<TicketId> },
}
