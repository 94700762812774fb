//! A citizen's way over the API: the totem's board, a place, a slip, "I am here".

use crate::{
    on_both,
    support::{
        World,
        world::{CARD, monday, new_ticket},
    },
};
use contract::{
    Refusal,
    api::*,
    identity::{Credential, QrText},
    ids::*,
    ticket::{Standing, TicketView},
};

const OTHER_CARD: &str = "RSSMRA85T10A56NH";

fn card(code: &str) -> Credential {
    Credential::Card { code: code.parse().unwrap() }
}
async fn search(world: &World, who: &str, credential: Credential) -> crate::support::Reply {
    world.json(who, "POST", "/api/v1/appointments/search", &SearchAppointments { credential }).await
}
async fn check_in(world: &World, who: &str, ticket: TicketId, credential: Credential) -> crate::support::Reply {
    world.json(who, "PUT", &format!("/api/v1/tickets/{ticket}/presence"), &CheckIn { credential }).await
}

on_both! {
    async fn a_totem_shows_its_pages_and_the_first_places(database: Database) {
        let world = World::new(database).await;
        let board: TotemBoard = world.get("totem-1", "/api/v1/totems/current/board").await.as_();
        assert_eq!((board.totem_name.as_str(), board.pages.len(), board.pages[0].len()), ("Totem 1", 1, 6));
        let tile = board.pages[0][0].as_ref().unwrap();
        assert_eq!(tile.first.as_ref().unwrap().starts_at, monday("09:00"));
        let first: FirstAvailable =
            world.get("totem-1", "/api/v1/services/matrimoni/first-available?site=palazzo").await.as_();
        assert_eq!(first.first.unwrap().starts_at, monday("10:00"));
    }

    async fn a_full_day_leads_to_the_next_one(database: Database) {
        let world = World::new(database).await;
        let first = async || -> Option<Offer> {
            let reply = world.get("totem-1", "/api/v1/services/carta/first-available?site=palazzo").await;
            reply.as_::<FirstAvailable>().first
        };
        world.at("18:20");
        for _ in 0..20 {
            assert_eq!(first().await.unwrap().starts_at, monday("18:20"));
            world.booked("18:20", None).await;
        }
        let next = first().await.unwrap();
        assert_eq!((next.date.to_string().as_str(), next.time.to_string().as_str()), ("2026-11-24", "08:30"));
    }

    async fn a_slip_says_everything_in_both_languages(database: Database) {
        let world = World::new(database).await;
        let ticket = world.booked("09:10", None).await;
        let text = |text: &contract::text::Text| (text.get(contract::text::Lang::It).to_owned(), text.get(contract::text::Lang::En).to_owned());
        assert_eq!(ticket.code.to_string(), "A001");
        assert_eq!(text(&ticket.notes).0, "Porti una fototessera. Conservi il biglietto.");
        assert_eq!(text(&ticket.notes).1, "Bring a photo. Keep this ticket.");
        assert_eq!(text(&ticket.service).1, "Identity card");
        assert_eq!((ticket.date.to_string().as_str(), ticket.time.to_string().as_str()), ("2026-11-23", "09:10"));
        assert_eq!(ticket.standing, Standing::Waiting { since: world.clock.now() }, "that person stands here");
    }

    async fn a_card_opens_its_holders_appointments_of_today(database: Database) {
        let world = World::new(database).await;
        let ticket = world.booked("11:00", Some(CARD)).await;
        let found: Appointments = search(&world, "totem-1", card(CARD)).await.as_();
        assert_eq!(found.tickets, std::slice::from_ref(&ticket));
        let elsewhere: Appointments = search(&world, "totem-o", card(CARD)).await.as_();
        assert!(elsewhere.tickets[0].elsewhere);
        for (who, other) in [("totem-1", OTHER_CARD), ("totem-l", CARD)] {
            assert!(search(&world, who, card(other)).await.as_::<Appointments>().tickets.is_empty());
        }
        world.clock.set("2026-11-24T08:00:00Z".parse().unwrap());
        assert!(search(&world, "totem-1", card(CARD)).await.as_::<Appointments>().tickets.is_empty());
    }

    async fn a_card_checks_in_its_own_ticket_and_no_other(database: Database) {
        let world = World::new(database).await;
        let ticket = world.booked("11:00", Some(CARD)).await;
        assert_eq!(check_in(&world, "totem-1", ticket.id, card(OTHER_CARD)).await.refusal(), Refusal::UnknownTicket);
        assert_eq!(check_in(&world, "totem-1", new_ticket(), card(CARD)).await.refusal(), Refusal::UnknownTicket);
        assert_eq!(check_in(&world, "totem-l", ticket.id, card(CARD)).await.refusal(), Refusal::UnknownTicket);
        assert!(matches!(check_in(&world, "totem-o", ticket.id, card(CARD)).await.refusal(), Refusal::WrongSite { .. }));
        let present: CheckedIn = check_in(&world, "totem-1", ticket.id, card(CARD)).await.as_();
        assert_eq!((present.since, present.late_minutes), (world.clock.now(), None));
        world.at("09:30");
        let again: CheckedIn = check_in(&world, "totem-1", ticket.id, card(CARD)).await.as_();
        assert_eq!(again.since, present.since, "the second says the same as the first");
    }

    async fn a_qr_opens_its_ticket_and_an_altered_one_nothing(database: Database) {
        let world = World::new(database).await;
        let ticket = world.booked("10:00", None).await;
        let qr = Credential::Qr { token: ticket.qr.clone() };
        let found: Appointments = search(&world, "totem-1", qr.clone()).await.as_();
        assert_eq!(found.tickets[0].id, ticket.id);
        assert_eq!(check_in(&world, "totem-1", ticket.id, qr.clone()).await.status, 200);
        let text = ticket.qr.reveal();
        let altered = format!("{}{}", &text[..text.len() - 3], if text.ends_with("AAA") { "BBB" } else { "AAA" });
        let altered = Credential::Qr { token: QrText::try_from(altered).unwrap() };
        assert_eq!(search(&world, "totem-1", altered.clone()).await.refusal(), Refusal::UnknownTicket);
        assert_eq!(check_in(&world, "totem-1", ticket.id, altered).await.refusal(), Refusal::UnknownTicket);
        assert_eq!(search(&world, "totem-l", qr.clone()).await.refusal(), Refusal::UnknownTicket);
        let other = world.booked("09:50", None).await;
        assert_eq!(check_in(&world, "totem-1", other.id, qr.clone()).await.refusal(), Refusal::UnknownTicket);
        world.clock.set("2026-11-24T08:00:00Z".parse().unwrap());
        let yesterday = search(&world, "totem-1", qr).await.refusal();
        assert_eq!(yesterday, Refusal::NotToday { date: "2026-11-23".parse().unwrap() });
    }

    async fn whoever_comes_late_is_readmitted_or_too_late(database: Database) {
        let world = World::new(database).await;
        let (in_time, late) = (world.booked("10:10", Some(CARD)).await, world.booked("10:20", Some(OTHER_CARD)).await);
        world.at("10:22");
        let present: CheckedIn = check_in(&world, "totem-1", in_time.id, card(CARD)).await.as_();
        assert_eq!(present.late_minutes, Some(12));
        world.at("10:40");
        let refused = check_in(&world, "totem-1", late.id, card(OTHER_CARD)).await.refusal();
        assert_eq!(refused, Refusal::TooLate { by_minutes: 20, tolerance_minutes: 15 });
    }

    async fn what_is_no_place_is_not_sold(database: Database) {
        let world = World::new(database).await;
        let book = async |service: &str, time: &str| world.book("totem-1", new_ticket(), service, time, None).await.refusal();
        assert_eq!(book("carta", "10:05").await, Refusal::NoSuchPlace);
        assert_eq!(book("anagrafe-lodi", "10:00").await, Refusal::NotFound);
        assert!(matches!(book("carta", "08:30").await, Refusal::PlaceTaken { next: Some(_) }), "its time has passed");
        let mut far = crate::support::world::wish("carta", "palazzo", "10:00", None);
        far.starts_at = "9999-01-04T09:00:00Z".parse().unwrap();
        let far = world.json("totem-1", "PUT", &format!("/api/v1/tickets/{}", new_ticket()), &far).await;
        assert_eq!(far.refusal(), Refusal::NoSuchPlace);
        // A Monday on which the agenda has places, and no place that ever was.
        let mut past = crate::support::world::wish("carta", "palazzo", "10:00", Some(CARD));
        for (when, refused) in [("2026-11-16T09:00:00Z", Refusal::NoSuchPlace), ("2020-11-23T09:00:00Z", Refusal::NoSuchPlace)] {
            past.starts_at = when.parse().unwrap();
            let past = world.json("totem-1", "PUT", &format!("/api/v1/tickets/{}", new_ticket()), &past).await;
            assert_eq!((past.status, past.refusal()), (422, refused), "{when}");
        }
        assert_eq!(world.database.number("select count(*) from day").await, 0);
    }

    // R52: the first availability, or what a page that is a little old shows; a card opens the rest.
    async fn without_a_card_there_is_the_first_availability_only(database: Database) {
        let world = World::new(database).await;
        let book = async |when: &str, card: Option<&str>| {
            let mut wish = crate::support::world::wish("carta", "palazzo", "09:00", card);
            wish.starts_at = when.parse().unwrap();
            world.json("totem-1", "PUT", &format!("/api/v1/tickets/{}", new_ticket()), &wish).await
        };
        let (in_an_hour, later, tomorrow) = ("2026-11-23T09:00:00Z", "2026-11-23T09:10:00Z", "2026-11-24T08:00:00Z");
        assert_eq!(book(in_an_hour, None).await.status, 201);
        for beyond in [later, tomorrow] {
            let refused = book(beyond, None).await;
            let Refusal::PlaceTaken { next: Some(next) } = refused.refusal() else { panic!("{refused:?}") };
            assert_eq!(next.starts_at, monday("09:00"), "the first availability is offered instead");
        }
        assert_eq!((book(later, Some(CARD)).await.status, book(tomorrow, Some(OTHER_CARD)).await.status), (201, 201));
        // After the last place of today tomorrow's first hour is the first availability.
        world.at("18:21");
        assert_eq!(book("2026-11-24T07:30:00Z", None).await.status, 201);
    }

    async fn nothing_personal_is_stored_in_clear(database: Database) {
        let world = World::new(database).await;
        let ticket: TicketView = world.booked("11:00", Some(CARD)).await;
        check_in(&world, "totem-1", ticket.id, card(CARD)).await;
        for (table, column) in [("journal", "body"), ("ticket", "request"), ("person", "cf_mac"), ("idempotency", "request")] {
            let sql = match (table, column) {
                ("journal", _) => "select count(*) from journal where body like '%RSSMRA%'",
                ("ticket", _) => "select count(*) from ticket where request like '%RSSMRA%'",
                ("person", _) => "select count(*) from person where cf_mac like '%RSSMRA%'",
                _ => "select count(*) from idempotency where request like '%RSSMRA%'",
            };
            assert_eq!(world.database.number(sql).await, 0, "{table}.{column}");
        }
        assert!(!serde_json::to_string(&ticket).unwrap().contains("RSSMRA"));
    }
}
