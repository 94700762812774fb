//! What the window is to show, as plain data: every "if" on meaning has been answered here, every text of the office is
//! in the language of the screen. The words of the pages are not here: `.slint` files and translations have them.
//!
//! PURE. It must not import slint, client or devices.

mod from_state;
mod info;
mod page;
mod when;

pub use info::InfoPage;
pub use page::{Appointment, Code, ComingBack, FactsView, PageView, Service, Stage, TicketPageView, Tile};
pub use when::{DayWord, When, clock, place, weekday};

use crate::flow::{
    State,
    modal::{Misread, Modal},
    session::{Page, Session},
};
use contract::{text::Lang, time::Moment};

/// After this long say that something is on its way, …
const PROGRESS_MILLIS: u64 = 400;
/// … and after this long say it in words (D0.6).
const WORDS_MILLIS: u64 = 3_000;

/// Everything that the window shows.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// What heads every page.
    pub head: Head,
    /// The language of the screen.
    pub lang: Lang,
    /// The language that the language button brings.
    pub next_lang: Lang,
    /// Large text.
    pub large: bool,
    /// High contrast.
    pub high_contrast: bool,
    /// True where there is something to leave.
    pub can_leave: bool,
    /// What was shown to the reader in this visit: a chip says so, and no name.
    pub shown: Shown,
    /// The page.
    pub page: PageView,
    /// What stands over it.
    pub modal: ModalView,
}

/// What heads every page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// "Comune di Crema". Empty before the server has answered.
    pub institution: String,
    /// The line below.
    pub motto: String,
    /// What o'clock it is: the server's time. None before it is known.
    pub now: Option<When>,
}

/// What was shown to the reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shown {
    /// Nothing.
    #[default]
    Nothing,
    /// A health card.
    Card,
    /// A ticket.
    Ticket,
}

/// How long something has been awaited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Waiting {
    /// Nothing is awaited.
    #[default]
    No,
    /// Just begun: nothing moves yet, nothing can be pressed twice.
    Quietly,
    /// Long enough to show that something goes on.
    Visibly,
    /// Long enough to say it in words.
    InWords,
}

/// What stands over the page.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum ModalView {
    /// Nothing.
    #[default]
    None,
    /// "Do you need more time?"
    StillThere {
        /// Seconds left, and the part of the time that is left.
        left: Left,
    },
    /// "Is it you?"
    IsItYou {
        /// True if it was a card, false if a ticket.
        card: bool,
    },
    /// "This is not a valid code."
    NotRead {
        /// What it was.
        why: Misread,
        /// True after several in a row.
        often: bool,
    },
}

/// Time that is left.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Left {
    /// Whole seconds, rounded up.
    pub seconds: i32,
    /// 1 at the beginning, 0 at the end, in steps of a second.
    pub part: f32,
}

impl Left {
    /// Of a time of so many milliseconds that ends then.
    pub fn until(until: Moment, whole_millis: u64, now: Moment) -> Self {
        let seconds = seconds_until(until, now);
        let part = seconds as f32 * 1000.0 / whole_millis as f32;
        Self { seconds, part: part.min(1.0) }
    }
}

/// Whole seconds until then, rounded up.
fn seconds_until(until: Moment, now: Moment) -> i32 {
    i32::try_from(until.millis_since(now).div_ceil(1000)).unwrap_or(i32::MAX)
}

impl Waiting {
    /// How it looks after that time.
    pub fn since(since: Option<Moment>, now: Moment) -> Self {
        match since.map(|since| now.millis_since(since)) {
            None => Self::No,
            Some(WORDS_MILLIS..) => Self::InWords,
            Some(PROGRESS_MILLIS..) => Self::Visibly,
            Some(_) => Self::Quietly,
        }
    }
}

/// What the window shows in this state.
pub fn view(state: &State, now: Moment) -> View {
    let comfort = state.comfort;
    View {
        head: head(state, now),
        lang: comfort.lang,
        next_lang: state.office.language_after(comfort.lang),
        large: comfort.large,
        high_contrast: comfort.high_contrast,
        can_leave: state.session().is_some(),
        shown: state.session().map_or(Shown::Nothing, shown),
        page: from_state::page(state, now),
        modal: modal(state, now),
    }
}

fn head(state: &State, now: Moment) -> Head {
    let Some(board) = &state.office.board else { return Head::default() };
    let lang = state.comfort.lang;
    Head {
        institution: board.institution.get(lang).to_owned(),
        motto: board.motto.get(lang).to_owned(),
        now: state.wall(now).map(|wall| {
            let (date, time) = wall.on_the_wall(&board.zone);
            When::new(date, time, Some(date))
        }),
    }
}

fn shown(session: &Session) -> Shown {
    match (&session.credential, &session.page) {
        // Pages that say it themselves, or that are about something else by now.
        (None, _) | (_, Page::Reading(_) | Page::Ticket(_) | Page::Present(_) | Page::Trouble(_)) => Shown::Nothing,
        (Some(_), _) if session.card().is_some() => Shown::Card,
        (Some(_), _) => Shown::Ticket,
    }
}

fn modal(state: &State, now: Moment) -> ModalView {
    use contract::identity::Credential;
    match &state.modal {
        None => ModalView::None,
        Some(Modal::StillThere { until }) => {
            ModalView::StillThere { left: Left::until(*until, crate::flow::modal::STILL_THERE_MILLIS, now) }
        }
        Some(Modal::IsItYou { credential, .. }) => {
            ModalView::IsItYou { card: matches!(credential, Credential::Card { .. }) }
        }
        Some(Modal::NotRead { why, often, .. }) => ModalView::NotRead { why: *why, often: *often },
    }
}
