//! What a hand, or bad luck, does to a reader, and the bytes that come of it. Pure.

/// One thing done to a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gesture {
    /// Passes a card or a code.
    Scan(String),
    /// Passes it too fast: only the first half is read, and no terminator.
    Partial(String),
    /// Passes two so that no terminator comes between.
    Glued(String, String),
    /// A worn code, or the wrong line speed: so many bytes that are no text.
    Noise(usize),
    /// Pulls the cable out.
    Unplug,
    /// Puts the cable back in.
    Plug,
}

/// More noise than any reader makes; a megabyte is what a test wants.
const MOST_NOISE: usize = 1 << 20;
const USUAL_NOISE: usize = 200;
const KNOWN: &str = "scan CODE, partial CODE, glued CODE CODE, noise [BYTES], unplug, plug";

impl Gesture {
    /// Reads an order such as `scan RSSMRA85T10A562S`.
    pub fn parse(order: &str) -> Result<Self, String> {
        let words: Vec<&str> = order.split_whitespace().collect();
        match *words.as_slice() {
            ["scan", ..] if words.len() > 1 => Ok(Self::Scan(order["scan".len()..].trim().to_owned())),
            ["partial", code] => Ok(Self::Partial(code.to_owned())),
            ["glued", one, other] => Ok(Self::Glued(one.to_owned(), other.to_owned())),
            ["noise"] => Ok(Self::Noise(USUAL_NOISE)),
            ["noise", bytes] => match bytes.parse() {
                Ok(bytes) if bytes <= MOST_NOISE => Ok(Self::Noise(bytes)),
                _ => Err(format!("noise takes a number of bytes up to {MOST_NOISE}")),
            },
            ["unplug"] => Ok(Self::Unplug),
            ["plug" | "replug"] => Ok(Self::Plug),
            _ => Err(format!("known orders: {KNOWN}")),
        }
    }

    /// What comes over the line.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Scan(code) => format!("{code}\r").into_bytes(),
            Self::Partial(code) => code.bytes().take(code.len() / 2).collect(),
            Self::Glued(one, other) => format!("{one}{other}\r").into_bytes(),
            Self::Noise(bytes) => (0..*bytes).map(|n| 0x80 | (n * 37 % 127) as u8).collect(),
            Self::Unplug | Self::Plug => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read() {
        assert_eq!(Gesture::parse("scan RSSMRA85T10A562S"), Ok(Gesture::Scan("RSSMRA85T10A562S".to_owned())));
        assert_eq!(Gesture::parse("scan  two words "), Ok(Gesture::Scan("two words".to_owned())));
        assert_eq!(Gesture::parse("glued A B"), Ok(Gesture::Glued("A".to_owned(), "B".to_owned())));
        assert_eq!(Gesture::parse("noise 1000000"), Ok(Gesture::Noise(1_000_000)));
        assert_eq!(Gesture::parse("replug"), Ok(Gesture::Plug));
        for wrong in ["", "scan", "partial", "glued A", "noise much", "noise 9999999", "RSSMRA85T10A562S"] {
            assert!(Gesture::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn faults_are_what_they_say() {
        assert_eq!(Gesture::Partial("RSSMRA85T10A562S".to_owned()).bytes(), b"RSSMRA85");
        assert_eq!(Gesture::Glued("A".to_owned(), "B".to_owned()).bytes(), b"AB\r");
        assert!(Gesture::Noise(500).bytes().iter().all(|byte| *byte >= 0x80));
    }
}
