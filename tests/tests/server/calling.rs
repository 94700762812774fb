//! F22, INV-3, INV-7: several counters call at the same instant, over hundreds of people. Nobody is called twice,
//! nobody is forgotten, and whoever finds the room empty is told so.

use super::{books::Books, chance::Chance, on_both, people::*, program::Server, world::*};
use client::{CallStep, Failure};
use contract::{Refusal, api::CurrentTicket, ids::*};
use domain::Event;
use futures_util::future::join_all;
use std::collections::BTreeSet;
use tokio::sync::Barrier;

/// People in the room for each number of counters.
const PEOPLE: usize = 240;

on_both! { two_counters_and_five_never_call_the_same_person }

async fn two_counters_and_five_never_call_the_same_person(world: World) {
    let mut chance = Chance::begin("calling at once");
    let server = Server::start(&world).await;
    let clerks = join_all(CLERKS.map(|(login, _)| Line::log_in(&server.address, login))).await;
    let clerks: Vec<(Line, &str)> =
        clerks.into_iter().zip(CLERKS).map(|(line, (_, counter))| (line, counter)).collect();
    let mut waiting = BTreeSet::new();
    let mut called = BTreeSet::new();
    for at_once in [2, 5] {
        waiting.extend(fill_the_room(&world, &server, &mut chance).await);
        called.extend(call_all(&clerks[..at_once], &mut chance).await);
        assert_eq!(called, waiting, "INV-7: {at_once} counters");
    }
    server.stop().await;
    let books = Books::check(&world).await;
    let calls = books.events().filter(|entry| matches!(entry.event, Event::TicketCalled { .. })).count();
    assert_eq!(calls, 2 * PEOPLE);
}

/// One database, two servers, and clerks at both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counters_of_two_servers_on_one_postgres_never_call_the_same_person() {
    let world = World::on_postgres().await;
    let mut chance = Chance::begin("calling at once from two servers");
    let servers = [Server::start(&world).await, Server::start(&world).await];
    let waiting = fill_the_room(&world, &servers[0], &mut chance).await;
    let mut clerks = Vec::new();
    for (at, (login, counter)) in CLERKS.into_iter().take(2).enumerate() {
        clerks.push((Line::log_in(&servers[at].address, login).await, counter));
    }
    assert_eq!(call_all(&clerks, &mut chance).await, waiting);
    for server in servers {
        server.stop().await;
    }
    Books::check(&world).await;
}

async fn fill_the_room(world: &World, server: &Server, chance: &mut Chance) -> BTreeSet<TicketId> {
    let totem = world.line("totem-1", server);
    let mut tickets = BTreeSet::new();
    for ten in 0..PEOPLE / 40 {
        let some: Vec<TicketId> = (0..40).map(|_| TicketId(chance.id())).collect();
        let wish = wish("carta", moment("10:30").plus_minutes(5 * i64::try_from(ten).unwrap()), None);
        let booked =
            join_all(some.iter().map(|ticket| totem.until_decided(async |totem| totem.book(*ticket, &wish).await)));
        for outcome in booked.await {
            match outcome {
                Ok(view) => assert!(tickets.insert(view.id)),
                Err(Failure::Refused(Refusal::PlaceTaken { next: Some(next) })) => {
                    // The hour is full of those who came before: the next one does as well.
                    let (ticket, wish) = (TicketId(chance.id()), self::wish("carta", next.starts_at, None));
                    tickets
                        .insert(totem.until_decided(async |totem| totem.book(ticket, &wish).await).await.unwrap().id);
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
    tickets
}

/// Each round all counters call at the same instant, until each has heard that nobody is waiting.
async fn call_all(clerks: &[(Line, &str)], chance: &mut Chance) -> BTreeSet<TicketId> {
    let together = Barrier::new(clerks.len());
    let called =
        join_all(clerks.iter().map(|(line, counter)| call_until_empty(line, counter, &together, chance.fork())));
    let mut all = BTreeSet::new();
    for ticket in called.await.into_iter().flatten() {
        assert!(all.insert(ticket), "INV-3: {ticket} was called twice");
    }
    all
}

async fn call_until_empty(line: &Line, counter: &str, together: &Barrier, mut chance: Chance) -> Vec<TicketId> {
    line.sit_down(counter).await.unwrap();
    let (mut called, mut empty) = (Vec::new(), false);
    // Nobody else comes in, so whoever hears "nobody" hears it for ever; the last round is the same for all.
    for _ in 0..PEOPLE {
        together.wait().await;
        let key = CommandKey(chance.id());
        match line.until_decided(async |line| line.call_next(counter, key, None).await).await {
            Ok(board) => {
                assert!(!empty, "somebody was overlooked before");
                let ticket = board.current.unwrap().ticket;
                called.push(ticket);
                for step in [CallStep::Start, CallStep::Finish] {
                    let (key, meant) = (CommandKey(chance.id()), CurrentTicket { ticket });
                    let counter = id(counter);
                    line.until_decided(async |line| line.typed.call_step(&counter, step, key, &meant).await)
                        .await
                        .unwrap();
                }
            }
            Err(Failure::Refused(Refusal::NobodyWaiting { .. })) => empty = true,
            Err(other) => panic!("{other}"),
        }
        // All of them know it now: rounds are the same for all.
        if empty && together.wait().await.is_leader() {}
        if empty {
            break;
        }
    }
    called
}
