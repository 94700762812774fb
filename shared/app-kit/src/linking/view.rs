//! What the page "Link this device" shows, as plain data: words are chosen by keys and put into a language by the page.

use super::{CODE_LETTERS, Field, Problem, State, Step};

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// True for Italian, false for English.
    pub italian: bool,
    /// How far it is.
    pub step: StepView,
    /// The server's address, as far as it is typed.
    pub server: String,
    /// The server is known and stays the same.
    pub server_fixed: bool,
    /// The code, as far as it is typed: "BCDF-GH".
    pub code: String,
    /// True while the code is typed, false while the address is.
    pub at_code: bool,
    /// An answer is on its way.
    pub busy: bool,
    /// There is work to go back to.
    pub can_leave: bool,
    /// What was not right: a key of the page's words.
    pub problem: &'static str,
    /// What belongs to it: minutes, …
    pub minutes: i32,
    /// … or a code, or the system's words.
    pub fact: String,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepView {
    /// Somebody types.
    Typing,
    /// Somebody compares these figures.
    Comparing([String; 6]),
    /// It is linked, and is called so.
    Linked(String),
}

/// Keys of the screen for an address, a line each.
pub const KEYS_OF_SERVER: [&str; 5] = ["12345678", "90abcdef", "ghijklmn", "opqrstuv", "wxyz.-:/"];
/// Keys of the screen for a code: the letters that codes are made of.
pub const KEYS_OF_CODE: [&str; 4] = ["BCDFG", "HJKLM", "NPQRS", "TVWXZ"];

/// What the page shows now.
pub fn view(state: &State) -> View {
    let (problem, minutes, fact) = state.problem.as_ref().map(problem).unwrap_or_default();
    View {
        italian: state.italian,
        step: match &state.step {
            Step::Comparing { figures, .. } => StepView::Comparing(figures.clone()),
            Step::Linked { name, .. } => StepView::Linked(name.clone()),
            _ => StepView::Typing,
        },
        server: state.server.clone(),
        server_fixed: state.known.is_some(),
        code: in_two(&state.code),
        at_code: state.at == Field::Code,
        busy: matches!(state.step, Step::Meeting { .. } | Step::Telling { .. } | Step::Keeping { .. }),
        can_leave: state.may_leave,
        problem,
        minutes,
        fact,
    }
}

fn in_two(code: &str) -> String {
    match code.split_at_checked(CODE_LETTERS / 2) {
        Some((first, second)) => format!("{first}-{second}"),
        None => code.to_owned(),
    }
}

fn problem(problem: &Problem) -> (&'static str, i32, String) {
    let plain = |key| (key, 0, String::new());
    match problem {
        Problem::Address => plain("address"),
        Problem::Code => plain("code"),
        Problem::NoInvitation => plain("no-invitation"),
        Problem::WrongCode => plain("wrong-code"),
        Problem::TooMany { minutes } => ("too-many", i32::try_from(*minutes).unwrap_or(i32::MAX), String::new()),
        Problem::Away => plain("away"),
        Problem::OtherServer => plain("other-server"),
        Problem::Declined => plain("declined"),
        Problem::Garbled => plain("garbled"),
        Problem::Busy => plain("busy"),
        Problem::Fault { incident } => ("fault", 0, incident.clone()),
        Problem::Unwritable { why } => ("unwritable", 0, why.clone()),
    }
}
