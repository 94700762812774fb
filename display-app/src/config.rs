//! The settings of a display: `display.toml`, and `AVANTI_DISPLAY_…` variables above it.

use app_kit::{
    config::{self, BadConfig, Source},
    link::Link,
    program::Program,
    token::{self, BadToken},
};
use serde::Deserialize;
use std::path::PathBuf;

/// What `avanti-display --help` says.
pub const PROGRAM: Program = Program {
    name: "avanti-display",
    version: env!("CARGO_PKG_VERSION"),
    about: "The display of a waiting room: shows who is called and where to go, and says it aloud.",
    prefix: "AVANTI_DISPLAY_",
    settings: &[
        ("server", "where the server is; if not set, the one it was paired with"),
        ("fingerprints", "how the server is recognised: [\"sha256/...\"], as it prints when it starts ..."),
        ("authority", "... or the file with the certificate of the authority that certified it"),
        ("token", "the token that the server gave this display ..."),
        ("token_file", "... or the file in which it stands; pairing brings one, too"),
        ("sound", "where sound goes: default, none, or wav:FOLDER for files"),
        ("speech", "the program that speaks: a list with {text}, {language} and {out} in their places"),
        ("screen_width_mm", "how wide the picture is; 952 mm are 43 inches"),
        ("max_distance_m", "from how far it must be legible; 10 if not set"),
        ("full_screen", "false for a window on a desk"),
        ("motion", "false where nothing may move"),
    ],
};

/// What can be set.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the server is.
    pub server: String,
    /// Fingerprints of keys that may be the server's, …
    pub fingerprints: Vec<String>,
    /// … or the file with the certificate of the authority that certified it.
    pub authority: Option<PathBuf>,
    /// The token that the server gave this display …
    pub token: Option<String>,
    /// … or the file in which it stands, which need not be readable to others.
    pub token_file: Option<PathBuf>,
    /// Where sound goes: `default`, `wav:FOLDER` or `none`.
    pub sound: String,
    /// The program that speaks and its arguments, with `{text}`, `{language}` and `{out}` in their places.
    pub speech: Vec<String>,
    /// How wide the screen's picture is; 952 mm are 43 inches.
    pub screen_width_mm: f64,
    /// From how far it must be legible.
    pub max_distance_m: f64,
    /// False for a window on a desk.
    pub full_screen: bool,
    /// False where nothing may move.
    pub motion: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            server: String::new(),
            fingerprints: Vec::new(),
            authority: None,
            token: None,
            token_file: None,
            sound: "default".to_owned(),
            // A little slower than it speaks by itself.
            speech: ["espeak-ng", "-v", "{language}", "-s", "150", "-w", "{out}", "--", "{text}"]
                .map(str::to_owned)
                .into(),
            screen_width_mm: 952.0,
            max_distance_m: 10.0,
            full_screen: true,
            motion: true,
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadSettings {
    /// File or environment.
    #[error(transparent)]
    Config(#[from] BadConfig),
    /// The token cannot be read.
    #[error(transparent)]
    Token(#[from] BadToken),
    /// A size that no screen and no room has.
    #[error("{0} must be a number from {1} to {2}")]
    OutOfRange(&'static str, f64, f64),
}

impl Config {
    /// Reads and checks the settings, and puts the token in its place. `kept` is what pairing left behind.
    pub fn load(source: &Source, kept: Option<Link>) -> Result<Self, BadSettings> {
        let mut config: Self = config::load(source)?;
        within("screen_width_mm", config.screen_width_mm, 100.0, 10_000.0)?;
        within("max_distance_m", config.max_distance_m, 0.5, 100.0)?;
        let token = token::read(config.token.as_deref(), config.token_file.as_deref())?;
        let set = Link { server: config.server, fingerprints: config.fingerprints, token };
        let Link { server, fingerprints, token } = Link::of(set, kept);
        (config.server, config.fingerprints, config.token) = (server, fingerprints, token);
        Ok(config)
    }

    /// How this display is linked to a server, as far as it is.
    pub fn link(&self) -> Link {
        Link { server: self.server.clone(), fingerprints: self.fingerprints.clone(), token: self.token.clone() }
    }
}

fn within(name: &'static str, value: f64, least: f64, most: f64) -> Result<(), BadSettings> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(BadSettings::OutOfRange(name, least, most)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], expect: Result<Config, &str>) {
        let environment = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let source = Source::new(PROGRAM.prefix, None, environment);
        match (Config::load(&source, None).map_err(|problem| problem.to_string()), expect) {
            (Ok(found), Ok(expect)) => assert_eq!(found, expect),
            (Err(found), Err(expect)) => assert!(found.contains(expect), "{found} does not say: {expect}"),
            (found, expect) => panic!("{found:?} instead of {expect:?}"),
        }
    }

    #[test]
    fn a_display_needs_little_and_says_what_is_wrong() {
        let server = "http://127.0.0.1:8080".to_owned();
        let config = Config { server, token: Some("t".to_owned()), max_distance_m: 12.0, ..Config::default() };
        check(&[("AVANTI_DISPLAY_TOKEN", "t"), ("AVANTI_DISPLAY_MAX_DISTANCE_M", "12")], Ok(config));
        check(&[], Ok(Config::default()));
        check(&[("AVANTI_DISPLAY_TOKEN_FILE", "/nowhere/token")], Err("token_file /nowhere/token"));
        check(
            &[("AVANTI_DISPLAY_TOKEN", "t"), ("AVANTI_DISPLAY_SCREEN_WIDTH_MM", "43")],
            Err("screen_width_mm must be"),
        );
        check(&[("AVANTI_DISPLAY_TOKEN", "t"), ("AVANTI_DISPLAY_DISTANCE", "43")], Err("distance"));
    }
}
