//! What the window is to show, as plain data: every word that depends on facts is chosen here by a key, and put into
//! a language by the pages. It knows no window.

mod alarms;
mod choosing;
mod sentence;
mod working;

pub use alarms::{AlarmRow, AlarmsView, fault_key};
pub use choosing::{ChoosingView, CounterRow, ServiceRow};
pub use sentence::{Sentence, Tone};
pub use working::{ButtonView, IdleView, Level, PersonView, QueueRow, QueueView, Stage, WorkView};

use crate::flow::{LogInPage, Page, State};
use contract::time::*;

/// What the window is to show.
#[derive(Debug, Clone, PartialEq)]
pub enum View {
    /// The page of the login.
    LogIn(LogInView),
    /// The page of counter and services.
    Choosing(ChoosingView),
    /// The page of work.
    Working(Box<WorkView>),
}

/// The page of the login.
#[derive(Debug, Clone, PartialEq)]
pub struct LogInView {
    /// Who logged in last.
    pub login: String,
    /// Which server.
    pub server: String,
    /// An answer is on its way.
    pub busy: bool,
    /// How often it did not work.
    pub failures: u32,
    /// What is to be told.
    pub notice: Option<Sentence>,
}

/// What the window is to show now.
pub fn view(state: &State, now: Moment) -> View {
    match &state.page {
        Page::LogIn(page) => View::LogIn(log_in(state, page)),
        Page::Choosing(page) => View::Choosing(choosing::view(page, state.lang)),
        Page::Working(page) => View::Working(Box::new(working::view(page, state.lang, now))),
    }
}

fn log_in(state: &State, page: &LogInPage) -> LogInView {
    LogInView {
        login: state.memory.login.clone(),
        server: state.server.clone(),
        busy: page.busy,
        failures: page.failures,
        notice: page.notice.as_ref().map(|notice| sentence::sentence(&notice.what, None)),
    }
}

/// "10:40": what a clock on the wall of that zone shows.
fn wall(at: Instant, zone: &Zone) -> String {
    at.on_the_wall(zone).1.to_string()
}

/// How long something has lasted, in the words of a person and no more restless than one: the window says "10 minutes",
/// never "10:38", which is a time of day. Seconds count up to the first minute and in steps of five; all 0 is a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lasting {
    /// Whole hours.
    pub hours: i32,
    /// Minutes beyond them.
    pub minutes: i32,
    /// Seconds, in the first minute only.
    pub seconds: i32,
}

fn lasting(seconds: i64) -> Lasting {
    let seconds = seconds.max(0);
    Lasting {
        hours: number(seconds / 3600),
        minutes: number(seconds / 60 % 60),
        seconds: if seconds < 60 { number(seconds / 5 * 5) } else { 0 },
    }
}

/// A number of people or minutes for the window, which counts in `i32`.
fn number(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}
