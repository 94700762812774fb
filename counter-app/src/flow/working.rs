//! The page of work: call, serve, finish. One command at a time; what it means is decided by the board, so that a key
//! pressed twice does one thing.

use super::*;
use contract::board::{Current, Stage};

/// What that page knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Working {
    /// The clerk's name.
    pub operator: String,
    /// What they logged in as.
    pub login: String,
    /// The newest board.
    pub board: CounterBoard,
    /// The server's clock.
    pub clock: ServerClock,
    /// Since when the server has been away.
    pub lost: Option<Moment>,
    /// What is being done, until the answer comes.
    pub doing: Option<Doing>,
    /// What got no answer: pressed again, it keeps its name, so that it is done once.
    pub unanswered: Option<Doing>,
    /// The end of a service that the server has not heard of yet. For the clerk it is over.
    pub untold: Option<Untold>,
    /// When it was last tried to tell it.
    pub tried: Moment,
    /// True while the clerk goes home.
    pub leaving: bool,
    /// When the buttons took on the meaning they have now, if that was on this page.
    pub turned: Option<Moment>,
    /// What is to be told.
    pub notice: Option<Notice>,
}

/// How long after a change of meaning a press is taken for the end of a double click, which was meant for what the
/// button did before. The system's double click ends within 500 ms.
pub const SETTLE_MILLIS: u64 = 600;

/// How long to wait before the server is told once more what it could not take.
pub const RETRY_MILLIS: u64 = 5_000;

/// A command on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doing {
    /// Its name.
    pub key: CommandKey,
    /// What it does.
    pub action: Action,
    /// Which button shows that it is on its way.
    pub button: Button,
    /// Who was at the counter when it was pressed: the feed may be quicker than the answer.
    pub code: Option<CallCode>,
}

/// The server's clock, kept running by our own, which never jumps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerClock {
    said: Instant,
    heard: Moment,
}

impl ServerClock {
    /// What the server's clock shows.
    pub fn now(&self, now: Moment) -> Instant {
        self.said.plus_millis(i64::try_from(now.millis_since(self.heard)).unwrap_or(i64::MAX))
    }
}

impl Working {
    /// The page at that counter.
    pub fn of(operator: String, login: String, board: CounterBoard, now: Moment) -> Self {
        let clock = ServerClock { said: board.at, heard: now };
        Self {
            operator,
            login,
            board,
            clock,
            lost: None,
            doing: None,
            unanswered: None,
            untold: None,
            tried: now,
            leaving: false,
            turned: None,
            notice: None,
        }
    }

    /// Who is at the counter, as far as the clerk knows: whose service is over is not, though the server has not heard of
    /// it yet.
    pub fn current(&self) -> Option<&Current> {
        let over = self.untold.as_ref().map(|untold| untold.ticket);
        self.board.current.as_ref().filter(|current| over != Some(current.ticket))
    }

    /// True while the server has to be waited for: it is away, or has not heard of everything yet.
    pub fn is_cut_off(&self) -> bool {
        self.lost.is_some() || self.untold.is_some()
    }

    /// What a button does now, or nothing if it cannot be pressed. A service can be finished at any time.
    pub fn meaning(&self, button: Button, now: Moment) -> Option<Action> {
        if self.doing.is_some() || self.leaving || (self.is_cut_off() && button != Button::Finish) {
            return None;
        }
        match (button, self.current()) {
            (Button::Main, None) => Some(Action::CallNext { finish: None }),
            (_, None) => None,
            (button, Some(Current { ticket, stage, .. })) => match (button, stage) {
                (Button::Main, Stage::Called { .. }) => Some(Action::Start(*ticket)),
                (Button::Main, Stage::Serving { .. }) => Some(Action::CallNext { finish: Some(*ticket) }),
                (Button::Finish, Stage::Serving { .. }) => {
                    Some(Action::Finish { ticket: *ticket, at: self.clock.now(now) })
                }
                (Button::Absent, Stage::Called { .. }) => Some(Action::MarkAbsent(*ticket)),
                (Button::Again, Stage::Called { calls_left, again_from, .. }) => {
                    let allowed = *calls_left > 0 && self.clock.now(now) >= *again_from;
                    allowed.then_some(Action::CallAgain(*ticket))
                }
                _ => None,
            },
        }
    }

    fn press(&mut self, button: Button, key: CommandKey, now: Moment) -> Vec<Effect> {
        let settled = self.turned.is_none_or(|turned| now.millis_since(turned) >= SETTLE_MILLIS);
        let Some(action) = self.meaning(button, now).filter(|_| settled) else { return Vec::new() };
        let again = self.unanswered.take().filter(|before| before.action == action);
        let key = again.map_or(key, |before| before.key);
        let code = self.current().map(|current| current.code);
        let doing = Doing { key, action, button, code };
        self.notice = None;
        if self.lost.is_some() {
            self.put_off(doing, now);
            return Vec::new();
        }
        self.doing = Some(doing);
        vec![Effect::Act { counter: self.board.counter.clone(), action, key }]
    }

    /// Notes the end of a service to be told when the server is back. True if that is what it was.
    fn put_off(&mut self, what: Doing, now: Moment) -> bool {
        let (Action::Finish { ticket, at }, Some(code)) = (what.action, what.code) else { return false };
        let (login, counter) = (self.login.clone(), self.board.counter.clone());
        self.untold = Some(Untold { login, counter, ticket, code, at, key: what.key });
        self.notice = Some(Notice { what: Said::Untold(code), since: now });
        self.turned = Some(now);
        self.tried = now;
        true
    }

    /// The session ends before an answer comes. Whoever was served has gone: that is told after the next login, with its
    /// time.
    pub(super) fn put_off_unanswered(&mut self, now: Moment) {
        if let Some(doing) = self.doing.take() {
            self.put_off(doing, now);
        }
    }

    /// Tells what the server has not heard of yet, as soon as it can hear.
    pub(super) fn catch_up(&mut self, now: Moment) -> Vec<Effect> {
        let Some(untold) = self.untold.clone().filter(|_| self.lost.is_none() && self.doing.is_none()) else {
            return Vec::new();
        };
        let serving =
            |current: &Current| current.ticket == untold.ticket && matches!(current.stage, Stage::Serving { .. });
        if !self.board.current.as_ref().is_some_and(serving) {
            // It has heard of it: an answer was lost, or somebody closed the day.
            self.untold = None;
            self.notice = Some(Notice { what: Said::NotedServed(untold.code), since: now });
            return Vec::new();
        }
        let action = Action::Finish { ticket: untold.ticket, at: untold.at };
        self.doing = Some(Doing { key: untold.key, action, button: Button::Finish, code: Some(untold.code) });
        self.tried = now;
        vec![Effect::Act { counter: untold.counter, action, key: untold.key }]
    }

    fn acted(&mut self, key: CommandKey, outcome: Result<CounterBoard, Trouble>, now: Moment) {
        let Some(done) = self.doing.take_if(|doing| doing.key == key) else { return };
        match outcome {
            Ok(board) => {
                self.untold = None;
                self.notice = noted(done.action, done.code).map(|what| Notice { what, since: now });
                self.show(board, now);
            }
            Err(Trouble::Unreachable | Trouble::Garbled) => {
                if !self.put_off(done, now) {
                    self.unanswered = Some(done);
                    self.notice = Some(Notice { what: Said::Unanswered, since: now });
                }
            }
            // What cannot be done now is done later; what can never be done is told.
            Err(Trouble::Refused(why)) if self.untold.is_some() && may_pass(&why) => self.tried = now,
            Err(why) => {
                self.untold = None;
                self.notice = trouble(why, now);
            }
        }
    }

    /// Takes in what the feed says. `None` if the seat is lost and the page with it.
    pub(super) fn hear(&mut self, counter: &CounterId, feed: Feed, now: Moment) -> Option<Vec<Effect>> {
        if *counter != self.board.counter {
            return Some(Vec::new());
        }
        match feed {
            Feed::Up => {}
            Feed::Board(board) => {
                if board.services.is_empty() {
                    return None;
                }
                self.lost = None;
                self.unanswered = None;
                if self.notice.as_ref().is_some_and(|notice| notice.what == Said::Unanswered) {
                    self.notice = None;
                }
                self.show(*board, now);
            }
            Feed::Lost { why: Trouble::Refused(refusal), .. } if says_no_seat(&refusal) => return None,
            // Whatever else the server says, it is for now: the feed is made again until a board comes.
            Feed::Lost { quiet_millis, .. } => {
                let since = Moment(now.0.saturating_sub(quiet_millis));
                self.lost = self.lost.or(Some(since));
            }
        }
        Some(Vec::new())
    }

    /// Takes a board unless it is older than the one shown: answers and feed come by different roads.
    fn show(&mut self, board: CounterBoard, now: Moment) {
        let older = board.epoch == self.board.epoch && board.seq < self.board.seq;
        if !older {
            self.clock = ServerClock { said: board.at, heard: now };
            if stage(&board) != stage(&self.board) {
                self.turned = Some(now);
            }
            self.board = board;
        }
    }
}

/// True for what a server says that cannot do now what it can do in a moment.
fn may_pass(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Unavailable { .. } | Refusal::TooMany { .. } | Refusal::Fault { .. })
}

/// True for what a server says to somebody who does not sit at the counter. That it cannot answer now is no such thing.
fn says_no_seat(refusal: &Refusal) -> bool {
    use Refusal::{AtOtherCounter, CounterNotOpen, CounterTaken, NotFound};
    matches!(refusal, CounterNotOpen | CounterTaken { .. } | AtOtherCounter { .. } | NotFound)
}

/// What the meaning of the buttons depends on: who is here, and whether they are being served.
fn stage(board: &CounterBoard) -> Option<(TicketId, bool)> {
    board.current.as_ref().map(|current| (current.ticket, matches!(current.stage, Stage::Serving { .. })))
}

fn noted(action: Action, code: Option<CallCode>) -> Option<Said> {
    match action {
        Action::MarkAbsent(_) => code.map(Said::NotedAbsent),
        Action::Finish { .. } => code.map(Said::NotedServed),
        _ => None,
    }
}

pub(super) fn step(state: &mut State, input: Input, now: Moment) -> Vec<Effect> {
    let mut effects = take(state, input, now);
    let State { memory, page: Page::Working(page), .. } = state else { return effects };
    effects.extend(remember(memory, page));
    effects
}

/// Keeps what the server has not heard of yet, if that has changed.
pub(super) fn remember(memory: &mut Memory, page: &Working) -> Option<Effect> {
    // Another clerk's end of a service is not this one's to forget.
    let others = memory.untold.as_ref().is_some_and(|untold| untold.login != page.login);
    if memory.untold == page.untold || (others && page.untold.is_none()) {
        return None;
    }
    memory.untold.clone_from(&page.untold);
    Some(Effect::Remember(memory.clone()))
}

fn take(state: &mut State, input: Input, now: Moment) -> Vec<Effect> {
    let Page::Working(page) = &mut state.page else { return Vec::new() };
    match input {
        Input::Tick => {
            if page.untold.is_none() {
                fade(&mut page.notice, now);
            }
            let due = now.millis_since(page.tried) >= RETRY_MILLIS;
            if due { page.catch_up(now) } else { Vec::new() }
        }
        Input::Press(button, key) => page.press(button, key, now),
        Input::Acted(key, outcome) => {
            page.acted(key, outcome, now);
            Vec::new()
        }
        Input::Feed(counter, feed) => match page.hear(&counter, feed, now) {
            Some(mut effects) => {
                effects.extend(page.catch_up(now));
                effects
            }
            None => seat_lost(state, now),
        },
        Input::Change if page.doing.is_none() => {
            let mut choosing = Choosing::of(page.operator.clone(), None);
            choosing.asked = now;
            choosing.back = Some(page.clone());
            state.page = Page::Choosing(Box::new(choosing));
            vec![Effect::LoadDesk]
        }
        Input::LogOut if page.doing.is_none() => {
            page.leaving = true;
            page.notice = None;
            vec![Effect::LogOut { leave: Some(page.board.counter.clone()) }]
        }
        Input::LoggedOut(outcome) => logged_out(state, outcome, now),
        _ => Vec::new(),
    }
}

fn seat_lost(state: &mut State, now: Moment) -> Vec<Effect> {
    let Page::Working(page) = &mut state.page else { return Vec::new() };
    let mut choosing = Choosing::of(std::mem::take(&mut page.operator), None);
    choosing.asked = now;
    choosing.notice = Some(Notice { what: Said::SeatLost, since: now });
    state.page = Page::Choosing(Box::new(choosing));
    vec![Effect::Unfollow, Effect::LoadDesk]
}

pub(super) fn logged_out(state: &mut State, outcome: Result<(), Trouble>, now: Moment) -> Vec<Effect> {
    if outcome.is_ok() {
        state.page = Page::LogIn(Box::default());
        return vec![Effect::Unfollow, Effect::ForgetSession];
    }
    let notice = outcome.err().and_then(|why| trouble(why, now));
    match &mut state.page {
        Page::Working(page) => (page.leaving, page.notice) = (false, notice),
        Page::Choosing(page) => (page.busy, page.notice) = (false, notice),
        Page::LogIn(_) => {}
    }
    Vec::new()
}
