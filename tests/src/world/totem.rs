//! A person at a totem: asks for places, takes tickets, shows a card or a slip, says "I am here".

use super::lens;
use crate::narration::Narrator;
use anyhow::{Context, Result, bail};
use client::Client;
use contract::{
    api::*,
    identity::{Credential, QrText},
    ids::{ServiceId, SiteId, TicketId},
    ticket::{CallCode, TicketView},
    time::{Date, Instant},
};
use std::collections::BTreeMap;

type Tickets = BTreeMap<CallCode, TicketView>;

/// A totem and what the person in front of it did last.
pub struct Totem {
    client: Client,
    site: SiteId,
    /// What was shown, and what it opened.
    shown: Option<(Credential, Vec<TicketView>)>,
    /// The latest wish, to be sent again under the same id.
    wish: Option<(TicketId, BookTicket)>,
}

impl Totem {
    pub fn new(client: Client, site: SiteId) -> Self {
        Self { client, site, shown: None, wish: None }
    }

    pub async fn act(&mut self, command: &str, today: Date, say: &Narrator, hands: &mut Tickets) -> Result<String> {
        let words: Vec<_> = command.split_whitespace().collect();
        match words.as_slice() {
            ["first", service] => Ok(say.offer(self.first(&service.parse()?).await?.as_ref(), today)),
            ["ticket", service] => self.take(&service.parse()?, None, today, say, hands).await,
            ["ticket", service, "card", code] => self.take(&service.parse()?, Some(code), today, say, hands).await,
            ["ticket", service, "at", time, card @ ..] => {
                let card = match card {
                    [] => None,
                    ["card", code] => Some(*code),
                    _ => bail!("a ticket at a time is for nobody in particular, or for a card"),
                };
                let starts_at = today.at(time.parse()?, &say.zone).context("no such time")?;
                self.ask_for(self.wish_for(&service.parse()?, starts_at, card)?, say, hands).await
            }
            ["retry"] => {
                let (ticket, wish) = self.wish.clone().context("nothing to repeat")?;
                let got = self.client.book_ticket(ticket, &wish).await?;
                Ok(format!("the same ticket: {}", say.ticket(&got)))
            }
            ["card", code] => self.show(Credential::Card { code: code.parse()? }, say).await,
            ["qr", code] => {
                let token = in_hand(hands, code)?.qr.clone();
                self.show(Credential::Qr { token }, say).await
            }
            ["camera", code] => self.show(lens::shown(in_hand(hands, code)?.qr.reveal())?, say).await,
            ["forged", code] => {
                let token = forge(&in_hand(hands, code)?.qr)?;
                self.show(Credential::Qr { token }, say).await
            }
            ["check-in"] => self.check_in(None, say).await,
            ["check-in", code] => self.check_in(Some(in_hand(hands, code)?.id), say).await,
            _ => bail!("a totem knows: first, ticket, retry, card, qr, camera, forged, check-in"),
        }
    }

    async fn first(&self, service: &ServiceId) -> Result<Option<Offer>> {
        Ok(self.client.first_available(service, &self.site).await?.first)
    }

    fn wish_for(&self, service: &ServiceId, starts_at: Instant, card: Option<&str>) -> Result<BookTicket> {
        let card = card.map(str::parse).transpose()?;
        Ok(BookTicket { service: service.clone(), site: self.site.clone(), starts_at, card })
    }

    async fn take(
        &mut self,
        service: &ServiceId,
        card: Option<&str>,
        today: Date,
        say: &Narrator,
        hands: &mut Tickets,
    ) -> Result<String> {
        let Some(offer) = self.first(service).await? else { return Ok(say.offer(None, today)) };
        let wish = self.wish_for(service, offer.starts_at, card)?;
        self.ask_for(wish, say, hands).await
    }

    async fn ask_for(&mut self, wish: BookTicket, say: &Narrator, hands: &mut Tickets) -> Result<String> {
        let id = TicketId(server::clock::new_id());
        self.wish = Some((id, wish.clone()));
        let ticket = self.client.book_ticket(id, &wish).await?;
        let said = say.ticket(&ticket);
        hands.insert(ticket.code, ticket);
        Ok(said)
    }

    async fn show(&mut self, credential: Credential, say: &Narrator) -> Result<String> {
        let search = SearchAppointments { credential: credential.clone() };
        let found = self.client.search_appointments(&search).await?;
        let said = say.appointments(&found);
        self.shown = Some((credential, found.tickets));
        Ok(said)
    }

    /// Says "I am here" for that ticket, or for the first that the card opened.
    async fn check_in(&self, ticket: Option<TicketId>, say: &Narrator) -> Result<String> {
        let (credential, found) = self.shown.as_ref().context("show a card or a slip first")?;
        let ticket = ticket.or_else(|| found.first().map(|ticket| ticket.id)).context("nothing to check in for")?;
        let done = self.client.check_in(ticket, &CheckIn { credential: credential.clone() }).await?;
        Ok(say.checked_in(&done))
    }
}

fn in_hand<'h>(hands: &'h Tickets, code: &str) -> Result<&'h TicketView> {
    hands.get(&code.parse()?).with_context(|| format!("nobody holds {code}"))
}

/// The same text with one other character: in shape a QR, signed by nobody.
fn forge(genuine: &QrText) -> Result<QrText> {
    let text = genuine.reveal();
    let at = text.len() - 20;
    let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
    Ok(QrText::try_from(format!("{}{other}{}", &text[..at], &text[at + 1..]))?)
}
