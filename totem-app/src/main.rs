//! `avanti-totem`: reads the settings, opens the window, readers and printer, and runs the flow until it is stopped.

use anyhow::Context as _;
use app_kit::{clock, log, worker};
use client::{Client, Patience, Trust};
use contract::{ids::TicketId, pairing::DeviceKind, text::Lang, time::Moment};
use std::time::Duration;
use totem_app::{
    bind,
    flow::{Input, State, step},
    perform::{Keyboard, Outside, open_readers, open_readers_for_linking},
    settings::{PROGRAM, Settings, TARGET_MILLIMETRES},
    view::{View, view},
};

/// How often the flow hears that time passes: what must be seen after 400 ms is seen in time.
const TICK: Duration = Duration::from_millis(100);

fn main() -> anyhow::Result<()> {
    log::start();
    if let Some(wish) = PROGRAM.pairing() {
        bind::link::at_terminal(&PROGRAM, &wish, DeviceKind::Totem);
    }
    let settings = PROGRAM.settings(Settings::load);
    let trust = Trust::of(&settings.fingerprints, settings.authority.as_deref())?;
    let (inputs, waiting) = worker::channel();
    let window = open(&settings, &inputs)?;
    let _watch = bind::link::keep_watch();
    let link = settings.link();
    if PROGRAM.links_again() || !link.is_whole(true) {
        let linking = bind::link::Linking {
            program: PROGRAM,
            kind: DeviceKind::Totem,
            may_leave: link.is_whole(true),
            link,
            trust,
            keys: true,
            reader: !settings.readers.is_empty(),
            italian: settings.language == Lang::It,
        };
        let scanned = bind::link::begin(window.app(), linking)?;
        let _readers = open_readers_for_linking(&settings, &scanned)?;
        return Ok(window.run()?);
    }
    let agent = concat!("avanti-totem/", env!("CARGO_PKG_VERSION"));
    let client = Client::new(&settings.server, agent, Patience::default(), &trust)?;
    client.set_token(settings.token.clone());
    let outside = Outside::new(client, &settings, &inputs)?;
    let _readers = open_readers(&settings, &inputs)?;
    let show = window.shower();
    worker::run(worker::App {
        state: State::new(settings.language),
        waiting,
        inputs,
        tick: (|| Input::Tick, TICK),
        step: |state: &mut State, input, now| step(state, input, Moment(now)),
        view: |state: &State, now| view(state, Moment(now)),
        perform: move |effect, inputs| outside.clone().perform(effect, inputs),
        show: move |latest: worker::Latest<View>| show.show(move || latest.take()),
    })?;
    warn_of_small_targets(&window, &settings);
    Ok(window.run()?)
}

/// The window, whose fingers and keys become inputs.
fn open(settings: &Settings, inputs: &worker::Inputs<Input>) -> anyhow::Result<bind::Window> {
    let keyboard = Keyboard::of(settings).map(std::cell::RefCell::new);
    let typed = inputs.clone();
    let key = move |text: &str| {
        if let Some(input) = keyboard.as_ref().and_then(|keyboard| keyboard.borrow_mut().key(text)) {
            typed.send(input);
        }
    };
    let touched = inputs.clone();
    let touched = move |touch| touched.send(Input::Touch(touch));
    let window = bind::Window::open(settings.full_screen, touched, || TicketId(clock::new_id()), key);
    window.context("the window cannot be opened: is there a screen (DISPLAY)?")
}

/// Once the window has its size: an installer should know that fingers will miss.
fn warn_of_small_targets(window: &bind::Window, settings: &Settings) {
    let screen = settings.screen;
    window.on_size(move |width, height| {
        let target = screen.smallest_target(width, height);
        if target < TARGET_MILLIMETRES {
            tracing::warn!(
                "on this screen of {width} x {height} pixels and {} inches the smallest target has {target:.1} mm; \
                 {TARGET_MILLIMETRES} mm are needed",
                screen.diagonal_inches
            );
        }
    });
}
