//! Somebody shows a card or a ticket: what it opens, and "I am here".

use super::{
    Again, Effect, Failure, State, Trouble, Visit,
    booking::PATIENCE_MILLIS,
    facts::Facts,
    facts_or_failed,
    fault::Fault,
    modal::{Misread, Modal},
    session::{Page, Session},
};
use contract::{
    api::{Appointments, CheckedIn},
    identity::Credential,
    ids::TicketId,
    ticket::TicketView,
    time::Moment,
};

/// Appointments on one page of the list.
pub const LISTED: usize = 4;
/// One pass of a card that is read twice counts once.
const SAME_PASS_MILLIS: u64 = 3_000;
/// After so many codes in a row that were not read, say that there is another way.
const OFTEN: u8 = 3;
/// "Presence confirmed" stays this long.
pub const PRESENT_MILLIS: u64 = 20_000;

/// A card or a QR was read; the server is asked what it opens.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The name of the question.
    pub asked: u64,
    /// Since when.
    pub since: Moment,
}

/// Today's appointments, a page at a time.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// By time.
    pub tickets: Vec<TicketView>,
    /// The page shown.
    pub page: usize,
}

impl Listed {
    /// How many pages, at least one.
    pub fn pages(&self) -> usize {
        self.tickets.len().div_ceil(LISTED).max(1)
    }

    /// The appointments of the page shown.
    pub fn shown(&self) -> &[TicketView] {
        let from = (self.page * LISTED).min(self.tickets.len());
        &self.tickets[from..(from + LISTED).min(self.tickets.len())]
    }
}

/// "Confirm your presence?"
#[derive(Debug, Clone)]
pub struct PresencePage {
    /// For this appointment.
    pub ticket: TicketView,
    /// Since when the answer is awaited.
    pub sent: Option<Moment>,
}

/// Presence is confirmed.
#[derive(Debug, Clone)]
pub struct PresentPage {
    /// The ticket as it stands.
    pub ticket: TicketView,
    /// How late, if readmitted.
    pub late_minutes: Option<i64>,
    /// When the page goes.
    pub until: Moment,
}

/// A card or a QR was shown. In somebody's visit, ask first whose it is (D0.9).
pub fn shown(state: &mut State, credential: Credential, now: Moment) -> Vec<Effect> {
    state.misreads = 0;
    if state.office.board.is_none() || state.office.outage().is_some() {
        return Vec::new();
    }
    if matches!(state.modal, Some(Modal::NotRead { .. })) {
        state.modal = None;
    }
    let Some(session) = state.session() else {
        return search(state, credential, now);
    };
    let same = session.credential.as_ref() == Some(&credential);
    let looking_up = matches!(session.page, Page::Reading(_));
    // What has been confirmed is waited for; what is only looked up may give way to another card.
    if session.in_flight() && (same || !looking_up) || same && now.millis_since(session.shown_at) < SAME_PASS_MILLIS {
        return Vec::new();
    }
    if same {
        state.modal = None;
        return search(state, credential, now);
    }
    state.modal = Some(Modal::is_it_you(credential, now));
    Vec::new()
}

/// What was read is no card and no ticket. The server is not asked.
pub fn misread(state: &mut State, why: Misread, now: Moment) -> Vec<Effect> {
    let busy = state.session().is_some_and(Session::in_flight);
    let asking = matches!(state.modal, Some(Modal::StillThere { .. } | Modal::IsItYou { .. }));
    if !busy && !asking && state.office.board.is_some() && state.office.outage().is_none() {
        state.misreads = state.misreads.saturating_add(1);
        state.modal = Some(Modal::not_read(why, state.misreads >= OFTEN, now));
        if let Some(session) = state.session_mut() {
            session.touched = now;
        }
    }
    Vec::new()
}

/// "It is me": the visit so far is forgotten, its language and text size stay.
pub fn take_over(state: &mut State, credential: Credential, now: Moment) -> Vec<Effect> {
    state.visit = Visit::StandBy;
    search(state, credential, now)
}

/// Asks what a credential opens. Opens a visit where there is none.
pub fn search(state: &mut State, credential: Credential, now: Moment) -> Vec<Effect> {
    let asked = state.next_serial();
    let page = Page::Reading(Reading { asked, since: now });
    state.visit = Visit::Open(Session::new(page, Some(credential.clone()), now));
    vec![Effect::Search { asked, credential }]
}

/// The server says what the credential opens.
pub fn found(state: &mut State, asked: u64, answer: Result<Appointments, Failure>, now: Moment) -> Vec<Effect> {
    let Some(session) = state.session() else { return Vec::new() };
    if !matches!(&session.page, Page::Reading(reading) if reading.asked == asked) {
        return Vec::new();
    }
    let Some(credential) = session.credential.clone() else { return Vec::new() };
    match answer.map_err(facts_or_failed) {
        Ok(appointments) => sort_out(state, &credential, appointments, now),
        Err(Ok(facts)) => state.go(Page::Facts(Box::new(facts)), now),
        Err(Err(failed)) => {
            let again = failed.fault.may_pass().then_some(Again::Search(credential));
            state.go(Page::Trouble(Trouble { failed, again }), now);
        }
    }
    Vec::new()
}

/// One to confirm: confirm it. Several: choose. None: what there is to say, or on to the services.
fn sort_out(state: &mut State, credential: &Credential, appointments: Appointments, now: Moment) {
    let today = state.office.today(now);
    let by_card = matches!(credential, Credential::Card { .. });
    let over = |ticket: &TicketView| Facts::about(ticket, today) == Some(Facts::Over);
    let tickets: Vec<_> = appointments.tickets.into_iter().filter(|ticket| !by_card || !over(ticket)).collect();
    let mut open = tickets.iter().filter(|ticket| Facts::about(ticket, today).is_none());
    let page = match (open.next().cloned(), open.next(), tickets.as_slice()) {
        (Some(ticket), None, _) => Page::Presence(Box::new(PresencePage { ticket, sent: None })),
        (None, None, []) if by_card => Page::Services,
        (None, None, []) => Page::Facts(Box::new(Facts::NothingToday)),
        (None, None, [ticket]) => Page::Facts(Box::new(Facts::about(ticket, today).unwrap_or(Facts::NothingToday))),
        _ => Page::Appointments,
    };
    if let Some(session) = state.session_mut() {
        session.list = Listed { tickets, page: 0 };
    }
    state.go(page, now);
}

/// One of the list: confirm it, or hear why not.
pub fn choose(state: &mut State, ticket: TicketId, now: Moment) {
    let today = state.office.today(now);
    let Some(session) = state.session() else { return };
    if !matches!(session.page, Page::Appointments) {
        return;
    }
    let Some(ticket) = session.list.tickets.iter().find(|one| one.id == ticket).cloned() else { return };
    let page = match Facts::about(&ticket, today) {
        None => Page::Presence(Box::new(PresencePage { ticket, sent: None })),
        Some(facts) => Page::Facts(Box::new(facts)),
    };
    state.go(page, now);
}

/// "I am here." A second touch finds the first under way.
pub fn confirm(state: &mut State, now: Moment) -> Vec<Effect> {
    let Some(session) = state.session_mut() else { return Vec::new() };
    let Some(credential) = session.credential.clone() else { return Vec::new() };
    let Page::Presence(page) = &mut session.page else { return Vec::new() };
    if page.sent.is_some() {
        return Vec::new();
    }
    page.sent = Some(now);
    vec![Effect::CheckIn { ticket: page.ticket.id, credential }]
}

/// The server answered a check-in. A late answer is welcome on the page that says it is late.
pub fn checked_in(
    state: &mut State,
    ticket: TicketId,
    answer: Result<Box<CheckedIn>, Failure>,
    now: Moment,
) -> Vec<Effect> {
    let page = match state.page() {
        Some(Page::Presence(page)) => page,
        Some(Page::Trouble(Trouble { again: Some(Again::CheckIn(page)), .. })) => page,
        _ => return Vec::new(),
    };
    if page.ticket.id != ticket {
        return Vec::new();
    }
    let asked = PresencePage { ticket: page.ticket.clone(), sent: None };
    let page = match answer.map_err(facts_or_failed) {
        Ok(done) => Page::Present(Box::new(PresentPage {
            ticket: done.ticket,
            late_minutes: done.late_minutes,
            until: now.plus_millis(PRESENT_MILLIS),
        })),
        Err(Ok(Facts::AlreadyCalled { counter, .. })) => {
            Page::Facts(Box::new(Facts::AlreadyCalled { code: Some(asked.ticket.code), counter }))
        }
        Err(Ok(facts)) => Page::Facts(Box::new(facts)),
        Err(Err(failed)) => {
            let again = failed.fault.may_pass().then(|| Again::CheckIn(Box::new(asked)));
            Page::Trouble(Trouble { failed, again })
        }
    };
    state.go(page, now);
    Vec::new()
}

/// No answer for too long: say so.
pub fn give_up_waiting(state: &mut State, now: Moment) {
    let Some(session) = state.session() else { return };
    let late = |since: Moment| now.millis_since(since) >= PATIENCE_MILLIS;
    let again = match (&session.page, &session.credential) {
        (Page::Reading(reading), Some(credential)) if late(reading.since) => Again::Search(credential.clone()),
        (Page::Presence(page), _) if page.sent.is_some_and(late) => {
            Again::CheckIn(Box::new(PresencePage { ticket: page.ticket.clone(), sent: None }))
        }
        _ => return,
    };
    state.go(Page::Trouble(Trouble { failed: Fault::AnswerLate.into(), again: Some(again) }), now);
}
