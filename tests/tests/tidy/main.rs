//! Tidy: the habits of the house that a compiler does not check, as tests.
//!
//! Each failure says which file, what is wrong and what to do instead. It reads sources and manifests only; it must
//! never build, start or change anything.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::expect_used, reason = "a test that cannot read the sources has nothing better to do than to stop")]

mod arrows;
mod assets;
mod codes;
mod manifests;
mod promises;
mod sources;
mod translations;
mod tree;

/// Fails with every complaint at once, so that one run is enough to put all of them right.
fn nothing_wrong(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n  {}\n", complaints.join("\n  "));
}
