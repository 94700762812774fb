//! `avanti-display`: puts the pieces together and runs the window.

use anyhow::Context;
use app_kit::worker::{self, Latest};
use contract::{pairing::DeviceKind, time::Moment};
use devices::speech::{Announcer, CommandEngine};
use display_app::{
    bind,
    config::{Config, PROGRAM},
    flow::{self, Input, State},
    perform::{Performer, sound_news},
    view::{self, View},
};
use slint::ComponentHandle;
use std::time::Duration;

/// Short enough for the swelling of a new call, long enough to cost nothing.
const TICK: Duration = Duration::from_millis(250);

fn main() -> anyhow::Result<()> {
    app_kit::log::start();
    if let Some(wish) = PROGRAM.pairing() {
        bind::link::at_terminal(&PROGRAM, &wish, DeviceKind::Display);
    }
    let config = PROGRAM.settings(|source| Config::load(source, PROGRAM.link()));
    let trust = client::Trust::of(&config.fingerprints, config.authority.as_deref())?;
    let app = bind::open(&config).context("the window cannot be opened: is there a screen (DISPLAY)?")?;
    let _watch = bind::link::keep_watch();
    let link = config.link();
    if PROGRAM.links_again() || !link.is_whole(true) {
        let linking = bind::link::Linking {
            program: PROGRAM,
            kind: DeviceKind::Display,
            may_leave: link.is_whole(true),
            link,
            trust,
            keys: false,
            reader: false,
            italian: true,
        };
        bind::link::begin(&app, linking)?;
    } else {
        work(&app, &config, &trust)?;
    }
    app.show()?;
    slint::run_event_loop_until_quit()?;
    Ok(())
}

/// Begins to show the room's calls in the window.
fn work(app: &bind::ui::App, config: &Config, trust: &client::Trust) -> anyhow::Result<()> {
    let agent = concat!("avanti-display/", env!("CARGO_PKG_VERSION"));
    let client = client::Client::new(&config.server, agent, client::Patience::default(), trust)?;
    client.set_token(config.token.clone());
    let (inputs, waiting) = worker::channel();
    let sound = inputs.clone();
    let engine = CommandEngine::new(&config.speech)?;
    let announcer = Announcer::start(&config.sound, engine, move |event| {
        sound_news(event).into_iter().for_each(|input| sound.send(input));
    })?;
    let renewal = bind::link::Renewal::of(&PROGRAM, config.token.as_deref());
    let performer = Performer::new(client, renewal, announcer);
    bind::connect(app, &inputs);
    let window = app.as_weak();
    worker::run(worker::App {
        state: State::new(config.motion, Moment(0)),
        waiting,
        inputs,
        tick: (|| Input::Tick, TICK),
        step: |state: &mut State, input, now| flow::step(state, input, Moment(now)),
        view: |state: &State, now| view::view(state, Moment(now)),
        perform: move |effect, inputs| performer.clone().perform(effect, inputs),
        show: move |latest: Latest<View>| {
            // It fails only when the window has gone, and then there is nothing to show.
            drop(window.upgrade_in_event_loop(move |app| {
                if let Some(view) = latest.take() {
                    bind::show(&app, view);
                }
            }));
        },
    })
    .context("the worker's thread cannot be started")?;
    warn_if_too_small(app, config);
    Ok(())
}

/// Once the window has its size: staff should know what cannot be read from the back.
fn warn_if_too_small(app: &bind::ui::App, config: &Config) {
    let (window, config) = (app.as_weak(), config.clone());
    slint::Timer::single_shot(Duration::from_secs(2), move || {
        let Some(app) = window.upgrade() else { return };
        let (call_m, list_m) = bind::legible_from_m(&app, &config);
        let wanted_m = config.max_distance_m;
        if call_m < wanted_m || list_m < wanted_m {
            tracing::warn!(
                wanted_m,
                call_m,
                list_m,
                "letters are too small for this room: a larger screen, or a smaller max_distance_m, is needed"
            );
        } else {
            tracing::info!(wanted_m, call_m, list_m, "legible from the back of the room");
        }
    });
}
