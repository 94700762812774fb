//! Every pair of colours that occurs, in every set: 4.5:1 for text, 7:1 in high contrast, 3:1 for the edges of what
//! can be pressed (WCAG 1.4.3, 1.4.6, 1.4.11).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(missing_docs, unsafe_code, clippy::all, clippy::restriction, reason = "made by the Slint compiler")]
mod ui {
    slint::include_modules!();
}

use slint::{Color, ComponentHandle};
use ui::Palette;

/// The contrast ratio of WCAG 2.
fn ratio(a: Color, b: Color) -> f64 {
    let luminance = |color: Color| {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(color.red()) + 0.7152 * part(color.green()) + 0.0722 * part(color.blue())
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Words, drawings that carry meaning, and what they stand on.
fn texts(c: &Palette) -> Vec<(&'static str, Color, Color)> {
    let mut pairs = Vec::new();
    for (ground, below) in [("ground", c.ground), ("paper", c.paper), ("action-soft", c.action_soft)] {
        pairs.extend([
            (ground, c.ink, below),
            (ground, c.muted, below),
            (ground, c.action, below),
            (ground, c.off, below),
        ]);
    }
    for (name, ink) in [("good", c.good), ("warn", c.warn), ("stop", c.stop)] {
        pairs.extend([(name, ink, c.ground), (name, ink, c.paper)]);
    }
    pairs.extend([("good-soft", c.good, c.good_soft), ("good-soft", c.ink, c.good_soft)]);
    pairs.extend([("warn-soft", c.warn, c.warn_soft), ("warn-soft", c.ink, c.warn_soft)]);
    pairs.extend([("stop-soft", c.stop, c.stop_soft), ("stop-soft", c.ink, c.stop_soft)]);
    pairs.extend([("off-soft", c.off, c.off_soft), ("off-soft", c.muted, c.off_soft), ("off-soft", c.ink, c.off_soft)]);
    pairs.extend([("on-action", c.on_action, c.action), ("on-action, pressed", c.on_action, c.action_pressed)]);
    pairs.extend([
        ("on-good", c.on_meaning, c.good),
        ("on-warn", c.on_meaning, c.warn),
        ("on-stop", c.on_meaning, c.stop),
    ]);
    pairs.push(("on-call", c.on_call, c.call));
    pairs
}

/// Edges of what can be pressed or filled in, and the ring that shows where the keyboard is.
fn edges(c: &Palette) -> Vec<(&'static str, Color, Color)> {
    let mut pairs = Vec::new();
    for below in [c.ground, c.paper] {
        pairs.extend([("edge", c.edge, below), ("focus", c.focus, below), ("action", c.action, below)]);
    }
    pairs
}

#[test]
fn every_pair_that_occurs_can_be_read() {
    i_slint_backend_testing::init_no_event_loop();
    let sheet = ui::Gallery::new().unwrap();
    let theme = sheet.global::<ui::Theme>();
    let mut wrong = Vec::new();
    for (night, contrast) in [(false, false), (false, true), (true, false), (true, true)] {
        theme.set_night(night);
        theme.set_contrast(contrast);
        let set = theme.get_c();
        let least = if contrast { 7.0 } else { 4.5 };
        let checks =
            texts(&set).into_iter().map(|pair| (pair, least)).chain(edges(&set).into_iter().map(|pair| (pair, 3.0)));
        for ((name, ink, below), least) in checks {
            let found = ratio(ink, below);
            if found < least {
                wrong.push(format!(
                    "night {night}, contrast {contrast}: {name} {ink:?} on {below:?} has {found:.2}, needs {least}"
                ));
            }
        }
        // On a monitor the call highlight is also a colour of words.
        if night && ratio(set.call, set.paper).min(ratio(set.call, set.ground)) < least {
            wrong.push(format!("contrast {contrast}: call on the night"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
