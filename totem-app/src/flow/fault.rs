//! The catalogue of what can go wrong, with the code that staff look up. The words are in the pages.
//!
//! A code, once given, is never given to something else.

use super::Failure;
use contract::Refusal;

/// What went wrong, as far as it changes what a person should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The server cannot be reached.
    ServerAway,
    /// No answer in time: whether it was done is not known.
    AnswerLate,
    /// The server answered something that this program does not understand.
    AnswerUnreadable,
    /// The server cannot store anything now; nothing was done.
    ServerBusy,
    /// A fault inside the server; nothing was done.
    ServerFault,
    /// The server does not know this totem.
    NotAdmitted,
    /// All places were taken while the person was looking.
    NoPlaceLeft,
    /// The person has enough open tickets for this service.
    TooManyOpen,
    /// No call code is left for the day.
    NoCodeLeft,
    /// The office's day is over.
    DayClosed,
    /// No ticket answers to this QR.
    UnknownTicket,
}

impl Fault {
    /// Every fault, for tests and for the list that staff read.
    pub const ALL: [Self; 11] = [
        Self::ServerAway,
        Self::AnswerLate,
        Self::AnswerUnreadable,
        Self::ServerBusy,
        Self::ServerFault,
        Self::NotAdmitted,
        Self::NoPlaceLeft,
        Self::TooManyOpen,
        Self::NoCodeLeft,
        Self::DayClosed,
        Self::UnknownTicket,
    ];

    /// What a refusal means at a totem.
    pub fn of(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::PlaceTaken { .. } | Refusal::NoSuchPlace => Self::NoPlaceLeft,
            Refusal::TooManyOpen { .. } => Self::TooManyOpen,
            Refusal::NoCodeLeft => Self::NoCodeLeft,
            Refusal::DayClosed => Self::DayClosed,
            Refusal::UnknownTicket | Refusal::NotFound => Self::UnknownTicket,
            Refusal::Unauthenticated | Refusal::Forbidden => Self::NotAdmitted,
            Refusal::Unavailable { .. } | Refusal::TooMany { .. } => Self::ServerBusy,
            _ => Self::ServerFault,
        }
    }

    /// The code for staff.
    pub fn code(self) -> &'static str {
        match self {
            Self::ServerAway => "T-NET-01",
            Self::AnswerLate => "T-NET-02",
            Self::AnswerUnreadable => "T-NET-03",
            Self::ServerBusy => "T-SRV-01",
            Self::ServerFault => "T-SRV-02",
            Self::NotAdmitted => "T-SRV-03",
            Self::NoPlaceLeft => "T-BOK-01",
            Self::TooManyOpen => "T-BOK-02",
            Self::NoCodeLeft => "T-BOK-03",
            Self::DayClosed => "T-BOK-04",
            Self::UnknownTicket => "T-CHK-01",
        }
    }

    /// True if nobody knows whether what was asked for has been done.
    pub fn leaves_it_open(self) -> bool {
        matches!(self, Self::ServerAway | Self::AnswerLate | Self::AnswerUnreadable)
    }

    /// True if doing the same again may help.
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            Self::ServerAway | Self::AnswerLate | Self::AnswerUnreadable | Self::ServerBusy | Self::ServerFault
        )
    }
}

/// A fault, and what the server's log knows it by, so that a citizen can tell the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// What went wrong.
    pub fault: Fault,
    /// "1A2B3C4D"; empty unless it was a fault inside the server.
    pub incident: String,
}

impl Failed {
    /// What a missing answer means at a totem.
    pub fn of(failure: &Failure) -> Self {
        match failure {
            Failure::Unreachable => Fault::ServerAway.into(),
            Failure::Unreadable => Fault::AnswerUnreadable.into(),
            Failure::Refused(refusal @ Refusal::Fault { incident }) => {
                Self { fault: Fault::of(refusal), incident: incident.clone() }
            }
            Failure::Refused(refusal) => Fault::of(refusal).into(),
        }
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self { fault, incident: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_is_given_once() {
        let codes: BTreeSet<_> = Fault::ALL.into_iter().map(Fault::code).collect();
        assert_eq!(codes.len(), Fault::ALL.len());
    }
}
