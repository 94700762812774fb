// Included by `bind/link.rs` of each app, so that all three are linked in the same way:
// `include!("../../../shared/app-kit/link_window.rs");`. It joins the page "Link this device" (`ui/linking.slint`) to what
// it does (`app_kit::linking`), to the server and to the file that is kept. It decides nothing.

use super::ui;
use app_kit::{
    link,
    linking::{self, Effect, Field, Input, Invited, KEYS_OF_CODE, KEYS_OF_SERVER, Known, Problem, State, StepView, View},
    pair::{self, Wish},
    program::Program,
    watchdog,
    worker::{self, Inputs, Latest},
};
use client::{Failure, NotPaired, Trust};
use contract::{
    Refusal,
    pairing::{DeviceKind, Invitation},
};
use slint::{ComponentHandle, Model, ModelRc, SharedString, VecModel};
use std::{path::PathBuf, sync::Arc, time::Duration};

/// How often the page hears that time passes.
const TICK: Duration = Duration::from_millis(250);

/// What the page needs to know of the app.
#[derive(Debug)]
pub struct Linking {
    /// The app.
    pub program: Program,
    /// What this device is.
    pub kind: DeviceKind,
    /// As far as it is linked already, by its settings or by an earlier pairing.
    pub link: link::Link,
    /// Whom the settings say to believe.
    pub trust: Trust,
    /// It has a token, which the server may have refused: there is work to go back to.
    pub may_leave: bool,
    /// Keys are drawn on the screen: there is no keyboard.
    pub keys: bool,
    /// There is a reader that can be shown a QR code.
    pub reader: bool,
    /// In Italian to begin with.
    pub italian: bool,
}

/// Pairs by the words of a command line, and ends the program.
pub fn at_terminal(program: &Program, wish: &Wish, kind: DeviceKind) -> ! {
    pair::run(program, wish, client::meet, async |server, fingerprint, code| {
        let pins: Vec<_> = fingerprint.map(str::to_owned).into_iter().collect();
        let paired = client::pair(server, &Trust::of(&pins, None)?, code, kind).await?;
        Ok::<_, NotPaired>((paired.name, paired.token))
    })
}

/// Shows the page in the app's window, and begins the program anew once the device is linked. What comes back takes what
/// readers read.
pub fn begin(app: &ui::App, linking: Linking) -> std::io::Result<Inputs<Input>> {
    let (inputs, waiting) = worker::channel();
    connect(app, &inputs);
    let page = app.global::<ui::Linking>();
    page.set_reader(linking.reader);
    page.set_shown(true);
    let known = Some(&linking.link).filter(|link| !link.server.is_empty()).map(|link| Known {
        server: link.server.clone(),
        fingerprints: link.fingerprints.clone(),
        vouched_for: matches!(linking.trust, Trust::Authorities(_)),
    });
    let state = State::new(known, linking.may_leave, invited, linking.italian);
    let keys = linking.keys;
    show(app, &linking::view(&state), keys);
    let (window, linking) = (app.as_weak(), Arc::new(linking));
    worker::run(worker::App {
        state,
        waiting,
        inputs: inputs.clone(),
        tick: (|| Input::Tick, TICK),
        step: linking::step,
        view: |state: &State, _| linking::view(state),
        perform: move |effect, inputs| perform(linking.clone(), effect, inputs),
        show: move |latest: Latest<View>| {
            // It fails only when the window has gone, and then there is nothing to show.
            let _ = window.upgrade_in_event_loop(move |app| {
                if let Some(view) = latest.take() {
                    show(&app, &view, keys);
                }
            });
        },
    })?;
    Ok(inputs)
}

/// Tells systemd that the app is up, and keeps telling it that the window's loop turns. It ends when the timer goes.
pub fn keep_watch() -> slint::Timer {
    slint::Timer::single_shot(Duration::ZERO, watchdog::ready);
    let timer = slint::Timer::default();
    if let Some(every) = watchdog::every() {
        timer.start(slint::TimerMode::Repeated, every, watchdog::feed);
    }
    timer
}

/// Renews the token that linking has brought, for as long as the program runs. A token in the settings is the installer's
/// and stays.
#[derive(Debug, Clone)]
pub struct Renewal(Option<PathBuf>);

impl Renewal {
    /// For a program that uses this token.
    pub fn of(program: &Program, token: Option<&str>) -> Self {
        let own = |file: &PathBuf| {
            let kept = link::recall(file).ok().flatten().and_then(|link| link.token);
            kept.is_some() && kept.as_deref() == token
        };
        Self(program.link_file().filter(own))
    }

    /// Asks for a new token, keeps it, and uses it from then on. Whatever goes wrong, the one that is kept is good: the
    /// server takes both until the new one has been used.
    pub async fn renew(&self, client: &client::Client) {
        let Some(file) = &self.0 else { return };
        let outcome = async {
            let token = client.renew_token().await.map_err(|why| why.to_string())?.token;
            let kept = link::recall(file).map_err(|why| why.to_string())?.unwrap_or_default();
            link::keep(file, &link::Link { token: Some(token.clone()), ..kept }).map_err(|why| why.to_string())?;
            client.set_token(Some(token));
            Ok::<_, String>(())
        };
        match outcome.await {
            Ok(()) => tracing::info!("the token has been renewed"),
            Err(why) => tracing::warn!(%why, "the token has not been renewed"),
        }
    }
}

/// What a reader read, if it is an invitation.
pub fn invited(text: &str) -> Option<Invited> {
    let invitation: Invitation = text.parse().ok()?;
    Some(Invited { server: invitation.server(), code: invitation.code.to_string(), fingerprint: invitation.pin })
}

/// Joins the page's keys and buttons to the inputs.
pub fn connect(app: &ui::App, inputs: &Inputs<Input>) {
    let page = app.global::<ui::Linking>();
    let send = |input: Input| {
        let inputs = inputs.clone();
        move || inputs.send(input.clone())
    };
    page.on_proceed(send(Input::Continue));
    page.on_yes(send(Input::Yes));
    page.on_no(send(Input::No));
    page.on_language(send(Input::Language));
    page.on_leave(send(Input::Leave));
    let to = inputs.clone();
    page.on_key(move |text| to.send(Input::Key(text.into())));
    let to = inputs.clone();
    page.on_field(move |is_code| to.send(Input::Field(if is_code { Field::Code } else { Field::Server })));
}

/// Puts a view on the page. `keys`: keys are drawn on the screen.
pub fn show(app: &ui::App, view: &View, keys: bool) {
    // English is the language of the sources: no translation is selected for it.
    if let Err(error) = slint::select_bundled_translation(if view.italian { "it" } else { "" }) {
        tracing::error!(%error, "no words in this language");
    }
    let page = app.global::<ui::Linking>();
    page.set_next_language(if view.italian { "English" } else { "Italiano" }.into());
    page.set_server(view.server.as_str().into());
    page.set_server_fixed(view.server_fixed);
    page.set_code(view.code.as_str().into());
    if keys && (page.get_at_code() != view.at_code || page.get_keys().row_count() == 0) {
        page.set_keys(rows(if view.at_code { &KEYS_OF_CODE } else { &KEYS_OF_SERVER }));
    }
    page.set_at_code(view.at_code);
    page.set_busy(view.busy);
    page.set_can_leave(view.can_leave);
    page.set_minutes(view.minutes);
    page.set_fact(view.fact.as_str().into());
    page.set_problem(view.problem.into());
    page.set_step(match &view.step {
        StepView::Typing => ui::LinkStep::Typing,
        StepView::Comparing(figures) => {
            page.set_figures(list(figures.iter().map(SharedString::from)));
            ui::LinkStep::Comparing
        }
        StepView::Linked(name) => {
            page.set_name(name.as_str().into());
            ui::LinkStep::Linked
        }
    });
}

fn list<T: Clone + 'static>(rows: impl Iterator<Item = T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from_iter(rows))
}

fn rows(keys: &[&str]) -> ModelRc<ModelRc<SharedString>> {
    list(keys.iter().map(|row| list(row.chars().map(SharedString::from))))
}

async fn perform(linking: Arc<Linking>, effect: Effect, inputs: Inputs<Input>) {
    inputs.send(match effect {
        Effect::Meet { server } => Input::Met(client::meet(&server).await.map_err(problem)),
        Effect::Tell { server, fingerprint, code } => {
            Input::Told(tell(&linking, &server, fingerprint, &code).await)
        }
        Effect::Keep(link) => Input::Kept(
            file(&linking.program).and_then(|file| link::keep(&file, &link)).map_err(|why| why.to_string()),
        ),
        Effect::Resume => linking.program.begin_anew(false),
    });
}

async fn tell(
    linking: &Linking,
    server: &str,
    fingerprint: Option<String>,
    code: &str,
) -> Result<(String, Option<String>), Problem> {
    // A code is good once: what it brings must not be lost.
    let writable = file(&linking.program).and_then(|file| link::can_keep(&file));
    writable.map_err(|why| Problem::Unwritable { why: why.to_string() })?;
    let trust = match fingerprint {
        Some(pin) => Trust::Pins(vec![pin.parse().map_err(|_| Problem::Garbled)?]),
        None => linking.trust.clone(),
    };
    let paired = client::pair(server, &trust, code, linking.kind).await.map_err(problem)?;
    Ok((paired.name, paired.token))
}

fn file(program: &Program) -> std::io::Result<PathBuf> {
    program.link_file().ok_or_else(|| std::io::Error::other("neither STATE_DIRECTORY nor HOME is set"))
}

fn problem(why: NotPaired) -> Problem {
    tracing::warn!(%why, "not linked");
    match why {
        NotPaired::Address(_) | NotPaired::Trust(_) => Problem::Address,
        NotPaired::Code(_) => Problem::Code,
        NotPaired::Failed(Failure::Unreachable(_)) => Problem::Away,
        NotPaired::Failed(Failure::Garbled(_)) => Problem::Garbled,
        NotPaired::Failed(Failure::Refused(refusal)) => match refusal {
            Refusal::WrongCode => Problem::WrongCode,
            Refusal::TooMany { retry_after_seconds } => Problem::TooMany { minutes: retry_after_seconds.div_ceil(60) },
            Refusal::Unavailable { .. } => Problem::Busy,
            Refusal::Fault { incident } => Problem::Fault { incident },
            _ => Problem::Garbled,
        },
    }
}
