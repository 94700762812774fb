//! counter

slint::include_modules!();

fn main() -> Result<(), slint::PlatformError> {
    App::new()?.run()
}
