//! Everything that is configured, as one value in memory: read once per version, looked up without SQL.
//!
//! Also what one thing may say about another: a room's site exists, a service's room is at its site.

use crate::store::{self, Fault, Tx};
use contract::{agenda::Agenda, ids::*, office::*};
use domain::SiteRules;
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::BTreeMap, sync::Arc};

/// A configured thing and its revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revised<T> {
    /// Grows with each change, from 1.
    pub revision: i64,
    /// The thing.
    pub thing: T,
}

/// Things of one kind, by id.
pub type Shelf<T> = BTreeMap<String, Revised<T>>;

/// Everything that is configured.
#[derive(Debug, Default, Clone)]
pub struct Office {
    /// Grows with each change of anything.
    pub version: i64,
    /// Bodies that own agendas.
    pub institutions: Shelf<Institution>,
    /// Addresses.
    pub sites: Shelf<Site>,
    /// Waiting rooms.
    pub rooms: Shelf<Room>,
    /// Counters.
    pub counters: Shelf<Counter>,
    /// Services.
    pub services: Shelf<Service>,
    /// Agendas.
    pub agendas: Shelf<Agenda>,
    /// Staff.
    pub operators: Shelf<Operator>,
    /// Kiosks.
    pub totems: Shelf<Totem>,
    /// Screens.
    pub displays: Shelf<Display>,
    rules: BTreeMap<SiteId, Arc<SiteRules>>,
}

/// A kind of configured thing: where it stands and whose it is.
pub trait Kept: Configured + Clone + Serialize + DeserializeOwned {
    /// The shelf of its kind.
    fn shelf(office: &Office) -> &Shelf<Self>;
    /// The same, to put something on it.
    fn shelf_mut(office: &mut Office) -> &mut Shelf<Self>;
    /// The institution it belongs to. None for what belongs to the installation, or to a site that is not known.
    fn institution(&self, office: &Office) -> Option<InstitutionId>;
    /// Whether the other things that it names exist and fit.
    fn check_links(&self, office: &Office) -> Result<(), Invalid>;
}

impl Office {
    /// Reads everything.
    pub async fn load(tx: &mut Tx) -> store::Result<Self> {
        let mut office = Self { version: store::office::version(tx).await?, ..Self::default() };
        for row in store::office::everything(tx).await? {
            match row.kind.as_str() {
                Institution::KIND => office.shelve::<Institution>(row)?,
                Site::KIND => office.shelve::<Site>(row)?,
                Room::KIND => office.shelve::<Room>(row)?,
                Counter::KIND => office.shelve::<Counter>(row)?,
                Service::KIND => office.shelve::<Service>(row)?,
                Agenda::KIND => office.shelve::<Agenda>(row)?,
                Operator::KIND => office.shelve::<Operator>(row)?,
                Totem::KIND => office.shelve::<Totem>(row)?,
                Display::KIND => office.shelve::<Display>(row)?,
                other => return Err(Fault::damaged(format!("{other} {}", row.id), "there is no such kind")),
            }
        }
        office.rules =
            office.all::<Site>().filter_map(|site| Some((site.id.clone(), office.make_rules(site)?))).collect();
        Ok(office)
    }

    /// What the rules need to know of a site.
    pub fn rules(&self, site: &SiteId) -> Option<&Arc<SiteRules>> {
        self.rules.get(site)
    }

    fn make_rules(&self, site: &Site) -> Option<Arc<SiteRules>> {
        let of_site = |at: &SiteId| *at == site.id;
        Some(Arc::new(SiteRules {
            institution: self.get::<Institution>(site.institution.as_str())?.clone(),
            site: site.clone(),
            rooms: self
                .all::<Room>()
                .filter(|room| of_site(&room.site))
                .map(|it| (it.id.clone(), it.clone()))
                .collect(),
            counters: (self.all::<Counter>().filter(|counter| of_site(&counter.site)))
                .map(|it| (it.id.clone(), it.clone()))
                .collect(),
            services: (self.all::<Service>().filter(|service| service.rooms.contains_key(&site.id)))
                .map(|it| (it.id.clone(), it.clone()))
                .collect(),
            agendas: (self.all::<Agenda>().filter(|agenda| of_site(&agenda.site)))
                .map(|it| (it.id.clone(), it.clone()))
                .collect(),
            operators: (self.all::<Operator>().filter(|staff| staff.institution.as_ref() == Some(&site.institution)))
                .map(|it| (it.id.clone(), it.clone()))
                .collect(),
        }))
    }

    fn shelve<T: Kept>(&mut self, row: store::office::StoredThing) -> store::Result<()> {
        let thing =
            serde_json::from_str(&row.body).map_err(|why| Fault::damaged(format!("{} {}", row.kind, row.id), why))?;
        T::shelf_mut(self).insert(row.id, Revised { revision: row.revision, thing });
        Ok(())
    }

    /// A thing by its id.
    pub fn get<T: Kept>(&self, id: &str) -> Option<&T> {
        T::shelf(self).get(id).map(|revised| &revised.thing)
    }

    /// All things of a kind, by id.
    pub fn all<T: Kept + 'static>(&self) -> impl Iterator<Item = &T> {
        T::shelf(self).values().map(|revised| &revised.thing)
    }

    /// What is wrong in what is stored, kind by kind: it was right when it was written, and other things changed.
    pub fn problems(&self) -> Vec<(&'static str, Invalid)> {
        let mut problems = Vec::new();
        self.look::<Institution>(&mut problems);
        self.look::<Site>(&mut problems);
        self.look::<Room>(&mut problems);
        self.look::<Counter>(&mut problems);
        self.look::<Service>(&mut problems);
        self.look::<Agenda>(&mut problems);
        self.look::<Operator>(&mut problems);
        self.look::<Totem>(&mut problems);
        self.look::<Display>(&mut problems);
        problems
    }

    fn look<T: Kept + 'static>(&self, problems: &mut Vec<(&'static str, Invalid)>) {
        let of = |thing: &T| thing.check().and_then(|()| thing.check_links(self)).err();
        problems.extend(self.all::<T>().filter_map(of).map(|problem| (T::KIND, problem)));
    }

    fn institution_of_site(&self, site: &SiteId) -> Option<InstitutionId> {
        self.get::<Site>(site.as_str()).map(|site| site.institution.clone())
    }
}

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
    if room.site == *site { Ok(room) } else { Err(invalid(field, "this room is at another site")) }
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
