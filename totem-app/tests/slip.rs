//! The slip: exactly the order of R60, and nothing of a person.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod office;

use contract::{
    text::{Lang, Text},
    ticket::Standing,
};
use devices::{
    emulator::printer::{Machine, Slip, commands},
    printer::{Line, Paper, Sheet, encode},
};
use office::*;
use totem_app::{flow::SlipOrder, slip::slip};

const PAPERS: [Paper; 3] = [Paper::Mm80, Paper::Mm80Columns42, Paper::Mm58];

fn order(lang: Lang, standing: Standing) -> SlipOrder {
    SlipOrder {
        ticket: ticket(7, "23 10:40", standing),
        lang,
        totem_name: "Totem 1".into(),
        zone: zone(),
        reprint: false,
        reads: true,
    }
}

/// What comes out of a printer with that paper.
fn on_paper(sheet: &Sheet, paper: Paper) -> Slip {
    let mut machine = Machine::new(paper).unwrap();
    machine.feed(&encode(sheet, paper).unwrap());
    machine.take_slips().pop().unwrap()
}

fn printed(lang: Lang, standing: Standing, paper: Paper) -> Vec<String> {
    let lines = slip(&order(lang, standing), paper);
    let text = |line: &Line| match line {
        Line::Text { text, .. } => Some(text.clone()),
        Line::Qr { text, .. } => Some(format!("QR {}", &text[..3])),
        Line::Rule | Line::Feed { .. } | Line::Cut => None,
    };
    lines.lines().iter().filter_map(text).collect()
}

#[test]
fn a_slip_says_what_the_tender_asks_in_its_order() {
    let foot = [
        (Paper::Mm80, &["Emesso alle 10:24, Totem 1. Controllo 0482"][..]),
        (Paper::Mm80Columns42, &["Emesso alle 10:24, Totem 1. Controllo 0482"]),
        (Paper::Mm58, &["Emesso alle 10:24, Totem 1", "Controllo 0482"]),
    ];
    for (paper, foot) in foot {
        let lines = printed(Lang::It, Standing::Waiting { since: at(NOW) }, paper);
        let (lines, last) = lines.split_at(9);
        assert_eq!(last, foot, "the check number stands beside the hour, where there is room");
        assert_eq!(
            lines,
            [
                "COMUNE DI CREMA",
                "Piazza Duomo 25",
                "Carta d’identità",
                "lunedì 23 novembre 2026",
                "ore 10:40",
                "A042",
                "QR AV1",
                "Si accomodi: Sala A, Piano terra.",
                "Porti la carta vecchia e una fototessera.",
            ]
        );
    }
}

#[test]
fn a_slip_speaks_the_language_of_its_holder() {
    let english = printed(Lang::En, Standing::Expected, Paper::Mm80);
    assert_eq!(english[0], "CITY OF CREMA");
    assert_eq!(english[3..5], ["Monday 23 November 2026", "at 10:40"]);
    assert_eq!(english[7], "Room A, Ground floor. When you arrive, scan the QR code at the totem.");
}

/// A totem without a reader does not send people back to it.
#[test]
fn a_slip_leads_to_where_it_can_be_read() {
    let text = |lang, reads| {
        let order = SlipOrder { reads, ..order(lang, Standing::Expected) };
        on_paper(&slip(&order, Paper::Mm80), Paper::Mm80).text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(text(Lang::It, true).contains("Al suo arrivo passi il codice QR al totem."));
    for (lang, then) in [
        (Lang::It, "Al suo arrivo dica il codice al personale."),
        (Lang::En, "When you arrive, tell the staff your code."),
    ] {
        let text = text(lang, false);
        assert!(text.contains(then) && !text.contains("totem."), "{text}");
    }
}

/// D9.2: the code is at least 10 mm tall, and the QR's modules half a millimetre, on both papers; 8 dots are 1 mm.
#[test]
fn the_code_is_tall_and_the_qr_is_coarse_on_both_papers() {
    for paper in PAPERS {
        let sheet = slip(&order(Lang::It, Standing::Expected), paper);
        let whole = on_paper(&sheet, paper);
        assert!(whole.text.contains(&format!("[QR {}]", qr_text().reveal())), "{}", whole.text);
        let code = sheet.lines().iter().find(|line| matches!(line, Line::Text { text, .. } if text == "A042")).unwrap();
        let Line::Text { text, style } = code else { panic!() };
        let code = on_paper(&Sheet::new().text(text.clone(), *style).cut(), paper);
        let inked = |row: &&[u8]| row.iter().any(|dot| *dot < 128);
        let tall = code.picture.dots.chunks(code.picture.width).filter(inked).count();
        assert!(tall >= 80, "{paper:?}: {tall} dots");
        assert_eq!(code.text.trim(), "A042", "on one line");
        let module = sheet.lines().iter().find_map(|line| match line {
            Line::Qr { module_dots, .. } => Some(*module_dots),
            _ => None,
        });
        assert!(module.unwrap() >= 4);
    }
}

/// R60 stands on the paper itself, one after the other, and nothing of a person does.
#[test]
fn the_paper_reads_in_the_order_that_is_prescribed() {
    for paper in PAPERS {
        let text = on_paper(&slip(&order(Lang::It, Standing::Waiting { since: at(NOW) }), paper), paper).text;
        let parts = [
            "COMUNE DI",
            "Piazza Duomo 25",
            "Carta",
            "novembre",
            "10:40",
            "A042",
            "[QR ",
            "Porti la",
            "Emesso",
            "Controllo 0482",
        ];
        let places: Vec<_> =
            parts.iter().map(|part| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"))).collect();
        assert!(places.is_sorted(), "{text}");
        assert!(!text.contains(CARD));
    }
}

/// F40: a second slip says that it is one, above everything else; the order of R60 stays as it is.
#[test]
fn a_reprint_is_headed_as_one() {
    for (lang, word) in [(Lang::It, "RISTAMPA"), (Lang::En, "REPRINT")] {
        for paper in PAPERS {
            let first = order(lang, Standing::Expected);
            let once = on_paper(&slip(&first, paper), paper).text;
            let again = on_paper(&slip(&SlipOrder { reprint: true, ..first }, paper), paper).text;
            assert_eq!(again.trim_start(), format!("{word}\n{once}"));
        }
    }
}

/// An office whose texts are as long, and as foreign to a printer, as they may be.
fn worldly() -> SlipOrder {
    let mut order = order(Lang::It, Standing::Waiting { since: at(NOW) });
    let ticket = &mut order.ticket;
    ticket.institution = text("Città di Ștefăneşti – Общество", "x");
    ticket.address = text("Piazza dell’Unità d’Italia 25, scala Ω, 2º piano", "x");
    ticket.service = text("Autocertificazione e Straßenverkehrsangelegenheiten 🚗", "x");
    ticket.notes =
        text("Porti: «tessera sanitaria», 22,50 €, l’età è già scritta… Παρακαλώ 你好 e Nguyễn Thị Ánh.", "x");
    order
}

/// F43: letters that a printer lacks become letters that it has, long words break, and no byte comes out that is none.
#[test]
fn foreign_letters_and_long_words_fit_every_paper() {
    for (paper, name) in PAPERS.into_iter().zip(["80", "80-42", "58"]) {
        let order = worldly();
        let slip = on_paper(&slip(&order, paper), paper);
        let wide = slip.text.lines().filter(|line| !line.contains("[QR ")).map(|line| line.chars().count()).max();
        assert!(wide.unwrap() <= paper.columns(1), "{}", slip.text);
        for whole in ["Autocertificazione", "22,50 €", "Nguyen Thi Ánh", "STEFANESTI"] {
            let one_line = slip.text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(one_line.contains(whole), "{whole}: {one_line}");
        }
        assert!(!slip.text.contains(char::REPLACEMENT_CHARACTER) && !slip.text.contains('Ã'), "{}", slip.text);
        golden(&format!("worldly-{name}"), &slip);
        assert_eq!(scanned(&slip), [order.ticket.qr.reveal()], "{name}");
    }
}

/// The slip as people get it, byte for byte, on every paper.
#[test]
fn a_slip_has_its_golden_bytes_and_its_qr_is_read_from_the_paper() {
    for (paper, name) in PAPERS.into_iter().zip(["80", "80-42", "58"]) {
        let order = order(Lang::It, Standing::Waiting { since: at(NOW) });
        let slip = on_paper(&slip(&order, paper), paper);
        golden(&format!("slip-{name}"), &slip);
        assert_eq!(scanned(&slip), [order.ticket.qr.reveal()], "{name}");
    }
}

/// F81: a text of the office cannot hold what commands a printer; a name that is no such text is printed as words only.
#[test]
fn no_name_commands_the_printer() {
    const EVIL: [&str; 5] =
        ["\u{1B}@", "\u{1D}V\u{0}", "\u{10}\u{4}\u{1}", "\u{1B}p\u{0}\u{19}\u{FA}", "\r\n\u{C}\u{8}"];
    // What the renderer says, and how often a slip may hear it.
    let once = [&b"\x1B@"[..], b"\x1DV"];
    let known = [&b"\x1Bt\x10"[..], b"\x1DP", b"\x1Db", b"\x1Ba", b"\x1BE", b"\x1D!", b"\x1B3", b"\x1Bd", b"\x1BJ"];
    let known = [&known[..], &once, &[b"\x1Dv0", b"\x1D(k"]].concat();
    for evil in EVIL {
        assert!(Text::italian(&format!("Carta {evil}d’identità")).is_err(), "{evil:?}");
        let named = |name: String| SlipOrder { totem_name: name, ..order(Lang::It, Standing::Expected) };
        for paper in PAPERS {
            let bytes = encode(&slip(&named(format!("Totem {evil}1")), paper), paper).unwrap();
            let tame = format!("Totem {}1", devices::printer::printable(evil));
            assert!(bytes == encode(&slip(&named(tame), paper), paper).unwrap(), "{evil:?}");
            let told = commands(&bytes);
            let foreign: Vec<_> = told.iter().filter(|one| !known.iter().any(|begin| one.starts_with(begin))).collect();
            assert!(foreign.is_empty(), "{evil:?}: {foreign:02x?}");
            for begin in once {
                assert_eq!(told.iter().filter(|one| one.starts_with(begin)).count(), 1, "{evil:?}");
            }
            let mut machine = Machine::new(paper).unwrap();
            assert!(machine.feed(&bytes).is_empty(), "it was asked something: {evil:?}");
            let slips = machine.take_slips();
            assert!(slips.len() == 1 && !slips[0].torn, "{evil:?}");
        }
    }
}

/// The texts of the QRs that a reader finds on the picture of the paper.
fn scanned(slip: &Slip) -> Vec<String> {
    let picture = &slip.picture;
    let at = |x: usize, y: usize| picture.dots[y * picture.width + x];
    let mut seen = rqrr::PreparedImage::prepare_from_greyscale(picture.width, picture.height, at);
    seen.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect()
}

/// Compares with what was agreed: what a person reads, and each byte. `AVANTI_BLESS=1` agrees anew.
fn golden(name: &str, slip: &Slip) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/slips/{name}.txt"));
    let bytes: Vec<_> = slip.bytes.chunks(48).map(|line| line.escape_ascii().to_string()).collect();
    let now = format!("{}\n--- bytes ---\n{}\n", slip.text, bytes.join("\n"));
    if std::env::var_os("AVANTI_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &now).unwrap();
        std::fs::write(std::env::temp_dir().join(format!("{name}.png")), slip.picture.png().unwrap()).unwrap();
    }
    let agreed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(agreed == now, "{name} is not what was agreed; AVANTI_BLESS=1 agrees anew:\n{now}");
}
