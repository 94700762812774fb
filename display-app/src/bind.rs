//! The one file that knows the window: a view becomes properties of the pages' `Api`.
//!
//! It decides nothing; every choice was made in `view`.

pub mod link;

use crate::{
    config::Config,
    flow::Input,
    legibility::{CALL_RATIO, LIST_RATIO, Screen},
    view::{Called, Earlier, Page, View, Waiting},
};
use app_kit::worker::Inputs;
use slint::{ComponentHandle, ModelRc, SharedString, VecModel};

/// What the build has made of the pages.
#[allow(missing_docs, unsafe_code, clippy::all, clippy::restriction, reason = "made by the Slint compiler")]
pub mod ui {
    slint::include_modules!();
}

/// Makes the window, in Italian until the settings say otherwise.
pub fn open(config: &Config) -> Result<ui::App, slint::PlatformError> {
    let app = ui::App::new()?;
    let theme = app.global::<ui::Theme>();
    theme.set_night(true);
    theme.set_motion(config.motion);
    app.set_whole_screen(config.full_screen);
    app.global::<ui::Api>().set_page(ui::Page::Starting);
    speak(contract::text::Lang::It);
    Ok(app)
}

/// Joins the window's only key to the inputs.
pub fn connect(app: &ui::App, inputs: &Inputs<Input>) {
    let to = inputs.clone();
    app.global::<ui::Api>().on_link_again(move || to.send(Input::LinkAgain));
}

/// Puts a view on the pages.
pub fn show(app: &ui::App, view: View) {
    let api = app.global::<ui::Api>();
    speak(view.lang);
    api.set_institution(view.institution.into());
    api.set_room(view.room.into());
    api.set_long_room(view.long_room);
    api.set_clock_known(view.clock.is_some());
    if let Some(clock) = view.clock {
        api.set_clock(clock.time.into());
        api.set_weekday(clock.weekday);
        api.set_day(clock.day);
        api.set_month(clock.month);
    }
    api.set_away(view.away_since.is_some());
    api.set_away_since(view.away_since.unwrap_or_default().into());
    api.set_staff_code(view.staff_code.into());
    api.set_stale(view.stale);
    api.set_silent(view.silent);
    match view.page {
        Page::Starting => api.set_page(ui::Page::Starting),
        Page::TurnedAway => api.set_page(ui::Page::TurnedAway),
        Page::Calls { current, earlier } => {
            api.set_current(called(current));
            api.set_earlier(list(earlier, self::earlier));
            api.set_page(ui::Page::Calls);
        }
        Page::Idle { waiting, part, parts } => {
            api.set_waiting(list(waiting, waiting_for));
            api.set_part(part);
            api.set_parts(parts);
            api.set_page(ui::Page::Idle);
        }
    }
}

/// From how far code and list can be read on this screen as it is, in metres.
pub fn legible_from_m(app: &ui::App, config: &Config) -> (f64, f64) {
    let sizes = app.global::<ui::Sizes>();
    let screen = Screen {
        width_pixels: f64::from(app.window().size().to_logical(app.window().scale_factor()).width),
        width_mm: config.screen_width_mm,
        max_distance_m: config.max_distance_m,
    };
    let capital = |size: f32| f64::from(size * sizes.get_capital());
    (
        screen.legible_from_m(capital(sizes.get_code_long()), CALL_RATIO),
        screen.legible_from_m(capital(sizes.get_list().min(sizes.get_clock())), LIST_RATIO),
    )
}

fn speak(lang: contract::text::Lang) {
    if let Err(problem) = slint::select_bundled_translation(lang.code()) {
        // English is the language of the source and so is not among the translations.
        tracing::debug!(%problem, "the pages speak the language of their source");
        drop(slint::select_bundled_translation(""));
    }
}

fn list<T, U: Clone + 'static>(rows: Vec<T>, row: impl Fn(T) -> U) -> ModelRc<U> {
    ModelRc::new(VecModel::from(rows.into_iter().map(row).collect::<Vec<_>>()))
}

fn called(call: Called) -> ui::Called {
    ui::Called {
        code: call.code.into(),
        long_code: call.long_code,
        office: call.office,
        counter: call.counter.into(),
        wide_counter: call.wide_counter,
        long_counter: call.long_counter,
        long_room: call.long_room,
        room: call.room.into(),
        service: call.service.into(),
        long_service: call.long_service,
        appointment: call.appointment.into(),
        repeated: call.repeated,
        open: call.open,
        bright: call.bright,
        swollen: call.swollen,
    }
}

fn earlier(call: Earlier) -> ui::Earlier {
    ui::Earlier {
        code: call.code.into(),
        office: call.office,
        counter: call.counter.into(),
        room: call.room.into(),
        narrow: call.narrow,
        small: call.small,
        roomy: call.roomy,
        minutes: call.minutes,
        bright: call.bright,
        speaking: call.speaking,
    }
}

fn waiting_for(line: Waiting) -> ui::WaitingFor {
    ui::WaitingFor { service: SharedString::from(line.service), people: line.people }
}
