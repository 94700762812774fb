//! The configuration of one site, as the rules need it. It changes seldom and is shared by all the site's days.

use contract::{ids::*, office::*, text::Text, time::*};
use std::collections::BTreeMap;

/// Everything configured that a day at a site depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteRules {
    /// Whose site it is.
    pub institution: Institution,
    /// The site.
    pub site: Site,
    /// Its waiting rooms.
    pub rooms: BTreeMap<RoomId, Room>,
    /// Its counters.
    pub counters: BTreeMap<CounterId, Counter>,
    /// The services given here.
    pub services: BTreeMap<ServiceId, Service>,
    /// The agendas of those services at this site.
    pub agendas: BTreeMap<AgendaId, contract::agenda::Agenda>,
    /// The institution's staff.
    pub operators: BTreeMap<OperatorId, Operator>,
}

impl SiteRules {
    /// The service date at that moment.
    pub fn date_at(&self, now: Instant) -> Date {
        now.service_date(&self.site.zone, self.site.day_rolls_at)
    }

    /// The time on the site's wall.
    pub fn wall_time(&self, at: Instant) -> TimeOfDay {
        at.on_the_wall(&self.site.zone).1
    }

    /// The room where people wait for a service.
    pub fn room_of(&self, service: &ServiceId) -> Option<&Room> {
        self.rooms.get(self.services.get(service)?.rooms.get(&self.site.id)?)
    }

    /// What is written on a counter.
    pub fn label(&self, counter: &CounterId) -> String {
        self.counters.get(counter).map(|counter| counter.label.clone()).unwrap_or_default()
    }

    /// The staff's name for a service.
    pub fn name(&self, service: &ServiceId) -> Text {
        self.services.get(service).map(|service| service.name.clone()).unwrap_or_default()
    }

    /// The name of a service on monitors, paper and in speech.
    pub fn public_name(&self, service: &ServiceId) -> Text {
        self.services.get(service).map(|service| service.public_name().clone()).unwrap_or_default()
    }
}
