//! What the window is to show, as plain data: every word that depends on facts is chosen here by a key, and put into
//! a language by the pages. It knows no window.

mod choosing;
mod sentence;
mod working;

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

/// "3:12", "1:03:12": how long something lasts, to the second.
fn lasting(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// A number of people or minutes for the window, which counts in `i32`.
fn number(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}
