//! Somebody in front of a screen: looks, touches, types, takes pictures, and tells the transcript about all of it.
//!
//! Touches are real events of the X server, at the place where the window says that the thing stands. It must not know
//! the story.

use crate::{
    paper,
    transcript::Transcript,
    window::{Element, Window, misplaced},
};
use ::tests::equipment::{program::wait_for, screen::Screen};
use anyhow::{Context, Result, bail};
use std::{
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};
use tokio::time::sleep;

/// How long a window may take to draw itself for the first time.
const DRAWN: Duration = Duration::from_secs(5);

/// How often a thing is looked at before it is touched.
const LOOK: Duration = Duration::from_millis(50);

/// A seat in front of one program's window.
#[derive(Debug)]
pub struct Seat {
    name: &'static str,
    screen: Screen,
    window: Window,
    pace: Duration,
    out: PathBuf,
    transcript: Rc<Transcript>,
}

impl Seat {
    /// In front of this window on that screen. Pictures go to the folder `out`.
    pub fn new(name: &'static str, screen: Screen, port: u16, out: &Path, transcript: Rc<Transcript>) -> Self {
        let window = Window::at_port(name, port);
        Self { name, screen, window, pace: Duration::ZERO, out: out.to_owned(), transcript }
    }

    /// Somebody who looks so long at a thing before touching it.
    pub fn at_pace(self, pace: Duration) -> Self {
        Self { pace, ..self }
    }

    /// Whose screen it is.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Waits until these words stand on the screen.
    pub async fn sees(&self, words: &str) -> Result<Element> {
        let seen = self.window.reads(words).await?;
        self.transcript.tell(self.name, format!("sees {:?}", seen.label));
        Ok(seen)
    }

    /// Waits until these words are gone from the screen.
    pub async fn sees_no_more(&self, words: &str) -> Result<()> {
        let gone = |elements: &[Element]| (!elements.iter().any(|one| one.label.contains(words))).then_some(());
        self.waits(&format!("{words:?} to go"), gone).await
    }

    /// What stands on the screen now.
    pub async fn looks(&self) -> Result<Vec<Element>> {
        self.window.elements().await
    }

    /// Waits for something on the screen; `what` says what is awaited.
    pub async fn waits<T>(&self, what: &str, find: impl Fn(&[Element]) -> Option<T>) -> Result<T> {
        self.window.wait(what, find).await
    }

    /// Waits until a thing of that name can be touched, and has been standing where it is for as long as this person
    /// needs to see it.
    pub async fn finds(&self, label: &str) -> Result<Element> {
        let (mut thing, mut since) = (self.window.find(label).await?, self.transcript.elapsed());
        while self.transcript.elapsed() - since < self.pace {
            sleep(LOOK).await;
            let now = self.window.find(label).await?;
            if now.middle() != thing.middle() {
                (thing, since) = (now, self.transcript.elapsed());
            }
        }
        Ok(thing)
    }

    /// Touches the thing of that name, as soon as it can be.
    pub async fn touches(&self, label: &str) -> Result<()> {
        let thing = self.finds(label).await?;
        self.touches_at(&thing).await
    }

    /// Touches this thing.
    pub async fn touches_at(&self, thing: &Element) -> Result<()> {
        let at = thing.middle();
        self.transcript.tell(self.name, format!("touches {:?} at {}, {}", thing.label, at.0, at.1));
        self.screen.touch(at).await
    }

    /// Types a text into the field of that name.
    pub async fn types(&self, field: &str, text: &str, shown: &str) -> Result<()> {
        self.touches(field).await?;
        self.transcript.tell(self.name, format!("types {shown:?}"));
        self.screen.write(text).await
    }

    /// Presses a key.
    pub async fn presses(&self, key: &str) -> Result<()> {
        self.transcript.tell(self.name, format!("presses {key}"));
        self.screen.press(key).await
    }

    /// Takes a picture of the screen. A window may know its words before the screen has its first picture.
    pub async fn picture(&self, name: &str) -> Result<PathBuf> {
        let path = self.out.join(name);
        let drawn = async || {
            self.screen.picture(&path).await.with_context(|| format!("no picture of the {}", self.name))?;
            Ok((!paper::is_blank(&path)?).then_some(()))
        };
        wait_for(&format!("anything on the screen of the {}", self.name), DRAWN, drawn).await?;
        self.transcript.tell(self.name, format!("picture {name}"));
        Ok(path)
    }

    /// Takes a picture of a page that has nothing over it, and fails if something to press cannot be reached.
    pub async fn page(&self, name: &str) -> Result<()> {
        self.picture(name).await?;
        match misplaced(&self.looks().await?, self.screen.size()) {
            Some(what) => bail!("the {}: {what}, see {name}", self.name),
            None => Ok(()),
        }
    }

    /// Fails if a text stands where none of it may be.
    pub async fn does_not_see(&self, words: &str) -> Result<()> {
        match self.looks().await?.iter().find(|element| element.label.contains(words)) {
            Some(element) => bail!("the {} shows {:?} and should not", self.name, element.label),
            None => Ok(()),
        }
    }

    /// Leaves the screen, which goes dark.
    pub async fn leaves(self) {
        self.screen.off().await;
    }
}
