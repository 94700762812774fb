//! F21, INV-1: more people than places, all at the same moment. As many tickets as places, each loser is told the next
//! place in the same answer, and when there is none, that too.

use super::{books::Books, chance::Chance, on_both, people::*, program::Server, world::*};
use client::Failure;
use contract::{Refusal, ids::*, ticket::TicketView, time::Instant};
use futures_util::future::join_all;

/// For each service, windows at which somebody presses at the same moment: once as many as F21 says, and twice fewer, for
/// luck to have more than one chance.
const PEOPLE: [(&str, usize); 3] = [("matrimoni-1", 100), ("matrimoni-2", 20), ("matrimoni-3", 20)];
/// Places at each of the two hours: the last one.
const PLACES: usize = 1;

on_both! { the_last_places_are_sold_once }

async fn the_last_places_are_sold_once(world: World) {
    let mut chance = Chance::begin("last places");
    let server = Server::start(&world).await;
    for (service, people) in PEOPLE {
        everybody_wants_a_place(&world, &[&server], service, people, &mut chance).await;
    }
    server.stop().await;
    assert_eq!(Books::check(&world).await.tickets.len(), 3 * 2 * PLACES);
}

/// One database, two servers: no lock of one program can help here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_postgres_sell_the_last_places_once() {
    let world = World::on_postgres().await;
    let mut chance = Chance::begin("last places of two servers");
    let servers = [Server::start(&world).await, Server::start(&world).await];
    for (service, people) in PEOPLE {
        everybody_wants_a_place(&world, &[&servers[0], &servers[1]], service, people, &mut chance).await;
    }
    for server in servers {
        server.stop().await;
    }
    assert_eq!(Books::check(&world).await.tickets.len(), 3 * 2 * PLACES);
}

async fn everybody_wants_a_place(
    world: &World,
    servers: &[&Server],
    service: &str,
    people: usize,
    chance: &mut Chance,
) {
    let lines: Vec<Line> =
        (0..people).map(|at| world.line(["totem-1", "totem-2"][at % 2], servers[at / 2 % servers.len()])).collect();
    let losers = press(&lines, service, "11:00", Some("11:20"), chance).await;
    let losers = press(&losers, service, "11:20", None, chance).await;
    assert_eq!(losers.len(), people - 2 * PLACES);
    press_in_vain(&losers, service, chance).await;
}

/// Everybody at once. Those who got nothing come back, and have been told the next hour.
async fn press(lines: &[Line], service: &str, hour: &str, next: Option<&str>, chance: &mut Chance) -> Vec<Line> {
    let outcomes = all_book(lines, service, moment(hour), chance).await;
    let mut losers = Vec::new();
    for (line, outcome) in lines.iter().zip(&outcomes) {
        match outcome {
            Ok(view) => assert_eq!(view.starts_at, moment(hour)),
            Err(Failure::Refused(Refusal::PlaceTaken { next: told })) => {
                assert_eq!(told.as_ref().map(|offer| offer.starts_at), next.map(moment), "{service} {hour}");
                losers.push(line.clone());
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(lines.len() - losers.len(), PLACES, "{service} {hour}: {outcomes:?}");
    losers
}

async fn press_in_vain(lines: &[Line], service: &str, chance: &mut Chance) {
    for outcome in all_book(lines, service, moment("11:00"), chance).await {
        assert_eq!(outcome, Err(Failure::Refused(Refusal::PlaceTaken { next: None })));
    }
}

async fn all_book(
    lines: &[Line],
    service: &str,
    starts_at: Instant,
    chance: &mut Chance,
) -> Vec<Result<TicketView, Failure>> {
    let wish = wish(service, starts_at, None);
    let tickets: Vec<TicketId> = lines.iter().map(|_| TicketId(chance.id())).collect();
    let wish = &wish;
    // Two servers in one another's way say "later" before they say yes or no.
    let book = async |line: &Line, ticket| line.until_decided(async |line| line.book(ticket, wish).await).await;
    join_all(lines.iter().zip(tickets).map(|(line, ticket)| book(line, ticket))).await
}
