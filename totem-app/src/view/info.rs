//! What a service is and what to bring, cut into pages: nothing on a totem scrolls (D0.12, D3.1).
//!
//! Heights are added up in the units of the page, lines are counted by characters, on the safe side; the font's real
//! widths are the window's business. A test draws the longest texts.

/// What the two sizes of text take, in units; characters are those that surely stand on a line.
struct Room {
    text_chars: usize,
    text_line: usize,
    list_chars: usize,
    list_line: usize,
    /// Between two lines of the list.
    list_gap: usize,
    /// The frame around the list, its heading, and the space above it.
    list_frame: usize,
    title_chars: usize,
    title_line: usize,
    /// What is left when everything else on the page has one line.
    left: usize,
}
const NORMAL: Room = Room {
    text_chars: 52,
    text_line: 28,
    list_chars: 51,
    list_line: 25,
    list_gap: 12,
    list_frame: 72,
    title_chars: 25,
    title_line: 49,
    left: 346,
};
const LARGE: Room = Room {
    text_chars: 43,
    text_line: 32,
    list_chars: 37,
    list_line: 32,
    list_gap: 4,
    list_frame: 80,
    title_chars: 21,
    title_line: 57,
    left: 338,
};
/// The arrows, where there is more than one page.
const PAGER: usize = 76;

/// What else stands on the page, in characters, for it may need more than a line.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around {
    /// The service's name.
    pub title: usize,
    /// Where to go.
    pub place: usize,
    /// True if a sentence says that a place has just been taken.
    pub just_taken: bool,
    /// Large text.
    pub large: bool,
}

/// One page of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InfoPage {
    /// Whole sentences of the description.
    pub text: String,
    /// Lines of what to bring.
    pub bring: Vec<String>,
}

/// Cuts it into pages, at least one. What fits on one page is one page.
pub fn pages(description: &str, bring: &[&str], around: Around) -> Vec<InfoPage> {
    let room = if around.large { LARGE } else { NORMAL };
    let more = |chars: usize, line: usize| lines(chars, line).saturating_sub(1);
    let taken = more(around.title, room.title_chars) * room.title_line
        + more(around.place, room.list_chars) * room.text_line
        + usize::from(around.just_taken) * room.text_line;
    let height = room.left.saturating_sub(taken);
    let one = cut(description, bring, &room, height);
    if one.len() == 1 { one } else { cut(description, bring, &room, height.saturating_sub(PAGER)) }
}

fn cut(description: &str, bring: &[&str], room: &Room, height: usize) -> Vec<InfoPage> {
    let mut pages = vec![InfoPage::default()];
    let mut text = 0;
    for sentence in description.split_inclusive(". ") {
        let length = sentence.chars().count();
        // Sentences run on in one paragraph, so characters are counted across them.
        if text > 0 && lines(text + length, room.text_chars) * room.text_line > height {
            pages.push(InfoPage::default());
            text = 0;
        }
        text += length;
        if let Some(page) = pages.last_mut() {
            page.text.push_str(sentence);
        }
    }
    let row = |line: &str| lines(line.chars().count(), room.list_chars) * room.list_line + room.list_gap;
    let list = room.list_frame + bring.iter().map(|line| row(line)).sum::<usize>();
    let mut used = lines(text, room.text_chars) * room.text_line;
    if used > 0 && used + list > height && !bring.is_empty() {
        pages.push(InfoPage::default());
        used = 0;
    }
    used += room.list_frame;
    for line in bring {
        let full = pages.last().is_some_and(|page| !page.bring.is_empty());
        if full && used + row(line) > height {
            pages.push(InfoPage::default());
            used = room.list_frame;
        }
        used += row(line);
        if let Some(page) = pages.last_mut() {
            page.bring.push((*line).to_owned());
        }
    }
    for page in &mut pages {
        page.text = page.text.trim().to_owned();
    }
    pages
}

fn lines(chars: usize, line: usize) -> usize {
    chars.div_ceil(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGE_TEXT: Around = Around { title: 0, place: 0, just_taken: false, large: true };

    #[test]
    fn what_fits_is_one_page() {
        let bring = [
            "Carta d’identità precedente, o denuncia di smarrimento",
            "Una fototessera recente",
            "Tessera sanitaria",
            "Per i minori: la presenza o l’assenso dei genitori",
        ];
        let text = "Rilascio e rinnovo della carta d’identità elettronica. La carta arriva per posta dopo alcuni giorni; \
                    allo sportello riceve una ricevuta.";
        assert_eq!(pages(text, &bring, Around::default()).len(), 1);
        let large = pages(text, &[bring[0]; 4], LARGE_TEXT);
        assert!(large.len() > 1 && large[0].bring.is_empty(), "in large text a long list has pages of its own");
        assert_eq!(pages("", &[], Around::default()), [InfoPage::default()]);
    }

    #[test]
    fn long_texts_are_cut_between_sentences_and_nothing_is_lost() {
        let sentence = "Questa frase descrive il servizio con parole semplici e chiare per tutti. ";
        let text = sentence.repeat(8);
        let bring = ["Il documento che le hanno chiesto per telefono, in originale e in copia semplice"; 6];
        for around in [Around::default(), LARGE_TEXT] {
            let pages = pages(&text, &bring, around);
            assert!(pages.len() > 1);
            let words: usize = pages.iter().map(|page| page.text.split_whitespace().count()).sum();
            assert_eq!(words, text.split_whitespace().count());
            assert_eq!(pages.iter().map(|page| page.bring.len()).sum::<usize>(), 6);
            assert!(pages.iter().all(|page| page.text.is_empty() || page.text.ends_with('.')));
        }
    }
}
