//! What one thing may say about another: a room's site exists, a service's room is at its site, and nothing names what
//! belongs to another institution.

use super::{Kept, Office, Shelf};
use contract::{agenda::Agenda, ids::*, office::*};

fn no_such(field: &str, what: &str) -> Invalid {
    invalid(field, format!("there is no such {what}"))
}

fn known<'a, T: Kept>(office: &'a Office, id: &str, field: &str, what: &str) -> Result<&'a T, Invalid> {
    office.get(id).ok_or_else(|| no_such(field, what))
}

/// Says where a kind stands in the office.
macro_rules! shelf {
    ($name:ident) => {
        fn shelf(office: &Office) -> &Shelf<Self> {
            &office.$name
        }
        fn shelf_mut(office: &mut Office) -> &mut Shelf<Self> {
            &mut office.$name
        }
    };
}

impl Kept for Institution {
    shelf!(institutions);
    fn institution(&self, _: &Office) -> Option<InstitutionId> {
        Some(self.id.clone())
    }
    fn check_links(&self, _: &Office) -> Result<(), Invalid> {
        Ok(())
    }
}

impl Kept for Site {
    shelf!(sites);
    fn institution(&self, _: &Office) -> Option<InstitutionId> {
        Some(self.institution.clone())
    }
    fn check_links(&self, office: &Office) -> Result<(), Invalid> {
        known::<Institution>(office, self.institution.as_str(), "institution", "institution")?;
        match office.get::<Self>(self.id.as_str()) {
            Some(before) if before.institution != self.institution => {
                Err(invalid("institution", "a site stays with its institution"))
            }
            _ => Ok(()),
        }
    }
}

impl Kept for Room {
    shelf!(rooms);
    fn institution(&self, office: &Office) -> Option<InstitutionId> {
        office.institution_of_site(&self.site)
    }
    fn check_links(&self, office: &Office) -> Result<(), Invalid> {
        known::<Site>(office, self.site.as_str(), "site", "site")?;
        match office.get::<Self>(self.id.as_str()) {
            Some(before) if before.site != self.site => Err(invalid("site", "a room stays at its site")),
            _ => Ok(()),
        }
    }
}

fn room_at<'a>(office: &'a Office, room: &RoomId, site: &SiteId, field: &str) -> Result<&'a Room, Invalid> {
    let room: &Room = known(office, room.as_str(), field, "room")?;
    if room.site == *site {
        return Ok(room);
    }
    let own = office.institution_of_site(&room.site) == office.institution_of_site(site);
    Err(if own { invalid(field, "this room is at another site") } else { no_such(field, "room") })
}

impl Kept for Counter {
    shelf!(counters);
    fn institution(&self, office: &Office) -> Option<InstitutionId> {
        office.institution_of_site(&self.site)
    }
    fn check_links(&self, office: &Office) -> Result<(), Invalid> {
        known::<Site>(office, self.site.as_str(), "site", "site")?;
        room_at(office, &self.room, &self.site, "room")?;
        match office.get::<Self>(self.id.as_str()) {
            Some(before) if before.site != self.site => Err(invalid("site", "a counter stays at its site")),
            _ => Ok(()),
        }
    }
}

impl Kept for Service {
    shelf!(services);
    fn institution(&self, _: &Office) -> Option<InstitutionId> {
        Some(self.institution.clone())
    }
    fn check_links(&self, office: &Office) -> Result<(), Invalid> {
        known::<Institution>(office, self.institution.as_str(), "institution", "institution")?;
        for (site, room) in &self.rooms {
            let field = format!("rooms.{site}");
            let owner = office.institution_of_site(site).ok_or_else(|| no_such(&field, "site"))?;
            if owner != self.institution {
                return Err(no_such(&field, "site"));
            }
            room_at(office, room, site, &field)?;
        }
        Ok(())
    }
}

impl Kept for Agenda {
    shelf!(agendas);
    fn institution(&self, office: &Office) -> Option<InstitutionId> {
        office.institution_of_site(&self.site)
    }
    fn check_links(&self, office: &Office) -> Result<(), Invalid> {
        known::<Site>(office, self.site.as_str(), "site", "site")?;
        let service: &Service = known(office, self.service.as_str(), "service", "service")?;
        if office.institution_of_site(&self.site).as_ref() != Some(&service.institution) {
            return Err(no_such("service", "service"));
        }
        if !service.rooms.contains_key(&self.site) {
            return Err(invalid("site", "the service is not given at this site"));
        }
        match office.get::<Self>(self.id.as_str()) {
            Some(before) if (&before.service, &before.site) != (&self.service, &self.site) => {
                Err(invalid("service", "an agenda stays with its service and site"))
            }
            _ => Ok(()),
        }
    }
}

impl Kept for Operator {
    shelf!(operators);
    fn institution(&self, _: &Office) -> Option<InstitutionId> {
        self.institution.clone()
    }
    fn check_links(&self, office: &Office) -> Result<(), Invalid> {
        if let Some(institution) = &self.institution {
            known::<Institution>(office, institution.as_str(), "institution", "institution")?;
        }
        for (at, id) in self.services.iter().enumerate() {
            let field = format!("services.{at}");
            let service: &Service = known(office, id.as_str(), &field, "service")?;
            if self.institution.as_ref().is_some_and(|own| *own != service.institution) {
                return Err(no_such(&field, "service"));
            }
        }
        Ok(())
    }
}

impl Kept for Totem {
    shelf!(totems);
    fn institution(&self, office: &Office) -> Option<InstitutionId> {
        office.institution_of_site(&self.site)
    }
    fn check_links(&self, office: &Office) -> Result<(), Invalid> {
        let site: &Site = known(office, self.site.as_str(), "site", "site")?;
        for (page, buttons) in self.lineup.pages.iter().enumerate() {
            for (button, id) in buttons.iter().enumerate().filter_map(|(at, id)| Some((at, id.as_ref()?))) {
                let field = format!("lineup.pages.{page}.{button}");
                let service: &Service = known(office, id.as_str(), &field, "service")?;
                if service.institution != site.institution {
                    return Err(no_such(&field, "service"));
                }
                if !service.rooms.contains_key(&self.site) {
                    return Err(invalid(&field, "the service is not given where the totem stands"));
                }
            }
        }
        Ok(())
    }
}

impl Kept for Display {
    shelf!(displays);
    fn institution(&self, office: &Office) -> Option<InstitutionId> {
        office.institution_of_site(&self.site)
    }
    fn check_links(&self, office: &Office) -> Result<(), Invalid> {
        known::<Site>(office, self.site.as_str(), "site", "site")?;
        room_at(office, &self.lineup.room, &self.site, "lineup.room").map(|_| ())
    }
}
