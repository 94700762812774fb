//! The QR on the screen where no paper came out: whoever photographs the page has the ticket (F39).

use super::{
    fit::SCREENS,
    office::{Totem, qr_text},
    scenes::{LOOKS, SCENES, play},
    window::{Glass, Target, WIDTH},
};
use totem_app::{flow::Touch, settings::Screen};

/// The smallest module that a reader is sure of (D9.2).
const MODULE_MILLIMETRES: f64 = 0.5;
/// The modules of a ticket's QR along a side, and of the light around it.
const MODULES: usize = 45;
const QUIET_ZONE: usize = 4;

const WITHOUT_PAPER: [&str; 3] = ["ticket-failed", "ticket-failed-later", "ticket-unknown"];

fn at(name: &str, look: &[Touch]) -> Totem {
    play(SCENES.iter().find(|(other, _)| *other == name).unwrap(), look)
}

/// The texts of all QR codes that a camera finds on the screen.
fn photographed(glass: &Glass) -> Vec<String> {
    let (width, grey) = glass.in_grey();
    let pixel = |x: usize, y: usize| grey[y * width + x];
    let mut photo = rqrr::PreparedImage::prepare_from_greyscale(width, grey.len() / width, pixel);
    photo.detect_grids().iter().filter_map(|grid| Some(grid.decode().ok()?.1)).collect()
}

/// Where the QR lies, with the white around it.
fn on_screen(glass: &Glass) -> Target {
    glass.named("ScreenQr").pop().expect("a QR on the screen")
}

#[test]
fn a_photo_of_the_page_is_the_ticket() {
    for glass in [Glass::new(), Glass::lying()] {
        glass.shows(&at("standby", &[]).view());
        for name in WITHOUT_PAPER {
            for (look, touches) in LOOKS {
                glass.shows(&at(name, touches).view());
                assert_eq!(photographed(&glass), [qr_text().reveal()], "{name} {look} {:?}", glass.size());
            }
        }
    }
}

#[test]
fn its_modules_are_whole_pixels_and_large_enough_on_every_screen() {
    for (width, height, inches) in SCREENS.iter().map(|(width, height, inches)| (*width, *height, inches[0])) {
        let glass = Glass::of(width, height);
        // What the window before it showed last would not be drawn again.
        glass.shows(&at("standby", &[]).view());
        let millimetres = Screen { diagonal_inches: inches }.millimetres_per_pixel(width, height);
        // On the usual screen every look; on the others a QR lies otherwise only in large text.
        let looks = if width == WIDTH { LOOKS } else { &LOOKS[1..3] };
        for (look, touches) in looks {
            glass.shows(&at("ticket-failed-later", touches).view());
            let screen = format!("{width}x{height}, {inches} inches, {look}");
            let frame = on_screen(&glass);
            let module = frame.width as usize / (MODULES + 2 * QUIET_ZONE);
            assert_eq!(frame.width, frame.height, "{screen}");
            let side = module as f64 * millimetres;
            assert!(side >= MODULE_MILLIMETRES, "{screen}: modules of {side} mm");
            assert_eq!(photographed(&glass), [qr_text().reveal()], "{screen}");
            is_drawn_module_by_module(&glass, &frame, module, &screen);
        }
    }
}

/// Black or white and nothing between, every module as large as the others, with white around them. Where exactly it
/// begins is the renderer's business: the corner of the first finder tells.
fn is_drawn_module_by_module(glass: &Glass, frame: &Target, module: usize, screen: &str) {
    let (width, grey) = glass.in_grey();
    let (left, top) = (frame.x as usize, frame.y as usize);
    let seen = |x: usize, y: usize| grey[y * width + x];
    let inside = |from: usize| from + 1..from + frame.width as usize;
    let corner = inside(top).flat_map(|y| inside(left).map(move |x| (x, y))).find(|&(x, y)| seen(x, y) == 0);
    let (x, y) = corner.unwrap_or_else(|| panic!("{screen}: nothing dark in {frame:?}"));
    let (left, top) = (x - QUIET_ZONE * module, y - QUIET_ZONE * module);
    let expect = devices::qr::modules(qr_text().reveal()).unwrap();
    for y in 0..expect.side * module {
        for x in 0..expect.side * module {
            let dark = expect.dark[y / module * expect.side + x / module];
            assert_eq!(seen(left + x, top + y), if dark { 0 } else { 255 }, "{screen}: pixel {x}, {y} of the QR");
        }
    }
}

#[test]
fn where_there_is_paper_there_is_no_qr_and_after_the_page_there_is_none() {
    let glass = Glass::new();
    for (name, _) in SCENES.iter().filter(|(name, _)| !WITHOUT_PAPER.contains(name)) {
        glass.shows(&at("ticket-failed", &[]).view());
        assert_eq!(glass.named("ScreenQr").len(), 1);
        glass.shows(&at(name, &[]).view());
        assert!(glass.named("ScreenQr").is_empty(), "{name}");
    }
    for gone in [Touch::Done, Touch::Leave, Touch::Back] {
        let mut totem = at("ticket-failed", &[]);
        glass.shows(&totem.view());
        totem.touches(gone);
        glass.shows(&totem.view());
        assert!(photographed(&glass).is_empty() && glass.named("ScreenQr").is_empty());
        assert!(!format!("{:?}", totem.state).contains("A042"));
    }
}
