//! "Link this device" on a totem: by the keys on its screen, in both languages and in large text.

use super::window::{Glass, HEIGHT, WIDTH};
use app_kit::{
    linking::{Effect, Input, Known, Problem, State, step, view},
    worker::{self, Waiting},
};
use slint::ComponentHandle;
use totem_app::bind::{link, ui};

const PIN: &str = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const FIGURES: [&str; 6] = ["1042", "7731", "0098", "5510", "3327", "8864"];

/// A totem that nobody has linked yet, and somebody in front of it.
struct New {
    glass: Glass,
    state: State,
    waiting: Waiting<Input>,
}

impl New {
    fn of(known: Option<Known>, may_leave: bool, width: u32, height: u32) -> Self {
        let glass = Glass::of(width, height);
        let (inputs, waiting) = worker::channel();
        link::connect(glass.app(), &inputs);
        glass.app().global::<ui::Linking>().set_reader(true);
        glass.app().global::<ui::Linking>().set_shown(true);
        let state = State::new(known, may_leave, link::invited, true);
        let new = Self { glass, state, waiting };
        new.shows();
        new
    }

    fn shows(&self) {
        link::show(self.glass.app(), &view(&self.state), true);
        self.glass.passes(100);
        self.glass.passes(1_000);
    }

    /// Hands on what was touched and typed, and shows what comes of it.
    fn plays(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        while let Some(input) = self.waiting.try_next() {
            effects.extend(step(&mut self.state, input, 0));
        }
        self.shows();
        effects
    }

    fn hears(&mut self, input: Input) -> Vec<Effect> {
        let effects = step(&mut self.state, input, 0);
        self.shows();
        effects
    }

    fn presses(&mut self, keys: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        for key in keys.chars() {
            self.glass.presses(&key.to_string());
            effects.extend(self.plays());
        }
        effects
    }

    fn met(&mut self) {
        self.hears(Input::Met(Ok(Some((PIN.to_owned(), FIGURES.map(str::to_owned))))));
    }

    /// Takes a picture, and fails if something does not fit on the screen or is too small for a finger.
    fn fits(&self, name: &str, (width, height): (u32, u32)) {
        Glass::saves(&self.glass.picture(), &format!("linking-{name}"));
        for text in self.glass.texts() {
            let (right, bottom) = (text.x + text.width, text.y + text.height);
            let behind = text.y < 0.0 || text.x < 0.0;
            assert!(!behind && right <= width as f32 + 1.0 && bottom <= height as f32 + 1.0, "{name}: {text:?}");
        }
        let least = 47.9 * self.glass.app().global::<ui::Theme>().get_unit();
        let page = self.glass.targets().into_iter().filter(|target| !BEHIND.contains(&target.label.as_str()));
        for target in page {
            assert!(target.width >= least && target.height >= least, "{name}: {target:?} is smaller than {least}");
        }
    }
}

/// What lies below the page and cannot be touched.
const BEHIND: [&str; 4] = ["English", "Più grande", "Contrasto", "Tocchi per iniziare"];

#[test]
fn a_totem_is_linked_by_the_keys_on_its_screen() {
    let mut new = New::of(None, false, WIDTH, HEIGHT);
    assert_eq!(new.presses("avanti.local"), []);
    new.glass.presses("Continua");
    new.plays();
    assert!(new.glass.words().contains(&"Il codice non è completo.".to_owned()), "it goes on to the code");
    assert_eq!(new.presses("BCDFGHJ"), []);
    new.glass.presses("Cancella");
    new.plays();
    assert_eq!(new.presses("JK"), []);
    new.glass.presses("Continua");
    assert_eq!(new.plays(), [Effect::Meet { server: "https://avanti.local:8443".to_owned() }]);
    new.met();
    new.glass.presses("Sì, sono uguali");
    let told = new.plays();
    assert!(matches!(&told[..], [Effect::Tell { code, .. }] if code == "BCDFGHJK"), "{told:?}");
}

#[test]
fn a_reader_that_types_links_it_wherever_the_keyboard_is() {
    use slint::platform::WindowEvent;
    let mut new = New::of(None, false, WIDTH, HEIGHT);
    new.presses("ab");
    for key in format!("avanti://avanti.local:8443?pin={PIN}&code=BCDF-GHJK\n").chars() {
        new.glass.app().window().dispatch_event(WindowEvent::KeyPressed { text: key.into() });
        new.glass.app().window().dispatch_event(WindowEvent::KeyReleased { text: key.into() });
    }
    assert_eq!(new.plays(), [Effect::Meet { server: "https://avanti.local:8443".to_owned() }]);
    assert!(new.glass.keys.borrow().is_empty(), "nothing of it goes to the flow of citizens");
}

fn pictures(look: &str, large: bool, contrast: bool, italian: bool, (width, height): (u32, u32)) {
    let screen = (width, height);
    let dress = |new: &mut New| {
        new.glass.app().global::<ui::Theme>().set_large_text(large);
        new.glass.app().global::<ui::Theme>().set_contrast(contrast);
        if !italian {
            new.hears(Input::Language);
        }
        new.shows();
    };
    let mut new = New::of(None, false, width, height);
    dress(&mut new);
    new.fits(&format!("1-new-{look}"), screen);
    for key in "avanti.local\nBCDFG".chars() {
        new.hears(Input::Key(key.to_string()));
    }
    new.fits(&format!("2-typing-{look}"), screen);
    for key in "HJK\n".chars() {
        new.hears(Input::Key(key.to_string()));
    }
    new.met();
    new.fits(&format!("3-comparing-{look}"), screen);
    new.hears(Input::Yes);
    new.hears(Input::Told(Err(Problem::WrongCode)));
    new.fits(&format!("4-wrong-{look}"), screen);
    for key in "BCDFGHJK\n".chars() {
        new.hears(Input::Key(key.to_string()));
    }
    new.met();
    new.hears(Input::Yes);
    new.hears(Input::Told(Ok(("Totem 1".to_owned(), None))));
    new.hears(Input::Kept(Ok(())));
    new.fits(&format!("5-linked-{look}"), screen);
    drop(new);
    let known = Known { server: "https://avanti.local:8443".to_owned(), ..Known::default() };
    let mut again = New::of(Some(known), true, width, height);
    dress(&mut again);
    again.fits(&format!("6-again-{look}"), screen);
}

#[test]
fn it_fits_upright() {
    pictures("it", false, false, true, (WIDTH, HEIGHT));
}

#[test]
fn it_fits_upright_in_english_and_high_contrast() {
    pictures("en", false, true, false, (WIDTH, HEIGHT));
}

#[test]
fn it_fits_upright_in_large_text() {
    pictures("it-large", true, false, true, (WIDTH, HEIGHT));
}

#[test]
fn it_fits_lying() {
    pictures("lying", false, false, true, (HEIGHT, WIDTH));
}

#[test]
fn it_fits_lying_in_english() {
    pictures("lying-en", false, false, false, (HEIGHT, WIDTH));
}

#[test]
fn it_fits_lying_in_large_text() {
    pictures("lying-large", true, false, true, (HEIGHT, WIDTH));
}
