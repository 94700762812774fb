//! Compiles the pages into Rust.

include!("../shared/app-kit/build_ui.rs");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    compile_pages("ui/app.slint")
}
