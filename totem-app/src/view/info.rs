//! What a service is and what to bring, cut into pages: nothing on a totem scrolls (D0.12, D3.1).
//!
//! Lines are counted by characters, on the safe side; the font's real widths are the window's business.

/// Characters that surely stand on a line, and lines that surely stand on a page.
struct Room {
    line: usize,
    lines: usize,
}
const NORMAL: Room = Room { line: 52, lines: 13 };
const LARGE: Room = Room { line: 33, lines: 9 };

/// One page of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InfoPage {
    /// Whole sentences of the description.
    pub text: String,
    /// Lines of what to bring.
    pub bring: Vec<String>,
}

/// Cuts it into pages, at least one. What fits on one page is one page.
pub fn pages(description: &str, bring: &[&str], large: bool) -> Vec<InfoPage> {
    let room = if large { LARGE } else { NORMAL };
    let mut pages = vec![InfoPage::default()];
    let mut used = 0;
    let mut text = 0;
    for sentence in sentences(description) {
        // Sentences run on in one paragraph, so characters are counted across them.
        if text > 0 && (text + sentence.len()).div_ceil(room.line) > room.lines {
            pages.push(InfoPage::default());
            text = 0;
        }
        text += sentence.chars().count() + 1;
        used = text.div_ceil(room.line) + 1;
        if let Some(page) = pages.last_mut() {
            page.text.push_str(sentence);
        }
    }
    // The heading "what to bring" and the frame around the list take two lines and a half.
    let list: usize =
        bring.iter().map(|line| height(line, &room)).sum::<usize>() + if bring.is_empty() { 0 } else { 3 };
    if used > 0 && used + list > room.lines && list > 0 {
        pages.push(InfoPage::default());
        used = 0;
    }
    used += 3;
    for line in bring {
        let height = height(line, &room);
        if used + height > room.lines && used > 3 {
            pages.push(InfoPage::default());
            used = 3;
        }
        used += height;
        if let Some(page) = pages.last_mut() {
            page.bring.push((*line).to_owned());
        }
    }
    for page in &mut pages {
        page.text = page.text.trim().to_owned();
    }
    pages
}

/// A line of the list is a little taller than its text.
fn height(line: &str, room: &Room) -> usize {
    (line.chars().count() + 4).div_ceil(room.line)
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(". ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_one_page() {
        let bring = ["La carta vecchia, o la denuncia di smarrimento", "Una fototessera recente", "22,50 €"];
        let text =
            "Rilascio e rinnovo della carta elettronica, per adulti e minori. La carta arriva a casa in sei giorni.";
        assert_eq!(pages(text, &bring, false).len(), 1);
        assert_eq!(pages(text, &bring, true).len(), 2, "in large text the list has a page of its own");
        assert_eq!(pages("", &[], false), [InfoPage::default()]);
    }

    #[test]
    fn long_texts_are_cut_between_sentences_and_nothing_is_lost() {
        let sentence = "Questa frase descrive il servizio con parole semplici e chiare per tutti. ";
        let text = sentence.repeat(8);
        let bring = ["Il documento che le hanno chiesto per telefono, in originale e in copia semplice"; 6];
        for large in [false, true] {
            let pages = pages(&text, &bring, large);
            assert!(pages.len() > 1);
            let words: usize = pages.iter().map(|page| page.text.split_whitespace().count()).sum();
            assert_eq!(words, text.split_whitespace().count());
            assert_eq!(pages.iter().map(|page| page.bring.len()).sum::<usize>(), 6);
            assert!(pages.iter().all(|page| page.text.is_empty() || page.text.ends_with('.')));
        }
    }
}
