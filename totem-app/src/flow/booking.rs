//! One service: its first free place, and taking it.
//!
//! The place is offered, not held. If it goes, the next one stands in its place and one more touch takes that.

use super::{
    Again, Effect, Failure, State, Trouble,
    fault::{Failed, Fault},
    printing,
    session::{Page, Session},
};
use contract::{
    Refusal,
    api::{BookTicket, Offer},
    ids::{ServiceId, TicketId},
    ticket::TicketView,
    time::Moment,
};

/// No answer for this long: say so (D0.6). The same id is sent again if the person tries again.
pub const PATIENCE_MILLIS: u64 = 10_000;

/// One service, its first place, and the confirmation.
#[derive(Debug, Clone)]
pub struct ServicePage {
    /// The service.
    pub service: ServiceId,
    /// True if it was found by its letter: back leads there.
    pub by_letter: bool,
    /// The place offered.
    pub offer: Option<Offer>,
    /// True if the place offered before has been taken by somebody else.
    pub just_taken: bool,
    /// The page of its description that is read.
    pub info: usize,
    /// The booking under way, or the one whose outcome is not known.
    pub booking: Option<Booking>,
}

/// A place being taken.
#[derive(Debug, Clone)]
pub struct Booking {
    /// The ticket to be, named once.
    pub ticket: TicketId,
    /// What was asked for.
    pub request: BookTicket,
    /// Since when an answer is awaited.
    pub since: Moment,
}

/// Opens a service's page.
pub fn look(state: &mut State, service: &ServiceId, now: Moment) {
    let by_letter = match state.page() {
        Some(Page::Services) => false,
        Some(Page::Letter(_)) => true,
        _ => return,
    };
    let Some(tile) = state.office.tile(service) else { return };
    let page = ServicePage {
        service: service.clone(),
        by_letter,
        offer: tile.first.clone(),
        just_taken: false,
        info: 0,
        booking: None,
    };
    state.go(Page::Service(Box::new(page)), now);
}

/// A fresh board: what the page offers is what is free (D3.3). A booking under way keeps what it asked for.
pub fn refresh(state: &mut State, now: Moment) {
    let Some(Page::Service(page)) = state.page() else { return };
    if page.booking.is_some() {
        return;
    }
    let first = state.office.tile(&page.service).and_then(|tile| tile.first.clone());
    if first != page.offer {
        let wall = state.wall(now);
        if let Some(Page::Service(page)) = state.session_mut().map(|session| &mut session.page) {
            // A place whose hour has come was not taken by anybody.
            let expired = page.offer.as_ref().zip(wall).is_some_and(|(offer, wall)| offer.starts_at <= wall);
            page.replace(first, !expired);
        }
    }
}

impl ServicePage {
    fn replace(&mut self, next: Option<Offer>, taken: bool) {
        let starts = |offer: &Option<Offer>| offer.as_ref().map(|offer| offer.starts_at);
        let later = starts(&self.offer).is_some_and(|old| starts(&next).is_none_or(|new| new > old));
        self.just_taken = taken && later;
        self.offer = next;
        self.booking = None;
    }
}

/// The large confirmation: takes the place offered. A second touch finds the booking under way (F54).
pub fn confirm(state: &mut State, fresh: TicketId, now: Moment) -> Vec<Effect> {
    let Some(site) = state.office.board.as_ref().map(|board| board.site.clone()) else { return Vec::new() };
    let Some(session) = state.session_mut() else { return Vec::new() };
    let card = session.card().cloned();
    let Page::Service(page) = &mut session.page else { return Vec::new() };
    let (Some(offer), None) = (&page.offer, &page.booking) else { return Vec::new() };
    let request = BookTicket { service: page.service.clone(), site, starts_at: offer.starts_at, card };
    page.booking = Some(Booking { ticket: fresh, request: request.clone(), since: now });
    vec![Effect::Book { ticket: fresh, request }]
}

/// Once more, with the same id: if the first one arrived, this gives the same ticket (F24).
pub fn again(state: &mut State, mut page: ServicePage, now: Moment) -> Vec<Effect> {
    let Some(booking) = &mut page.booking else { return Vec::new() };
    booking.since = now;
    let effect = Effect::Book { ticket: booking.ticket, request: booking.request.clone() };
    state.go(Page::Service(Box::new(page)), now);
    vec![effect]
}

/// The booking that is awaited, or was given up for late: its answer is welcome either way.
fn awaited(session: &Session, ticket: TicketId) -> Option<ServicePage> {
    let page = match &session.page {
        Page::Service(page) => page,
        Page::Trouble(Trouble { again: Some(Again::Book(page)), .. }) => page,
        _ => return None,
    };
    let same = page.booking.as_ref().is_some_and(|booking| booking.ticket == ticket);
    same.then(|| (**page).clone())
}

/// The server answered a booking.
pub fn booked(
    state: &mut State,
    ticket: TicketId,
    answer: Result<Box<TicketView>, Failure>,
    now: Moment,
) -> Vec<Effect> {
    let Some(mut page) = state.session().and_then(|session| awaited(session, ticket)) else { return Vec::new() };
    match answer {
        Ok(view) => return printing::take_your_ticket(state, *view, now),
        Err(Failure::Refused(Refusal::PlaceTaken { next: Some(next) })) => {
            page.replace(Some(next), true);
            state.go(Page::Service(Box::new(page)), now);
        }
        Err(failure) => trouble(state, Failed::of(&failure), page, now),
    }
    // What the tiles say of this service may be as old as what was refused.
    state.office.ask_at = state.office.ask_at.map(|_| now);
    Vec::new()
}

fn trouble(state: &mut State, failed: Failed, page: ServicePage, now: Moment) {
    let again = failed.fault.may_pass().then(|| Again::Book(Box::new(page)));
    state.go(Page::Trouble(Trouble { failed, again }), now);
}

/// No answer for too long: say that the outcome is not known, and keep the id for the next try.
pub fn give_up_waiting(state: &mut State, now: Moment) {
    let Some(Page::Service(page)) = state.page() else { return };
    let late = page.booking.as_ref().is_some_and(|booking| now.millis_since(booking.since) >= PATIENCE_MILLIS);
    if late {
        let page = (**page).clone();
        trouble(state, Fault::AnswerLate.into(), page, now);
    }
}
