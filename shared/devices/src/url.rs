//! Where a device is, as its settings say it: `serial:/dev/ttyACM0?baud=9600`, `tcp://printer:9100`, `usb:04b8:0e28`.
//!
//! Parsing only: nothing is opened here.

/// Why a device URL cannot be used. The text is for whoever edits the settings file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("device \"{url}\": {why}")]
pub struct BadUrl {
    /// The URL as written.
    pub url: String,
    /// What is wrong with it, and what would be right.
    pub why: String,
}

impl BadUrl {
    pub(crate) fn new(url: &str, why: impl Into<String>) -> Self {
        Self { url: url.to_owned(), why: why.into() }
    }
}

/// The speed of a serial line that its URL does not tell: what readers and printers are delivered with.
pub(crate) const USUAL_BAUD: u32 = 9600;

/// A serial line: path and speed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SerialAddress {
    pub path: String,
    pub baud: u32,
}

/// Parses what follows `serial:`.
pub(crate) fn serial(url: &str, rest: &str) -> Result<SerialAddress, BadUrl> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    if path.is_empty() {
        return Err(BadUrl::new(url, "the path is missing, as in serial:/dev/ttyACM0"));
    }
    let baud = match query.strip_prefix("baud=") {
        Some(speed) => speed
            .parse()
            .ok()
            .filter(|baud| (300..=921_600).contains(baud))
            .ok_or_else(|| BadUrl::new(url, "the speed must be a number from 300 to 921600, as in ?baud=9600"))?,
        None if query.is_empty() => USUAL_BAUD,
        None => return Err(BadUrl::new(url, "after ? only baud= is known, as in ?baud=9600")),
    };
    Ok(SerialAddress { path: path.to_owned(), baud })
}

/// Parses what follows `tcp://`: a host, or an address, and a port.
pub(crate) fn tcp(url: &str, rest: &str) -> Result<String, BadUrl> {
    let rest = rest.trim_end_matches('/');
    let port = rest.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port.parse::<u16>());
    match port {
        Some(Ok(port)) if port > 0 => Ok(rest.to_owned()),
        _ => Err(BadUrl::new(url, "host and port are needed, as in tcp://printer:9100")),
    }
}

/// A USB device, by what it says about itself when it is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UsbAddress {
    pub vendor: u16,
    pub product: u16,
    /// Where two of the same kind are plugged in.
    pub serial: Option<String>,
}

/// Parses what follows `usb:`.
pub(crate) fn usb(url: &str, rest: &str) -> Result<UsbAddress, BadUrl> {
    let (ids, query) = rest.split_once('?').unwrap_or((rest, ""));
    let number = |id: &str| u16::from_str_radix(id, 16).ok().filter(|_| id.len() == 4);
    let ids = ids.split_once(':').and_then(|(vendor, product)| number(vendor).zip(number(product)));
    let Some((vendor, product)) = ids else {
        return Err(BadUrl::new(url, "the two numbers that lsusb shows are needed, as in usb:04b8:0e28"));
    };
    let serial = match query.strip_prefix("serial=") {
        Some(serial) if !serial.is_empty() => Some(serial.to_owned()),
        None if query.is_empty() => None,
        _ => return Err(BadUrl::new(url, "after ? only serial= is known, as in ?serial=J3AX012345")),
    };
    Ok(UsbAddress { vendor, product, serial })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usb_device_has_two_numbers_and_maybe_a_serial() {
        let plain = UsbAddress { vendor: 0x04b8, product: 0x0e28, serial: None };
        assert_eq!(usb("", "04b8:0E28"), Ok(plain.clone()));
        assert_eq!(usb("", "04b8:0e28?serial=J3AX"), Ok(UsbAddress { serial: Some("J3AX".to_owned()), ..plain }));
        for wrong in ["", "04b8", "04b8:", "4b8:0e28", "04b8:zzzz", "04b8:0e28?serial=", "04b8:0e28?name=x"] {
            assert!(usb("", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_serial_line_has_a_path_and_maybe_a_speed() {
        let line = |path: &str, baud| Ok(SerialAddress { path: path.to_owned(), baud });
        assert_eq!(serial("", "/dev/ttyACM0"), line("/dev/ttyACM0", USUAL_BAUD));
        assert_eq!(serial("", "/dev/ttyUSB0?baud=115200"), line("/dev/ttyUSB0", 115_200));
        for wrong in ["", "?baud=9600", "/dev/ttyUSB0?baud=fast", "/dev/ttyUSB0?baud=1", "/dev/ttyUSB0?speed=9600"] {
            assert!(serial("", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_network_device_has_a_host_and_a_port() {
        assert_eq!(tcp("", "printer.local:9100"), Ok("printer.local:9100".to_owned()));
        assert_eq!(tcp("", "[::1]:9100/"), Ok("[::1]:9100".to_owned()));
        for wrong in ["", "printer", ":9100", "printer:0", "printer:99999", "printer:port"] {
            assert!(tcp("", wrong).is_err(), "{wrong}");
        }
    }
}
