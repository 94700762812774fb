//! Two server programs on one PostgreSQL are one office: whatever is done at one is at once on the boards of the other.

use super::{books::Books, chance::Chance, crowd::*, ledger::Ledger, people::*, program::*, world::*};
use client::{Failure, Feed, Live};
use contract::{
    Refusal,
    api::SearchAppointments,
    board::RoomBoard,
    health::*,
    ids::*,
    office::Service,
    text::{Lang, Text},
};
use futures_util::future::{FutureExt, LocalBoxFuture, join_all};
use reqwest::Method;
use std::time::Duration;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

/// INV-11: a board is as of a second ago. The rest is for a machine that is busy with a whole test run.
const AT_ONCE: Duration = Duration::from_secs(5);

async fn until<B: serde::de::DeserializeOwned>(live: &mut Live<B>, fits: impl Fn(&B) -> bool) -> B {
    let heard = timeout(AT_ONCE, async {
        loop {
            if let Feed::Board(board) = live.next().await
                && fits(&board)
            {
                return *board;
            }
        }
    });
    heard.await.expect("what one server did is on the boards of the other at once")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_at_one_server_is_on_the_boards_of_the_other() {
    let world = World::on_postgres().await;
    let mut chance = Chance::begin("boards of two servers");
    let (here, there) = (Server::start(&world).await, Server::start(&world).await);
    let mut display: Live<RoomBoard> = world.line("monitor-a", &there).typed.room_live(&id("sala-a"));
    until(&mut display, |board| board.calls.is_empty()).await;
    let (totem, clerk) = (world.line("totem-1", &here), Line::log_in(&here.address, "anna").await);
    let elsewhere = Line::log_in(&there.address, "bruno").await;
    clerk.sit_down("sportello-1").await.unwrap();
    elsewhere.sit_down("sportello-2").await.unwrap();
    let mut counter = elsewhere.typed.counter_live(&id("sportello-2"));
    until(&mut counter, |board| board.waiting == 0).await;
    let booked = totem.book(TicketId(chance.id()), &wish("carta", moment("10:30"), None)).await.unwrap();
    until(&mut counter, |board| board.waiting == 1).await;
    clerk.call_next("sportello-1", CommandKey(chance.id()), None).await.unwrap();
    let board = until(&mut display, |board| !board.calls.is_empty()).await;
    assert_eq!(board.calls[0].code, booked.code);
    // What a device reports, and what is configured, too.
    let health = DeviceHealth { faults: [DeviceFault::PaperOut].into() };
    totem.typed.report_health(&health).await.unwrap();
    until(&mut counter, |board| board.alarms.len() == 1).await;
    rename(&Line::log_in(&here.address, "admin").await).await;
    until(&mut display, |board| board.calls[0].service.get(Lang::It) == "Nuova carta").await;
    for server in [here, there] {
        let said = server.stop().await;
        assert!(!said.contains("cannot be heard"), "{said}");
    }
}

/// Gives the service another name.
async fn rename(admin: &Line) {
    let path = "/api/v1/services/carta";
    let known = admin.request(Method::GET, path).send().await.unwrap();
    let tag = known.headers()["etag"].clone();
    let mut service: Service = known.json().await.unwrap();
    service.name = Text::italian("Nuova carta").unwrap();
    let answer = admin.request(Method::PUT, path).header("if-match", tag).json(&service).send().await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
}

/// What a decided answer says: that it was done, or the refusal.
fn refusal<T>(outcome: Result<T, Failure>) -> Option<Refusal> {
    match outcome {
        Ok(_) => None,
        Err(Failure::Refused(refusal)) => Some(refusal),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_is_the_same_person_at_both() {
    let world = World::on_postgres().await;
    let mut chance = Chance::begin("one card at two servers");
    let servers = [Server::start(&world).await, Server::start(&world).await];
    let totems = [world.line("totem-1", &servers[0]), world.line("totem-2", &servers[1])];
    for person in 0..5 {
        // Six windows at the same moment, three at each server: a person has two open tickets for a service.
        let wish = wish("carta", moment("15:00"), Some(card(person)));
        let tickets: Vec<TicketId> = (0..6).map(|_| TicketId(chance.id())).collect();
        let (wish, totems) = (&wish, &totems);
        let book = async |at: usize| {
            totems[at % 2].until_decided(async |line| line.book(tickets[at], wish).await).await.map(|view| view.id)
        };
        let (mut got, mut refused) = (Vec::new(), Vec::new());
        for outcome in join_all((0..6).map(book)).await {
            match outcome {
                Ok(ticket) => got.push(ticket),
                Err(Failure::Refused(refusal)) => refused.push(refusal),
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(got.len(), 2, "{refused:?}");
        assert!(refused.iter().all(|refusal| matches!(refusal, Refusal::TooManyOpen { .. })), "{refused:?}");
        // What was taken at one is found by its card at the other, and counts as present at both.
        let credential = shows_card(card(person)).credential;
        for (at, ticket) in got.iter().enumerate() {
            let search = SearchAppointments { credential: credential.clone() };
            let found = totems[at].typed.search_appointments(&search).await.unwrap();
            assert_eq!(found.tickets.len(), 2);
            let here = totems[at].typed.check_in(*ticket, &shows_card(card(person))).await.unwrap();
            let there = totems[1 - at].typed.check_in(*ticket, &shows_slip(&here.ticket)).await.unwrap();
            assert_eq!(here.since, there.since, "said again");
        }
    }
    for server in servers {
        server.stop().await;
    }
    assert_eq!(Books::check(&world).await.tickets.len(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_counter_is_taken_at_one_of_them() {
    let world = World::on_postgres().await;
    let servers = [Server::start(&world).await, Server::start(&world).await];
    let anna = Line::log_in(&servers[0].address, "anna").await;
    let bruno = Line::log_in(&servers[1].address, "bruno").await;
    for (_, counter) in CLERKS {
        let sit = async |line: &Line| line.until_decided(async |line| line.sit_down(counter).await).await;
        let outcomes = [sit(&anna), sit(&bruno)];
        let outcomes: Vec<_> = join_all(outcomes).await.into_iter().map(refusal).collect();
        let winner = outcomes.iter().position(Option::is_none).unwrap();
        let [name, loser] = [["Anna", "Bruno"][winner], ["Anna", "Bruno"][1 - winner]];
        match &outcomes[1 - winner] {
            Some(Refusal::CounterTaken { by }) => assert_eq!(by, name),
            other => panic!("{loser} at {counter}: {other:?}"),
        }
        let up = format!("/counters/{counter}/session");
        let answer = [&anna, &bruno][winner].send(Method::DELETE, &up, None, &()).await;
        assert_eq!(answer.status, 204, "{answer:?}");
    }
    for server in servers {
        server.stop().await;
    }
    assert_eq!(Books::check(&world).await.len(), 2 * CLERKS.len());
}

/// Kills in the run; each time everybody goes to the other server.
const KILLS: u64 = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_when_one_of_them_is_killed() {
    let world = World::on_postgres().await;
    let mut chance = Chance::begin("one of two servers is killed");
    let ledger = Ledger::default();
    let (mut servers, mut tells) = (Vec::new(), Vec::new());
    let mut people = Vec::<LocalBoxFuture<()>>::new();
    for at in 0..2 {
        let server = Server::start(&world).await;
        let (tell, news) = watch::channel(News::Up(server.address.clone()));
        for totem in 0..2 {
            let who = Asker { line: world.line(["totem-1", "totem-2"][totem], &server), news: news.clone() };
            let visitor = Visitor { who, ledger: ledger.clone(), chance: chance.fork(), at: 2 * at + totem };
            people.push(visitor.come_and_go().boxed_local());
        }
        for (login, counter) in &CLERKS[2 * at..][..2] {
            let who = Asker { line: Line::log_in(&server.address, login).await, news: news.clone() };
            let clerk = Clerk { who, ledger: ledger.clone(), chance: chance.fork(), counter };
            people.push(clerk.work().boxed_local());
        }
        servers.push(server);
        tells.push(tell);
    }
    let killer = async {
        for kill in 0..KILLS {
            ledger.grows_by(usize::try_from(chance.between(10, 60)).unwrap()).await;
            sleep(Duration::from_micros(chance.between(0, 20_000))).await;
            let victim = usize::try_from(kill % 2).unwrap();
            let said = servers.remove(victim).kill().await;
            assert!(!said.contains(" ERROR "), "{said}");
            // As a proxy in front of them would do it: whoever asked there asks the other one the same thing.
            tells[victim].send_replace(News::Up(servers[0].address.clone()));
            ledger.grows_by(10).await;
            servers.insert(victim, Server::start(&world).await);
            tells[victim].send_replace(News::Up(servers[victim].address.clone()));
        }
        ledger.grows_by(20).await;
        for (tell, server) in tells.iter().zip(&servers) {
            tell.send_replace(News::Enough(server.address.clone()));
        }
    };
    tokio::join!(killer, join_all(people));
    for server in servers {
        let said = server.stop().await;
        assert!(!said.contains(" ERROR "), "{said}");
    }
    let books = Books::check(&world).await;
    ledger.is_all_of(&books);
    eprintln!("kills: {KILLS}, acknowledged: {}, events: {}", ledger.len(), books.len());
}

/// Whoever listens to the others loses the connection: what was said meanwhile is on the boards all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_lost_its_line_to_the_database_is_soon_current_again() {
    let mut world = World::on_postgres().await;
    let plain = world.database.clone();
    // By this name its connections are known from those of other tests.
    let name = format!("avanti-{}", server::clock::new_id().simple());
    world.database = format!("{plain}&application_name={name}");
    let mut chance = Chance::begin("a line to the database is lost");
    let there = Server::start(&world).await;
    world.database = plain;
    let here = Server::start(&world).await;
    let mut display: Live<RoomBoard> = world.line("monitor-a", &there).typed.room_live(&id("sala-a"));
    until(&mut display, |board| board.calls.is_empty()).await;
    let (totem, clerk) = (world.line("totem-1", &here), Line::log_in(&here.address, "anna").await);
    clerk.sit_down("sportello-1").await.unwrap();
    let pool = sqlx::PgPool::connect(&world.database).await.unwrap();
    let mut served = None;
    for _ in 0..3 {
        const END: &str = "select pg_terminate_backend(pid) from pg_stat_activity \
                           where application_name = $1 and query ilike 'listen %'";
        let ended: Vec<(bool,)> = sqlx::query_as(END).bind(&name).fetch_all(&pool).await.unwrap();
        assert_eq!(ended, [(true,)], "one connection listens");
        let wish = wish("carta", moment("10:30"), None);
        let booked = totem.book(TicketId(chance.id()), &wish).await.unwrap();
        let called = clerk.call_next("sportello-1", CommandKey(chance.id()), None).await.unwrap().current.unwrap();
        until(&mut display, |board| board.calls.iter().any(|call| call.code == booked.code)).await;
        let meant = contract::api::CurrentTicket::now(called.ticket);
        for step in [client::CallStep::Start, client::CallStep::Finish] {
            let key = CommandKey(chance.id());
            clerk.typed.call_step(&id("sportello-1"), step, key, &meant).await.unwrap();
        }
        assert_ne!(served.replace(booked.code), Some(booked.code), "another person each time");
        listens_again(&pool, &name).await;
    }
    pool.close().await;
    for server in [here, there] {
        server.stop().await;
    }
}

async fn listens_again(pool: &sqlx::PgPool, name: &str) {
    const LISTENING: &str =
        "select count(*) from pg_stat_activity where application_name = $1 and query ilike 'listen %'";
    let again = timeout(PATIENCE, async {
        while sqlx::query_scalar::<_, i64>(LISTENING).bind(name).fetch_one(pool).await.unwrap() == 0 {
            sleep(Duration::from_millis(20)).await;
        }
    });
    again.await.expect("it listens again");
}
