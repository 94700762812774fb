//! Everything that is configured, as one value in memory: read once per version, looked up without SQL.

mod links;
pub mod plan;

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
