//! Ports that are free on this machine now, so that two demonstrations can run side by side.

use anyhow::{Context, Result};
use std::net::{Ipv4Addr, TcpListener};

/// So many different ports of 127.0.0.1.
pub fn free<const COUNT: usize>() -> Result<[u16; COUNT]> {
    // All are held until all are known, so that none is given twice.
    let held: Vec<_> = (0..COUNT)
        .map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .collect::<Result<_, _>>()
        .context("no port is free")?;
    let mut ports = [0; COUNT];
    for (port, listener) in ports.iter_mut().zip(&held) {
        *port = listener.local_addr()?.port();
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    #[test]
    fn ports_are_different_and_free() {
        let [one, other] = super::free().unwrap();
        assert_ne!(one, other);
        std::net::TcpListener::bind(("127.0.0.1", one)).unwrap();
    }
}
