//! The totem's settings: `totem.toml` and environment variables. What is wrong is said with its name before anything
//! starts.

use app_kit::{
    config::{self, Source},
    link::Link,
    program::Program,
    token,
};
use contract::text::Lang;
use devices::printer::Paper;
use serde::Deserialize;
use std::path::PathBuf;

/// What `avanti-totem --help` says.
pub const PROGRAM: Program = Program {
    name: "avanti-totem",
    version: env!("CARGO_PKG_VERSION"),
    about: "The totem of a public office: gives tickets, and hears who is here.",
    prefix: "AVANTI_TOTEM_",
    settings: &[
        ("server", "where the server is; if not set, the one it was paired with"),
        ("fingerprints", "how the server is recognised: [\"sha256/...\"], as it prints when it starts ..."),
        ("authority", "... or the file with the certificate of the authority that certified it"),
        ("token", "the token that the server gave this totem ..."),
        ("token_file", "... or the file in which it stands"),
        ("readers", "card readers: [\"serial:/dev/ttyACM0\", \"keyboard\"]; the keyboard if not set"),
        ("printer.url", "tcp://printer:9100, serial:/dev/ttyUSB0 or file:/dev/usb/lp0; nothing prints if not set"),
        ("printer.paper", "80 or 58, in millimetres; 80 if not set"),
        ("sound", "default (the sound device) or none; default if not set"),
        ("screen.diagonal_inches", "how large the screen is; 21.5 if not set"),
        ("full_screen", "false for a window on a desk; true if not set"),
        ("language", "it or en, until the office says which; it if not set"),
    ],
};

/// The smallest side of something that is touched, in millimetres (D0.1).
pub const TARGET_MILLIMETRES: f64 = 20.0;

/// How the pages are measured on a screen that stands and on one that lies.
struct Measure {
    /// How many units the screen is wide and high at least.
    units: (f64, f64),
    /// The smallest side of something that is touched, in units: more where the screen may be small.
    target: f64,
}
const PORTRAIT: Measure = Measure { units: (580.0, 1030.0), target: 48.0 };
const LANDSCAPE: Measure = Measure { units: (1030.0, 580.0), target: 64.0 };

/// `totem.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where the server is: "https://avanti.local:8443".
    pub server: String,
    /// Fingerprints of keys that may be the server's, …
    pub fingerprints: Vec<String>,
    /// … or the file with the certificate of the authority that certified it.
    pub authority: Option<PathBuf>,
    /// The device token that the office gave to this totem, …
    pub token: Option<String>,
    /// … or the file that holds it, which nobody else needs to read.
    pub token_file: Option<PathBuf>,
    /// The readers: "serial:/dev/ttyACM0", "keyboard".
    pub readers: Vec<String>,
    /// The printer.
    pub printer: PrinterSettings,
    /// Where the chime goes: "default" is the sound device, "none" is silence.
    pub sound: String,
    /// The screen.
    pub screen: Screen,
    /// True on a kiosk; false to see it in a window.
    pub full_screen: bool,
    /// The language until the office says which.
    pub language: Lang,
}

/// The printer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrinterSettings {
    /// "tcp://printer:9100", "serial:/dev/ttyUSB0", "file:/dev/usb/lp0". Empty: codes on the screen only.
    pub url: String,
    /// The paper's width.
    pub paper: PaperWidth,
}

/// The two widths of slip paper, in millimetres.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u16")]
pub enum PaperWidth {
    /// 80 mm.
    #[default]
    Wide,
    /// 58 mm.
    Narrow,
}

impl TryFrom<u16> for PaperWidth {
    type Error = String;
    fn try_from(millimetres: u16) -> Result<Self, String> {
        match millimetres {
            80 => Ok(Self::Wide),
            58 => Ok(Self::Narrow),
            other => Err(format!("slip paper is 80 or 58 mm wide, not {other}")),
        }
    }
}

impl From<PaperWidth> for Paper {
    fn from(width: PaperWidth) -> Self {
        match width {
            PaperWidth::Wide => Self::Mm80,
            PaperWidth::Narrow => Self::Mm58,
        }
    }
}

/// The screen, as large as it really is: fingers are measured in millimetres.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Screen {
    /// Its diagonal in inches.
    pub diagonal_inches: f64,
}

impl Default for Screen {
    fn default() -> Self {
        Self { diagonal_inches: 21.5 }
    }
}

impl Screen {
    /// How many millimetres a pixel is, on a screen of so many pixels.
    pub fn millimetres_per_pixel(self, width: u32, height: u32) -> f64 {
        self.diagonal_inches * 25.4 / f64::from(width).hypot(f64::from(height)).max(1.0)
    }

    /// The smallest target in millimetres, on a screen of so many pixels.
    pub fn smallest_target(self, width: u32, height: u32) -> f64 {
        let measure = if width > height { LANDSCAPE } else { PORTRAIT };
        let unit = (f64::from(width) / measure.units.0).min(f64::from(height) / measure.units.1);
        self.millimetres_per_pixel(width, height) * unit * measure.target
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            server: String::new(),
            fingerprints: Vec::new(),
            authority: None,
            token: None,
            token_file: None,
            readers: vec!["keyboard".to_owned()],
            printer: PrinterSettings::default(),
            sound: "default".to_owned(),
            screen: Screen::default(),
            full_screen: true,
            language: Lang::It,
        }
    }
}

impl Settings {
    /// Reads them, and the token from its file.
    pub fn load(source: &Source) -> anyhow::Result<Self> {
        let settings: Self = config::load(source)?;
        let token = token::read(settings.token.as_deref(), settings.token_file.as_deref())?;
        let set = Link { server: settings.server, fingerprints: settings.fingerprints, token };
        let Link { server, fingerprints, token } = Link::of(set, PROGRAM.link());
        Ok(Self { server, fingerprints, token, token_file: None, ..settings })
    }

    /// How this totem is linked to a server, as far as it is.
    pub fn link(&self) -> Link {
        Link { server: self.server.clone(), fingerprints: self.fingerprints.clone(), token: self.token.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingers_are_measured_on_real_screens() {
        for (diagonal, large_enough) in [(21.5, true), (32.0, true), (15.6, false)] {
            let target = Screen { diagonal_inches: diagonal }.smallest_target(1080, 1920);
            assert_eq!(target >= TARGET_MILLIMETRES, large_enough, "{diagonal} inches: {target} mm");
        }
        let lying = Screen { diagonal_inches: 15.6 }.smallest_target(1920, 1080);
        assert!(lying >= TARGET_MILLIMETRES, "15.6 inches, lying: {lying} mm");
    }

    #[test]
    fn paper_is_one_of_two_widths() {
        assert_eq!(PaperWidth::try_from(58), Ok(PaperWidth::Narrow));
        assert!(PaperWidth::try_from(57).is_err());
    }
}
