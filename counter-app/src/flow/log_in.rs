//! The page where a clerk says who they are.

use super::*;

/// What that page knows. What is being typed stays in the window until it is sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogInPage {
    /// An answer is on its way.
    pub busy: bool,
    /// Whoever logged in is no clerk, and is being logged out.
    pub turned_away: bool,
    /// How often it did not work: at each, the window empties the password.
    pub failures: u32,
    /// What is to be told.
    pub notice: Option<Notice>,
    /// The work that was interrupted when the session ended, to be taken up again.
    pub resume: Option<CounterBoard>,
}

pub(super) fn step(state: &mut State, input: Input, now: Moment) -> Vec<Effect> {
    let Page::LogIn(page) = &mut state.page else { return Vec::new() };
    match input {
        Input::LogIn { login, password } if !page.busy => {
            let login = login.trim().to_owned();
            if login.is_empty() || password.0.is_empty() {
                return Vec::new();
            }
            page.busy = true;
            page.notice = None;
            // Whoever logs in after another does not inherit the other's counter.
            if state.memory.login != login {
                let untold = state.memory.untold.take();
                state.memory = Memory { login: login.clone(), untold, ..Memory::default() };
                page.resume = None;
            }
            vec![Effect::LogIn { login, password }]
        }
        Input::LoggedIn(Ok(operator)) if operator.role != Role::Operator => {
            // Busy until the session has ended, so that forgetting it does not hit the next one.
            page.turned_away = true;
            page.resume = None;
            page.notice = Some(Notice { what: Said::ClerksOnly, since: now });
            vec![Effect::LogOut { leave: None }]
        }
        // Also if the server did not hear of it: unused, the session ends by itself.
        Input::LoggedOut(_) if page.turned_away => {
            page.turned_away = false;
            page.busy = false;
            page.failures += 1;
            vec![Effect::ForgetSession]
        }
        Input::LoggedIn(Ok(operator)) => {
            let resume = page.resume.take();
            state.page = Page::Choosing(Box::new(Choosing::of(operator.name, resume)));
            vec![Effect::Remember(state.memory.clone()), Effect::LoadDesk]
        }
        Input::LoggedIn(Err(why)) => {
            page.busy = false;
            page.failures += 1;
            page.notice = trouble(why, now);
            Vec::new()
        }
        _ => Vec::new(),
    }
}
