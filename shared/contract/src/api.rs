//! Requests and replies of the REST API `/api/v1`. Writes refuse unknown fields.

use crate::{board::ServiceName, identity::*, ids::*, office::*, text::*, ticket::*, time::*};
use serde::{Deserialize, Serialize};

/// `GET /api/v1`: which server this is and what its clock says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct About {
    /// "avanti-server".
    pub name: String,
    /// Its version.
    pub version: String,
    /// The installation's life.
    pub epoch: Epoch,
    /// The server's clock.
    pub now: Instant,
}

/// `GET /api/v1/health`: the server can do its work. If it cannot, the answer is a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Health {
    /// Always the same.
    pub status: HealthStatus,
}

/// The only good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// All is well.
    Ok,
}

/// `POST /api/v1/sessions`: a member of staff logs in.
#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    /// The operator's id.
    #[schema(examples("anna"))]
    pub login: String,
    /// The password.
    pub password: String,
}

/// A session. Its token goes into `Authorization: Bearer …`.
#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Session {
    /// Opaque; shown this once.
    pub token: String,
    /// When it ends at the latest.
    pub expires_at: Instant,
    /// Who logged in.
    pub operator: Operator,
}

/// `GET /api/v1/totems/current/board`: everything a totem shows before somebody says who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TotemBoard {
    /// The server's clock.
    pub at: Instant,
    /// The totem.
    pub totem: TotemId,
    /// "Totem 1".
    pub totem_name: String,
    /// Heads every page (R55).
    pub institution: Text,
    /// The line below.
    pub motto: Text,
    /// The site where it stands.
    pub site: SiteId,
    /// Its name.
    pub site_name: Text,
    /// Its address.
    pub address: Text,
    /// The zone of the wall.
    pub zone: Zone,
    /// The languages offered, the first is where a visit begins.
    pub languages: Vec<Lang>,
    /// Six places per page, `null` where there is no button (R56).
    pub pages: Vec<Vec<Option<Tile>>>,
}

/// One service on a totem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Tile {
    /// The service.
    pub service: ServiceId,
    /// Its name.
    pub name: Text,
    /// What it is.
    pub description: Text,
    /// What to bring, a line each.
    pub bring: Vec<Text>,
    /// The name of its icon.
    pub icon: String,
    /// The waiting room.
    pub room: Text,
    /// How to find the room.
    pub directions: Text,
    /// The first free place, none if there is none in the coming weeks.
    pub first: Option<Offer>,
}

/// A free place. It is not held: whoever confirms first has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Offer {
    /// The date.
    pub date: Date,
    /// The time of day there.
    pub time: TimeOfDay,
    /// The same as an instant: it names the place when booking.
    pub starts_at: Instant,
}

/// `GET /api/v1/services/{service}/first-available?site=…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FirstAvailable {
    /// The service.
    pub service: ServiceId,
    /// The site.
    pub site: SiteId,
    /// The first free place, none if there is none in the coming weeks.
    pub first: Option<Offer>,
}

/// `PUT /api/v1/tickets/{ticket}`: take that place. The ticket's id makes a retry safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookTicket {
    /// For what.
    pub service: ServiceId,
    /// Where.
    pub site: SiteId,
    /// Which place: the `starts_at` of an offer.
    pub starts_at: Instant,
    /// Whose ticket it is, if the person showed a card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<FiscalCode>,
}

/// `POST /api/v1/appointments/search`: the appointments of today that a card or a QR opens.
/// A body and not a URL, because it names a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchAppointments {
    /// What was shown.
    pub credential: Credential,
}

/// Appointments, by time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Appointments {
    /// Those of today, at any site of the institution.
    pub tickets: Vec<TicketView>,
}

/// `PUT /api/v1/tickets/{ticket}/presence`: the person says "I am here" (R69, R70).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckIn {
    /// What was shown.
    pub credential: Credential,
}

/// The answer to a check-in. The second one says the same as the first (D7.6, F23).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CheckedIn {
    /// The ticket as it stands now.
    pub ticket: TicketView,
    /// When presence was first noticed.
    pub since: Instant,
    /// How late, if later than the hour and readmitted.
    pub late_minutes: Option<i64>,
}

/// `GET /api/v1/desk`: where an operator may sit and what they may call for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Desk {
    /// Who asks.
    pub operator: Operator,
    /// Counters of the sites where their services are given.
    pub counters: Vec<CounterChoice>,
    /// The services they may call for.
    pub services: Vec<ServiceName>,
}

/// A counter that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CounterChoice {
    /// The counter.
    pub id: CounterId,
    /// What is written on it.
    pub label: String,
    /// Counter or office.
    pub kind: CounterKind,
    /// Its room.
    pub room: Text,
    /// Its site.
    pub site: Text,
    /// Who sits there now.
    pub taken_by: Option<String>,
    /// True if it is the one who asks.
    pub mine: bool,
    /// The services it serves now.
    pub services: Vec<ServiceId>,
}

/// `PUT /api/v1/counters/{counter}/session`: sit down there, or change the services served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenCounter {
    /// The services to call for, at least one.
    pub services: Vec<ServiceId>,
}

/// `POST /api/v1/counters/{counter}/calls`: call the next person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallNext {
    /// Finish this one first, who is being served here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<TicketId>,
}

/// `POST /api/v1/counters/{counter}/calls/{again|start|finish|absent}`: the next step of the one who was called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CurrentTicket {
    /// Who is meant, so that a stale window cannot act on somebody else.
    pub ticket: TicketId,
    /// For `finish` alone: when the service was over, if that is told later because the server was away (F64). What lies
    /// before its beginning, or after now, counts as its beginning, or as now: no finish is lost over a clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Instant>,
}

impl CurrentTicket {
    /// That ticket, now.
    pub fn now(ticket: TicketId) -> Self {
        Self { ticket, finished_at: None }
    }
}

/// `GET /api/v1/displays/current`: what a display is to show. Its board comes from `…/rooms/{room}/live`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DisplaySettings {
    /// The display.
    pub display: Display,
    /// "Comune di Crema".
    pub institution: Text,
    /// The server's clock.
    pub at: Instant,
}
