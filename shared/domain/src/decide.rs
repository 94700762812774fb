//! The one door through which a day changes: a command and the time go in, events or a refusal come out.

use crate::{booking, check_in, closing, counter, day::Day, event::Event, ticket::Nonce};
use contract::{api::Offer, ids::*, refusal::Refusal, ticket::Channel, time::*};

/// What somebody, or the passing of time, wants of a day.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Take a place. Asking again with the same ticket changes nothing.
    Book {
        /// The id that the asker made.
        ticket: TicketId,
        /// For what.
        service: ServiceId,
        /// Which place: the start of its slot.
        starts_at: Instant,
        /// How it was asked for.
        channel: Channel,
        /// True if the holder showed a card.
        identified: bool,
        /// True if the holder stands in this site's building.
        here: bool,
        /// For the QR.
        nonce: Nonce,
    },
    /// "I am here." Saying it again changes nothing.
    CheckIn {
        /// Whose ticket.
        ticket: TicketId,
        /// Where it is said.
        at_site: SiteId,
    },
    /// Sit down at a counter, or change what is served there.
    OpenCounter {
        /// Which.
        counter: CounterId,
        /// Who.
        operator: OperatorId,
        /// What they will serve.
        services: Vec<ServiceId>,
    },
    /// Get up.
    LeaveCounter {
        /// Which.
        counter: CounterId,
        /// Who.
        operator: OperatorId,
    },
    /// Call the next person, after finishing the one being served if that is asked for.
    CallNext {
        /// Where to.
        counter: CounterId,
        /// By whom.
        operator: OperatorId,
        /// Who is to be finished first.
        finish: Option<TicketId>,
    },
    /// The next step of the person who was called.
    Step {
        /// At which counter.
        counter: CounterId,
        /// By whom.
        operator: OperatorId,
        /// Who is meant.
        ticket: TicketId,
        /// What to do.
        step: Step,
    },
    /// The day is over.
    CloseDay,
}

/// What a clerk does with the person who was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Call once more.
    CallAgain,
    /// The person stands here.
    Start,
    /// The person has been served.
    Finish {
        /// When, if that is told later (F64). None: now.
        at: Option<Instant>,
    },
    /// The person did not appear.
    MarkAbsent,
}

/// What lies outside the day and matters to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// How many open tickets the person who asks has for the service, on any day.
    pub open_tickets_of_person: u16,
    /// A place for the service, free on a date that is not over and before this one. Asked only for whoever may have
    /// the first availability alone.
    pub free_on_an_earlier_date: Option<Offer>,
}

/// Decides. No events means: it is so already.
pub fn decide(day: &Day, facts: &Facts, command: &Command, now: Instant) -> Result<Vec<Event>, Refusal> {
    if day.is_closed() {
        return if *command == Command::CloseDay { Ok(Vec::new()) } else { Err(Refusal::DayClosed) };
    }
    match command {
        Command::Book { .. } => booking::book(day, facts, command, now),
        Command::CheckIn { ticket, at_site } => check_in::check_in(day, *ticket, at_site, now),
        Command::OpenCounter { counter, operator, services } => counter::open(day, counter, operator, services),
        Command::LeaveCounter { counter, operator } => counter::leave(day, counter, operator),
        Command::CallNext { counter, operator, finish } => counter::call_next(day, counter, operator, *finish, now),
        Command::Step { counter, operator, ticket, step } => counter::step(day, counter, operator, *ticket, *step, now),
        Command::CloseDay => closing::close(day, now),
    }
}
