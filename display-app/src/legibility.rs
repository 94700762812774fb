//! Whether what must be read from the back of the room can be read there: a sum over sizes, nothing else.
//!
//! A letter is legible when its capital is at least a 200th of the distance high (about 17 minutes of arc); the code
//! that is called out has twice that. The page's sizes come in as values, the screen's from the settings.

/// Distance over height, for what is called out.
pub const CALL_RATIO: f64 = 100.0;
/// The same for earlier calls and the clock.
pub const LIST_RATIO: f64 = 200.0;

/// The screen as it hangs there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screen {
    /// How wide its picture is, in pixels of the page.
    pub width_pixels: f64,
    /// How wide its picture is, in millimetres: 952 for 43 inches.
    pub width_mm: f64,
    /// From how far it must be legible, in metres.
    pub max_distance_m: f64,
}

impl Screen {
    /// How high a capital must be at least, in pixels, for that ratio.
    pub fn least_capital_pixels(&self, ratio: f64) -> f64 {
        self.max_distance_m * 1000.0 / ratio * self.width_pixels / self.width_mm
    }

    /// From how far a capital of so many pixels is legible, in metres.
    pub fn legible_from_m(&self, capital_pixels: f64, ratio: f64) -> f64 {
        capital_pixels * self.width_mm / self.width_pixels * ratio / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(width_mm: f64, max_distance_m: f64, list: i64, call: i64) {
        let screen = Screen { width_pixels: 1920.0, width_mm, max_distance_m };
        let whole = |ratio| screen.least_capital_pixels(ratio).round() as i64;
        assert_eq!((whole(LIST_RATIO), whole(CALL_RATIO)), (list, call), "{width_mm} mm, {max_distance_m} m");
    }

    #[test]
    fn a_screen_of_43_inches() {
        check(952.0, 5.0, 50, 101);
        check(952.0, 8.0, 81, 161);
        check(952.0, 10.0, 101, 202);
        check(952.0, 15.0, 151, 303);
    }

    #[test]
    fn a_wider_screen_needs_fewer_pixels() {
        check(1218.0, 10.0, 79, 158);
    }
}
