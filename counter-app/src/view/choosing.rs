//! The page of counter and services, as it is to be shown.

use super::{Sentence, sentence::sentence};
use crate::flow::Choosing;
use contract::{api::CounterChoice, office::CounterKind, text::Lang};

/// The page of counter and services.
#[derive(Debug, Clone, PartialEq)]
pub struct ChoosingView {
    /// The clerk's name.
    pub operator: String,
    /// The lists are on their way.
    pub loading: bool,
    /// Where one may sit.
    pub counters: Vec<CounterRow>,
    /// What one may serve.
    pub services: Vec<ServiceRow>,
    /// True if the clerk can sit down as chosen.
    pub ready: bool,
    /// What is missing for that: a key of `ui/words.slint`.
    pub missing: &'static str,
    /// True while the clerk sits down.
    pub busy: bool,
    /// True if there is work to go back to.
    pub back: bool,
    /// What is to be told.
    pub notice: Option<Sentence>,
}

/// A counter to sit at.
#[derive(Debug, Clone, PartialEq)]
pub struct CounterRow {
    /// What is written on it.
    pub label: String,
    /// An office and not a counter of a hall.
    pub office: bool,
    /// Room and site.
    pub place: String,
    /// Who sits there, if it is somebody else.
    pub taken_by: String,
    /// The clerk sits there.
    pub mine: bool,
    /// The clerk has picked it.
    pub chosen: bool,
}

/// A service to tick.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceRow {
    /// Its name.
    pub name: String,
    /// Whether it is ticked.
    pub ticked: bool,
}

pub(super) fn view(page: &Choosing, lang: Lang) -> ChoosingView {
    let desk = page.desk.as_ref();
    let counter = |counter: &CounterChoice| CounterRow {
        label: counter.label.clone(),
        office: counter.kind == CounterKind::Office,
        place: format!("{}, {}", counter.room.get(lang), counter.site.get(lang)),
        taken_by: counter.taken_by.clone().filter(|_| !counter.mine).unwrap_or_default(),
        mine: counter.mine,
        chosen: page.counter.as_ref() == Some(&counter.id),
    };
    let service = |service: &contract::board::ServiceName| ServiceRow {
        name: service.name.get(lang).to_owned(),
        ticked: page.services.contains(&service.id),
    };
    ChoosingView {
        operator: page.operator.clone(),
        loading: desk.is_none(),
        counters: desk.map(|desk| desk.counters.iter().map(counter).collect()).unwrap_or_default(),
        services: desk.map(|desk| desk.services.iter().map(service).collect()).unwrap_or_default(),
        ready: page.ready(),
        missing: match (&page.desk, &page.counter) {
            (None, _) => "",
            (_, None) => "no-counter",
            _ if page.services.is_empty() => "no-service",
            _ => "",
        },
        busy: page.busy,
        back: page.back.is_some(),
        notice: page.notice.as_ref().map(|notice| sentence(&notice.what, None)),
    }
}
