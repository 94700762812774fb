//! What stands over a page: a question to answer before anything else, or a word about a code that was not read.

use super::{Effect, State, arrival};
use contract::{identity::Credential, time::Moment};

/// Time to say "yes, I am still here" (D0.7).
pub const STILL_THERE_MILLIS: u64 = 20_000;
/// Time to say "yes, it is me" before the card is forgotten again.
const IS_IT_YOU_MILLIS: u64 = 20_000;
/// A word about a code that was not read stays this long.
const MISREAD_MILLIS: u64 = 12_000;

/// Between two chimes: a reader that sees noise must not ring without end.
const CHIME_REST_MILLIS: u64 = 3_000;

/// What stands over the page.
#[derive(Debug, Clone)]
pub enum Modal {
    /// "Do you need more time?"
    StillThere {
        /// When the visit ends.
        until: Moment,
    },
    /// A card was passed while somebody is at work: "Is it you?"
    IsItYou {
        /// What was shown.
        credential: Credential,
        /// When it is forgotten.
        until: Moment,
    },
    /// This was no card and no ticket.
    NotRead {
        /// What it was.
        why: Misread,
        /// True after several in a row: say that there is another way.
        often: bool,
        /// When it goes by itself.
        until: Moment,
    },
}

/// Why a code is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misread {
    /// Half a code, or noise.
    Garbled,
    /// A whole code of something else.
    Foreign,
    /// The card's number and not the codice fiscale.
    CardNumber,
}

impl Misread {
    /// The code for staff.
    pub fn code(self) -> &'static str {
        match self {
            Self::Garbled => "T-RDR-02",
            Self::Foreign => "T-RDR-03",
            Self::CardNumber => "T-RDR-04",
        }
    }
}

impl Modal {
    /// "Do you need more time?"
    pub fn still_there(now: Moment) -> Self {
        Self::StillThere { until: now.plus_millis(STILL_THERE_MILLIS) }
    }

    /// "Is it you?"
    pub fn is_it_you(credential: Credential, now: Moment) -> Self {
        Self::IsItYou { credential, until: now.plus_millis(IS_IT_YOU_MILLIS) }
    }

    /// "This is not a valid code."
    pub fn not_read(why: Misread, often: bool, now: Moment) -> Self {
        Self::NotRead { why, often, until: now.plus_millis(MISREAD_MILLIS) }
    }
}

/// What comes up over a page is heard as well as seen (D0.7, F45).
pub fn chime(state: &mut State, now: Moment) -> Option<Effect> {
    let rested = state.chimed.is_none_or(|at| now.millis_since(at) >= CHIME_REST_MILLIS);
    rested.then(|| {
        state.chimed = Some(now);
        Effect::Chime
    })
}

/// "Yes": still here, or it is me, or understood.
pub fn yes(state: &mut State, now: Moment) -> Vec<Effect> {
    match state.modal.take() {
        Some(Modal::IsItYou { credential, .. }) => arrival::take_over(state, credential, now),
        Some(Modal::StillThere { .. } | Modal::NotRead { .. }) | None => Vec::new(),
    }
}

/// "No": nobody is here any more; or it is not me, and the page goes on as before.
pub fn no(state: &mut State) {
    if let Some(Modal::StillThere { .. }) = state.modal.take() {
        state.wipe();
    }
}

/// Somebody is changing how the question is shown, so somebody is there: the time to answer starts again.
pub fn attended(state: &mut State, now: Moment) {
    if let Some(Modal::StillThere { .. }) = state.modal {
        state.modal = Some(Modal::still_there(now));
    }
}

/// What stands over the page goes by itself after a while.
pub fn tick(state: &mut State, now: Moment) {
    match state.modal {
        Some(Modal::StillThere { until }) if until <= now => state.wipe(),
        Some(Modal::IsItYou { until, .. } | Modal::NotRead { until, .. }) if until <= now => state.modal = None,
        _ => {}
    }
}
