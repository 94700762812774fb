//! What a totem and a display ask for: boards, places, tickets, presence.

use crate::{Client, Failure, Live, transport::read};
use contract::{api::*, board::RoomBoard, health::DeviceHealth, ids::*, pairing::*, ticket::TicketView};
use reqwest::Method;

impl Client {
    /// `GET /api/v1`: which server this is.
    pub async fn about(&self) -> Result<About, Failure> {
        self.get("").await
    }

    /// `GET /api/v1/health`: the server can do its work.
    pub async fn health(&self) -> Result<Health, Failure> {
        self.get("/health").await
    }

    /// `GET /api/v1/totems/current/board`: everything this totem shows.
    pub async fn totem_board(&self) -> Result<TotemBoard, Failure> {
        self.get("/totems/current/board").await
    }

    /// `GET /api/v1/services/{service}/first-available`: the first free place there.
    pub async fn first_available(&self, service: &ServiceId, site: &SiteId) -> Result<FirstAvailable, Failure> {
        self.get(&format!("/services/{service}/first-available?site={site}")).await
    }

    /// `PUT /api/v1/tickets/{ticket}`: take that place. Asking again for the same ticket brings the same ticket.
    pub async fn book_ticket(&self, ticket: TicketId, wish: &BookTicket) -> Result<TicketView, Failure> {
        self.insist(Method::PUT, &format!("/tickets/{ticket}"), None, wish).await
    }

    /// `POST /api/v1/appointments/search`: the appointments of today that a card or a QR opens.
    pub async fn search_appointments(&self, search: &SearchAppointments) -> Result<Appointments, Failure> {
        read(self.once(self.ask(Method::POST, "/appointments/search").json(search)).await?).await
    }

    /// `PUT /api/v1/tickets/{ticket}/presence`: "I am here". Saying it again changes nothing.
    pub async fn check_in(&self, ticket: TicketId, shown: &CheckIn) -> Result<CheckedIn, Failure> {
        self.insist(Method::PUT, &format!("/tickets/{ticket}/presence"), None, shown).await
    }

    /// `GET /api/v1/displays/current`: what this display is to show.
    pub async fn display_settings(&self) -> Result<DisplaySettings, Failure> {
        self.get("/displays/current").await
    }

    /// `POST /api/v1/pairings`: a code for a new device.
    pub async fn new_pairing(&self, of: &NewPairing) -> Result<Pairing, Failure> {
        read(self.once(self.ask(Method::POST, "/pairings").json(of)).await?).await
    }

    /// `POST /api/v1/pairings/redeem`: what this device is. Sent once: a code is good once.
    pub async fn redeem_pairing(&self, code: &RedeemPairing) -> Result<Paired, Failure> {
        read(self.once(self.ask(Method::POST, "/pairings/redeem").json(code)).await?).await
    }

    /// `PUT /api/v1/devices/current/health`: how this totem or display is. What is lost is said again at the next report.
    pub async fn report_health(&self, health: &DeviceHealth) -> Result<(), Failure> {
        self.once(self.ask(Method::PUT, "/devices/current/health").json(health)).await.map(drop)
    }

    /// `PUT /api/v1/devices/current/token`: a new token for this totem or display. The one it has stays good until that has
    /// been used: [`Client::set_token`] uses it.
    pub async fn renew_token(&self) -> Result<DeviceToken, Failure> {
        read(self.once(self.ask(Method::PUT, "/devices/current/token")).await?).await
    }

    /// `GET /api/v1/rooms/{room}/board`: the room's board as it is now.
    pub async fn room_board(&self, room: &RoomId) -> Result<RoomBoard, Failure> {
        self.get(&format!("/rooms/{room}/board")).await
    }

    /// `GET /api/v1/rooms/{room}/live`: the room's board, and again whenever it changes.
    pub fn room_live(&self, room: &RoomId) -> Live<RoomBoard> {
        Live::new(self.clone(), format!("/rooms/{room}/live"))
    }
}
