//! Any text as characters that the printer has: the page WPC1252, and Latin letters for what it lacks. Pure.
//!
//! What comes out holds no control character at all, so no text can ever command a printer.

/// The characters of WPC1252 from 0x80 to 0x9F, a space where there is none; the rest of the page is as Latin-1.
const EXTRAS: &str = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/// The text as it will stand on paper: one character of the page for each column that it takes.
///
/// Letters of other scripts become Latin ones where a usual way to write them exists, accents that stand apart join
/// their letter, every kind of blank is a space, and what is left becomes one `?` for each run.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut unknown = false;
    for c in text.chars() {
        if is_accent(c) {
            join(&mut out, c);
            continue;
        }
        if invisible(c) {
            continue;
        }
        let latin = if c.is_whitespace() { Some(" ") } else { transliterated(c) };
        match latin {
            Some(latin) => out.push_str(latin),
            None if on_page(c) => out.push(c),
            None if unknown => {}
            None => out.push('?'),
        }
        unknown = latin.is_none() && !on_page(c);
    }
    out
}

/// Whether the page has this character, and it prints something.
fn on_page(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{A1}'..='\u{AC}' | '\u{AE}'..='\u{FF}') || EXTRAS.contains(c)
}

/// The character of the page that a byte from 0x20 up stands for.
pub(crate) fn from_page(byte: u8) -> char {
    match byte {
        0x80..=0x9F => EXTRAS.chars().nth(usize::from(byte) - 0x80).unwrap_or(' '),
        _ => char::from(byte),
    }
}

/// Control characters (but not the blanks among them), joiners, direction marks, soft hyphens, variants.
fn invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36F}').contains(&c)
}

/// Letters and the same letters with the accents that stand on the page.
const ACCENTED: [(char, &str, &str); 7] = [
    ('\u{300}', "aeiouAEIOU", "àèìòùÀÈÌÒÙ"),
    ('\u{301}', "aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ"),
    ('\u{302}', "aeiouAEIOU", "âêîôûÂÊÎÔÛ"),
    ('\u{303}', "anoANO", "ãñõÃÑÕ"),
    ('\u{308}', "aeiouyAEIOUY", "äëïöüÿÄËÏÖÜŸ"),
    ('\u{30C}', "szSZ", "šžŠŽ"),
    ('\u{327}', "cC", "çÇ"),
];

/// Puts an accent on the letter before it; one that the page does not have is left out.
fn join(out: &mut String, accent: char) {
    let Some(letter) = out.chars().last() else { return };
    let joined = ACCENTED
        .iter()
        .filter(|(mark, ..)| *mark == accent)
        .find_map(|(_, plain, accented)| plain.chars().zip(accented.chars()).find(|(from, _)| *from == letter));
    if let Some((_, joined)) = joined {
        out.pop();
        out.push(joined);
    }
}

/// How a character that the page lacks is written in Latin letters.
fn transliterated(c: char) -> Option<&'static str> {
    const LATIN: &str = "ĀA āa ĂA ăa ĄA ąa ĆC ćc ĈC ĉc ĊC ċc ČC čc ĎD ďd ĐD đd ĒE ēe ĔE ĕe ĖE ėe ĘE ęe ĚE ěe ĜG ĝg ĞG \
        ğg ĠG ġg ĢG ģg ĤH ĥh ĦH ħh ĨI ĩi ĪI īi ĬI ĭi ĮI įi İI ıi ĲIJ ĳij ĴJ ĵj ĶK ķk ĸk ĹL ĺl ĻL ļl ĽL ľl ĿL ŀl ŁL łl ŃN \
        ńn ŅN ņn ŇN ňn ŉn ŊN ŋn ŌO ōo ŎO ŏo ŐO őo ŔR ŕr ŖR ŗr ŘR řr ŚS śs ŜS ŝs ŞS şs ŢT ţt ŤT ťt ŦT ŧt ŨU ũu ŪU ūu ŬU \
        ŭu ŮU ůu ŰU űu ŲU ųu ŴW ŵw ŶY ŷy ŹZ źz ŻZ żz ſs ȘS șs ȚT țt ẞSS ơo ƠO ưu ƯU ǎa ǐi ǒo ǔu";
    const CYRILLIC: &str = "АA БB ВV ГG ДD ЕE ЁE ЖZh ЗZ ИI ЙI КK ЛL МM НN ОO ПP РR СS ТT УU ФF ХKh ЦTs ЧCh ШSh ЩShch \
        ЪIe ЫY ЭE ЮIu ЯIa аa бb вv гg дd еe ёe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъie \
        ыy эe юiu яia ЄIe єie ІI іi ЇI їi ҐG ґg ЎU ўu ЂDj ђdj ЈJ јj ЉLj љlj ЊNj њnj ЋC ћc ЏDz џdz ЅDz ѕdz ЃG ѓg ЌK ќk";
    const GREEK: &str = "ΑA ΒV ΓG ΔD ΕE ΖZ ΗI ΘTh ΙI ΚK ΛL ΜM ΝN ΞX ΟO ΠP ΡR ΣS ΤT ΥU ΦF ΧCh ΨPs ΩO αa βv γg δd εe ζz ηi \
        θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υu φf χch ψps ωo άa έe ήi ίi όo ύu ώo ϊi ϋu ΆA ΈE ΉI ΊI ΌO ΎU ΏO";
    const SIGNS: &str = "‐- ‑- ‒- ―- −- →-> ←<- ⇒=> ✓x ✔x ☐[] ≤<= ≥>= ≠!= ∙• ·· ′' ″\" ″\" №No ℃°C ﬁfi ﬂfl";
    if c.is_ascii() || on_page(c) {
        return None;
    }
    if matches!(c, 'Ь' | 'ь') {
        return Some("");
    }
    if let Some(letter) = vietnamese(c) {
        return Some(letter);
    }
    [LATIN, CYRILLIC, GREEK, SIGNS]
        .iter()
        .flat_map(|table| table.split_ascii_whitespace())
        .find_map(|entry| entry.strip_prefix(c))
}

/// The letters of Vietnamese stand in order, capital and small in turn.
fn vietnamese(c: char) -> Option<&'static str> {
    let pair = match c {
        '\u{1EA0}'..='\u{1EB7}' => ["A", "a"],
        '\u{1EB8}'..='\u{1EC7}' => ["E", "e"],
        '\u{1EC8}'..='\u{1ECB}' => ["I", "i"],
        '\u{1ECC}'..='\u{1EE3}' => ["O", "o"],
        '\u{1EE4}'..='\u{1EF1}' => ["U", "u"],
        '\u{1EF2}'..='\u{1EF9}' => ["Y", "y"],
        _ => return None,
    };
    Some(pair[c as usize % 2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn italian_stays_as_it_is() {
        for text in ["àèéìòù ÀÈÉÌÒÙ € ’ “ ” – …", "Carta d'identità", "36,15 €", "N° 3 · ß ç ñ"]
        {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn names_of_the_world_become_latin_letters() {
        for (text, latin) in [
            ("Ștefan Țurcanu", "Stefan Turcanu"),
            ("Łukasz Żółć", "Lukasz Zólc"),
            ("Шевченко Юлія", "Shevchenko Iuliia"),
            ("Παπαδόπουλος", "Papadopoulos"),
            ("Nguyễn Thị Ánh", "Nguyen Thi Ánh"),
            ("王小明 e محمد", "? e ?"),
            ("Prenota 🎫 qui", "Prenota ? qui"),
        ] {
            assert_eq!(printable(text), latin);
        }
    }

    #[test]
    fn accents_that_stand_apart_join_their_letter() {
        assert_eq!(printable("identita\u{300} E\u{300} n\u{303} x\u{301}"), "identità È ñ x");
        assert_eq!(printable("\u{301}a"), "a");
    }

    #[test]
    fn blanks_and_invisible_characters() {
        assert_eq!(printable("a\u{A0}b\tc\nd\u{2009}e"), "a b c d e");
        assert_eq!(printable("a\u{200B}b\u{202E}c\u{AD}d"), "abcd");
    }

    proptest! {
        #[test]
        fn no_text_can_command_a_printer(text in any::<String>()) {
            prop_assert!(printable(&text).chars().all(on_page));
        }

        #[test]
        fn no_control_character_gets_through(text in "[\u{0}-\u{9f}]{0,200}") {
            prop_assert!(printable(&text).chars().all(|c| (' '..='~').contains(&c)));
        }
    }
}
