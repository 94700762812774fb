//! The only place that knows the window: callbacks become inputs, a view becomes properties. It decides nothing.

pub mod link;

use crate::{
    flow::{Button, Input, Password},
    ui,
    view::{
        AlarmRow, ButtonView, ChoosingView, CounterRow, Lasting, Level, LogInView, PersonView, QueueRow, Sentence,
        ServiceRow, Stage, Tone, View, WorkView,
    },
};
use app_kit::{clock, worker::Inputs};
use contract::{ids::CommandKey, text::Lang};
use slint::{Global, Model, ModelRc, SharedString, VecModel};

/// Sets the language, the contrast and the size of the text. After the window is made.
pub fn dress(
    app: &ui::App,
    language: Lang,
    contrast: bool,
    large_text: bool,
) -> Result<(), slint::SelectBundledTranslationError> {
    let theme = ui::Theme::get(app);
    theme.set_contrast(contrast);
    theme.set_large_text(large_text);
    // English is the language of the sources: no translation is selected for it.
    slint::select_bundled_translation(if language == Lang::En { "" } else { language.code() })
}

/// Joins the window's callbacks to the inputs.
pub fn connect(app: &ui::App, inputs: &Inputs<Input>) {
    let api = ui::Api::get(app);
    let send = |input: fn() -> Input| {
        let inputs = inputs.clone();
        move || inputs.send(input())
    };
    api.on_sit_down(send(|| Input::SitDown));
    api.on_back(send(|| Input::Back));
    api.on_change(send(|| Input::Change));
    api.on_log_out(send(|| Input::LogOut));
    let to = inputs.clone();
    api.on_log_in(move |login, password| {
        to.send(Input::LogIn { login: login.into(), password: Password(password.into()) });
    });
    let to = inputs.clone();
    api.on_pick_counter(move |line| to.send(Input::PickCounter(usize::try_from(line).unwrap_or(usize::MAX))));
    let to = inputs.clone();
    api.on_tick_service(move |line| to.send(Input::TickService(usize::try_from(line).unwrap_or(usize::MAX))));
    let to = inputs.clone();
    api.on_press(move |button| {
        let button = match button {
            ui::ButtonName::Main => Button::Main,
            ui::ButtonName::Again => Button::Again,
            ui::ButtonName::Finish => Button::Finish,
            ui::ButtonName::Absent => Button::Absent,
        };
        to.send(Input::Press(button, CommandKey(clock::new_id())));
    });
}

/// Puts a view into the window.
pub fn show(app: &ui::App, view: &View) {
    let api = ui::Api::get(app);
    match view {
        View::LogIn(view) => log_in(&api, view),
        View::Choosing(view) => choosing(&api, view),
        View::Working(view) => working(&api, view),
    }
}

fn log_in(api: &ui::Api, view: &LogInView) {
    api.set_login(text(&view.login));
    api.set_server(text(&view.server));
    api.set_log_in_busy(view.busy);
    api.set_notice(sentence(view.notice.as_ref()));
    api.set_log_in_failures(i32::try_from(view.failures).unwrap_or(i32::MAX));
    api.set_page(ui::PageName::LogIn);
}

fn choosing(api: &ui::Api, view: &ChoosingView) {
    api.set_operator(text(&view.operator));
    api.set_loading(view.loading);
    let counter = |row: &CounterRow| ui::CounterRow {
        label: text(&row.label),
        office: row.office,
        place: text(&row.place),
        taken_by: text(&row.taken_by),
        mine: row.mine,
        chosen: row.chosen,
    };
    api.set_counters(list(api.get_counters(), &view.counters, counter));
    let service = |row: &ServiceRow| ui::ServiceRow { name: text(&row.name), ticked: row.ticked };
    api.set_services(list(api.get_services(), &view.services, service));
    api.set_ready(view.ready);
    api.set_missing(text(view.missing));
    api.set_choosing_busy(view.busy);
    api.set_can_go_back(view.back);
    api.set_notice(sentence(view.notice.as_ref()));
    api.set_page(ui::PageName::Choosing);
}

fn working(api: &ui::Api, view: &WorkView) {
    api.set_counter(text(&view.counter));
    api.set_office(view.office);
    api.set_served(text(&view.services));
    api.set_operator(text(&view.operator));
    api.set_clock(text(&view.clock));
    api.set_lost(view.lost_for.is_some());
    api.set_lost_for(lasting(view.lost_for.unwrap_or_default()));
    api.set_notice(sentence(view.notice.as_ref()));
    api.set_due(list(api.get_due(), &view.queue.due, queue_row));
    api.set_early(list(api.get_early(), &view.queue.early, queue_row));
    api.set_expected(list(api.get_expected(), &view.queue.expected, queue_row));
    api.set_alarms(list(api.get_alarms(), &view.alarms.rows, alarm_row));
    api.set_more_alarms(view.alarms.more);
    api.set_more_present(view.queue.more_present);
    api.set_expected_count(view.queue.expected_count);
    if let Some(person) = &view.person {
        api.set_bring(list(api.get_bring(), &person.bring, |line| text(line)));
        api.set_lasting(lasting(person.lasting));
        api.set_person(person_row(person));
    }
    api.set_idle(ui::Idle {
        callable: view.idle.callable,
        next_from: text(&view.idle.next_from),
        expected: view.idle.expected,
    });
    api.set_main(button(&view.main));
    api.set_again(button(&view.again));
    api.set_finish(button(&view.finish));
    api.set_absent(button(&view.absent));
    api.set_leaving(view.leaving);
    api.set_stage(match view.stage {
        Stage::Free => ui::StageName::Free,
        Stage::Called => ui::StageName::Called,
        Stage::Serving => ui::StageName::Serving,
    });
    api.set_page(ui::PageName::Working);
}

fn person_row(person: &PersonView) -> ui::Person {
    ui::Person {
        code: text(&person.code),
        service: text(&person.service),
        appointment: text(&person.appointment),
        present_since: text(&person.present_since),
        check: text(&person.check),
        identified: person.identified,
        times: person.times,
        rule: text(person.rule),
        rule_minutes: person.rule_minutes,
        deadline: text(&person.deadline),
        ahead_of: text(&person.ahead_of),
        here_longer: person.here_longer,
    }
}

fn queue_row(row: &QueueRow) -> ui::QueueRow {
    ui::QueueRow {
        code: text(&row.code),
        service: text(&row.service),
        time: text(&row.time),
        minutes: row.minutes,
        level: match row.level {
            Level::None => ui::LevelName::None,
            Level::Within => ui::LevelName::Within,
            Level::Near => ui::LevelName::Near,
            Level::Past => ui::LevelName::Past,
        },
    }
}

fn alarm_row(row: &AlarmRow) -> ui::AlarmRow {
    ui::AlarmRow { device: text(&row.device), fault: text(row.fault) }
}

fn lasting(lasting: Lasting) -> ui::Lasting {
    ui::Lasting { hours: lasting.hours, minutes: lasting.minutes, seconds: lasting.seconds }
}

fn button(button: &ButtonView) -> ui::ButtonState {
    ui::ButtonState { enabled: button.enabled, busy: button.busy, note: text(button.note), count: button.count }
}

fn sentence(said: Option<&Sentence>) -> ui::Sentence {
    let Some(said) = said else { return ui::Sentence::default() };
    let tone = match said.tone {
        Tone::Info => ui::Tone::Info,
        Tone::Good => ui::Tone::Good,
        Tone::Warn => ui::Tone::Warn,
        Tone::Stop => ui::Tone::Stop,
    };
    ui::Sentence { key: text(said.key), tone, fact: text(&said.fact), count: said.count }
}

fn text(text: &str) -> SharedString {
    SharedString::from(text)
}

/// A list with these rows. Of the one that is shown only rows that differ are touched: one that is made anew would lose
/// the keyboard, and a list made anew its place.
fn list<R, T: Clone + PartialEq + 'static>(shown: ModelRc<T>, rows: &[R], row: impl Fn(&R) -> T) -> ModelRc<T> {
    let Some(model) = shown.as_any().downcast_ref::<VecModel<T>>() else {
        return ModelRc::new(VecModel::from(rows.iter().map(row).collect::<Vec<_>>()));
    };
    while model.row_count() > rows.len() {
        model.remove(model.row_count() - 1);
    }
    for (line, new) in rows.iter().map(row).enumerate() {
        match model.row_data(line) {
            Some(old) if old == new => {}
            Some(_) => model.set_row_data(line, new),
            None => model.push(new),
        }
    }
    shown
}
