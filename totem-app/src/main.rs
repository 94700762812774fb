//! `avanti-totem`: reads the settings, opens the window, readers and printer, and runs the flow until it is stopped.

use anyhow::Context as _;
use app_kit::{clock, log, pair, worker};
use client::{Client, Patience, Trust};
use contract::{ids::TicketId, pairing::DeviceKind, time::Moment};
use std::time::Duration;
use totem_app::{
    bind,
    flow::{Input, State, step},
    perform::{Keyboard, Outside, open_readers},
    settings::{PROGRAM, Settings, TARGET_MILLIMETRES},
    view::{View, view},
};

/// How often the flow hears that time passes: what must be seen after 400 ms is seen in time.
const TICK: Duration = Duration::from_millis(100);

fn main() -> anyhow::Result<()> {
    log::start();
    if let Some(wish) = PROGRAM.pairing() {
        pair::run(&PROGRAM, &wish, client::meet, async |server, fingerprint, code| {
            let paired = client::pair(server, fingerprint, code, DeviceKind::Totem).await?;
            Ok((paired.name, paired.token))
        });
    }
    let settings = PROGRAM.settings(Settings::load);
    let agent = concat!("avanti-totem/", env!("CARGO_PKG_VERSION"));
    let trust = Trust::of(&settings.fingerprints, settings.authority.as_deref())?;
    let client = Client::new(&settings.server, agent, Patience::default(), &trust)?;
    client.set_token(settings.token.clone());

    let (inputs, waiting) = worker::channel();
    let keyboard = Keyboard::of(&settings).map(std::cell::RefCell::new);
    let typed = inputs.clone();
    let key = move |text: &str| {
        if let Some(input) = keyboard.as_ref().and_then(|keyboard| keyboard.borrow_mut().key(text)) {
            typed.send(input);
        }
    };
    let touched = inputs.clone();
    let window = bind::Window::open(
        settings.full_screen,
        move |touch| touched.send(Input::Touch(touch)),
        || TicketId(clock::new_id()),
        key,
    )
    .context("the window cannot be opened: is there a screen (DISPLAY)?")?;

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
    window.on_size(move |width, height| {
        let target = settings.screen.smallest_target(width, height);
        if target < TARGET_MILLIMETRES {
            tracing::warn!(
                "on this screen of {width} x {height} pixels and {} inches the smallest target has {target:.1} mm; \
                 {TARGET_MILLIMETRES} mm are needed",
                settings.screen.diagonal_inches
            );
        }
    });
    window.run()?;
    Ok(())
}
