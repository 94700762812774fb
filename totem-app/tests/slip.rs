//! The slip: exactly the order of R60, and nothing of a person.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod office;

use contract::{text::Lang, ticket::Standing};
use devices::printer::{Line, Paper};
use office::*;
use totem_app::{flow::SlipOrder, slip::slip};

fn printed(lang: Lang, standing: Standing, paper: Paper) -> Vec<String> {
    let order = SlipOrder { ticket: ticket(7, "23 10:40", standing), lang, totem_name: "Totem 1".into(), zone: zone() };
    let lines = slip(&order, paper);
    let text = |line: &Line| match line {
        Line::Text { text, .. } => Some(text.clone()),
        Line::Qr { text, .. } => Some(format!("QR {}", &text[..3])),
        Line::Rule | Line::Feed { .. } | Line::Cut => None,
    };
    lines.lines().iter().filter_map(text).collect()
}

#[test]
fn a_slip_says_what_the_tender_asks_in_its_order() {
    for paper in [Paper::Mm80, Paper::Mm58] {
        assert_eq!(
            printed(Lang::It, Standing::Waiting { since: at(NOW) }, paper),
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
                "Emesso alle 10:24, Totem 1",
            ]
        );
    }
}

#[test]
fn a_slip_speaks_the_language_of_its_holder() {
    let english = printed(Lang::En, Standing::Expected, Paper::Mm80);
    assert_eq!(english[0], "CITY OF CREMA");
    assert_eq!(english[3..5], ["Monday 23 November 2026", "at 10:40"]);
    assert_eq!(english[7], "Room A, Ground floor. On that day pass the QR code at the totem.");
}
