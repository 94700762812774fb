//! What people do at the totem, and what they see there.

use crate::{live::CARD, paper, seat::Seat, stage::Stage, transcript::lasting};
use ::tests::equipment::program::wait_for;
use anyhow::{Context, Result, ensure};
use contract::{
    api::SearchAppointments,
    identity::{Credential, QrText},
    ticket::{CallCode, Standing, TicketView},
};
use std::{fs, path::Path, time::Duration};

/// The service that is asked for; the sample card has an appointment for it too.
pub const SERVICE: &str = "Carta d’identità";
/// What invites everybody to begin.
pub const STAND_BY: &str = "Tocchi per iniziare";
/// How long paper may take.
const PRINTING: Duration = Duration::from_secs(15);
/// How long it may take from the first touch on stand-by to the printed ticket (D0.13), somebody reading on the way.
const WALK_IN: Duration = Duration::from_secs(15);

/// A ticket on paper.
pub struct Ticket {
    /// What it is called by.
    pub code: CallCode,
    qr: QrText,
}

pub async fn stands_by(stage: &Stage) -> Result<()> {
    stage.totem.sees(STAND_BY).await?;
    stage.totem.sees("Passi la tessera sanitaria").await?;
    stage.totem.page("totem-01-stand-by.png").await?;
    Ok(())
}

pub async fn speaks_english(stage: &Stage) -> Result<()> {
    let totem = &stage.totem;
    totem.touches(STAND_BY).await?;
    totem.sees("Di che cosa ha bisogno?").await?;
    totem.page("totem-02-services.png").await?;
    totem.touches("English").await?;
    totem.sees("What do you need?").await?;
    totem.sees("Identity card").await?;
    totem.does_not_see("Di che cosa ha bisogno?").await?;
    totem.page("totem-03-services-english.png").await?;
    totem.touches("Italiano").await?;
    totem.sees("Di che cosa ha bisogno?").await?;
    totem.touches("Altri").await?;
    totem.sees("Pagina 2 di 3").await?;
    totem.page("totem-04-services-page-2.png").await?;
    totem.touches("Precedenti").await?;
    totem.sees("Pagina 1 di 3").await?;
    totem.touches("Esci").await?;
    totem.sees(STAND_BY).await?;
    Ok(())
}

pub async fn gives_a_ticket(stage: &Stage) -> Result<Ticket> {
    let totem = &stage.totem;
    let began = stage.transcript.elapsed();
    totem.touches(STAND_BY).await?;
    totem.sees("Di che cosa ha bisogno?").await?;
    totem.touches(SERVICE).await?;
    totem.sees("Il primo posto libero").await?;
    totem.sees("Che cosa portare").await?;
    totem.page("totem-05-service.png").await?;
    totem.touches("Conferma").await?;
    let confirmed = stage.transcript.elapsed();
    totem.sees("Ritiri il biglietto").await?;
    let code = code_on(totem).await?;
    stage.tells("totem", format!("confirm → ticket {code}: {}", lasting(stage.transcript.elapsed() - confirmed)));
    let bytes = stage.slips.join("slip-0001.bin");
    wait_for("the slip's bytes", PRINTING, async || Ok(bytes.exists().then_some(()))).await?;
    let walk_in = stage.transcript.elapsed() - began;
    stage.tells("totem", format!("first touch → printed ticket: {}, in three touches", lasting(walk_in)));
    ensure!(walk_in <= WALK_IN, "from stand-by to the ticket it took {}", lasting(walk_in));
    totem.page("totem-06-ticket.png").await?;
    let ticket = takes_the_slip(stage, code).await?;
    totem.touches("Fatto").await?;
    totem.sees(STAND_BY).await?;
    Ok(ticket)
}

/// The slip as it came out of the printer: its QR is read from the paper and shown to the server.
async fn takes_the_slip(stage: &Stage, code: CallCode) -> Result<Ticket> {
    let printed = stage.slips.join("slip-0001.png");
    // The picture is the last thing that the printer leaves.
    wait_for("the slip", PRINTING, async || Ok(printed.exists().then_some(()))).await?;
    for (kind, keep) in [("bin", "slip.bin"), ("png", "slip.png")] {
        fs::copy(printed.with_extension(kind), stage.out.join(keep)).context("the slip cannot be kept")?;
    }
    let bytes = fs::metadata(stage.out.join("slip.bin"))?.len();
    stage.tells("printer", format!("slip.bin, {bytes} bytes; on paper: slip.png"));
    let qr: QrText = paper::qr_of(&stage.out.join("slip.png"))?.try_into().context("the QR on the slip is not ours")?;
    let known = known(stage, &qr).await?;
    ensure!(known.code == code, "the slip's QR is that of {}, the totem showed {code}", known.code);
    ensure!(matches!(known.standing, Standing::Waiting { .. }), "the holder does not wait: {:?}", known.standing);
    stage.tells("slip", format!("its QR, read from the picture, is that of {} at the server", known.code));
    stage.tells("slip", reads_in_order(&printed.with_extension("txt"), &known)?);
    Ok(Ticket { code, qr })
}

/// Its paper is held before the totem's camera: who holds it is known, and present already.
pub async fn sees_the_slip(stage: &Stage, ticket: &Ticket) -> Result<()> {
    let totem = &stage.totem;
    let (whole, part) = (stage.lens.join("slip.png"), stage.lens.join("slip.part"));
    fs::copy(stage.out.join("slip.png"), &part).context("the slip cannot be held before the camera")?;
    fs::rename(part, &whole)?;
    let held = stage.transcript.elapsed();
    totem.sees("Presenza già confermata").await?;
    totem.sees(&ticket.code.to_string()).await?;
    stage.tells("camera", format!("slip → its holder is known: {}", lasting(stage.transcript.elapsed() - held)));
    fs::remove_file(whole)?;
    totem.page("totem-07-slip-seen.png").await?;
    totem.touches("Fatto").await?;
    totem.sees(STAND_BY).await?;
    Ok(())
}

/// The words on the paper in the order that is prescribed: institution, address, service, date, time, code, QR, notes.
fn reads_in_order(text: &Path, ticket: &TicketView) -> Result<String> {
    let text = fs::read_to_string(text).context("the slip as text")?;
    let it = contract::text::Lang::It;
    let first_word = |text: &str| text.split_whitespace().next().unwrap_or_default().to_owned();
    let parts = [
        ticket.institution.get(it).to_uppercase(),
        ticket.address.get(it).to_owned(),
        // The paper's letters have a straight apostrophe only.
        ticket.service.get(it).replace('’', "'"),
        ticket.date.parts().0.to_string(),
        ticket.time.to_string(),
        ticket.code.to_string(),
        format!("[QR {}]", ticket.qr.reveal()),
        first_word(ticket.notes.get(it)),
    ];
    paper::in_order(&text.replace('’', "'"), &parts)
}

pub async fn refuses_a_wrong_code(stage: &Stage) -> Result<()> {
    let totem = &stage.totem;
    stage.scans("1234567890").await?;
    totem.sees("Questo non è un codice valido").await?;
    totem.sees("Passi il codice a barre sul retro della tessera sanitaria").await?;
    totem.picture("totem-08-wrong-code.png").await?;
    totem.touches("Ho capito").await?;
    totem.sees(STAND_BY).await?;
    Ok(())
}

/// Gives the code by which the card's holder will be called.
pub async fn checks_in(stage: &Stage) -> Result<CallCode> {
    let totem = &stage.totem;
    stage.scans(CARD).await?;
    let scanned = stage.transcript.elapsed();
    totem.sees(&format!("Conferma la presenza per {SERVICE}")).await?;
    stage.tells("totem", format!("card → question: {}", lasting(stage.transcript.elapsed() - scanned)));
    totem.page("totem-09-presence.png").await?;
    totem.touches("Sì, sono qui").await?;
    totem.sees("Presenza confermata").await?;
    let code = code_on(totem).await?;
    totem.page("totem-10-present.png").await?;
    totem.touches("Fatto").await?;
    totem.sees(STAND_BY).await?;
    totem.does_not_see(&code.to_string()).await?;
    Ok(code)
}

pub async fn is_served(stage: &Stage, ticket: &Ticket) -> Result<()> {
    let known = known(stage, &ticket.qr).await?;
    ensure!(known.standing == Standing::Served, "{} was served, the server says {:?}", known.code, known.standing);
    stage.tells("server", format!("{} has been served", known.code));
    Ok(())
}

/// The ticket that the server knows by this QR.
async fn known(stage: &Stage, qr: &QrText) -> Result<TicketView> {
    let search = SearchAppointments { credential: Credential::Qr { token: qr.clone() } };
    let found = stage.server.search_appointments(&search).await.context("the server does not accept the QR")?;
    let ticket = found.tickets.into_iter().next();
    ticket.context("the server knows no ticket by this QR")
}

async fn code_on(totem: &Seat) -> Result<CallCode> {
    totem.waits("a call code", |elements| elements.iter().find_map(|element| element.label.parse().ok())).await
}
