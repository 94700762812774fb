//! The page of work, as it is to be shown. All times come from the server's clock.

use super::{AlarmsView, Lasting, Sentence, alarms, lasting, number, sentence::sentence, wall};
use crate::flow::{Action, Button, Working};
use contract::{
    board::{self, Because, Current, QueueLine, Rule},
    office::CounterKind,
    text::Lang,
    time::*,
};

/// The page of work.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkView {
    /// What is written on the counter.
    pub counter: String,
    /// An office and not a counter of a hall.
    pub office: bool,
    /// What is served, in one line.
    pub services: String,
    /// The clerk's name.
    pub operator: String,
    /// What o'clock it is.
    pub clock: String,
    /// For how long the server has been away; none while it is there.
    pub lost_for: Option<Lasting>,
    /// What is to be told.
    pub notice: Option<Sentence>,
    /// Who waits.
    pub queue: QueueView,
    /// Which devices need somebody.
    pub alarms: AlarmsView,
    /// What goes on at the counter.
    pub stage: Stage,
    /// Who is in front of the clerk, or on the way.
    pub person: Option<PersonView>,
    /// What to know while nobody is.
    pub idle: IdleView,
    /// The main button.
    pub main: ButtonView,
    /// Call again.
    pub again: ButtonView,
    /// Finish and call nobody.
    pub finish: ButtonView,
    /// Nobody came.
    pub absent: ButtonView,
    /// True while the clerk goes home.
    pub leaving: bool,
}

/// What goes on at the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nobody is here.
    Free,
    /// Somebody has been called.
    Called,
    /// Somebody is being served.
    Serving,
}

/// Who waits, in three groups.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QueueView {
    /// Whose hour has come.
    pub due: Vec<QueueRow>,
    /// Present before their hour.
    pub early: Vec<QueueRow>,
    /// Not here yet.
    pub expected: Vec<QueueRow>,
    /// How many more are present than are listed.
    pub more_present: i32,
    /// How many are expected in all.
    pub expected_count: i32,
}

/// One person in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    /// What they are called by.
    pub code: String,
    /// For what.
    pub service: String,
    /// The time of the appointment.
    pub time: String,
    /// Minutes: waited since due, or still to go; below 0 for who is expected and late.
    pub minutes: i32,
    /// How the promise stands.
    pub level: Level,
}

/// How the promise of a service stands for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It does not run yet.
    None,
    /// It holds.
    Within,
    /// Three quarters of it are used up.
    Near,
    /// It is broken.
    Past,
}

/// Who is in front of the clerk, or on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonView {
    /// What they are called by.
    pub code: String,
    /// The check number at the foot of the slip that was issued.
    pub check: String,
    /// For what.
    pub service: String,
    /// The time of the appointment.
    pub appointment: String,
    /// Since when they have been here.
    pub present_since: String,
    /// They showed a card.
    pub identified: bool,
    /// How long the call, or the service, has lasted.
    pub lasting: Lasting,
    /// How often they were called.
    pub times: i32,
    /// Which rule chose them: "due", "readmitted" or "early".
    pub rule: &'static str,
    /// Its minutes.
    pub rule_minutes: i32,
    /// Until when the promise holds.
    pub deadline: String,
    /// Who came next: "B009 (10:45), A043 (10:55)".
    pub ahead_of: String,
    /// The next one was promised the same.
    pub here_longer: bool,
    /// What to ask for.
    pub bring: Vec<String>,
}

/// What to know while nobody is at the counter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdleView {
    /// How many may be called now.
    pub callable: i32,
    /// From when somebody may be called, if nobody may now.
    pub next_from: String,
    /// How many are expected.
    pub expected: i32,
}

/// How a button stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ButtonView {
    /// It can be pressed.
    pub enabled: bool,
    /// What it does is on its way.
    pub busy: bool,
    /// What to know of it: a key of `ui/words.slint`.
    pub note: &'static str,
    /// Its count.
    pub count: i32,
}

pub(super) fn view(page: &Working, lang: Lang, now: Moment) -> WorkView {
    let board = &page.board;
    let server_now = page.clock.now(now);
    let services: Vec<_> = board.services.iter().map(|service| service.name.get(lang)).collect();
    let stage = match page.current().map(|current| &current.stage) {
        None => Stage::Free,
        Some(board::Stage::Called { .. }) => Stage::Called,
        Some(board::Stage::Serving { .. }) => Stage::Serving,
    };
    let idle = idle(page, server_now);
    WorkView {
        counter: board.label.clone(),
        office: board.kind == CounterKind::Office,
        services: services.join(", "),
        operator: page.operator.clone(),
        clock: wall(server_now, &board.zone),
        lost_for: page.lost.map(|since| lasting(number(now.millis_since(since) / 1000).into())),
        notice: page.notice.as_ref().map(|notice| sentence(&notice.what, Some(&board.zone))),
        queue: queue(page, lang, server_now),
        alarms: alarms::view(&board.alarms),
        stage,
        person: page.current().map(|current| person(current, &board.zone, lang, server_now)),
        main: main_button(page, &idle, now),
        again: again_button(page, now),
        finish: button(page, Button::Finish, now),
        absent: button(page, Button::Absent, now),
        idle,
        leaving: page.leaving,
    }
}

fn queue(page: &Working, lang: Lang, now: Instant) -> QueueView {
    let board = &page.board;
    let (due, early): (Vec<_>, Vec<_>) = board.queue.iter().partition(|line| line.due <= now);
    let listed = board.queue.len();
    QueueView {
        due: due.into_iter().map(|line| row(line, lang, now.minutes_since(line.due), level(line, now))).collect(),
        early: early.into_iter().map(|line| row(line, lang, minutes_until(line.due, now), Level::None)).collect(),
        expected: board
            .expected
            .iter()
            .map(|line| row(line, lang, minutes_until(line.due, now), Level::None))
            .collect(),
        more_present: number(i64::from(board.waiting) - i64::from(number(listed))).max(0),
        expected_count: number(board.expected_count),
    }
}

fn row(line: &QueueLine, lang: Lang, minutes: i64, level: Level) -> QueueRow {
    QueueRow {
        code: line.code.to_string(),
        service: line.service.get(lang).to_owned(),
        time: line.appointment.to_string(),
        minutes: number(minutes),
        level,
    }
}

/// Whole minutes until then, rounded up; below 0 once it is past.
fn minutes_until(then: Instant, now: Instant) -> i64 {
    -now.minutes_since(then)
}

fn level(line: &QueueLine, now: Instant) -> Level {
    let waited = now.seconds_since(line.due);
    let promised = line.deadline.seconds_since(line.due);
    match waited {
        _ if now > line.deadline => Level::Past,
        _ if waited * 4 >= promised * 3 => Level::Near,
        _ => Level::Within,
    }
}

fn person(current: &Current, zone: &Zone, lang: Lang, now: Instant) -> PersonView {
    let Because { rule, deadline, ahead_of, here_longer, .. } = &current.because;
    let (since, times) = match &current.stage {
        board::Stage::Called { at, times, .. } => (*at, number(*times)),
        board::Stage::Serving { since } => (*since, 0),
    };
    let (rule, rule_minutes) = match rule {
        Rule::Due { waited_minutes } => ("due", *waited_minutes),
        Rule::Readmitted { late_minutes } => ("readmitted", *late_minutes),
        Rule::Early { early_minutes } => ("early", *early_minutes),
    };
    let rivals: Vec<_> =
        ahead_of.iter().map(|rival| format!("{}\u{a0}({})", rival.code, wall(rival.deadline, zone))).collect();
    PersonView {
        code: current.code.to_string(),
        check: current.check.to_string(),
        service: current.service.get(lang).to_owned(),
        appointment: current.appointment.to_string(),
        present_since: wall(current.present_since, zone),
        identified: current.identified,
        lasting: lasting(now.seconds_since(since)),
        times,
        rule,
        rule_minutes: number(rule_minutes),
        deadline: wall(*deadline, zone),
        ahead_of: rivals.join(", "),
        here_longer: *here_longer,
        bring: current.bring.iter().map(|line| line.get(lang).to_owned()).collect(),
    }
}

/// Somebody before their hour can be called only while nobody whose hour has come is waiting (R7).
fn idle(page: &Working, now: Instant) -> IdleView {
    let board = &page.board;
    let listed = board.queue.len();
    let due = board.queue.iter().filter(|line| line.due <= now).count();
    let early = board.queue.iter().filter(|line| line.due > now && line.callable_from <= now).count();
    // The lines come in the order of the calls: if all are due, so may be those who are present beyond them.
    let unlisted = if due == listed { i64::from(board.waiting) - i64::from(number(listed)) } else { 0 };
    let callable = if due > 0 { i64::from(number(due)) + unlisted.max(0) } else { i64::from(number(early)) };
    let next = board.queue.iter().map(|line| line.callable_from).min().filter(|_| callable == 0);
    IdleView {
        callable: number(callable),
        next_from: next.map(|from| wall(from, &board.zone)).unwrap_or_default(),
        expected: number(board.expected_count),
    }
}

fn button(page: &Working, button: Button, now: Moment) -> ButtonView {
    let busy = page.doing.is_some_and(|doing| doing.button == button);
    let enabled = busy || page.meaning(button, now).is_some();
    ButtonView { enabled, busy, note: if page.is_cut_off() && !enabled { "server-away" } else { "" }, count: 0 }
}

fn main_button(page: &Working, idle: &IdleView, now: Moment) -> ButtonView {
    let mut main = button(page, Button::Main, now);
    let calls = matches!(page.meaning(Button::Main, now), Some(Action::CallNext { .. }));
    if main.note.is_empty() && calls && idle.callable == 0 {
        main.note = "nobody-now";
    }
    // While something else is on its way the main button keeps its colour: it will be pressed next.
    main.enabled |= page.doing.is_some() && !page.is_cut_off();
    main
}

fn again_button(page: &Working, now: Moment) -> ButtonView {
    let mut again = button(page, Button::Again, now);
    let Some(board::Stage::Called { calls_left, again_from, .. }) = page.current().map(|current| &current.stage) else {
        return again;
    };
    if again.note.is_empty() {
        let wait = again_from.as_millis() - page.clock.now(now).as_millis();
        (again.note, again.count) = match (calls_left, (wait + 999) / 1000) {
            (0, _) => ("no-calls-left", 0),
            (_, seconds) if seconds > 0 => ("in-seconds", number(seconds)),
            (left, _) => ("calls-left", number(*left)),
        };
    }
    again
}
