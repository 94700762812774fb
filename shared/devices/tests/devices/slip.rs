//! What comes out of a printer: bytes, and paper that a person and a phone can read.

use devices::{
    emulator::printer::{Machine, Slip},
    printer::{BadSheet, Paper, Sheet, Style, encode},
};

const QR: &str = "AV1QRK7M2XPD5T0HNBZC3VWG9EYAJ84SFLU6QRK7M2XPD5T0HNBZC3VWG9EYAJ84SFLU6QRK7M2XPD5T0HNBZC3VWG9EYAJ84SFLU6QRK7M2XPD5T0HN";

/// A slip as a totem prints it.
fn slip_sheet() -> Sheet {
    Sheet::new()
        .text("COMUNE DI CREMA", Style::size(2).bold().centred())
        .feed(8)
        .text("Piazza Duomo 25, piano terra", Style::size(1).centred())
        .feed(16)
        .rule()
        .feed(24)
        .text("Carta d’identità", Style::size(2).bold().centred())
        .text("lunedì 23 novembre 2026", Style::size(2).centred())
        .text("ore 10:40", Style::size(3).bold().centred())
        .feed(8)
        .text("A042", Style::size(7).bold().centred())
        .qr(QR, 6)
        .text("Al totem: presenza, ristampa, revoca", Style::size(1).centred())
        .feed(12)
        .rule()
        .feed(16)
        .text("Si accomodi in Sala A. Porti la carta vecchia, una fototessera recente e 22,50 €.", Style::size(1))
        .feed(8)
        .text("Emesso alle 10:24, totem 1", Style::stretched(1, 2))
        .cut()
}

fn printed(sheet: &Sheet, paper: Paper) -> Slip {
    let mut machine = Machine::new(paper).expect("the bundled fonts are fonts");
    machine.feed(&encode(sheet, paper).expect("the sheet fits"));
    machine.take_slips().pop().expect("a slip was cut")
}

/// The QR texts that a phone would find on the picture of a slip.
fn scanned(slip: &Slip) -> Vec<String> {
    let png = slip.picture.png().expect("a picture");
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
    let mut dots = vec![0; reader.output_buffer_size().expect("a size")];
    let frame = reader.next_frame(&mut dots).expect("dots");
    let width = frame.width as usize;
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(width, frame.height as usize, |x, y| dots[y * width + x]);
    picture.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}

/// The height in dots of what is printed between two rows of the picture, without blank rows around it.
fn ink_height(slip: &Slip) -> usize {
    let inked: Vec<usize> = slip
        .picture
        .dots
        .chunks(slip.picture.width)
        .enumerate()
        .filter(|(_, row)| row.iter().any(|dot| *dot < 128))
        .map(|(y, _)| y)
        .collect();
    inked.last().zip(inked.first()).map_or(0, |(last, first)| last - first + 1)
}

#[test]
fn a_slip_has_its_golden_bytes() {
    let sheet = Sheet::new().text("A0", Style::size(6).bold().centred()).rule().feed(9).qr("AV1", 6).cut();
    let mut golden = b"\x1B@\x1Bt\x10\x1DP\xCB\xCB\x1Db\x01".to_vec();
    golden.extend(b"\x1Ba\x01\x1BE\x01\x1D!\x55\x1B3\x96A0\x1Bd\x01");
    golden.extend(b"\x1Ba\x00\x1Dv0\x00\x48\x00\x03\x00");
    golden.extend([0xFF; 216]);
    golden.extend(b"\x1BJ\x09");
    golden.extend(b"\x1BJ\x18\x1Ba\x01");
    golden.extend(b"\x1D(k\x04\x00\x31\x41\x32\x00\x1D(k\x03\x00\x31\x43\x06\x1D(k\x03\x00\x31\x45\x31");
    golden.extend(b"\x1D(k\x06\x00\x31\x50\x30AV1\x1D(k\x03\x00\x31\x51\x30\x1BJ\x18\x1DVA\x00");
    assert_eq!(encode(&sheet, Paper::Mm80), Ok(golden));
}

#[test]
fn accents_are_one_byte_each() {
    let bytes = encode(&Sheet::new().text("àèéìòù ÀÈÉÌÒÙ € ’", Style::size(1)), Paper::Mm80).expect("it fits");
    let golden = b"\xE0\xE8\xE9\xEC\xF2\xF9 \xC0\xC8\xC9\xCC\xD2\xD9 \x80 \x92\x1Bd\x01";
    assert!(bytes.ends_with(golden), "{bytes:02x?}");
    let slip = printed(&Sheet::new().text("àèéìòù ÀÈÉÌÒÙ € ’", Style::size(1)).cut(), Paper::Mm80);
    assert_eq!(slip.text, "àèéìòù ÀÈÉÌÒÙ € ’\n");
}

#[test]
fn a_name_cannot_command_the_printer() {
    let evil = "Rossi\x1B@\x1DV\x00\x10\x04\x01\u{9b}\r\nMaria\u{0}";
    let bytes = encode(&Sheet::new().text(evil, Style::size(1)).cut(), Paper::Mm80).expect("it fits");
    let tame = encode(&Sheet::new().text("Rossi@V  Maria", Style::size(1)).cut(), Paper::Mm80).expect("it fits");
    assert_eq!(bytes, tame);
}

/// F81: whatever stands in a text or a QR, the printer is told the same as by its printable letters alone.
#[test]
fn no_text_commands_the_printer() {
    const EVIL: [&str; 7] = [
        "\u{1B}@",
        "\u{1D}V\u{0}",
        "\u{10}\u{14}\u{8}\u{1}\u{3}\u{14}\u{1}\u{6}\u{2}\u{8}",
        "\u{10}\u{4}\u{1}",
        "\u{1D}(k\u{3}\u{0}1Q0",
        "\u{1B}t\u{2}\u{9B}\u{9D}",
        "\u{1C}p\u{1}\u{0}\u{C}\u{8}\u{7F}",
    ];
    let sheet = |text: &str| {
        let styles = [Style::size(1), Style::size(2).bold().centred(), Style::stretched(1, 2).right()];
        styles.into_iter().fold(Sheet::new().qr(text, 6), |sheet, style| sheet.text(text, style)).cut()
    };
    for evil in EVIL {
        let text = format!("Ros{evil}si");
        let tame = devices::printer::printable(&text);
        for paper in [Paper::Mm80, Paper::Mm80Columns42, Paper::Mm58] {
            let bytes = encode(&sheet(&text), paper).expect("it fits");
            assert!(bytes == encode(&sheet(&tame), paper).expect("it fits"), "{evil:?}");
            let mut machine = Machine::new(paper).expect("the bundled fonts are fonts");
            assert!(machine.feed(&bytes).is_empty(), "it was asked something: {evil:?}");
            assert_eq!(machine.take_slips().len(), 1, "{evil:?}");
        }
    }
}

#[test]
fn the_qr_decodes_from_every_paper() {
    for paper in [Paper::Mm80, Paper::Mm80Columns42, Paper::Mm58] {
        assert_eq!(scanned(&printed(&slip_sheet(), paper)), [QR], "{paper:?}");
    }
    let long = "A".repeat(200);
    assert_eq!(scanned(&printed(&Sheet::new().qr(long.clone(), 6).cut(), Paper::Mm80)), [long]);
}

#[test]
fn a_qr_that_would_be_too_fine_is_refused() {
    let sheet = Sheet::new().qr("Z".repeat(900), 6);
    assert_eq!(encode(&sheet, Paper::Mm58), Err(BadSheet::QrTooLong { characters: 900 }));
    assert_eq!(encode(&Sheet::new().qr("\u{7}", 6), Paper::Mm80), Err(BadSheet::QrEmpty));
}

#[test]
fn a_sheet_without_end_is_refused() {
    let sheet = (0..400).fold(Sheet::new(), |sheet, _| sheet.rule());
    assert_eq!(encode(&sheet, Paper::Mm80), Err(BadSheet::TooLong { lines: 400 }));
}

#[test]
fn the_call_code_is_more_than_ten_millimetres_tall() {
    let slip = printed(&Sheet::new().text("A042", Style::size(6).bold()).cut(), Paper::Mm80);
    assert!(ink_height(&slip) > 80, "{} dots", ink_height(&slip));
}

#[test]
fn long_texts_wrap_at_words_on_both_papers() {
    let text = "Si accomodi in Sala A. Porti la carta vecchia e una fototessera.";
    let sheet = Sheet::new().text(text, Style::size(1)).text(text, Style::size(2).centred()).cut();
    for (paper, lines) in [(Paper::Mm80, 2 + 3), (Paper::Mm58, 2 + 4)] {
        let slip = printed(&sheet, paper);
        assert_eq!(slip.text.lines().count(), lines, "{}", slip.text);
    }
}

#[test]
fn the_slip_reads_as_it_was_meant() {
    let text = printed(&slip_sheet(), Paper::Mm80).text;
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    assert_eq!(lines[0], "COMUNE DI CREMA");
    assert!(lines.iter().any(|line| *line == format!("[QR {QR}]")));
    assert_eq!(lines.last(), Some(&"Emesso alle 10:24, totem 1"));
}

#[test]
fn a_saved_slip_is_bytes_text_and_picture() {
    let folder = std::env::temp_dir().join(format!("avanti-slip-{}", std::process::id()));
    for paper in [Paper::Mm80, Paper::Mm58] {
        let slip = printed(&slip_sheet(), paper);
        let picture = slip.save(&folder).expect("a place to write");
        for kind in ["bin", "txt", "png"] {
            assert!(picture.with_extension(kind).metadata().is_ok_and(|file| file.len() > 100), "{kind}");
        }
    }
    if std::env::var_os("AVANTI_KEEP_SLIPS").is_none() {
        std::fs::remove_dir_all(folder).expect("it was there");
    }
}
