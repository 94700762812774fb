//! What is set at a desk: the server and how the window looks.

use contract::text::Lang;
use serde::Deserialize;
use std::path::PathBuf;

/// The settings (`counter.toml`, `AVANTI_…`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The server's address.
    pub server: String,
    /// The language of the window.
    pub language: Lang,
    /// Who is offered at the login when nobody is remembered yet.
    pub login: String,
    /// Stronger contrast.
    pub contrast: bool,
    /// Larger text.
    pub large_text: bool,
    /// Where the last login and counter are kept. Without it the usual folder of the system's user.
    pub memory: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            server: "http://127.0.0.1:8080".to_owned(),
            language: Lang::It,
            login: String::new(),
            contrast: false,
            large_text: false,
            memory: None,
        }
    }
}
