// Included by the build script of each app, so that all three compile their pages in the same way:
// `include!("../shared/app-kit/build_ui.rs");` and then `compile_pages("ui/app.slint")`.
// It knows where the component library and the translations are, and nothing of any app.

/// Compiles a page file with the component library as `@kit` and the translations bundled.
fn compile_pages(file: &str) -> Result<(), Box<dyn std::error::Error>> {
    use slint_build::{CompilerConfiguration, DefaultTranslationContext, EmbedResourcesKind};
    let here = std::path::PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let root = here.ancestors().find(|folder| folder.join("Cargo.lock").exists()).ok_or("no workspace around this crate")?;
    let translations = root.join("assets/translations");
    println!("cargo::rerun-if-changed={}", translations.display());
    let mut config = CompilerConfiguration::new()
        .with_library_paths([("kit".to_owned(), root.join("shared/app-kit/ui"))].into())
        .embed_resources(EmbedResourcesKind::EmbedFiles)
        // Without contexts an office's word is translated once, wherever it stands.
        .with_default_translation_context(DefaultTranslationContext::None)
        // Tests find elements by their ids and roles.
        .with_debug_info(true);
    // The gallery of components has words of nobody and so no translations.
    let italian = format!("it/LC_MESSAGES/{}.po", std::env::var("CARGO_PKG_NAME")?);
    if translations.join(italian).exists() {
        config = config.with_bundled_translations(translations);
    }
    slint_build::compile_with_config(file, config)?;
    Ok(())
}
