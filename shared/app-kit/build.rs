//! Compiles the gallery of components, which only the tests show.

include!("build_ui.rs");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    compile_pages("ui/gallery.slint")
}
