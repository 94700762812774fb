//! The run loop of an app: one thread that owns the state, takes inputs in order, carries out effects and hands the
//! window what it is to show. The window's own loop runs on the main thread and never waits for anything.
//!
//! It knows no window and no meaning: `step`, `view` and `perform` come from the app.

use crate::{clock::Clock, watchdog};
use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::mpsc;

/// The most inputs that may wait. A person makes a few in a second and devices some tens: whoever fills this is
/// broken, and what does not fit is dropped and said in the log.
pub const WAITING_INPUTS: usize = 1024;

/// Where inputs go in: pages, devices and finished effects all hold one.
#[derive(Debug)]
pub struct Inputs<I>(mpsc::Sender<I>);

impl<I> Clone for Inputs<I> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<I> Inputs<I> {
    /// Hands an input to the worker. Never blocks, so that it may be called from the window's thread.
    pub fn send(&self, input: I) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.0.try_send(input) {
            tracing::error!("more than {WAITING_INPUTS} inputs wait: one is dropped");
        }
    }
}

/// The inputs that have not been taken yet: what [`run`] is given.
#[derive(Debug)]
pub struct Waiting<I>(mpsc::Receiver<I>);

impl<I> Waiting<I> {
    /// The next input that waits, for tests that look at what a window sends.
    pub fn try_next(&mut self) -> Option<I> {
        self.0.try_recv().ok()
    }
}

/// The channel in which pages, devices and effects meet the worker.
pub fn channel<I>() -> (Inputs<I>, Waiting<I>) {
    let (sender, receiver) = mpsc::channel(WAITING_INPUTS);
    (Inputs(sender), Waiting(receiver))
}

/// The newest view that the window has not shown yet. A slow window skips what is already old.
#[derive(Debug)]
pub struct Latest<V>(Arc<Mutex<Option<V>>>);

impl<V> Clone for Latest<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<V> Latest<V> {
    /// Takes the view, if there is a newer one than was taken last.
    pub fn take(&self) -> Option<V> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// True if the window must be woken: the view before this one had been taken.
    fn put(&self, view: V) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(view).is_none()
    }
}

/// What an app is made of, for [`run`]. `now` is milliseconds of the worker's clock.
pub struct App<S, I, Step, ViewOf, Perform, Show> {
    /// Where it begins.
    pub state: S,
    /// The inputs.
    pub waiting: Waiting<I>,
    /// Inputs that effects produce go in here.
    pub inputs: Inputs<I>,
    /// The input of time that passes, and how often it comes.
    pub tick: (fn() -> I, Duration),
    /// One input: the state changes, effects come out.
    pub step: Step,
    /// What the window is to show.
    pub view: ViewOf,
    /// Carries out an effect; what it finds goes into the inputs.
    pub perform: Perform,
    /// Wakes the window, which then takes the latest view.
    pub show: Show,
}

impl<S, I, Step, ViewOf, Perform, Show> std::fmt::Debug for App<S, I, Step, ViewOf, Perform, Show> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}

/// Starts the worker on a thread of its own, with the runtime in which effects run. It ends with the program.
pub fn run<S, I, E, V, F, Step, ViewOf, Perform, Show>(
    app: App<S, I, Step, ViewOf, Perform, Show>,
) -> std::io::Result<std::thread::JoinHandle<()>>
where
    S: Send + 'static,
    I: Send + 'static,
    V: PartialEq + Clone + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    Step: FnMut(&mut S, I, u64) -> Vec<E> + Send + 'static,
    ViewOf: Fn(&S, u64) -> V + Send + 'static,
    Perform: Fn(E, Inputs<I>) -> F + Send + 'static,
    Show: Fn(Latest<V>) + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    std::thread::Builder::new().name("worker".to_owned()).spawn(move || runtime.block_on(turn(app)))
}

async fn turn<S, I, E, V, F, Step, ViewOf, Perform, Show>(mut app: App<S, I, Step, ViewOf, Perform, Show>)
where
    V: PartialEq + Clone,
    F: Future<Output = ()> + Send + 'static,
    Step: FnMut(&mut S, I, u64) -> Vec<E>,
    ViewOf: Fn(&S, u64) -> V,
    Perform: Fn(E, Inputs<I>) -> F,
    Show: Fn(Latest<V>),
{
    let clock = Clock::start();
    let latest = Latest(Arc::new(Mutex::new(None)));
    let mut shown: Option<V> = None;
    let mut ticks = tokio::time::interval(app.tick.1);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        let input = tokio::select! {
            input = app.waiting.0.recv() => match input {
                Some(input) => input,
                None => return,
            },
            _ = ticks.tick() => (app.tick.0)(),
        };
        watchdog::worker_turned();
        for effect in (app.step)(&mut app.state, input, clock.millis()) {
            tokio::spawn((app.perform)(effect, app.inputs.clone()));
        }
        let view = (app.view)(&app.state, clock.millis());
        // Most ticks change nothing: then nothing is drawn either.
        if shown.as_ref() != Some(&view) {
            shown = Some(view.clone());
            if latest.put(view) {
                (app.show)(latest.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc as sync;

    enum Input {
        Tick,
        Add(u32),
        Added(u32),
    }

    #[test]
    fn inputs_become_views_and_effects_become_inputs() {
        let (inputs, waiting) = channel();
        let (seen, views) = sync::channel();
        let app = App {
            state: 0_u32,
            waiting,
            inputs: inputs.clone(),
            tick: (|| Input::Tick, Duration::from_millis(5)),
            step: |sum: &mut u32, input, _now| match input {
                Input::Tick => vec![],
                Input::Add(more) => vec![more],
                Input::Added(more) => {
                    *sum += more;
                    vec![]
                }
            },
            view: |sum: &u32, _now| *sum,
            perform: |more, inputs: Inputs<Input>| async move { inputs.send(Input::Added(more)) },
            show: move |latest: Latest<u32>| {
                let _ = seen.send(latest.take());
            },
        };
        run(app).unwrap();
        assert_eq!(views.recv().unwrap(), Some(0));
        inputs.send(Input::Add(7));
        assert_eq!(views.recv().unwrap(), Some(7));
        // Many ticks later nothing has been drawn again.
        inputs.send(Input::Add(0));
        inputs.send(Input::Add(1));
        assert_eq!(views.recv().unwrap(), Some(8));
    }

    #[test]
    fn a_slow_window_gets_the_newest_view_only() {
        let latest = Latest(Arc::new(Mutex::new(None)));
        assert!(latest.put(1));
        assert!(!latest.put(2));
        assert_eq!(latest.take(), Some(2));
        assert_eq!(latest.take(), None);
    }
}
