//! A totem with its real window on a screen that exists in memory only.
#![allow(dead_code, reason = "each test file plays another part of it")]

use super::office::Totem;
use i_slint_backend_testing::{ElementHandle, ElementQuery, TestingBackend, TestingBackendOptions, mock_elapsed_time};
use slint::{ComponentHandle, PhysicalSize, Rgba8Pixel, SharedPixelBuffer};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time::Duration};
use totem_app::{
    bind::{Window, ui::App},
    flow::Touch,
    view::View,
};

pub const WIDTH: u32 = 1080;
pub const HEIGHT: u32 = 1920;

/// A window and what has been touched in it.
pub struct Glass {
    pub window: Window,
    touched: Rc<RefCell<Vec<Touch>>>,
    pub keys: Rc<RefCell<String>>,
}

/// Something that can be touched: its label and where it is, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub label: String,
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Glass {
    pub fn new() -> Self {
        let options =
            TestingBackendOptions { mock_time: true, threading: true, renderer_name: Some("software".into()) };
        slint::platform::set_platform(Box::new(TestingBackend::new(options))).unwrap();
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
        window.app().window().set_size(PhysicalSize::new(WIDTH, HEIGHT));
        Self { window, touched, keys }
    }

    pub fn app(&self) -> &App {
        self.window.app()
    }

    /// Shows what the totem shows, and lets every movement come to its end.
    pub fn shows(&self, view: &View) -> &Self {
        self.window.show(view);
        for millis in [100, 1_000, 100] {
            mock_elapsed_time(Duration::from_millis(millis));
        }
        self
    }

    pub fn picture(&self) -> SharedPixelBuffer<Rgba8Pixel> {
        self.app().window().take_snapshot().unwrap()
    }

    pub fn saves(&self, name: &str) {
        let picture = self.picture();
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/pictures");
        std::fs::create_dir_all(&folder).unwrap();
        let file = std::fs::File::create(folder.join(format!("totem-{name}.png"))).unwrap();
        let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), picture.width(), picture.height());
        encoder.set_color(png::ColorType::Rgba);
        encoder.write_header().unwrap().write_image_data(picture.as_bytes()).unwrap();
    }

    /// Every element on the screen, once.
    pub fn elements(&self) -> Vec<ElementHandle> {
        let found = ElementQuery::from_root(self.app()).match_descendants().find_all();
        let mut once = BTreeMap::new();
        for element in found {
            let at = (element.absolute_position(), element.size());
            let key = format!("{:?} {:?} {:?} {:?}", element.accessible_label(), element.id(), element.type_name(), at);
            once.entry(key).or_insert(element);
        }
        once.into_values().collect()
    }

    /// Everything that can be touched.
    pub fn targets(&self) -> Vec<Target> {
        let button = |element: &ElementHandle| {
            element.accessible_role() == Some(i_slint_backend_testing::AccessibleRole::Button)
        };
        let target = |element: ElementHandle| Target {
            label: element.accessible_label().unwrap_or_default().to_string(),
            x: element.absolute_position().x,
            y: element.absolute_position().y,
            width: element.size().width,
            height: element.size().height,
        };
        let mut targets: Vec<_> = self.elements().into_iter().filter(button).map(target).collect();
        targets.dedup();
        targets
    }

    /// Every word on the screen, as a screen reader and as an eye finds it.
    pub fn words(&self) -> Vec<String> {
        self.elements()
            .into_iter()
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

    /// Hands what has been touched to the totem and shows what it shows then.
    pub fn plays(&self, totem: &mut Totem) -> &Self {
        let touched: Vec<_> = self.touched.borrow_mut().drain(..).collect();
        for touch in touched {
            totem.touches(touch);
        }
        self.shows(&totem.view())
    }
}
