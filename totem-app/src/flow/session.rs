//! One person in front of the totem: which page, how it is shown, and for how long.

use super::{
    State, Touch, Trouble, Visit,
    arrival::{Listed, PresencePage, PresentPage, Reading},
    booking::ServicePage,
    facts::Facts,
    letters::{self, LetterPage},
    modal::Modal,
    printing::TicketPage,
};
use contract::{
    identity::{Credential, FiscalCode},
    text::Lang,
    time::Moment,
};

/// Nothing touched for this long: ask whether somebody is still there (D0.7).
pub const IDLE_MILLIS: u64 = 45_000;
/// The same where a page shows what belongs to one person.
pub const IDLE_PERSONAL_MILLIS: u64 = 30_000;

/// A service is never described on more pages than this: two texts of the greatest length, a few lines on each.
const INFO_PAGES: usize = 40;

/// How the screen is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Comfort {
    /// The language.
    pub lang: Lang,
    /// Large text.
    pub large: bool,
    /// High contrast.
    pub high_contrast: bool,
}

/// Somebody is here.
#[derive(Debug, Clone)]
pub struct Session {
    /// What was shown to the reader, if anything.
    pub credential: Option<Credential>,
    /// When it was shown, so that one pass that reads twice counts once.
    pub shown_at: Moment,
    /// Today's appointments that it opens.
    pub list: Listed,
    /// The page of services looked at.
    pub services_page: usize,
    /// Where the person is.
    pub page: Page,
    /// When something was last touched, shown or answered.
    pub touched: Moment,
}

/// Where a person is.
#[derive(Debug, Clone)]
pub enum Page {
    /// Which service?
    Services,
    /// With which letter does the service begin?
    Letters,
    /// The services of a letter.
    Letter(LetterPage),
    /// This service, its first place, and the confirmation.
    Service(Box<ServicePage>),
    /// A card or a QR was read; the server is asked what it opens.
    Reading(Reading),
    /// Several appointments of today.
    Appointments,
    /// "Confirm your presence?"
    Presence(Box<PresencePage>),
    /// Presence is confirmed.
    Present(Box<PresentPage>),
    /// Why there is nothing to confirm, and what to do.
    Facts(Box<Facts>),
    /// Take your ticket.
    Ticket(Box<TicketPage>),
    /// Something did not work.
    Trouble(Trouble),
}

impl Session {
    /// A new visit.
    pub fn new(page: Page, credential: Option<Credential>, now: Moment) -> Self {
        Self { credential, shown_at: now, list: Listed::default(), services_page: 0, page, touched: now }
    }

    /// The card that was passed.
    pub fn card(&self) -> Option<&FiscalCode> {
        match &self.credential {
            Some(Credential::Card { code }) => Some(code),
            _ => None,
        }
    }

    /// True while an answer is awaited: nothing else may begin.
    pub fn in_flight(&self) -> bool {
        match &self.page {
            Page::Service(page) => page.booking.is_some(),
            Page::Presence(page) => page.sent.is_some(),
            Page::Reading(_) => true,
            _ => false,
        }
    }

    /// How long nothing may be touched. None where another clock runs.
    fn idle_limit(&self) -> Option<u64> {
        match &self.page {
            _ if self.in_flight() => None,
            Page::Ticket(_) | Page::Present(_) => None,
            Page::Appointments | Page::Presence(_) | Page::Facts(_) => Some(IDLE_PERSONAL_MILLIS),
            Page::Services | Page::Letters | Page::Letter(_) | Page::Service(_) => Some(IDLE_MILLIS),
            Page::Trouble(_) | Page::Reading(_) => Some(IDLE_MILLIS),
        }
    }
}

/// A finger on stand-by: the services.
pub fn begin(state: &mut State, now: Moment) {
    let open = state.office.board.is_some() && state.office.outage().is_none();
    if open && matches!(state.visit, Visit::StandBy) {
        state.visit = Visit::Open(Session::new(Page::Services, None, now));
    }
}

/// On to the services, with the card just read if there was one.
pub fn services(state: &mut State, now: Moment) {
    if state.session().is_some_and(Session::in_flight) {
        return;
    }
    if let Some(session) = state.session_mut()
        && matches!(session.credential, Some(Credential::Qr { .. }))
    {
        // A ticket's QR opens that ticket and nothing else.
        session.credential = None;
    }
    state.go(Page::Services, now);
}

/// One page back. From the first page back is the stand-by.
pub fn back(state: &mut State, now: Moment) {
    let Some(session) = state.session() else { return };
    let several = session.list.tickets.len() > 1;
    match &session.page {
        Page::Service(_) | Page::Presence(_) if session.in_flight() => {}
        Page::Presence(_) | Page::Facts(_) if several => state.go(Page::Appointments, now),
        Page::Services | Page::Reading(_) | Page::Appointments | Page::Presence(_) | Page::Facts(_) => state.wipe(),
        Page::Letter(_) => state.go(Page::Letters, now),
        Page::Service(page) if page.by_letter => letters::back_to(state, &page.service.clone(), now),
        Page::Letters | Page::Service(_) | Page::Present(_) | Page::Ticket(_) | Page::Trouble(_) => {
            services(state, now);
        }
    }
}

/// The arrows of a list.
pub fn turn(state: &mut State, by: isize) {
    let pages = match state.page() {
        Some(Page::Letter(page)) => letters::pages(&state.office, state.comfort.lang, page.initial),
        _ => state.office.pages(),
    };
    let Some(session) = state.session_mut() else { return };
    let (number, pages) = match session.page {
        Page::Services => (&mut session.services_page, pages),
        Page::Letter(ref mut page) => (&mut page.number, pages),
        Page::Appointments => {
            let pages = session.list.pages();
            (&mut session.list.page, pages)
        }
        Page::Service(ref mut page) => (&mut page.info, INFO_PAGES),
        _ => return,
    };
    *number = number.saturating_add_signed(by).min(pages - 1);
}

/// Language, text size and contrast: of the whole screen, on every page.
pub fn change_comfort(state: &mut State, touch: &Touch, now: Moment) {
    let comfort = &mut state.comfort;
    match touch {
        Touch::Language => comfort.lang = state.office.language_after(comfort.lang),
        Touch::TextSize => comfort.large = !comfort.large,
        Touch::Contrast => comfort.high_contrast = !comfort.high_contrast,
        _ => {}
    }
    state.comfort_touched = now;
    // Another language or size puts other words on each page of a description.
    match state.session_mut().map(|session| &mut session.page) {
        Some(Page::Service(page)) => page.info = 0,
        // In another language other services stand under a letter: it is to be chosen anew.
        Some(page @ Page::Letter(_)) if *touch == Touch::Language => *page = Page::Letters,
        _ => {}
    }
}

/// Nobody has touched anything for a while: ask; on stand-by, give the screen back its own look.
pub fn idle(state: &mut State, now: Moment) {
    match &state.visit {
        Visit::StandBy => {
            let own = Comfort { lang: state.office.first_language(state.comfort.lang), ..Comfort::default() };
            if state.comfort != own && now.millis_since(state.comfort_touched) >= IDLE_MILLIS {
                state.comfort = own;
            }
        }
        Visit::Open(session) => {
            let over = session.idle_limit().is_some_and(|limit| now.millis_since(session.touched) >= limit);
            if over && state.modal.is_none() {
                state.modal = Some(Modal::still_there(now));
            }
        }
    }
}
