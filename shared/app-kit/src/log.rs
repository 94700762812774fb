//! The log of an app: to stderr, where the service supervisor picks it up. `RUST_LOG` chooses what is said.
//! No personal data goes in here: codes and ids only.

use tracing_subscriber::EnvFilter;

/// Starts the log. A second start is ignored, so that tests may call it.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
