//! What came of something, in the words of the office, short enough for a line of a story.

use contract::{Refusal, api::*, board::*, ids::ServiceId, text::Lang, ticket::*, time::*};

/// Puts values into words, in the time of one site.
#[derive(Debug, Clone)]
pub struct Narrator {
    /// The zone of the site's clocks.
    pub zone: Zone,
}

impl Narrator {
    fn clock(&self, at: Instant) -> TimeOfDay {
        at.on_the_wall(&self.zone).1
    }

    /// "A001 at 09:10, waiting".
    pub fn ticket(&self, ticket: &TicketView) -> String {
        let elsewhere = if ticket.elsewhere { format!(" at {}", ticket.site.get(Lang::It)) } else { String::new() };
        let standing = self.standing(&ticket.standing);
        format!("{} {} at {}{elsewhere}, {standing}", ticket.code, ticket.service.get(Lang::It), ticket.time)
    }

    fn standing(&self, standing: &Standing) -> String {
        match standing {
            Standing::Expected => "expected".to_owned(),
            Standing::Waiting { since } => format!("waiting since {}", self.clock(*since)),
            Standing::AtCounter { counter } => format!("at counter {counter}"),
            Standing::Served => "served".to_owned(),
            Standing::Absent => "absent".to_owned(),
            Standing::LeftOver => "left over".to_owned(),
            Standing::NoShow => "did not come".to_owned(),
        }
    }

    /// Every appointment, or that there is none.
    pub fn appointments(&self, found: &Appointments) -> String {
        let all: Vec<_> = found.tickets.iter().map(|ticket| self.ticket(ticket)).collect();
        if all.is_empty() { "no appointment today".to_owned() } else { all.join("; ") }
    }

    /// "present A007, since 08:50".
    pub fn checked_in(&self, done: &CheckedIn) -> String {
        let late = done.late_minutes.map_or(String::new(), |late| format!(", readmitted {late} min late"));
        format!("present {} since {}{late}", done.ticket.code, self.clock(done.since))
    }

    /// "09:10", or with its date if that is another.
    pub fn offer(&self, offer: Option<&Offer>, today: Date) -> String {
        match offer {
            None => "no place".to_owned(),
            Some(offer) if offer.date == today => offer.time.to_string(),
            Some(offer) => format!("{} {}", offer.date, offer.time),
        }
    }

    /// Who is at the counter, how far, and why that person.
    pub fn current(&self, board: &CounterBoard) -> String {
        let Some(current) = &board.current else { return "nobody at the counter".to_owned() };
        match &current.stage {
            Stage::Called { times: 1, .. } => format!("{} {}", current.code, self.because(&current.because)),
            Stage::Called { times, calls_left, .. } => {
                format!("{} called {times} times, {calls_left} left", current.code)
            }
            Stage::Serving { .. } => format!("serving {}", current.code),
        }
    }

    fn because(&self, because: &Because) -> String {
        let rule = match because.rule {
            Rule::Due { waited_minutes } => format!("due for {waited_minutes} min"),
            Rule::Readmitted { late_minutes } => format!("readmitted, came {late_minutes} min late"),
            Rule::Early { early_minutes } => format!("{early_minutes} min early, nobody else is due"),
        };
        let rivals: Vec<_> = because.ahead_of.iter().map(|rival| rival.code.to_string()).collect();
        let before = if rivals.is_empty() { String::new() } else { format!(", before {}", rivals.join(" ")) };
        format!("because {rule}, promised by {}{before}", self.clock(because.deadline))
    }

    /// Who waits and who is expected.
    pub fn queue(&self, board: &CounterBoard) -> String {
        let codes = |lines: &[QueueLine]| {
            let codes: Vec<_> = lines.iter().map(|line| line.code.to_string()).collect();
            if codes.is_empty() { "nobody".to_owned() } else { codes.join(" ") }
        };
        format!("waiting {}; expected {}", codes(&board.queue), codes(&board.expected))
    }

    /// What hangs in the room, newest first.
    pub fn room(&self, board: &RoomBoard) -> String {
        let call = |call: &BoardCall| {
            let times = if call.times > 1 { format!(" for the {}. time", call.times) } else { String::new() };
            let open = if call.open { "" } else { " (done)" };
            let room = call.room_name.as_ref().map_or(String::new(), |room| format!(" in {}", room.get(Lang::It)));
            format!("{} to counter {}{room}{times}{open}", call.code, call.counter)
        };
        let calls: Vec<_> = board.calls.iter().map(call).collect();
        let waiting: u32 = board.waiting.iter().map(|service| service.people).sum();
        let calls = if calls.is_empty() { "no call".to_owned() } else { calls.join(", ") };
        format!("{calls}; {waiting} waiting")
    }

    /// A "no", with its facts.
    pub fn refusal(&self, refusal: &Refusal, today: Date) -> String {
        match refusal {
            Refusal::PlaceTaken { next } => format!("no: {refusal}; next: {}", self.offer(next.as_ref(), today)),
            Refusal::NobodyWaiting { next_from, expected } => {
                let from = next_from.map_or(String::new(), |at| format!("; may be called from {}", self.clock(at)));
                format!("no: {refusal}, {expected} expected{from}")
            }
            Refusal::WrongSite { site, address } => {
                format!("no: {refusal}: {}, {}", site.get(Lang::It), address.get(Lang::It))
            }
            other => format!("no: {other}"),
        }
    }
}

/// The services of a list like "tributi, anagrafe".
pub fn services(list: &str) -> Result<Vec<ServiceId>, contract::ids::BadId> {
    list.split(',').map(|one| one.trim().parse()).collect()
}
