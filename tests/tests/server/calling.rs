//! F22, INV-3, INV-7: several counters call at the same instant, over hundreds of people. Nobody is called twice,
//! nobody is forgotten, and whoever finds the room empty is told so.

use super::{books::Books, chance::Chance, on_both, people::*, program::Server, world::*};
use client::{CallStep, Failure};
use contract::{Refusal, api::CurrentTicket, ids::*};
use domain::Event;
use futures_util::future::join_all;
use std::collections::BTreeSet;

/// People in the room for each number of counters.
const PEOPLE: usize = 120;

on_both! { two_counters_and_five_never_call_the_same_person }

async fn two_counters_and_five_never_call_the_same_person(world: World) {
    let mut chance = Chance::begin("calling at once");
    let server = Server::start(&world).await;
    let clerks = join_all(CLERKS.map(|(login, _)| Line::log_in(&server.address, login))).await;
    let clerks: Vec<(Line, &str)> =
        clerks.into_iter().zip(CLERKS).map(|(line, (_, counter))| (line, counter)).collect();
    let mut waiting = BTreeSet::new();
    let mut called = BTreeSet::new();
    for (at_once, from) in [(2, "10:30"), (5, "11:00")] {
        waiting.extend(fill_the_room(&world, &server, from, &mut chance).await);
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
    let waiting = fill_the_room(&world, &servers[0], "10:30", &mut chance).await;
    assert_eq!(waiting.len(), PEOPLE);
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

/// People with places from that hour on, forty at a time.
async fn fill_the_room(world: &World, server: &Server, from: &str, chance: &mut Chance) -> BTreeSet<TicketId> {
    let totem = world.line("totem-1", server);
    let mut tickets = BTreeSet::new();
    for hour in 0..PEOPLE / 40 {
        let wish = wish("carta", moment(from).plus_minutes(5 * i64::try_from(hour).unwrap()), None);
        let some: Vec<TicketId> = (0..40).map(|_| TicketId(chance.id())).collect();
        for booked in join_all(some.iter().map(|ticket| totem.book(*ticket, &wish))).await {
            assert!(tickets.insert(booked.unwrap().id));
        }
    }
    tickets
}

/// Each round all counters call at the same instant, until all have heard that nobody is waiting.
async fn call_all(clerks: &[(Line, &str)], chance: &mut Chance) -> BTreeSet<TicketId> {
    for (line, counter) in clerks {
        line.until_decided(async |line| line.sit_down(counter).await).await.unwrap();
    }
    let (mut all, mut served) = (BTreeSet::new(), vec![None; clerks.len()]);
    loop {
        let round =
            clerks.iter().zip(&served).map(|((line, counter), served)| call(line, counter, *served, chance.fork()));
        let called = join_all(round).await;
        for ticket in called.iter().flatten() {
            assert!(all.insert(*ticket), "INV-3: {ticket} was called twice");
        }
        if called.iter().chain(&served).all(Option::is_none) {
            return all;
        }
        served = called;
    }
}

/// Calls, and lets the person called sit down; whoever was served before is finished with the same click.
async fn call(line: &Line, counter: &str, finish: Option<TicketId>, mut chance: Chance) -> Option<TicketId> {
    let key = CommandKey(chance.id());
    let ticket = match line.until_decided(async |line| line.call_next(counter, key, finish).await).await {
        Ok(board) => board.current?.ticket,
        Err(Failure::Refused(Refusal::NobodyWaiting { .. })) => return None,
        Err(other) => panic!("{other}"),
    };
    let (key, counter, meant) = (CommandKey(chance.id()), id(counter), CurrentTicket::now(ticket));
    let start = async |line: &Line| line.typed.call_step(&counter, CallStep::Start, key, &meant).await;
    line.until_decided(start).await.unwrap();
    Some(ticket)
}
