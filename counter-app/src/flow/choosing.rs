//! The page where a clerk says where they sit and what they serve.

use super::*;
use std::collections::BTreeSet;

/// What that page knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Choosing {
    /// The clerk's name.
    pub operator: String,
    /// Where one may sit, once it is known.
    pub desk: Option<Desk>,
    /// When it was asked for last.
    pub asked: Moment,
    /// The counter picked.
    pub counter: Option<CounterId>,
    /// The services ticked.
    pub services: BTreeSet<ServiceId>,
    /// True while the clerk sits down or gets up.
    pub busy: bool,
    /// What is to be told.
    pub notice: Option<Notice>,
    /// The work to go back to, whose feed goes on meanwhile.
    pub back: Option<Box<Working>>,
    /// The work that a new login takes up again without asking.
    pub resume: Option<CounterBoard>,
}

/// How often the list is asked for anew while it is looked at: a colleague sits down some times in an hour.
pub const DESK_MILLIS: u64 = 5_000;

impl Choosing {
    /// The page after the login.
    pub fn of(operator: String, resume: Option<CounterBoard>) -> Self {
        Self {
            operator,
            desk: None,
            asked: Moment::default(),
            counter: None,
            services: BTreeSet::new(),
            busy: resume.is_some(),
            notice: None,
            back: None,
            resume,
        }
    }

    /// True if the clerk can sit down as chosen.
    pub fn ready(&self) -> bool {
        self.counter.is_some() && !self.services.is_empty() && !self.busy
    }

    /// Where the clerk sits now, as the server says.
    pub fn mine(&self) -> Option<&CounterId> {
        self.desk.as_ref()?.counters.iter().find(|counter| counter.mine).map(|counter| &counter.id)
    }

    fn sit_down(&mut self) -> Vec<Effect> {
        let Some(counter) = self.counter.clone().filter(|_| self.ready()) else { return Vec::new() };
        self.busy = true;
        self.notice = None;
        let leave = self.mine().filter(|mine| **mine != counter).cloned();
        vec![Effect::Open { leave, counter, services: self.services.iter().cloned().collect() }]
    }

    /// Takes in the list. What the clerk has picked stays; what can no longer be had goes.
    fn arrived(&mut self, desk: Desk, memory: &Memory) -> Vec<Effect> {
        let first_time = self.desk.is_none();
        let free =
            |id: &CounterId| desk.counters.iter().any(|one| one.id == *id && (one.mine || one.taken_by.is_none()));
        let own = |id: &ServiceId| desk.services.iter().any(|service| service.id == *id);
        if first_time {
            let mine = desk.counters.iter().find(|counter| counter.mine);
            let last = memory.counter.clone().filter(|id| free(id));
            self.counter = mine.map(|counter| counter.id.clone()).or(last);
            let served = mine.map_or(&memory.services, |counter| &counter.services);
            self.services = served.iter().filter(|id| own(id)).cloned().collect();
            if self.services.is_empty() {
                self.services = desk.services.iter().map(|service| service.id.clone()).collect();
            }
        }
        self.counter = self.counter.take().filter(|id| free(id));
        self.services.retain(|id| own(id));
        self.desk = Some(desk);
        self.resume()
    }

    /// Takes up the work that the end of a session interrupted, if that counter can still be had.
    fn resume(&mut self) -> Vec<Effect> {
        let Some(board) = self.resume.take() else { return Vec::new() };
        self.busy = false;
        if self.counter.as_ref() != Some(&board.counter) {
            return Vec::new();
        }
        let served: BTreeSet<_> = board.services.iter().map(|service| service.id.clone()).collect();
        let own: BTreeSet<_> = served.intersection(&self.services).cloned().collect();
        if !own.is_empty() {
            self.services = own;
        }
        self.sit_down()
    }
}

pub(super) fn step(state: &mut State, input: Input, now: Moment) -> Vec<Effect> {
    let State { memory, page: Page::Choosing(page), .. } = state else { return Vec::new() };
    match input {
        Input::Tick => {
            fade(&mut page.notice, now);
            if page.busy || now.millis_since(page.asked) < DESK_MILLIS {
                return Vec::new();
            }
            page.asked = now;
            vec![Effect::LoadDesk]
        }
        Input::Desk(Ok(desk)) => {
            page.asked = now;
            page.arrived(desk, memory)
        }
        Input::Desk(Err(why)) => {
            page.asked = now;
            // What a new login takes up again waits for the next list.
            page.busy &= page.resume.is_none();
            page.notice = trouble(why, now);
            Vec::new()
        }
        Input::PickCounter(line) => {
            let picked = page.desk.as_ref().and_then(|desk| desk.counters.get(line));
            if let Some(counter) = picked.filter(|counter| counter.mine || counter.taken_by.is_none()) {
                page.counter = Some(counter.id.clone());
                page.notice = None;
            }
            Vec::new()
        }
        Input::TickService(line) => {
            if let Some(service) = page.desk.as_ref().and_then(|desk| desk.services.get(line))
                && !page.services.remove(&service.id)
            {
                page.services.insert(service.id.clone());
            }
            Vec::new()
        }
        Input::SitDown => page.sit_down(),
        Input::Opened(outcome) => opened(state, outcome, now),
        Input::Feed(counter, feed) => {
            // The work in the background goes on, so that going back shows the truth; with its seat it is gone.
            if page.back.as_mut().is_some_and(|work| work.hear(&counter, feed, now).is_none()) {
                page.back = None;
            }
            Vec::new()
        }
        Input::Back => {
            if let Some(work) = page.back.take() {
                state.page = Page::Working(work);
            }
            Vec::new()
        }
        Input::LogOut => {
            page.busy = true;
            vec![Effect::LogOut { leave: page.mine().cloned() }]
        }
        Input::LoggedOut(outcome) => working::logged_out(state, outcome, now),
        _ => Vec::new(),
    }
}

fn opened(state: &mut State, outcome: Result<CounterBoard, Trouble>, now: Moment) -> Vec<Effect> {
    let State { memory, page: Page::Choosing(page), .. } = state else { return Vec::new() };
    page.busy = false;
    match outcome {
        Ok(board) => {
            memory.counter = Some(board.counter.clone());
            memory.services = board.services.iter().map(|service| service.id.clone()).collect();
            let mut effects = vec![Effect::Remember(memory.clone()), Effect::Follow(board.counter.clone())];
            let mut work = Working::of(std::mem::take(&mut page.operator), memory.login.clone(), board, now);
            let own = |untold: &&Untold| untold.login == work.login && untold.counter == work.board.counter;
            work.untold = memory.untold.as_ref().filter(own).cloned();
            effects.extend(work.catch_up(now));
            effects.extend(working::remember(memory, &work));
            state.page = Page::Working(Box::new(work));
            effects
        }
        Err(why) => {
            page.notice = trouble(why, now);
            // Somebody was quicker: look again who sits where.
            vec![Effect::LoadDesk]
        }
    }
}
