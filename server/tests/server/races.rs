//! Many at once: what must hold when everybody presses at the same moment (F22 to F25, F55, INV-1 to INV-3, INV-6).

use crate::{
    on_both,
    support::{
        World,
        world::{CARD, monday, new_ticket, wish},
    },
};
use contract::{Refusal, api::*, board::CounterBoard, identity::Credential, ids::*, ticket::TicketView};
use futures_util::future::join_all;
use server::clock;
use std::collections::BTreeSet;

on_both! {
    async fn of_32_totems_one_gets_the_last_place(database: Database) {
        let world = World::new(database).await;
        let replies = join_all((0..32).map(|_| world.book("totem-1", new_ticket(), "matrimoni", "10:00", None))).await;
        let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 201);
        assert_eq!(won.len(), 1, "{replies:?}");
        for reply in lost {
            assert_eq!(reply.refusal(), Refusal::PlaceTaken { next: None });
        }
        assert_eq!(world.database.number("select count(*) from occupancy").await, 4, "twenty minutes are four cells");
        assert_eq!(world.database.number("select count(*) from ticket").await, 1);
    }

    async fn whoever_loses_the_place_is_told_the_next_one(database: Database) {
        let world = World::new(database).await;
        let replies = join_all((0..32).map(|_| world.book("totem-1", new_ticket(), "carta", "10:00", None))).await;
        let won = replies.iter().filter(|reply| reply.status == 201).count();
        assert_eq!(won, 20, "twenty lanes");
        let lost = replies.iter().find(|reply| reply.status == 409).unwrap();
        let Refusal::PlaceTaken { next: Some(next) } = lost.refusal() else { panic!("{lost:?}") };
        assert_eq!(next.starts_at, monday("09:00"));
        let codes: BTreeSet<_> = replies.iter().filter(|it| it.status == 201).map(|it| it.as_::<TicketView>().code).collect();
        assert_eq!(codes.len(), 20, "INV-2");
    }

    async fn two_counters_never_call_the_same_person(database: Database) {
        let world = World::new(database).await;
        for _ in 0..30 {
            world.booked("09:00", None).await;
            world.booked("09:10", None).await;
            if world.database.number("select count(*) from ticket").await >= 40 { break; }
        }
        world.open("anna", "sportello-1").await;
        world.open("bruno", "sportello-2").await;
        let mut called = BTreeSet::new();
        for _ in 0..20 {
            let (one, two) = tokio::join!(world.called("anna", "sportello-1"), world.called("bruno", "sportello-2"));
            assert!(called.insert(one) && called.insert(two), "somebody was called twice");
            world.step("anna", "sportello-1", "absent", one).await;
            world.step("bruno", "sportello-2", "absent", two).await;
        }
        assert_eq!(called.len(), 40);
    }

    async fn of_two_counters_one_gets_the_last_person(database: Database) {
        let world = World::new(database).await;
        world.booked("09:00", None).await;
        world.open("anna", "sportello-1").await;
        world.open("bruno", "sportello-2").await;
        let (one, two) = tokio::join!(world.call("anna", "sportello-1"), world.call("bruno", "sportello-2"));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let lost = if one.status == 409 { one } else { two };
        assert_eq!(lost.refusal(), Refusal::NobodyWaiting { next_from: None, expected: 0 });
    }

    async fn one_card_at_two_totems_is_present_once(database: Database) {
        let world = World::new(database).await;
        let ticket = world.booked("11:00", Some(CARD)).await;
        let shown = CheckIn { credential: Credential::Card { code: CARD.parse().unwrap() } };
        let path = format!("/api/v1/tickets/{}/presence", ticket.id);
        let replies = join_all((0..8).map(|_| world.json("totem-1", "PUT", &path, &shown))).await;
        for reply in &replies {
            assert_eq!((reply.status, &reply.body), (200, &replies[0].body));
        }
        let said = "select count(*) from journal where body like '%\"ticket_checked_in\"%'";
        assert_eq!(world.database.number(said).await, 1);
    }

    async fn a_booking_sent_again_brings_the_same_ticket(database: Database) {
        let world = World::new(database).await;
        let ticket = new_ticket();
        let at_once = join_all((0..5).map(|_| world.book("totem-1", ticket, "carta", "10:00", None))).await;
        let later = world.book("totem-1", ticket, "carta", "10:00", None).await;
        let mut statuses: Vec<_> = at_once.iter().map(|reply| reply.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 200, 200, 201]);
        for reply in &at_once {
            assert_eq!(reply.body, later.body);
        }
        assert_eq!(world.database.number("select count(*) from journal").await, 1);
        assert_eq!(world.database.number("select count(*) from occupancy").await, 2);
    }

    async fn a_tickets_id_names_one_request_of_one_totem(database: Database) {
        let world = World::new(database).await;
        let ticket = world.booked("10:00", None).await.id;
        let other_body = world.book("totem-1", ticket, "carta", "10:10", None).await;
        assert_eq!((other_body.status, other_body.refusal()), (422, Refusal::KeyReused));
        let path = format!("/api/v1/tickets/{ticket}");
        let stranger = world.json("totem-o", "PUT", &path, &wish("carta", "palazzo", "10:00", None)).await;
        assert_eq!(stranger.refusal(), Refusal::KeyReused);
        assert_eq!(world.database.number("select count(*) from journal").await, 1);
    }

    async fn a_call_sent_again_calls_nobody_else(database: Database) {
        let world = World::new(database).await;
        world.booked("09:00", None).await;
        world.booked("09:10", None).await;
        world.open("anna", "sportello-1").await;
        let (path, key, call) = ("/api/v1/counters/sportello-1/calls", CommandKey(clock::new_id()), CallNext::default());
        let calls = join_all((0..5).map(|_| world.keyed("anna", "POST", path, key, &call))).await;
        let current = |board: CounterBoard| board.current.unwrap().ticket;
        let called: BTreeSet<_> = calls.iter().map(|reply| current(reply.as_())).collect();
        assert_eq!(called.len(), 1);
        let other = CallNext { finish: called.first().copied() };
        let reused = world.keyed("anna", "POST", path, key, &other).await;
        assert_eq!((reused.status, reused.refusal()), (422, Refusal::KeyReused));
        assert_eq!(world.database.number("select count(*) from journal where body like '%\"ticket_called\"%'").await, 1);
    }

    async fn a_double_click_on_call_again_calls_once_more(database: Database) {
        let world = World::new(database).await;
        world.booked("09:00", None).await;
        world.open("anna", "sportello-1").await;
        let ticket = world.called("anna", "sportello-1").await;
        world.at("09:01");
        let (one, two) = tokio::join!(
            world.step("anna", "sportello-1", "again", ticket),
            world.step("anna", "sportello-1", "again", ticket)
        );
        assert_eq!(one.status.min(two.status), 200);
        let lost = if one.status == 200 { two } else { one };
        assert_eq!(lost.refusal(), Refusal::CalledJustNow { seconds: 10 });
    }

    async fn a_card_holder_has_two_open_tickets_at_most_even_at_once(database: Database) {
        let world = World::new(database).await;
        let times = ["10:00", "10:10", "10:20", "10:30", "10:40", "10:50"];
        let tickets = times.map(|time| world.book("totem-1", new_ticket(), "carta", time, Some(CARD)));
        let replies = join_all(tickets).await;
        assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 2, "{replies:?}");
        for reply in replies.iter().filter(|reply| reply.status != 201) {
            assert_eq!(reply.refusal(), Refusal::TooManyOpen { limit: 2 });
        }
    }

    async fn of_two_operators_one_gets_the_counter(database: Database) {
        let world = World::new(database).await;
        let (one, two) = tokio::join!(world.open("anna", "sportello-1"), world.open("bruno", "sportello-1"));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let lost = if one.status == 409 { one } else { two };
        assert!(matches!(lost.refusal(), Refusal::CounterTaken { .. }));
    }
}
