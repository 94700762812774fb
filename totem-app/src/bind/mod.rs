//! The only module with Slint types: fingers become touches, views become properties. It decides nothing.

pub mod link;
mod pages;
mod parts;

/// What the pages are compiled to.
#[allow(missing_docs, unsafe_code, clippy::all, clippy::restriction, reason = "made by the Slint compiler")]
pub mod ui {
    slint::include_modules!();
}

use crate::{
    flow::{Touch, letters::Initial},
    view::View,
};
use contract::{
    ids::{ServiceId, TicketId},
    text::Lang,
};
use slint::{ComponentHandle, SharedString};
use std::{cell::RefCell, rc::Rc};

/// The totem's window.
pub struct Window {
    app: ui::App,
}

/// Hands views to the window from another thread.
pub struct Shower(slint::Weak<ui::App>);

impl Window {
    /// Opens the window, in Italian. Fingers go to `touched`, keys to `key`; `fresh` makes the id of a ticket to be.
    pub fn open(
        full_screen: bool,
        touched: impl Fn(Touch) + 'static,
        fresh: impl Fn() -> TicketId + 'static,
        key: impl Fn(&str) + 'static,
    ) -> Result<Self, slint::PlatformError> {
        let app = ui::App::new()?;
        app.set_whole_screen(full_screen);
        connect(&app.global(), Rc::new(touched), fresh, key);
        select_language(Lang::It);
        Ok(Self { app })
    }

    /// Shows a view.
    pub fn show(&self, view: &View) {
        show(&self.app, view);
    }

    /// The window as tests see it.
    pub fn app(&self) -> &ui::App {
        &self.app
    }

    /// What shows views from another thread.
    pub fn shower(&self) -> Shower {
        Shower(self.app.as_weak())
    }

    /// Tells how many pixels the window has, once it is on the screen.
    pub fn on_size(&self, tell: impl FnOnce(u32, u32) + 'static) {
        let app = self.app.as_weak();
        slint::Timer::single_shot(std::time::Duration::from_secs(1), move || {
            if let Some(app) = app.upgrade() {
                let size = app.window().size();
                tell(size.width, size.height);
            }
        });
    }

    /// Shows the window until the program is stopped.
    pub fn run(&self) -> Result<(), slint::PlatformError> {
        self.app.show()?;
        slint::run_event_loop_until_quit()
    }
}

impl Shower {
    /// Wakes the window, which then takes the view that is newest by then.
    pub fn show(&self, latest: impl FnOnce() -> Option<View> + Send + 'static) {
        let woken = self.0.upgrade_in_event_loop(move |app| {
            if let Some(view) = latest() {
                show(&app, &view);
            }
        });
        if let Err(error) = woken {
            tracing::warn!(%error, "the window is gone");
        }
    }
}

fn connect(
    api: &ui::Api<'_>,
    touched: Rc<dyn Fn(Touch)>,
    fresh: impl Fn() -> TicketId + 'static,
    key: impl Fn(&str) + 'static,
) {
    let plain = |touch: Touch| {
        let touched = touched.clone();
        move || touched(touch.clone())
    };
    api.on_begin(plain(Touch::Begin));
    api.on_language(plain(Touch::Language));
    api.on_text_size(plain(Touch::TextSize));
    api.on_contrast(plain(Touch::Contrast));
    api.on_leave(plain(Touch::Leave));
    api.on_back(plain(Touch::Back));
    api.on_earlier(plain(Touch::Earlier));
    api.on_later(plain(Touch::Later));
    api.on_letters_wanted(plain(Touch::Letters));
    api.on_other_service(plain(Touch::OtherService));
    api.on_try_again(plain(Touch::TryAgain));
    api.on_link_again(plain(Touch::LinkAgain));
    api.on_done(plain(Touch::Done));
    api.on_yes(plain(Touch::Yes));
    api.on_no(plain(Touch::No));
    let confirmed = touched.clone();
    api.on_confirm(move || confirmed(Touch::Confirm { fresh: fresh() }));
    let picked = touched.clone();
    api.on_letter_picked(move |key: SharedString| picked(Touch::Letter(Initial::of(&key))));
    let picked = touched.clone();
    api.on_service_picked(move |id: SharedString| {
        if let Ok(service) = id.parse::<ServiceId>() {
            picked(Touch::Service(service));
        }
    });
    let picked = touched;
    api.on_appointment_picked(move |id: SharedString| {
        if let Ok(ticket) = id.parse::<TicketId>() {
            picked(Touch::Appointment(ticket));
        }
    });
    api.on_key(move |text: SharedString| key(&text));
}

/// English is the language of the sources; every other one comes from the bundled translations.
fn select_language(lang: Lang) {
    let code = match lang {
        Lang::En => "",
        other => other.code(),
    };
    if let Err(error) = slint::select_bundled_translation(code) {
        tracing::error!(%error, code, "no words in this language");
    }
}

thread_local! {
    /// What the window shows now, so that what has not changed is not drawn again.
    static SHOWN: RefCell<Option<View>> = const { RefCell::new(None) };
}

fn show(app: &ui::App, view: &View) {
    let before = SHOWN.replace(None);
    let before = before.as_ref();
    if before.map(|view| view.lang) != Some(view.lang) {
        select_language(view.lang);
    }
    let theme = app.global::<ui::Theme>();
    theme.set_large_text(view.large);
    theme.set_contrast(view.high_contrast);
    let api = app.global::<ui::Api>();
    if before.map(|view| &view.head) != Some(&view.head) {
        api.set_head(parts::head(&view.head));
    }
    api.set_next_language(view.next_lang.code().into());
    api.set_can_leave(view.can_leave);
    api.set_shown(parts::shown(view.shown));
    api.set_modal(parts::modal(view.modal));
    if before.map(|view| &view.page) != Some(&view.page) {
        pages::page(&api, &view.page, theme.get_unit() * app.window().scale_factor());
    }
    SHOWN.set(Some(view.clone()));
}
