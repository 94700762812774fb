//! What the pages say, in the words that a person reads: every state says what is true and what to do now, every fault
//! has its code for the staff (D0.10), and nothing is said to be printed that may not be (D9.5).

use super::{
    scenes::{SCENES, play},
    window::Glass,
};

/// A scene, what stands on the screen, and what must not.
type Told = (&'static str, &'static [&'static str], &'static [&'static str]);

const PRINTED: &[&str] = &["Ritiri il biglietto"];
const TOLD: &[Told] = &[
    (
        "standby",
        &[
            "Comune di Crema",
            "10:24",
            "Qui prende il biglietto o conferma la presenza.",
            "Tocchi per iniziare",
            "oppure",
            "Passi la tessera sanitaria",
            "il retro, con il codice a barre",
        ],
        &[],
    ),
    (
        "standby-no-printer",
        &[
            "Biglietto solo a schermo. Annoti o fotografi il codice, o chieda al personale.\nCodice per il personale: T-PRN-02",
            "Tocchi per iniziare",
        ],
        &[],
    ),
    (
        "standby-no-reader",
        &[
            "Ora le tessere non si possono leggere. Tocchi lo schermo.\nCodice per il personale: T-RDR-01",
            "Qui prende il biglietto.",
            "Tocchi per iniziare",
        ],
        &["Passi la tessera sanitaria", "Qui prende il biglietto o conferma la presenza."],
    ),
    (
        "standby-touch-alone",
        &["Tocchi per iniziare", "Qui prende il biglietto."],
        &[
            "Qui prende il biglietto o conferma la presenza.",
            "Passi la tessera sanitaria",
            "oppure",
            "Ora le tessere non si possono leggere. Tocchi lo schermo.\nCodice per il personale: T-RDR-01",
        ],
    ),
    (
        "out-of-service",
        &["Fuori servizio", "Si rivolga allo sportello per il biglietto.", "Codice per il personale: T-NET-01"],
        &["Tocchi per iniziare"],
    ),
    (
        "out-of-service-unknown",
        &["Fuori servizio", "Codice per il personale: T-SRV-03", "Per il personale: ricolleghi questo totem"],
        &["Tocchi per iniziare"],
    ),
    (
        "out-of-service-fault",
        &["Fuori servizio", "Codice per il personale: T-SRV-02\nCodice guasto 1A2B3C4D"],
        &["Tocchi per iniziare"],
    ),
    (
        "services",
        &[
            "Comune di Crema",
            "Di che cosa ha bisogno?",
            "Carta d’identità",
            "Primo posto oggi 10:40",
            "Nessun posto libero",
        ],
        &["Tessera letta", "Cerchi per lettera"],
    ),
    ("services-3", &["Comune di Crema", "Da venerdì 27, 15:30", "Primo posto domani 11:20"], &[]),
    ("services-many", &["Di che cosa ha bisogno?", "Pagina 1 di 4", "Cerchi per lettera", "Carta d’identità"], &[]),
    ("letters", &["Con quale lettera comincia?", "A", "S", "Z", "0–9", "Indietro"], &["Carta d’identità"]),
    (
        "letter",
        &[
            "Servizi con S",
            "Sanzioni e multe",
            "Primo posto oggi 10:35",
            "Spettacoli e manifestazioni",
            "Pagina 1 di 2",
            "Tutte le lettere",
        ],
        &["Tributi", "Suolo pubblico"],
    ),
    ("letter-2", &["Servizi con S", "Suolo pubblico", "Pagina 2 di 2"], &["Sanzioni e multe"]),
    ("services-card", &["Tessera letta", "Di che cosa ha bisogno?"], &["RSSMRA85T10A562S"]),
    (
        "service",
        &[
            "Carta d’identità",
            "Che cosa portare",
            "Una fototessera recente",
            "Il primo posto libero",
            "Oggi alle 10:40",
            "Sala A, Piano terra",
            "Fra 16 minuti",
            "Conferma",
        ],
        &[],
    ),
    ("service-other-day", &["Giovedì 26 alle 9:00", "Conferma"], &["Fra 16 minuti"]),
    (
        "service-no-place",
        &["Nessun posto libero nelle prossime settimane", "Si rivolga allo sportello.", "Scelga un altro servizio"],
        &["Conferma"],
    ),
    (
        "service-just-taken",
        &["Quel posto è stato appena preso. Ecco il prossimo.", "Oggi alle 11:10", "Conferma"],
        &["Oggi alle 10:40"],
    ),
    ("service-booking", &["Un momento", "Prenotiamo il suo posto."], &["Conferma"]),
    ("reading", &["Tessera letta"], &["Un momento"]),
    ("reading-long", &["Tessera letta", "Cerchiamo i suoi appuntamenti di oggi."], &[]),
    (
        "presence",
        &["Conferma la presenza per Carta d’identità delle 10:40?", "Sì, sono qui", "Sala A, Piano terra"],
        &[],
    ),
    ("presence-long", &["Un momento", "Avvisiamo lo sportello."], &["Sì, sono qui"]),
    (
        "present",
        &[
            "Presenza confermata",
            "La chiameremo con il codice",
            "A042",
            "Guardi il monitor in Sala A.",
            "Ristampi il biglietto",
        ],
        &[],
    ),
    ("present-late", &["Presenza confermata", "È in ritardo di 4 minuti. La chiameremo appena possibile."], &[]),
    ("present-no-printer", &["Presenza confermata", "A042"], &["Ristampi il biglietto"]),
    ("present-already", &["Presenza già confermata", "Dalle 10:21. La chiameremo con il codice", "A042"], &[]),
    (
        "facts-wrong-site",
        &[
            "Il suo appuntamento è in un’altra sede",
            "Biblioteca comunale",
            "Via Civerchi 9",
            "Codice per il personale: T-CHK-03",
        ],
        &["Prenda un biglietto"],
    ),
    (
        "facts-too-late",
        &[
            "22 minuti di ritardo",
            "Questo servizio ne ammette 15.",
            "Prenda un biglietto o chieda al personale.",
            "Codice per il personale: T-CHK-04",
        ],
        &[],
    ),
    (
        "facts-called",
        &["L’abbiamo già chiamata", "Sportello 3", "Vada ora allo sportello.", "Codice per il personale: T-CHK-05"],
        &["Prenda un biglietto"],
    ),
    ("facts-absent", &["L’abbiamo chiamata poco fa", "Codice per il personale: T-CHK-06"], &["Prenda un biglietto"]),
    ("facts-over", &["Questa visita è conclusa", "Codice per il personale: T-CHK-07"], &[]),
    (
        "facts-not-today",
        &["L’appuntamento non è oggi", "Giovedì 26 novembre", "alle 9:00", "Codice per il personale: T-CHK-08"],
        &[],
    ),
    ("facts-nothing-today", &["Oggi non ha appuntamenti", "Codice per il personale: T-CHK-09"], &[]),
    ("ticket-printing", &["Attenda il biglietto", "A042"], &["Ritiri il biglietto", "Codice QR del suo biglietto"]),
    (
        "ticket",
        &[
            "Ritiri il biglietto",
            "A042",
            "Oggi alle 10:40",
            "Si accomodi: Sala A, Piano terra.",
            "La chiameremo con questo codice.",
            "Fatto",
        ],
        &["Codice QR del suo biglietto"],
    ),
    (
        "ticket-later",
        &["Ritiri il biglietto", "Torni a quell’ora e passi qui il biglietto."],
        &["La chiameremo con questo codice."],
    ),
    (
        "ticket-later-touch-alone",
        &["Ritiri il biglietto", "Torni a quell’ora e dica il codice al personale."],
        &["Torni a quell’ora e passi qui il biglietto."],
    ),
    ("ticket-near-end", &["Ritiri il biglietto", "Poca carta, lo dica al personale (T-PRN-01)"], &[]),
    (
        "ticket-failed",
        &[
            "Annoti il suo codice",
            "A042",
            "Il biglietto non è stato stampato.\nIl posto è prenotato. Codice per il personale: T-PRN-02",
        ],
        PRINTED,
    ),
    (
        "ticket-failed-later",
        &[
            "Annoti il suo codice",
            "Codice QR del suo biglietto",
            "Fotografi il codice QR: vale come biglietto.",
            "Torni a quell’ora e mostri qui la foto, o dica il codice al personale.",
        ],
        &["Torni a quell’ora e passi qui il biglietto."],
    ),
    (
        "ticket-failed-again",
        &["Annoti il suo codice", "Il biglietto non è stato stampato.\nIl posto è prenotato.", "Ristampi il biglietto"],
        &["Codice per il personale: T-PRN-02"],
    ),
    (
        "ticket-unknown-again",
        &["A1042", "Forse il biglietto non esce.\nIl posto è prenotato.", "Ristampi il biglietto"],
        &["Ritiri il biglietto"],
    ),
    (
        "ticket-unknown",
        &[
            "Annoti il suo codice",
            "A1042",
            "Forse il biglietto non esce.\nIl posto è prenotato. Codice per il personale: T-PRN-06",
        ],
        PRINTED,
    ),
    (
        "trouble-server-away",
        &[
            "Non abbiamo avuto risposta",
            "Forse il posto è già prenotato. Può riprovare senza rischi.",
            "Riprovi",
            "Codice per il personale: T-NET-01",
        ],
        &["Il totem non è collegato"],
    ),
    (
        "trouble-late",
        &[
            "Non abbiamo avuto risposta",
            "Forse il posto è già prenotato. Può riprovare senza rischi.",
            "Codice per il personale: T-NET-02",
        ],
        &[],
    ),
    (
        "trouble-presence",
        &[
            "Non abbiamo avuto risposta",
            "Forse la presenza è già confermata. Può riprovare senza rischi.",
            "Codice per il personale: T-NET-02",
        ],
        &[],
    ),
    (
        "trouble-search",
        &["Il totem non è collegato", "Riprovi, oppure chieda al personale.", "Codice per il personale: T-NET-01"],
        &[],
    ),
    (
        "trouble-unreadable",
        &["Forse il posto è già prenotato. Può riprovare senza rischi.", "Codice per il personale: T-NET-03"],
        &[],
    ),
    (
        "trouble-busy",
        &[
            "Il servizio è molto occupato",
            "Non è cambiato nulla. Riprovi tra un momento.",
            "Riprovi",
            "Codice per il personale: T-SRV-01",
        ],
        &[],
    ),
    (
        "trouble-fault",
        &["L’operazione non è riuscita", "Riprovi", "Codice per il personale: T-SRV-02\nCodice guasto 1A2B3C4D"],
        &[],
    ),
    (
        "trouble-not-admitted",
        &["Questo totem non è ancora pronto", "Si rivolga allo sportello.", "Codice per il personale: T-SRV-03"],
        &["Riprovi"],
    ),
    (
        "trouble-no-place",
        &[
            "Non ci sono più posti per questo servizio",
            "Scelga un altro servizio o chieda al personale.",
            "Codice per il personale: T-BOK-01",
        ],
        &["Riprovi"],
    ),
    (
        "trouble-too-many",
        &["Ha già un biglietto per questo servizio", "Codice per il personale: T-BOK-02"],
        &["Riprovi"],
    ),
    (
        "trouble-no-code",
        &["I biglietti per quel giorno sono finiti", "Si rivolga allo sportello.", "Codice per il personale: T-BOK-03"],
        &["Riprovi"],
    ),
    (
        "trouble-closed",
        &["Per oggi l’ufficio è chiuso", "Torni quando l’ufficio è aperto.", "Codice per il personale: T-BOK-04"],
        &["Riprovi"],
    ),
    (
        "trouble-unknown-ticket",
        &["Questo biglietto non vale qui", "Prenda un biglietto", "Codice per il personale: T-CHK-01"],
        &["Riprovi"],
    ),
    ("modal-still-there", &["Ha bisogno di più tempo?", "La pagina si chiude tra 12 secondi.", "Sì, continuo"], &[]),
    (
        "modal-is-it-you",
        &[
            "È lei?",
            "È stata passata una tessera. Vuole passare ai suoi appuntamenti?",
            "Sì, sono io",
            "No, continuo qui",
        ],
        &["RSSMRA85T10A562S"],
    ),
    (
        "modal-not-read",
        &[
            "Questo non è un codice valido",
            "Passi il codice a barre sul retro della tessera sanitaria. Oppure passi il codice QR del biglietto.",
            "Tocchi lo schermo, o chieda al personale.",
            "Codice per il personale: T-RDR-03",
        ],
        &[],
    ),
    (
        "modal-garbled",
        &[
            "Il codice non è stato letto",
            "Riprovi con il codice a barre sul retro della tessera sanitaria. Oppure con il codice QR del biglietto.",
            "Codice per il personale: T-RDR-02",
        ],
        &["Questo non è un codice valido", "Tocchi lo schermo, o chieda al personale."],
    ),
    (
        "modal-card-number",
        &["Tessera giusta, codice sbagliato", "Codice per il personale: T-RDR-04"],
        &["Tocchi lo schermo, o chieda al personale."],
    ),
];

#[test]
fn every_page_says_what_is_true_and_what_to_do() {
    let glass = Glass::new();
    for (name, told, untold) in TOLD {
        let scene = SCENES.iter().find(|(other, _)| other == name).unwrap_or_else(|| panic!("no scene {name}"));
        glass.shows(&play(scene, &[]).view());
        let words = glass.words();
        for text in *told {
            assert!(words.iter().any(|word| word == text), "{name}: \"{text}\" is not among {words:#?}");
        }
        for text in *untold {
            assert!(!words.iter().any(|word| word == text), "{name}: \"{text}\" is on the screen");
        }
        assert!(words.iter().any(|word| word == "Comune di Crema"), "{name} is not headed by the institution");
    }
}

#[test]
fn no_page_is_forgotten() {
    let calm = ["standby-nothing", "services-2", "appointments", "service-long"];
    for (name, _) in SCENES {
        assert!(calm.contains(name) || TOLD.iter().any(|(told, ..)| told == name), "what does {name} say?");
    }
}

/// The picture of the right side stands beside the words (F47).
#[test]
fn a_code_that_is_none_is_answered_with_the_picture_of_the_right_side() {
    let glass = Glass::new();
    for name in ["modal-not-read", "modal-garbled", "modal-card-number"] {
        let scene = SCENES.iter().find(|(other, _)| *other == name).unwrap();
        glass.shows(&play(scene, &[]).view());
        assert!(!glass.named("CardBack").is_empty(), "{name}");
    }
}
