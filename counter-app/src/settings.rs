//! What is set at a desk: the server and how the window looks.

use app_kit::{
    config::{self, BadConfig, Source},
    link::Link,
    program::Program,
};
use contract::text::Lang;
use serde::Deserialize;
use std::path::PathBuf;

/// What `avanti-counter --help` says.
pub const PROGRAM: Program = Program {
    name: "avanti-counter",
    version: env!("CARGO_PKG_VERSION"),
    about: "The counter of a public office: who waits, who is called, who is being served.",
    prefix: "AVANTI_COUNTER_",
    settings: &[
        ("server", "where the server is; if not set, the one it was paired with"),
        ("fingerprints", "how the server is recognised: [\"sha256/...\"], as it prints when it starts ..."),
        ("authority", "... or the file with the certificate of the authority that certified it"),
        ("language", "it or en; it if not set"),
        ("login", "who is offered at the login when nobody is remembered yet"),
        ("contrast", "true for stronger contrast"),
        ("large_text", "true for larger text"),
        ("memory", "the file that keeps the last login and counter; ~/.local/state/avanti/counter.toml if not set"),
    ],
};

/// The settings (`counter.toml`, and `AVANTI_COUNTER_…` above it).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The server's address.
    pub server: String,
    /// Fingerprints of keys that may be the server's, …
    pub fingerprints: Vec<String>,
    /// … or the file with the certificate of the authority that certified it.
    pub authority: Option<PathBuf>,
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
            server: String::new(),
            fingerprints: Vec::new(),
            authority: None,
            language: Lang::It,
            login: String::new(),
            contrast: false,
            large_text: false,
            memory: None,
        }
    }
}

impl Settings {
    /// Reads them, and what pairing left behind.
    pub fn load(source: &Source) -> Result<Self, BadConfig> {
        let settings: Self = config::load(source)?;
        let set = Link { server: settings.server, fingerprints: settings.fingerprints, token: None };
        let Link { server, fingerprints, .. } = Link::of(set, PROGRAM.link());
        Ok(Self { server, fingerprints, ..settings })
    }

    /// How this computer is linked to a server, as far as it is.
    pub fn link(&self) -> Link {
        Link { server: self.server.clone(), fingerprints: self.fingerprints.clone(), token: None }
    }
}
