//! Starts the counter: settings, window, worker.

use anyhow::Context;
use app_kit::{log, worker};
use client::{Client, Patience, Trust};
use contract::{pairing::DeviceKind, text::Lang, time::Moment};
use counter_app::{
    bind, flow, memory,
    perform::Performer,
    settings::{PROGRAM, Settings},
    ui, view,
};
use slint::ComponentHandle;
use std::time::Duration;

/// How often time is an input: a timer of seconds never looks late at four times in a second.
const TICK: Duration = Duration::from_millis(250);

fn main() -> anyhow::Result<()> {
    log::start();
    if let Some(wish) = PROGRAM.pairing() {
        bind::link::at_terminal(&PROGRAM, &wish, DeviceKind::Counter);
    }
    let settings = PROGRAM.settings(Settings::load);
    let trust = Trust::of(&settings.fingerprints, settings.authority.as_deref())?;
    let app = ui::App::new().context("the window cannot be opened: is there a screen (DISPLAY)?")?;
    bind::dress(&app, settings.language, settings.contrast, settings.large_text)?;
    let _watch = bind::link::keep_watch();
    let link = settings.link();
    if PROGRAM.links_again() || !link.is_whole(false) {
        let linking = bind::link::Linking {
            program: PROGRAM,
            kind: DeviceKind::Counter,
            may_leave: link.is_whole(false),
            link,
            trust,
            keys: false,
            reader: false,
            italian: settings.language == Lang::It,
        };
        bind::link::begin(&app, linking)?;
        return Ok(app.run()?);
    }
    let agent = concat!("avanti-counter/", env!("CARGO_PKG_VERSION"));
    let client = Client::new(&settings.server, agent, Patience::default(), &trust).context("the setting \"server\"")?;
    work(&app, settings, client)?;
    Ok(app.run()?)
}

/// Begins the clerk's work in the window.
fn work(app: &ui::App, settings: Settings, client: Client) -> anyhow::Result<()> {
    let memory_file = memory::file(settings.memory.clone(), |name| std::env::var(name).ok());
    let mut remembered = memory_file.as_deref().map(memory::recall).unwrap_or_default();
    if remembered.login.is_empty() {
        remembered.login.clone_from(&settings.login);
    }
    let (inputs, waiting) = worker::channel();
    bind::connect(app, &inputs);
    let state = flow::State::start(settings.language, settings.server, remembered);
    bind::show(app, &view::view(&state, Moment::default()));
    let performer = Performer::new(client, memory_file);
    let window = app.as_weak();
    worker::run(worker::App {
        state,
        waiting,
        inputs,
        tick: (|| flow::Input::Tick, TICK),
        step: |state: &mut flow::State, input, now| flow::step(state, input, Moment(now)),
        view: |state: &flow::State, now| view::view(state, Moment(now)),
        perform: move |effect, inputs| performer.perform(effect, inputs),
        show: move |latest: worker::Latest<view::View>| {
            // The window may be closing: then nobody needs to see it.
            let _ = window.upgrade_in_event_loop(move |app| {
                if let Some(view) = latest.take() {
                    bind::show(&app, &view);
                }
            });
        },
    })?;
    Ok(())
}
