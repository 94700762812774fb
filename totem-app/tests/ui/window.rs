//! A totem with its real window on a screen that exists in memory only.

use super::office::Totem;
use i_slint_backend_testing::{
    AccessibleRole, ElementHandle, ElementQuery, TestingBackend, TestingBackendOptions, mock_elapsed_time,
};
use slint::{
    ComponentHandle, LogicalPosition, PhysicalSize, Rgba8Pixel, SharedPixelBuffer,
    platform::{PointerEventButton, WindowEvent},
};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time::Duration};
use totem_app::{
    bind::{Window, ui},
    flow::Touch,
    view::{ModalView, View},
};

pub const WIDTH: u32 = 1080;
pub const HEIGHT: u32 = 1920;

/// A window and what has been touched in it.
pub struct Glass {
    window: Window,
    touched: Rc<RefCell<Vec<Touch>>>,
    /// What is on the screen, until something moves: looking is dear.
    seen: RefCell<Option<Rc<Vec<ElementHandle>>>>,
    pub keys: Rc<RefCell<String>>,
}

/// Something on the screen: its label, if it has one, and where it is, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub label: String,
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Target {
    fn of(element: &ElementHandle) -> Self {
        let (at, size) = (element.absolute_position(), element.size());
        let label = element.accessible_label().unwrap_or_default().to_string();
        Self { label, x: at.x, y: at.y, width: size.width, height: size.height }
    }

    pub fn centre(&self) -> (f32, f32) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    pub fn contains(&self, x: f32, y: f32) -> bool {
        (self.x..self.x + self.width).contains(&x) && (self.y..self.y + self.height).contains(&y)
    }
}

/// True if this is what the pages call it, or was made from that.
fn is(element: &ElementHandle, name: &str) -> bool {
    let same = |other: slint::SharedString| other == name;
    element.type_name().is_some_and(same) || element.bases().is_some_and(|mut bases| bases.any(same))
}

impl Glass {
    /// The usual screen.
    pub fn new() -> Self {
        Self::of(WIDTH, HEIGHT)
    }

    /// The same screen, lying.
    pub fn lying() -> Self {
        Self::of(HEIGHT, WIDTH)
    }

    pub fn of(width: u32, height: u32) -> Self {
        let options =
            TestingBackendOptions { mock_time: true, threading: true, renderer_name: Some("software".into()) };
        // A second window of the same test has its platform already.
        let _ = slint::platform::set_platform(Box::new(TestingBackend::new(options)));
        let touched = Rc::new(RefCell::new(Vec::new()));
        let keys = Rc::new(RefCell::new(String::new()));
        let (fingers, typed) = (touched.clone(), keys.clone());
        let window = Window::open(
            true,
            move |touch| fingers.borrow_mut().push(touch),
            || super::office::ticket_id(7),
            move |text| typed.borrow_mut().push_str(text),
        )
        .unwrap();
        window.app().show().unwrap();
        let glass = Self { window, touched, seen: RefCell::default(), keys };
        glass.turns_to(width, height);
        glass
    }

    /// The screen has this size now.
    pub fn turns_to(&self, width: u32, height: u32) -> &Self {
        self.app().window().set_size(PhysicalSize::new(width, height));
        self.passes(100)
    }

    /// How wide and high it is, in pixels.
    pub fn size(&self) -> (f32, f32) {
        let size = self.app().window().size();
        (size.width as f32, size.height as f32)
    }

    /// How many pixels a unit has.
    pub fn unit(&self) -> f32 {
        self.app().global::<ui::Theme>().get_unit()
    }

    pub fn app(&self) -> &ui::App {
        self.window.app()
    }

    /// Shows what the totem shows, and lets every movement come to its end.
    pub fn shows(&self, view: &View) -> &Self {
        self.window.show(view);
        self.passes(100).passes(1_000).passes(100)
    }

    /// Lets time pass in the window.
    pub fn passes(&self, millis: u64) -> &Self {
        mock_elapsed_time(Duration::from_millis(millis));
        self.seen.take();
        self
    }

    pub fn picture(&self) -> SharedPixelBuffer<Rgba8Pixel> {
        self.app().window().take_snapshot().unwrap()
    }

    pub fn saves(picture: &SharedPixelBuffer<Rgba8Pixel>, name: &str) {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/pictures");
        std::fs::create_dir_all(&folder).unwrap();
        let file = std::fs::File::create(folder.join(format!("totem-{name}.png"))).unwrap();
        let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), picture.width(), picture.height());
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_compression(png::Compression::Fastest);
        encoder.write_header().unwrap().write_image_data(picture.as_bytes()).unwrap();
    }

    /// The picture in grey, as a camera sees it, and how wide it is.
    pub fn in_grey(&self) -> (usize, Vec<u8>) {
        let picture = self.picture();
        // Green is nearly what the eye takes for brightness.
        (picture.width() as usize, picture.as_slice().iter().map(|pixel| pixel.g).collect())
    }

    /// Every element on the screen, once.
    fn elements(&self) -> Rc<Vec<ElementHandle>> {
        if let Some(seen) = &*self.seen.borrow() {
            return seen.clone();
        }
        let found = ElementQuery::from_root(self.app()).match_descendants().find_all();
        let mut once = BTreeMap::new();
        for element in found {
            let at = (element.absolute_position(), element.size());
            let key = format!("{:?} {:?} {:?} {:?}", element.accessible_label(), element.id(), element.type_name(), at);
            once.entry(key).or_insert(element);
        }
        let seen = Rc::new(once.into_values().collect::<Vec<_>>());
        self.seen.replace(Some(seen.clone()));
        seen
    }

    /// The elements of that name, in reading order.
    pub fn named(&self, name: &str) -> Vec<Target> {
        let elements = self.elements();
        let mut found: Vec<_> = elements.iter().filter(|element| is(element, name)).map(Target::of).collect();
        found.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
        found
    }

    /// Every text that is drawn, whether a screen reader finds it or not.
    pub fn texts(&self) -> Vec<Target> {
        let elements = self.elements();
        let drawn = |element: &&ElementHandle| is(element, "Text") && !is(element, "Measure");
        let found = elements.iter().filter(drawn).map(Target::of);
        found.filter(|text| text.width > 0.0 && text.height > 0.0).collect()
    }

    /// Shows a view, and gives the texts that are to be read: where something is asked, only those that ask it.
    pub fn shows_to_read(&self, view: &View) -> Vec<Target> {
        let mut behind = Vec::new();
        if view.modal != ModalView::None {
            behind = self.shows(&View { modal: ModalView::None, ..view.clone() }).texts();
        }
        let mut texts = self.shows(view).texts();
        texts.retain(|text| !behind.contains(text));
        texts
    }

    /// Everything that can be touched.
    pub fn targets(&self) -> Vec<Target> {
        let elements = self.elements();
        let button = |element: &&ElementHandle| element.accessible_role() == Some(AccessibleRole::Button);
        let mut targets: Vec<_> = elements.iter().filter(button).map(Target::of).collect();
        targets.dedup();
        targets
    }

    /// Every word on the screen, as a screen reader and as an eye finds it.
    pub fn words(&self) -> Vec<String> {
        self.elements()
            .iter()
            .flat_map(|element| {
                [element.accessible_label(), element.accessible_value(), element.accessible_description()]
            })
            .flatten()
            .map(|text| text.to_string())
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// A finger on what has this label.
    pub fn presses(&self, label: &str) -> &Self {
        let found = ElementHandle::find_by_accessible_label(self.app(), label).next();
        let element = found.unwrap_or_else(|| panic!("\"{label}\" is not among {:?}", self.targets()));
        element.invoke_accessible_default_action();
        self
    }

    /// A finger on the glass where this label stands.
    pub fn taps(&self, label: &str) -> &Self {
        let found = self.targets().into_iter().find(|target| target.label == label);
        let target = found.unwrap_or_else(|| panic!("\"{label}\" is not among {:?}", self.targets()));
        self.lays_a_finger_on(target.centre());
        self.lifts_the_finger(target.centre());
        self
    }

    /// A finger on the glass, in pixels.
    pub fn lays_a_finger_on(&self, (x, y): (f32, f32)) {
        let (position, button) = (LogicalPosition::new(x, y), PointerEventButton::Left);
        self.app().window().dispatch_event(WindowEvent::PointerMoved { position });
        self.app().window().dispatch_event(WindowEvent::PointerPressed { position, button });
    }

    /// The finger leaves the glass, perhaps somewhere else.
    pub fn lifts_the_finger(&self, (x, y): (f32, f32)) {
        let (position, button) = (LogicalPosition::new(x, y), PointerEventButton::Left);
        self.app().window().dispatch_event(WindowEvent::PointerMoved { position });
        self.app().window().dispatch_event(WindowEvent::PointerReleased { position, button });
        self.app().window().dispatch_event(WindowEvent::PointerExited);
    }

    /// What has been touched since the last question.
    pub fn takes_touches(&self) -> Vec<Touch> {
        self.touched.borrow_mut().drain(..).collect()
    }

    /// Hands what has been touched to the totem and shows what it shows then.
    pub fn plays(&self, totem: &mut Totem) -> &Self {
        for touch in self.takes_touches() {
            totem.touches(touch);
        }
        self.shows(&totem.view())
    }
}
