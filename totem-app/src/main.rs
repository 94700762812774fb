//! The totem.

#[allow(missing_docs, unsafe_code, clippy::all, clippy::disallowed_methods)]
mod ui {
    slint::include_modules!();
}
use slint::ComponentHandle;

fn main() -> Result<(), slint::PlatformError> {
    ui::App::new()?.run()
}
