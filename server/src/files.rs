//! How many files the system lets this program open, and so how many connections it may take.

use anyhow::Context;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files for other things than connections: the database's pool, keys, the standard streams.
const OTHERS: u64 = 56;
/// Connections that are of use: the feeds of F77, and as many requests beside them.
const MOST: u64 = 4_000;
/// With fewer nobody is served well.
const FEWEST: u64 = 16;

/// Asks for as many files as are of use and allowed, and says how many connections that gives.
pub fn connections() -> anyhow::Result<usize> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = MOST + OTHERS;
    let allowed = maximum.unwrap_or(wanted).min(wanted);
    let now = current.unwrap_or(u64::MAX);
    let files = if now >= allowed {
        now
    } else {
        setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), maximum })
            .context("cannot raise the limit of files")?;
        allowed
    };
    let connections = files.saturating_sub(OTHERS).clamp(FEWEST, MOST);
    if connections < MOST {
        tracing::warn!(connections, "few files may be open: raise the limit (ulimit -n) for more connections");
    }
    Ok(usize::try_from(connections)?)
}
