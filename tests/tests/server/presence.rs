//! F23: the same card, or the same slip, at two totems at the same moment: one event, and the same words at both.

use super::{books::Books, chance::Chance, on_both, people::*, program::Server, world::*};
use contract::ids::*;
use domain::Event;
use reqwest::Method;

const PEOPLE: u64 = 15;

on_both! { one_card_at_two_totems_is_present_once }

async fn one_card_at_two_totems_is_present_once(world: World) {
    let mut chance = Chance::begin("two totems");
    let server = Server::start(&world).await;
    let (one, two) = (world.line("totem-1", &server), world.line("totem-2", &server));
    for person in 0..PEOPLE {
        let (ticket, code) = (TicketId(chance.id()), card(person));
        let booked = one.book(ticket, &wish("carta", moment("15:00"), Some(code.clone()))).await.unwrap();
        let (card, slip) = (shows_card(code), shows_slip(&booked));
        let second = if chance.percent(50) { &slip } else { &card };
        let path = format!("/tickets/{ticket}/presence");
        let (here, there) =
            tokio::join!(one.send(Method::PUT, &path, None, &card), two.send(Method::PUT, &path, None, second));
        assert_eq!(here.status, 200, "{here:?}");
        assert_eq!(here, there);
        let later = two.send(Method::PUT, &path, None, second).await;
        assert_eq!(here, later);
    }
    server.stop().await;
    let books = Books::check(&world).await;
    let present = books.events().filter(|entry| matches!(entry.event, Event::TicketCheckedIn { .. })).count();
    assert_eq!(present as u64, PEOPLE);
}
