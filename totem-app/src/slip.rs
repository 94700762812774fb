//! What stands on a slip, in exactly the order of R60: institution, address, service, date, time, call code, QR, the
//! office's information; then, small, when and where it was issued, and its check number. No name, no phone, no codice
//! fiscale. A slip that may not be the first of its ticket is headed as a reprint.
//!
//! PURE: a ticket in, a sheet out. The words are here and not in the pages, because paper has no window.

use crate::flow::SlipOrder;
use contract::{text::Lang, ticket::Standing, time::Date};
use devices::printer::{Paper, Sheet, Style, printable};

/// The side of a QR module in dots: 0.75 mm, where half a millimetre is the least.
const MODULE_DOTS: u8 = 6;

/// The words of a slip in one language.
struct Words {
    weekdays: [&'static str; 7],
    months: [&'static str; 12],
    /// Before the time.
    at: &'static str,
    sit_down: &'static str,
    come_back: &'static str,
    /// The same where no totem can read it.
    come_to_staff: &'static str,
    issued: &'static str,
    check: &'static str,
    reprint: &'static str,
}

const ITALIAN: Words = Words {
    weekdays: ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
    months: [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ],
    at: "ore",
    sit_down: "Si accomodi:",
    come_back: "Al suo arrivo passi il codice QR al totem.",
    come_to_staff: "Al suo arrivo dica il codice al personale.",
    issued: "Emesso alle",
    check: "Controllo",
    reprint: "RISTAMPA",
};
const ENGLISH: Words = Words {
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    at: "at",
    sit_down: "Please take a seat:",
    come_back: "When you arrive, scan the QR code at the totem.",
    come_to_staff: "When you arrive, tell the staff your code.",
    issued: "Issued at",
    check: "Check",
    reprint: "REPRINT",
};

fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::It => &ITALIAN,
        Lang::En => &ENGLISH,
    }
}

/// The sheet for a ticket.
pub fn slip(order: &SlipOrder, paper: Paper) -> Sheet {
    let (ticket, lang, words) = (&order.ticket, order.lang, words(order.lang));
    // Five characters stand on a line at these sizes: four-figure numbers too.
    let code = Style::size(if paper.columns(8) >= 5 { 8 } else { 6 }).bold().centred();
    let day = date(ticket.date, words);
    let wide = day.chars().count() <= paper.columns(2);
    let plain = Style::size(1);
    let mut sheet = head(order, paper)
        .text(day, if wide { Style::size(2).centred() } else { Style::stretched(1, 2).centred() })
        .feed(8)
        .text(format!("{} {}", words.at, crate::view::clock(ticket.time)), Style::size(3).bold().centred())
        .feed(24)
        .text(ticket.code.to_string(), code)
        .feed(16)
        .qr(ticket.qr.reveal(), MODULE_DOTS)
        .feed(8)
        .rule()
        .feed(16);
    let place = crate::view::place(ticket.room.get(lang), ticket.directions.get(lang));
    let now = matches!(ticket.standing, Standing::Waiting { .. });
    let then = if order.reads { words.come_back } else { words.come_to_staff };
    let place = if now { format!("{} {place}.", words.sit_down) } else { format!("{place}. {then}") };
    sheet = sheet.text(place, plain.bold());
    if !ticket.notes.is_empty() {
        sheet = sheet.feed(8).text(ticket.notes.get(lang), plain);
    }
    sheet = sheet.feed(16);
    for line in foot(order, words, paper.columns(1)) {
        sheet = sheet.text(line, plain);
    }
    sheet.cut()
}

/// Whose slip it is, where, and for what.
fn head(order: &SlipOrder, paper: Paper) -> Sheet {
    let (ticket, lang) = (&order.ticket, order.lang);
    let title = |sheet: Sheet, text: String| {
        let style = titled(&text, paper).bold().centred();
        sheet.text(text, style)
    };
    let mut sheet = Sheet::new();
    if order.reprint {
        sheet = title(sheet, words(lang).reprint.to_owned()).feed(8);
    }
    sheet = title(sheet, printable(ticket.institution.get(lang)).to_uppercase())
        .text(ticket.address.get(lang), Style::size(1).centred())
        .feed(12)
        .rule()
        .feed(16);
    title(sheet, ticket.service.get(lang).to_owned()).feed(8)
}

/// Large letters for a title, narrower ones where a word of it would have to be broken.
fn titled(text: &str, paper: Paper) -> Style {
    let text = printable(text);
    let fits = text.split_whitespace().all(|word| word.chars().count() <= paper.columns(2));
    if fits { Style::size(2) } else { Style::stretched(1, 2) }
}

/// When and where it was issued, and its check number: beside each other where there is room.
fn foot(order: &SlipOrder, words: &Words, columns: usize) -> Vec<String> {
    let issued_at = crate::view::clock(order.ticket.issued_at.on_the_wall(&order.zone).1);
    // What the printer lacks takes no room on the line.
    let issued = printable(&format!("{} {issued_at}, {}", words.issued, order.totem_name));
    let check = format!("{} {}", words.check, order.ticket.check);
    let together = format!("{issued}. {check}");
    if together.chars().count() <= columns { vec![together] } else { vec![issued, check] }
}

fn date(date: Date, words: &Words) -> String {
    let (year, month, day) = date.parts();
    let weekday = usize::try_from(crate::view::weekday(date.weekday())).unwrap_or_default();
    let month = usize::try_from(month - 1).unwrap_or_default();
    let (weekday, month) = (words.weekdays.get(weekday), words.months.get(month));
    format!("{} {day} {} {year}", weekday.unwrap_or(&""), month.unwrap_or(&""))
}
