//! What people type for a server's address, as the address that a program needs.

use std::net::IpAddr;

/// Where a server listens whose port nobody names: encrypted, or on this computer.
const PORT: u16 = 8443;
const PORT_HERE: u16 = 8080;

/// "avanti.local" is `https://avanti.local:8443`; "localhost" is `http://localhost:8080`; a whole address stays as it is.
/// None if it cannot be one.
pub fn address(typed: &str) -> Option<String> {
    let typed = typed.trim().trim_end_matches('/');
    let (scheme, place) = match typed.split_once("://") {
        Some((scheme @ ("http" | "https"), place)) => (Some(scheme), place),
        Some(_) => return None,
        None => (None, typed),
    };
    let (host, port) = host_and_port(place)?;
    let here = host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    let scheme = scheme.unwrap_or(if here { "http" } else { "https" });
    let port = port.unwrap_or(if scheme == "http" { PORT_HERE } else { PORT });
    // To another computer in clear: the client would refuse it, and so the page says at once that this is no address.
    (here || scheme == "https").then(|| format!("{scheme}://{host}:{port}"))
}

fn host_and_port(place: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match place.rfind(':').filter(|at| !place[*at..].contains(']')) {
        Some(at) => (&place[..at], Some(place[at + 1..].parse().ok()?)),
        None => (place, None),
    };
    let name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let is_ip = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).map(|ip| ip.parse::<IpAddr>().is_ok());
    let fits = is_ip.unwrap_or_else(|| {
        host.chars().all(name) && host.split('.').all(|part| !part.is_empty() && !part.starts_with('-'))
    });
    fits.then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_people_type() {
        for (typed, expect) in [
            ("avanti.local", Some("https://avanti.local:8443")),
            (" avanti.local:9443/ ", Some("https://avanti.local:9443")),
            ("https://avanti.local", Some("https://avanti.local:8443")),
            ("192.168.1.10", Some("https://192.168.1.10:8443")),
            ("[fd00::1]:8443", Some("https://[fd00::1]:8443")),
            ("localhost", Some("http://localhost:8080")),
            ("127.0.0.1:7070", Some("http://127.0.0.1:7070")),
            ("https://127.0.0.1", Some("https://127.0.0.1:8443")),
            ("http://avanti.local", None),
            ("ftp://avanti.local", None),
            ("", None),
            ("avanti local", None),
            ("avanti..local", None),
            ("avanti.local:port", None),
            ("avanti.local:99999", None),
            ("[nonsense]", None),
            ("a/b", None),
        ] {
            assert_eq!(address(typed).as_deref(), expect, "{typed}");
        }
    }
}
