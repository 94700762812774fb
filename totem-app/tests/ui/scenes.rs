//! Every page of the totem in every state that looks different, by the ways that lead there.
use super::office::*;
use contract::{Refusal, identity::Scan, ticket::Standing};
use totem_app::flow::{
    Failure, Input, Touch,
    letters::Initial,
    office::Reader,
    printing::{PrintFault, Printed, Printer},
};

/// A name and how to get there from stand-by. All are reached with the language and text size of the moment.
pub type Scene = (&'static str, fn(&mut Totem));

fn refused(refusal: Refusal) -> Failure {
    Failure::Refused(refusal)
}
fn lists(totem: &mut Totem, tickets: Vec<contract::ticket::TicketView>) {
    totem.scans(card(CARD)).found(Ok(tickets));
}
fn takes(totem: &mut Totem, answer: Result<contract::ticket::TicketView, Failure>) {
    totem.touches(Touch::Begin).picks("carta-identita").confirms(7);
    totem.booked(7, answer);
}
fn has_many_services(totem: &mut Totem) {
    totem.hears(Input::Board(Ok(Box::new(large_board()))));
}
fn cannot_confirm(totem: &mut Totem, refusal: Refusal) {
    lists(totem, vec![expected(1, "23 10:40")]);
    totem.confirms(9).checked_in(1, Err(refused(refusal)));
}
fn fails(totem: &mut Totem, refusal: Refusal) {
    takes(totem, Err(refused(refusal)));
}

fn long_code() -> contract::ticket::TicketView {
    contract::ticket::TicketView { code: "A1042".parse().unwrap(), ..waiting(7, "23 10:40") }
}
fn has_no_paper(totem: &mut Totem, outcome: Printed) {
    totem.hears(Input::Printer(Printer::Out(PrintFault::Paper))).printed(outcome).passes(3_000);
}

/// As long as an office may make them, nearly.
const LONG_IT: &str =
    "Qui si rilascia e si rinnova la carta elettronica, per adulti e per minori, anche a chi abita altrove. ";
const LONG_EN: &str =
    "The electronic card is issued and renewed here, for adults and for children, wherever they may live. ";
const BRING_IT: &str = "La carta vecchia in originale, oppure la denuncia di smarrimento fatta ai carabinieri";
const BRING_EN: &str = "The old card itself, or else the report of its loss that was made to the police";

pub const SCENES: &[Scene] = &[
    ("standby", |_| {}),
    ("standby-no-printer", |totem| {
        totem.hears(Input::Printer(Printer::Out(PrintFault::Paper)));
    }),
    ("standby-no-reader", |totem| {
        totem.hears(Input::Reader(Reader::Missing));
    }),
    ("standby-touch-alone", |totem| {
        totem.hears(Input::Reader(Reader::NotWanted));
    }),
    ("standby-nothing", |totem| {
        totem.hears(Input::Reader(Reader::Missing)).hears(Input::Printer(Printer::Out(PrintFault::Away)));
    }),
    ("out-of-service", |totem| {
        totem.passes_with(16_200, |_| Err(Failure::Unreachable));
    }),
    ("out-of-service-unknown", |totem| {
        totem.passes_with(16_200, |_| Err(refused(Refusal::Unauthenticated)));
    }),
    ("out-of-service-fault", |totem| {
        totem.passes_with(16_200, |_| Err(refused(Refusal::Fault { incident: "1A2B3C4D".into() })));
    }),
    ("services", |totem| {
        totem.touches(Touch::Begin);
    }),
    ("services-2", |totem| {
        totem.touches(Touch::Begin).touches(Touch::Later);
    }),
    ("services-3", |totem| {
        totem.touches(Touch::Begin).touches(Touch::Later).touches(Touch::Later);
    }),
    ("services-card", |totem| {
        totem.scans(card(CARD)).found(Ok(vec![]));
    }),
    ("services-many", |totem| {
        has_many_services(totem);
        totem.touches(Touch::Begin);
    }),
    ("letters", |totem| {
        has_many_services(totem);
        totem.touches(Touch::Begin).touches(Touch::Letters);
    }),
    ("letter", |totem| {
        has_many_services(totem);
        totem.touches(Touch::Begin).touches(Touch::Letters).touches(Touch::Letter(Initial::of("S")));
    }),
    ("letter-2", |totem| {
        has_many_services(totem);
        totem.touches(Touch::Begin).touches(Touch::Letters).touches(Touch::Letter(Initial::of("S")));
        totem.touches(Touch::Later);
    }),
    ("service", |totem| {
        totem.touches(Touch::Begin).picks("carta-identita");
    }),
    ("service-other-day", |totem| {
        totem.touches(Touch::Begin).touches(Touch::Later).picks("edilizia");
    }),
    ("service-no-place", |totem| {
        totem.touches(Touch::Begin).picks("protocollo");
    }),
    ("service-just-taken", |totem| {
        takes(totem, Err(refused(Refusal::PlaceTaken { next: Some(offer("23 11:10")) })));
    }),
    ("service-long", |totem| {
        let mut board = board();
        let tile = board.pages[0][0].as_mut().unwrap();
        tile.description = text(&LONG_IT.repeat(5), &LONG_EN.repeat(5));
        tile.bring = vec![text(BRING_IT, BRING_EN); contract::office::BRING_LINES];
        totem.hears(Input::Board(Ok(Box::new(board)))).touches(Touch::Begin).picks("carta-identita");
        totem.touches(Touch::Later);
    }),
    ("service-booking", |totem| {
        totem.touches(Touch::Begin).picks("carta-identita").confirms(7).passes(3_500);
    }),
    ("reading", |totem| {
        totem.scans(card(CARD));
    }),
    ("reading-long", |totem| {
        totem.scans(card(CARD)).passes(3_500);
    }),
    ("appointments", |totem| {
        let mut elsewhere = expected(3, "23 12:30");
        elsewhere.elsewhere = true;
        elsewhere.site = text("Biblioteca", "Library");
        let mut later = expected(4, "23 15:00");
        later.service = text("Commercio e attività produttive", "Trade and businesses");
        lists(totem, vec![waiting(1, "23 10:30"), expected(2, "23 10:40"), elsewhere, later, expected(5, "23 16:00")]);
    }),
    ("presence", |totem| lists(totem, vec![expected(1, "23 10:40")])),
    ("presence-long", |totem| {
        lists(totem, vec![expected(1, "23 10:40")]);
        totem.confirms(9).passes(3_500);
    }),
    ("present", |totem| {
        lists(totem, vec![expected(1, "23 10:40")]);
        totem.confirms(9).checked_in(1, Ok(present(1, "23 10:40", None)));
    }),
    ("present-late", |totem| {
        lists(totem, vec![expected(1, "23 10:20")]);
        totem.confirms(9).checked_in(1, Ok(present(1, "23 10:20", Some(4))));
    }),
    ("present-no-printer", |totem| {
        lists(totem, vec![expected(1, "23 10:40")]);
        totem.hears(Input::Printer(Printer::Out(PrintFault::Paper)));
        totem.confirms(9).checked_in(1, Ok(present(1, "23 10:40", None)));
    }),
    ("present-already", |totem| lists(totem, vec![waiting(1, "23 10:30")])),
    ("facts-wrong-site", |totem| {
        let (site, address) = (text("Biblioteca comunale", "City library"), text("Via Civerchi 9", "Via Civerchi 9"));
        cannot_confirm(totem, Refusal::WrongSite { site, address });
    }),
    ("facts-too-late", |totem| cannot_confirm(totem, Refusal::TooLate { by_minutes: 22, tolerance_minutes: 15 })),
    ("facts-called", |totem| cannot_confirm(totem, Refusal::AlreadyCalled { counter: "3".into() })),
    ("facts-absent", |totem| cannot_confirm(totem, Refusal::MarkedAbsent)),
    ("facts-over", |totem| {
        totem.scans(qr()).found(Ok(vec![ticket(1, "23 09:00", Standing::Served)]));
    }),
    ("facts-not-today", |totem| {
        totem.scans(qr()).found(Ok(vec![expected(1, "26 09:00")]));
    }),
    ("facts-nothing-today", |totem| {
        totem.scans(qr()).found(Ok(vec![]));
    }),
    ("ticket-printing", |totem| takes(totem, Ok(waiting(7, "23 10:40")))),
    ("ticket", |totem| {
        takes(totem, Ok(waiting(7, "23 10:40")));
        totem.printed(Printed::Done).passes(3_000);
    }),
    ("ticket-later", |totem| {
        takes(totem, Ok(expected(7, "26 09:00")));
        totem.printed(Printed::Done).passes(3_000);
    }),
    ("ticket-later-touch-alone", |totem| {
        totem.hears(Input::Reader(Reader::NotWanted));
        takes(totem, Ok(expected(7, "26 09:00")));
        totem.printed(Printed::Done).passes(3_000);
    }),
    ("ticket-near-end", |totem| {
        takes(totem, Ok(waiting(7, "23 10:40")));
        totem.printed(Printed::DoneNearEnd).passes(3_000);
    }),
    ("ticket-failed", |totem| {
        takes(totem, Ok(waiting(7, "23 10:40")));
        has_no_paper(totem, Printed::Failed(PrintFault::Paper));
    }),
    ("ticket-failed-later", |totem| {
        takes(totem, Ok(expected(7, "26 09:00")));
        has_no_paper(totem, Printed::Failed(PrintFault::Paper));
    }),
    ("ticket-failed-again", |totem| {
        takes(totem, Ok(expected(7, "26 09:00")));
        has_no_paper(totem, Printed::Failed(PrintFault::Paper));
        totem.hears(Input::Printer(Printer::Ready));
    }),
    ("ticket-unknown", |totem| {
        takes(totem, Ok(long_code()));
        has_no_paper(totem, Printed::Unknown);
    }),
    ("ticket-unknown-again", |totem| {
        takes(totem, Ok(long_code()));
        has_no_paper(totem, Printed::Unknown);
        totem.hears(Input::Printer(Printer::Ready));
    }),
    ("trouble-server-away", |totem| takes(totem, Err(Failure::Unreachable))),
    ("trouble-late", |totem| {
        totem.touches(Touch::Begin).picks("carta-identita").confirms(7).passes(10_000);
    }),
    ("trouble-presence", |totem| {
        lists(totem, vec![expected(1, "23 10:40")]);
        totem.confirms(9).passes(10_000);
    }),
    ("trouble-search", |totem| {
        totem.scans(card(CARD)).found(Err(Failure::Unreachable));
    }),
    ("trouble-unreadable", |totem| takes(totem, Err(Failure::Unreadable))),
    ("trouble-busy", |totem| fails(totem, Refusal::Unavailable { retry_after_seconds: 2 })),
    ("trouble-fault", |totem| fails(totem, Refusal::Fault { incident: "1A2B3C4D".into() })),
    ("trouble-not-admitted", |totem| fails(totem, Refusal::Forbidden)),
    ("trouble-no-place", |totem| fails(totem, Refusal::PlaceTaken { next: None })),
    ("trouble-too-many", |totem| fails(totem, Refusal::TooManyOpen { limit: 1 })),
    ("trouble-no-code", |totem| fails(totem, Refusal::NoCodeLeft)),
    ("trouble-closed", |totem| fails(totem, Refusal::DayClosed)),
    ("trouble-unknown-ticket", |totem| {
        totem.scans(qr()).found(Err(refused(Refusal::UnknownTicket)));
    }),
    ("modal-still-there", |totem| {
        totem.touches(Touch::Begin).picks("carta-identita").passes(53_000);
    }),
    ("modal-is-it-you", |totem| {
        totem.touches(Touch::Begin).scans(card(CARD));
    }),
    ("modal-not-read", |totem| {
        totem.scans(Scan::Unknown).scans(Scan::Unknown).scans(Scan::Unknown);
    }),
    ("modal-garbled", |totem| {
        totem.scans(Scan::of(&CARD[..8]));
    }),
    ("modal-card-number", |totem| {
        totem.scans(Scan::CardNumber);
    }),
];

/// The look of the screen: a name, and what is touched for it.
pub const LOOKS: &[(&str, &[Touch])] = &[
    ("it", &[]),
    ("en", &[Touch::Language]),
    ("it-large", &[Touch::TextSize]),
    ("en-large", &[Touch::Language, Touch::TextSize]),
    ("it-contrast", &[Touch::Contrast]),
    ("it-large-contrast", &[Touch::TextSize, Touch::Contrast]),
];

/// A totem in that scene, with that look.
pub fn play(scene: &Scene, look: &[Touch]) -> Totem {
    let mut totem = Totem::standing_by();
    // The look is chosen on stand-by, as a person would, just before.
    for touch in look {
        totem.touches(touch.clone());
    }
    totem.taps = 0;
    (scene.1)(&mut totem);
    totem
}
