//! Why there is nothing to confirm: facts of somebody's appointment, to be explained. They are no faults.

use contract::{
    Refusal,
    text::Text,
    ticket::{CallCode, Standing, TicketView},
    time::{Date, Instant, TimeOfDay},
};

/// Why there is nothing to confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each says what the refusal or the standing of the same name says")]
pub enum Facts {
    AlreadyPresent { code: CallCode, since: Instant, room: Text, directions: Text },
    WrongSite { site: Text, address: Text },
    TooLate { by_minutes: i64, tolerance_minutes: u16 },
    AlreadyCalled { code: Option<CallCode>, counter: String },
    Absent,
    Over,
    NotToday { date: Date, time: Option<TimeOfDay> },
    NothingToday,
}

impl Facts {
    /// The facts in a refusal, if it speaks of the person's appointment.
    pub fn of(refusal: &Refusal) -> Option<Self> {
        Some(match refusal.clone() {
            Refusal::NotToday { date } => Self::NotToday { date, time: None },
            Refusal::WrongSite { site, address } => Self::WrongSite { site, address },
            Refusal::TooLate { by_minutes, tolerance_minutes } => Self::TooLate { by_minutes, tolerance_minutes },
            Refusal::AlreadyCalled { counter } => Self::AlreadyCalled { code: None, counter },
            Refusal::MarkedAbsent => Self::Absent,
            Refusal::AlreadyServed => Self::Over,
            _ => return None,
        })
    }

    /// Where a ticket stands, if there is nothing to confirm.
    pub fn about(ticket: &TicketView, today: Option<Date>) -> Option<Self> {
        Some(match &ticket.standing {
            Standing::Expected if ticket.elsewhere => {
                Self::WrongSite { site: ticket.site.clone(), address: ticket.address.clone() }
            }
            Standing::Expected if today.is_some_and(|today| ticket.date != today) => {
                Self::NotToday { date: ticket.date, time: Some(ticket.time) }
            }
            Standing::Expected => return None,
            Standing::Waiting { since } => Self::AlreadyPresent {
                code: ticket.code,
                since: *since,
                room: ticket.room.clone(),
                directions: ticket.directions.clone(),
            },
            Standing::AtCounter { counter } => {
                Self::AlreadyCalled { code: Some(ticket.code), counter: counter.clone() }
            }
            Standing::Absent => Self::Absent,
            Standing::Served | Standing::LeftOver | Standing::NoShow => Self::Over,
        })
    }

    /// The code for staff.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyPresent { .. } => "T-CHK-02",
            Self::WrongSite { .. } => "T-CHK-03",
            Self::TooLate { .. } => "T-CHK-04",
            Self::AlreadyCalled { .. } => "T-CHK-05",
            Self::Absent => "T-CHK-06",
            Self::Over => "T-CHK-07",
            Self::NotToday { .. } => "T-CHK-08",
            Self::NothingToday => "T-CHK-09",
        }
    }
}
