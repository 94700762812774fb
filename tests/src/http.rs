//! Plain HTTP to programs of this computer, where the typed client would be in the way.

use std::time::Duration;

/// A client that waits that long for an answer, body included.
///
/// # Panics
/// If the system gives it nothing to connect with.
#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
pub fn plain(patience: Duration) -> reqwest::Client {
    // reqwest wants ciphers also where nothing is encrypted. An error means that it has them already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().timeout(patience).build().expect("a client for plain HTTP")
}
