//! F24, F25, INV-6: every write is sent one to five times, at once or one after the other, as a network that loses
//! answers makes programs do. One effect, the same ids, the same outcome. A name that already means something else is
//! refused and changes nothing.

use super::{answers::Answer, books::Books, chance::Chance, on_both, people::*, program::Server, world::*};
use contract::{api::*, ids::*};
use futures_util::future::join_all;
use reqwest::Method;
use serde::Serialize;

on_both! { whatever_is_repeated_happens_once a_name_used_again_for_something_else_is_refused }

/// Somebody whose every word is heard one to five times.
struct Stammerer {
    line: Line,
    chance: Chance,
}

impl Stammerer {
    async fn send(&mut self, method: Method, path: &str, key: Option<CommandKey>, body: &impl Serialize) -> Answer {
        let times = self.chance.between(1, 6);
        let mut answers = Vec::new();
        if self.chance.percent(50) {
            answers = join_all((0..times).map(|_| self.line.send(method.clone(), path, key, body))).await;
        } else {
            for _ in 0..times {
                answers.push(self.line.send(method.clone(), path, key, body).await);
            }
        }
        // Of a new thing one answer says 201 and the others 200; at once it may be any of them.
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert!(made <= 1, "made {made} times: {answers:?}");
        for answer in &answers {
            assert!(answer.status < 300, "{path}: {answer:?}");
            assert_eq!(answer.outcome(), answers[0].outcome(), "{path}");
        }
        answers.swap_remove(0)
    }
}

async fn whatever_is_repeated_happens_once(world: World) {
    let mut chance = Chance::begin("repeats");
    let server = Server::start(&world).await;
    let mut totem = Stammerer { line: world.line("totem-1", &server), chance: chance.fork() };
    let mut clerk = Stammerer { line: Line::log_in(&server.address, "anna").await, chance: chance.fork() };
    let (seat, calls) = ("/counters/sportello-1/session", "/counters/sportello-1/calls");
    let services = OpenCounter { services: vec![carta()] };
    clerk.send(Method::PUT, seat, None, &services).await;
    let (mut finish, mut expected) = (None, 1);
    for person in 0..12 {
        let (ticket, code) = (TicketId(chance.id()), card(person));
        let wish = wish("carta", moment("15:00"), Some(code.clone()));
        totem.send(Method::PUT, &format!("/tickets/{ticket}"), None, &wish).await;
        totem.send(Method::PUT, &format!("/tickets/{ticket}/presence"), None, &shows_card(code)).await;
        let board = clerk.send(Method::POST, calls, Some(CommandKey(chance.id())), &CallNext { finish }).await.json();
        assert_eq!(board["current"]["ticket"], ticket.to_string());
        expected += 3 + usize::from(finish.is_some());
        let served = chance.percent(70);
        let (step, meant) = (if served { "start" } else { "absent" }, CurrentTicket::now(ticket));
        clerk.send(Method::POST, &format!("{calls}/{step}"), Some(CommandKey(chance.id())), &meant).await;
        expected += 1;
        finish = served.then_some(ticket);
    }
    if let Some(ticket) = finish {
        let meant = CurrentTicket::now(ticket);
        clerk.send(Method::POST, &format!("{calls}/finish"), Some(CommandKey(chance.id())), &meant).await;
        expected += 1;
    }
    server.stop().await;
    assert_eq!(Books::check(&world).await.len(), expected, "INV-6: one effect each");
}

async fn a_name_used_again_for_something_else_is_refused(world: World) {
    let mut chance = Chance::begin("names");
    let server = Server::start(&world).await;
    let (totem, other_totem) = (world.line("totem-1", &server), world.line("totem-2", &server));
    let (clerk, other_clerk) =
        (Line::log_in(&server.address, "anna").await, Line::log_in(&server.address, "bruno").await);
    let ticket = TicketId(chance.id());
    let first = wish("carta", moment("10:30"), None);
    totem.book(ticket, &first).await.unwrap();
    totem.book(TicketId(chance.id()), &first).await.unwrap();
    clerk.sit_down("sportello-1").await.unwrap();
    other_clerk.sit_down("sportello-2").await.unwrap();
    let key = CommandKey(chance.id());
    let current = clerk.call_next("sportello-1", key, None).await.unwrap().current.unwrap().ticket;
    let before = Books::check(&world).await.len();

    let path = format!("/tickets/{ticket}");
    let elsewhen = BookTicket { starts_at: moment("10:35"), ..first.clone() };
    let elsewhere = BookTicket { site: id("ombriano"), ..first.clone() };
    let somebody = BookTicket { card: Some(card(7)), ..first.clone() };
    let (calls, meant) = ("/counters/sportello-1/calls", CurrentTicket::now(current));
    let again = Some(key);
    let refused = [
        totem.send(Method::PUT, &path, None, &elsewhen).await,
        totem.send(Method::PUT, &path, None, &elsewhere).await,
        totem.send(Method::PUT, &path, None, &somebody).await,
        other_totem.send(Method::PUT, &path, None, &first).await,
        clerk.send(Method::POST, calls, again, &CallNext { finish: Some(current) }).await,
        clerk.send(Method::POST, &format!("{calls}/start"), again, &meant).await,
        clerk.send(Method::POST, &format!("{calls}/absent"), again, &meant).await,
    ];
    for answer in refused {
        assert_eq!((answer.status, answer.refusal().as_str()), (422, "key-reused"), "{answer:?}");
    }
    assert_eq!(Books::check(&world).await.len(), before, "F25: no effect");
    // A key names a command of one caller: the same key of a colleague is another name.
    other_clerk.call_next("sportello-2", key, None).await.unwrap();
    server.stop().await;
    Books::check(&world).await;
}
