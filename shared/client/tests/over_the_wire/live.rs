//! Live feeds over a real socket: boards in, and back again after every way of breaking.

use crate::wire::{Turn, Wire, events, reply};
use client::{Failure, Feed, Live};
use contract::{
    Problem, Refusal,
    board::RoomBoard,
    ids::{Epoch, RoomId},
    text::Text,
};
use futures_util::FutureExt;

fn room() -> RoomId {
    "sala-a".parse().unwrap()
}
fn board(seq: u64) -> RoomBoard {
    let epoch: Epoch = "00000000-0000-4000-8000-000000000001".parse().unwrap();
    RoomBoard {
        epoch,
        seq,
        at: "2026-11-23T09:41:00Z".parse().unwrap(),
        zone: "Europe/Rome".parse().unwrap(),
        room: room(),
        institution: Text::italian("Comune di Crema").unwrap(),
        room_name: Text::italian("Sala A").unwrap(),
        calls: vec![],
        waiting: vec![],
    }
}
fn message(seq: u64) -> String {
    format!("id: e:{seq}\ndata: {}\n\n", serde_json::to_string(&board(seq)).unwrap())
}

/// A feed as one line of words, up to the n-th thing that happens.
async fn told(live: &mut Live<RoomBoard>, things: usize) -> String {
    let mut words = Vec::new();
    for _ in 0..things {
        words.push(match live.next().await {
            Feed::Up => "up".to_owned(),
            Feed::Board(board) => board.seq.to_string(),
            Feed::Lost { why: Failure::Unreachable(why), .. } => format!("lost({why})"),
            Feed::Lost { why: Failure::Garbled(_), .. } => "garbled".to_owned(),
            Feed::Lost { why: Failure::Refused(refusal), .. } => format!("refused({refusal})"),
        });
    }
    words.join(" ")
}

#[tokio::test]
async fn a_feed_cut_in_the_middle_of_a_board_is_opened_again_after_the_last_whole_one() {
    let second = message(8);
    let cut = format!("{}:\n\n{}", message(7), &second[..second.len() / 2]);
    let wire = Wire::play(vec![Turn::Say(events(&cut)), Turn::Hold(events(&second))]).await;
    let mut live = wire.client().room_live(&room());
    assert_eq!(told(&mut live, 5).await, "up 7 lost(the server closed the feed) up 8");
    let requests = wire.requests();
    assert!(requests[0].starts_with("GET /api/v1/rooms/sala-a/live HTTP/1.1\r\n"));
    assert!(requests[0].contains("accept: text/event-stream\r\n") && !requests[0].contains("last-event-id"));
    assert!(requests[1].contains("last-event-id: e:7\r\n"), "{}", requests[1]);
}

#[tokio::test]
async fn a_feed_without_a_sign_of_life_is_lost_and_opened_again() {
    let wire = Wire::play(vec![Turn::Hold(events(&message(7))), Turn::Hold(events(&message(9)))]).await;
    let mut live = wire.client().room_live(&room());
    assert_eq!(told(&mut live, 5).await, "up 7 lost(no sign of life for 1s) up 9");
}

#[tokio::test]
async fn a_server_that_restarts_is_found_again() {
    let problem = serde_json::to_string(&Problem(Refusal::Unavailable { retry_after_seconds: 1 })).unwrap();
    let starting = reply("503 Not yet", "application/problem+json", "", &problem);
    let wire = Wire::play(vec![Turn::HangUp, Turn::Say(starting), Turn::Hold(events(&message(7)))]).await;
    let mut live = wire.client().room_live(&room());
    let told = told(&mut live, 4).await;
    assert!(told.starts_with("lost(") && told.contains("refused(") && told.ends_with("up 7"), "{told}");
}

#[tokio::test]
async fn what_is_no_board_is_garbled_and_the_next_feed_is_tried() {
    let endless = format!("data: {}", "x".repeat(300 << 10));
    for wrong in ["data: {\"seq\": 7}\n\n", &endless] {
        let wire = Wire::play(vec![Turn::Hold(events(wrong)), Turn::Hold(events(&message(7)))]).await;
        assert_eq!(told(&mut wire.client().room_live(&room()), 4).await, "up garbled up 7");
    }
}

#[tokio::test]
async fn a_page_in_the_place_of_a_feed_is_garbled() {
    let page = reply("200 OK", "text/html", "", "<h1>Log in to the guest network</h1>");
    let wire = Wire::play(vec![Turn::Say(page), Turn::Hold(events(&message(7)))]).await;
    assert_eq!(told(&mut wire.client().room_live(&room()), 3).await, "garbled up 7");
}

#[tokio::test]
async fn asking_can_be_interrupted_without_losing_a_board() {
    let wire = Wire::play(vec![Turn::Hold(events(&message(7)))]).await;
    let mut live = wire.client().room_live(&room());
    assert_eq!(told(&mut live, 2).await, "up 7");
    assert_eq!(live.next().now_or_never(), None);
    assert_eq!(told(&mut live, 1).await, "lost(no sign of life for 1s)");
}
