//! F1, F24, F37: the road between devices and server breaks as networks do: connections are cut, requests and answers get
//! lost, nothing comes through for a while, or late. Whoever had no answer asks again under the same name. Everything
//! acknowledged has happened once, and nothing else has.

use super::{books::Books, chance::Chance, crowd::*, ledger::Ledger, on_both, people::Line, program::Server, world::*};
use futures_util::future::{FutureExt, LocalBoxFuture, join_all};
use std::time::Duration;
use tests::proxy::{Proxy, Road};
use tokio::{sync::watch, time::sleep};

/// How often the road changes.
const TURNS: u64 = 60;
const TOTEMS: usize = 4;
const CLERKS_AT_WORK: usize = 3;

on_both! { whatever_the_road_loses_happens_once }

async fn whatever_the_road_loses_happens_once(world: World) {
    let mut chance = Chance::begin("roads");
    let server = Server::start(&world).await;
    let proxy = Proxy::before(server.address.trim_start_matches("http://").parse().unwrap()).await.unwrap();
    let address = format!("http://{}", proxy.address);
    let (ledger, (tell, news)) = (Ledger::default(), watch::channel(News::Up(address.clone())));
    let mut people = Vec::<LocalBoxFuture<()>>::new();
    for at in 0..TOTEMS {
        let who = Asker { line: world.line(["totem-1", "totem-2"][at % 2], &server), news: news.clone() };
        let visitor = Visitor { who, ledger: ledger.clone(), chance: chance.fork(), at };
        people.push(visitor.come_and_go().boxed_local());
    }
    for (login, counter) in CLERKS.into_iter().take(CLERKS_AT_WORK) {
        let who = Asker { line: Line::log_in(&server.address, login).await, news: news.clone() };
        people.push(Clerk { who, ledger: ledger.clone(), chance: chance.fork(), counter }.work().boxed_local());
    }
    let weather = async {
        for _ in 0..TURNS {
            proxy.turn(Road::Clear);
            ledger.grows_by(usize::try_from(chance.between(1, 12)).unwrap()).await;
            proxy.turn(match chance.between(0, 5) {
                0 => Road::Cut,
                1 => Road::Dead,
                2 => Road::LosesRequests,
                3 => Road::LosesAnswers,
                _ => Road::Slow(Duration::from_millis(chance.between(1, 40))),
            });
            sleep(Duration::from_millis(chance.between(5, 80))).await;
        }
        proxy.turn(Road::Clear);
        tell.send_replace(News::Enough(address.clone()));
    };
    tokio::join!(weather, join_all(people));
    let said = server.stop().await;
    assert!(!said.contains(" ERROR "), "{said}");
    let books = Books::check(&world).await;
    ledger.is_all_of(&books);
    assert!(proxy.broken() > TURNS / 4, "the road broke connections: {}", proxy.broken());
    eprintln!("turns: {TURNS}, acknowledged: {}, connections broken: {}", ledger.len(), proxy.broken());
}
