//! The flow as tables of what happens and what follows: every path, every fault, without a window.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod arrival;
mod booking;
mod health;
mod letters;
#[path = "../office/mod.rs"]
mod office;
mod printing;
mod visit;

use contract::{Refusal, api::*};
use office::*;
use totem_app::{
    flow::{Failure, fault::Fault},
    view::PageView,
};

fn place(totem: &Totem) -> (String, bool) {
    match totem.page() {
        PageView::Service(page) => (page.place.map(|when| when.clock).unwrap_or_default(), page.just_taken),
        other => panic!("no service page but {other:?}"),
    }
}
fn trouble(totem: &Totem) -> Option<Fault> {
    if let PageView::Trouble { fault, .. } = totem.page() { Some(fault) } else { None }
}
fn on_stand_by(totem: &Totem) -> bool {
    matches!(totem.page(), PageView::StandBy { .. })
}
/// A server that has this place for taxes.
fn taxes_at(place: Option<&'static str>) -> impl Fn(&Totem) -> Result<Box<TotemBoard>, Failure> {
    move |totem| {
        let mut board = board();
        board.at = board.at.plus_millis(i64::try_from(totem.now.0).unwrap());
        board.pages[0][2].as_mut().unwrap().first = place.map(offer);
        Ok(Box::new(board))
    }
}
fn refused(refusal: Refusal) -> Failure {
    Failure::Refused(refusal)
}
