//! The log of an app: to stderr, where the service supervisor picks it up. `AVANTI_LOG` chooses what is said, as it
//! does for the server. No personal data goes in here: codes and ids only.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts the log. A second start is ignored, so that tests may call it.
pub fn start() {
    let filter = EnvFilter::try_from_env("AVANTI_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    let _ = log.try_init();
}
