//! What a reader read, told by its shape alone: a credential, a piece of one, or something else.
//!
//! A credential is only what is one from its first character to its last. What is told apart besides serves the words
//! on the screen alone: whoever passed the right card too fast is asked to try again, whoever passed a loyalty card is
//! told that it is none of ours (F45, F47).

use super::{Credential, FiscalCode, QR_PREFIX, QrText, suits};

/// What a reader read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    /// A person's card, or a ticket's QR.
    Credential(Credential),
    /// The 20-digit number of a card: the right card, the wrong code on it.
    CardNumber,
    /// Part of a card's code or of a ticket's QR, two glued together, or one with a wrong character: to be read again.
    Garbled,
    /// A whole code of something else: a loyalty card, the barcode of a product.
    Unknown,
}

impl Scan {
    /// Tells what a framed text of a reader is. Readers may send the kind of code before it (`]A0`), and those of Code 39
    /// the stars that delimit it.
    pub fn of(text: &str) -> Self {
        let text = without_symbology(text.trim()).trim_matches('*');
        if let Ok(code) = text.parse::<FiscalCode>() {
            return Self::Credential(Credential::Card { code });
        }
        let mut text = text.to_ascii_uppercase();
        if let Ok(token) = QrText::try_from(text.clone()) {
            return Self::Credential(Credential::Qr { token });
        }
        // Between two glued codes stand the stars of both.
        text.retain(|c| c != '*');
        let text = text.as_bytes();
        if text.len() == 20 && text.iter().all(u8::is_ascii_digit) {
            return Self::CardNumber;
        }
        if is_broken(text) { Self::Garbled } else { Self::Unknown }
    }
}

/// Takes off the symbology identifier of ISO/IEC 15424: "]", a letter for the kind of code, a modifier. No code of ours
/// begins like that.
fn without_symbology(text: &str) -> &str {
    match text.as_bytes() {
        [b']', kind, modifier, ..] if kind.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() => &text[3..],
        _ => text,
    }
}

/// The characters of a personal code.
const WHOLE: usize = 16;
/// A piece of a code that is a text by itself has at least so many: fewer are anything.
const PIECE: usize = 6;
/// A piece to which something else is glued, a word and a number being no such piece: surname, name, year and month,
/// or as much from the other end.
const GLUED_PIECE: usize = 9;
/// So much of a ticket's QR without its beginning is told from other codes: none of those for persons is as long.
const QR_PIECE: usize = 40;

/// Whether this is a person's code or a ticket's QR that came broken. Digits alone never are: so are the barcodes of
/// products and most loyalty cards.
fn is_broken(text: &[u8]) -> bool {
    let letters = |c: &u8| c.is_ascii_uppercase() || c.is_ascii_digit();
    text.is_empty() || text.iter().all(letters) && (is_personal(text) || is_of_a_qr(text))
}

fn is_personal(text: &[u8]) -> bool {
    let first = text.iter().enumerate().take(WHOLE).take_while(|(at, c)| suits(*at, **c)).count();
    let last = text.iter().rev().enumerate().take(WHOLE).take_while(|(at, c)| suits(WHOLE - 1 - at, **c)).count();
    let piece = |length: usize| length >= GLUED_PIECE || length >= PIECE && length == text.len();
    let inside = || text.windows(WHOLE).any(|part| part.iter().enumerate().all(|(at, c)| suits(at, *c)));
    piece(first) || piece(last) || inside()
}

fn is_of_a_qr(text: &[u8]) -> bool {
    let token = |c: &u8| c.is_ascii_uppercase() || (b'2'..=b'7').contains(c);
    text.len() >= PIECE && text.starts_with(QR_PREFIX.as_bytes()) || text.len() >= QR_PIECE && text.iter().all(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CARD: &str = "RSSMRA85T10A562S";
    /// One of these is written with letters for digits throughout.
    const CARDS: [&str; 4] = [CARD, "MRTMTT91D08F205J", "RSSMRAURTMLARSNL", "RSSMRA85T1LARSNR"];

    fn qr() -> String {
        format!("{QR_PREFIX}{}QRST", "QRSTUV23".repeat(20))
    }

    fn is_card(text: &str) -> bool {
        matches!(Scan::of(text), Scan::Credential(Credential::Card { .. }))
    }

    #[test]
    fn what_is_whole_is_taken() {
        assert!(is_card(CARD) && is_card("*RSSMRA85T10A562S*") && is_card("rssmra85t10a562s\t"));
        assert!(is_card("00743110157"), "a provisional code");
        assert!(
            is_card("]A0RSSMRA85T10A562S") && is_card("]A0*RSSMRA85T10A562S*\r"),
            "with the kind of code before it"
        );
        for qr in [qr(), format!("]Q1{}", qr())] {
            assert!(matches!(Scan::of(&qr), Scan::Credential(Credential::Qr { .. })), "{qr}");
        }
        assert_eq!(Scan::of("80380000123456789012"), Scan::CardNumber);
    }

    #[test]
    fn other_codes_are_foreign() {
        for other in [
            "8001234567890",
            "12345670",
            "036000291452",
            "18001234567897",
            "1234567890",
            "00743110158",
            "FIDELITY",
            "FID0012345",
            "]E08001234567890",
            "]",
            "CARD-0042-AX",
            "http://example.org",
            "0050000012345678",
        ] {
            assert_eq!(Scan::of(other), Scan::Unknown, "{other}");
        }
    }

    #[test]
    fn what_came_broken_is_to_be_read_again() {
        let glued = format!("{CARD}{CARD}");
        let starred = format!("*{CARD}**{CARD}*");
        let with_product = format!("8001234567890{CARD}");
        for broken in [
            "RSSMRA85",
            "RSSMRA85T10A562",
            "SSMRA85T10A562S",
            "T10A562S",
            "RSSMRA85T10A562SS",
            "RSSMRA85T10A562T",
            "RSSMRA85T99A562S",
            "RSSMRA85RSSMRA85T10A562S",
            "RSSMRA85RSSMRA85",
            "*RSSMRA85",
            "]A0RSSMRA85",
            "]A0",
            "",
            "*",
            &glued,
            &starred,
            &with_product,
            &format!("{CARD}{}", qr()),
            &qr()[..60],
            &qr()[60..],
            &format!("{}{}", qr(), qr()),
        ] {
            assert_eq!(Scan::of(broken), Scan::Garbled, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn noise_never_panics(text in "\\PC{0,40}") {
            let _ = Scan::of(&text);
        }

        #[test]
        fn no_piece_of_a_card_is_a_card(card in prop::sample::select(&CARDS[..]), at in 0usize..=16, long in 0usize..16) {
            let piece = &card[at.min(16 - long)..at.min(16 - long) + long];
            prop_assert!(!matches!(Scan::of(piece), Scan::Credential(_) | Scan::CardNumber));
            let (head, tail) = (&card[..long], &card[16 - long..]);
            for piece in [head, tail].into_iter().filter(|piece| piece.len() >= PIECE) {
                prop_assert_eq!(Scan::of(piece), Scan::Garbled);
            }
        }

        #[test]
        fn nothing_glued_to_a_card_lets_it_through(
            card in prop::sample::select(&CARDS[..]), before in "[A-Z0-9*]{0,20}", after in "[A-Z0-9*]{0,20}"
        ) {
            prop_assume!(before.chars().chain(after.chars()).any(|c| c != '*'));
            prop_assert_eq!(Scan::of(&format!("{before}{card}{after}")), Scan::Garbled);
        }

        #[test]
        fn no_misread_character_lets_a_card_through(
            card in prop::sample::select(&CARDS[..]), at in 0usize..16, other in "[A-Z0-9]"
        ) {
            prop_assume!(!card[at..].starts_with(&other));
            let mut text = card.to_owned();
            text.replace_range(at..=at, &other);
            if let Scan::Credential(Credential::Card { code }) = Scan::of(&text) {
                prop_assert_eq!(code.reveal(), text);
            }
        }

        #[test]
        fn digits_are_never_called_half_a_card(text in "[0-9]{1,40}") {
            prop_assert_ne!(Scan::of(&text), Scan::Garbled);
        }
    }
}
