//! The component sheet in every set of tokens, as pictures to look at: `target/pictures/app-kit-*.png`.
//! The test holds that each set draws, that no two look alike, and that the same state draws the same pixels.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(missing_docs, unsafe_code, clippy::all, clippy::restriction, reason = "made by the Slint compiler")]
mod ui {
    slint::include_modules!();
}

use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
use slint::{ComponentHandle, PhysicalSize, Rgba8Pixel, SharedPixelBuffer};

fn save(name: &str, picture: &SharedPixelBuffer<Rgba8Pixel>) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    let file = std::fs::File::create(folder.join(format!("app-kit-{name}.png"))).unwrap();
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().unwrap().write_image_data(picture.as_bytes()).unwrap();
}

#[test]
fn the_sheet_of_components_draws_in_every_set_of_tokens() {
    let options = TestingBackendOptions { mock_time: true, threading: true, renderer_name: Some("software".into()) };
    slint::platform::set_platform(Box::new(TestingBackend::new(options))).unwrap();
    let sheet = ui::Gallery::new().unwrap();
    let theme = sheet.global::<ui::Theme>();
    sheet.show().unwrap();
    let mut seen = Vec::new();
    for (name, night, contrast, large) in [
        ("light", false, false, false),
        ("contrast", false, true, false),
        ("night", true, false, false),
        ("night-contrast", true, true, false),
        ("large", false, false, true),
    ] {
        theme.set_night(night);
        theme.set_contrast(contrast);
        theme.set_large_text(large);
        sheet.window().set_size(PhysicalSize::new(if large { 1600 } else { 1280 }, if large { 1160 } else { 1130 }));
        let picture = sheet.window().take_snapshot().unwrap();
        let again = sheet.window().take_snapshot().unwrap();
        assert_eq!(picture.as_bytes(), again.as_bytes(), "{name} differs from itself");
        save(name, &picture);
        seen.push((name, picture));
    }
    theme.set_large_text(false);
    sheet.set_asking(true);
    let asking = sheet.window().take_snapshot().unwrap();
    save("asking", &asking);
    for (at, (name, picture)) in seen.iter().enumerate() {
        for (other, another) in &seen[at + 1..] {
            assert_ne!(picture.as_bytes(), another.as_bytes(), "{name} looks like {other}");
        }
    }
}
