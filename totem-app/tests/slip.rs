//! The slip: exactly the order of R60, and nothing of a person.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod office;

use contract::{text::Lang, ticket::Standing};
use devices::{
    emulator::printer::{Machine, Slip},
    printer::{Line, Paper, Sheet, encode},
};
use office::*;
use totem_app::{flow::SlipOrder, slip::slip};

fn order(lang: Lang, standing: Standing) -> SlipOrder {
    SlipOrder { ticket: ticket(7, "23 10:40", standing), lang, totem_name: "Totem 1".into(), zone: zone() }
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

/// D9.2: the code is at least 10 mm tall, and the QR's modules half a millimetre, on both papers; 8 dots are 1 mm.
#[test]
fn the_code_is_tall_and_the_qr_is_coarse_on_both_papers() {
    for paper in [Paper::Mm80, Paper::Mm58] {
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
    for paper in [Paper::Mm80, Paper::Mm58] {
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
