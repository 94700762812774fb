//! SIGTERM: whatever is under way is finished and answered, whatever was answered is there, and nobody who only
//! listens holds the server back.

use super::{books::Books, chance::Chance, ledger::Ledger, on_both, people::*, program::Server, world::*};
use client::Failure;
use contract::{Refusal, ids::*};
use futures_util::future::join_all;
use std::time::Duration;
use tokio::time::timeout;

/// Followers of feeds, whose answers never end.
const FOLLOWERS: usize = 4;
/// How long the server may take to end with people before it: the longest wait of a clerk's program and a little.
const END: Duration = Duration::from_secs(12);

on_both! { what_is_under_way_is_finished }

async fn what_is_under_way_is_finished(world: World) {
    let mut chance = Chance::begin("stopping");
    let server = Server::start(&world).await;
    let ledger = Ledger::default();
    let display = world.line("monitor-a", &server);
    let mut feeds: Vec<_> = (0..FOLLOWERS).map(|_| display.typed.room_live(&id("sala-a"))).collect();
    for feed in &mut feeds {
        for _ in 0..2 {
            feed.next().await;
        }
    }
    let totems: Vec<(Line, Chance)> = (0..12).map(|_| (world.line("totem-1", &server), chance.fork())).collect();
    let asked = totems.into_iter().map(|(line, chance)| take_tickets(line, chance, ledger.clone()));
    let stop = async {
        ledger.grows_by(usize::try_from(chance.between(10, 60)).unwrap()).await;
        server.ask_to_stop();
        timeout(END, server.ended()).await.expect("nobody who listens holds it back")
    };
    let (_, (status, said)) = tokio::join!(join_all(asked), stop);
    assert!(status.success() && said.contains("stopped"), "{status}\n{said}");
    assert!(!said.contains(" ERROR ") && !said.contains("panic"), "{said}");
    ledger.is_kept_in(&Books::check(&world).await);
}

/// Until the server is gone. Nobody is told of a fault.
async fn take_tickets(line: Line, mut chance: Chance, ledger: Ledger) {
    loop {
        let (ticket, minutes) = (TicketId(chance.id()), 5 * i64::try_from(chance.between(0, 10)).unwrap());
        match line.book(ticket, &wish("carta", moment("10:30").plus_minutes(minutes), None)).await {
            Ok(view) => ledger.note_ticket(ticket, view.code, view.starts_at),
            Err(Failure::Refused(Refusal::TooMany { .. } | Refusal::Unavailable { .. })) => {}
            Err(Failure::Unreachable(_)) => return,
            Err(other) => panic!("{other}"),
        }
    }
}
