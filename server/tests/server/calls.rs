//! A clerk's day over the API: sitting down, calling, serving, getting up.

use crate::{
    on_both,
    support::{
        World,
        world::{CARD, monday},
    },
};
use contract::{
    Refusal,
    api::*,
    board::{CounterBoard, RoomBoard, Rule, Stage},
    ids::*,
};

on_both! {
    async fn a_person_is_called_served_and_gone(database: Database) {
        let world = World::new(database).await;
        let ticket = world.booked("09:00", None).await;
        let board: CounterBoard = world.open("anna", "sportello-1").await.as_();
        assert_eq!((board.label.as_str(), board.waiting), ("1", 1));
        world.at("09:05");
        let board: CounterBoard = world.call("anna", "sportello-1").await.as_();
        let current = board.current.unwrap();
        assert_eq!((current.ticket, current.code, current.check), (ticket.id, ticket.code, ticket.check));
        assert_eq!(current.because.rule, Rule::Due { waited_minutes: 5 });
        let room: RoomBoard = world.get("monitor-a", "/api/v1/rooms/sala-a/board").await.as_();
        assert_eq!((room.calls[0].code, room.calls[0].counter.as_str(), room.calls[0].open), (ticket.code, "1", true));
        assert_eq!(room.seq, board.seq);
        let shown = serde_json::to_value(&room).unwrap().to_string();
        assert!(!shown.contains("check"), "what proves a slip stands on no monitor: {shown}");
        let board: CounterBoard = world.step("anna", "sportello-1", "start", ticket.id).await.as_();
        assert!(matches!(board.current.unwrap().stage, Stage::Serving { .. }));
        let board: CounterBoard = world.step("anna", "sportello-1", "finish", ticket.id).await.as_();
        assert_eq!(board.current, None);
        let left = world.json("anna", "DELETE", "/api/v1/counters/sportello-1/session", &()).await;
        assert_eq!(left.status, 204);
    }

    async fn a_finish_that_is_told_later_keeps_its_time(database: Database) {
        let world = World::new(database).await;
        let ticket = world.booked("09:00", None).await.id;
        world.open("anna", "sportello-1").await;
        world.called("anna", "sportello-1").await;
        world.at("09:05");
        world.step("anna", "sportello-1", "start", ticket).await;
        world.at("09:40");
        let later = CurrentTicket { ticket, finished_at: Some(monday("09:12")) };
        let refused = world.json("anna", "POST", "/api/v1/counters/sportello-1/calls/absent", &later).await.refusal();
        assert!(matches!(refused, Refusal::Invalid { field, .. } if field == "finished_at"));
        let key = CommandKey(server::clock::new_id());
        for _ in 0..2 {
            let path = "/api/v1/counters/sportello-1/calls/finish";
            let board: CounterBoard = world.keyed("anna", "POST", path, key, &later).await.as_();
            assert_eq!(board.current, None);
        }
        let (site, mut tx) = ("palazzo".parse().unwrap(), world.database.read().await);
        let day = world.app.days.today(&mut tx, &site, world.clock.now()).await.unwrap().unwrap().day;
        let served = domain::ticket::Stage::Served { since: monday("09:05"), until: monday("09:12") };
        assert_eq!(day.ticket(ticket).unwrap().stage(), Some(&served));
    }

    async fn finishing_and_calling_are_one_click(database: Database) {
        let world = World::new(database).await;
        world.booked("09:00", None).await;
        let second = world.booked("09:10", None).await;
        world.open("anna", "sportello-1").await;
        let first = world.called("anna", "sportello-1").await;
        world.step("anna", "sportello-1", "start", first).await;
        let refused = world.call("anna", "sportello-1").await.refusal();
        assert!(matches!(refused, Refusal::CurrentNotClosed { .. }));
        let next = CallNext { finish: Some(first) };
        let board: CounterBoard = world.json("anna", "POST", "/api/v1/counters/sportello-1/calls", &next).await.as_();
        assert_eq!(board.current.unwrap().ticket, second.id);
    }

    async fn a_stale_window_cannot_act_on_somebody_else(database: Database) {
        let world = World::new(database).await;
        let (first, second) = (world.booked("09:00", None).await, world.booked("09:10", None).await);
        world.open("anna", "sportello-1").await;
        world.called("anna", "sportello-1").await;
        assert_eq!(world.step("anna", "sportello-1", "start", second.id).await.refusal(), Refusal::NotCurrent);
        assert_eq!(world.step("anna", "sportello-1", "finish", first.id).await.refusal(), Refusal::WrongStage);
        assert_eq!(world.step("bruno", "sportello-1", "start", first.id).await.refusal(), Refusal::CounterNotOpen);
    }

    async fn a_desk_shows_where_one_may_sit(database: Database) {
        let world = World::new(database).await;
        world.open("anna", "sportello-1").await;
        let desk: Desk = world.get("bruno", "/api/v1/desk").await.as_();
        let ids: Vec<_> = desk.counters.iter().map(|counter| counter.id.to_string()).collect();
        assert_eq!(ids, ["sportello-o", "sportello-1", "sportello-2"]);
        assert_eq!(desk.counters[1].taken_by.as_deref(), Some("Anna"));
        assert!(!desk.counters[1].mine);
        assert_eq!(desk.services.len(), 1);
        let refused = world.open("bruno", "sportello-1").await.refusal();
        assert_eq!(refused, Refusal::CounterTaken { by: "Anna".to_owned() });
        let services = vec!["matrimoni".parse().unwrap()];
        let not_his = world.json("bruno", "PUT", "/api/v1/counters/sportello-2/session", &OpenCounter { services }).await;
        assert_eq!((not_his.status, not_his.refusal()), (403, Refusal::NotYourService));
    }

    async fn a_call_needs_a_key(database: Database) {
        let world = World::new(database).await;
        let request = world.request("anna", "POST", "/api/v1/counters/sportello-1/calls");
        let request = request.header("content-type", "application/json").body("{}".into()).unwrap();
        let refused = world.send(request).await.refusal();
        assert!(matches!(refused, Refusal::Invalid { field, .. } if field == "Idempotency-Key"));
    }

    async fn only_who_is_here_is_called(database: Database) {
        let world = World::new(database).await;
        world.booked("10:30", Some(CARD)).await;
        world.open("anna", "sportello-1").await;
        let refused = world.call("anna", "sportello-1").await.refusal();
        assert_eq!(refused, Refusal::NobodyWaiting { next_from: None, expected: 1 });
    }

    async fn an_unknown_step_does_not_exist(database: Database) {
        let world = World::new(database).await;
        let ticket = TicketId(server::clock::new_id());
        assert_eq!(world.step("anna", "sportello-1", "explode", ticket).await.refusal(), Refusal::NotFound);
    }
}
