//! F78: somebody tries a thousand passwords for one login. Hardly any of them is looked at, and colleagues log in and work
//! meanwhile.

use super::{answers::Answer, on_both, people::Line, program::Server, world::*};
use contract::api::LogIn;
use futures_util::{StreamExt, stream};
use reqwest::Method;

const TRIES: usize = 1_000;
/// Tries at a time.
const AT_ONCE: usize = 40;
/// Passwords of one login that may be looked at in a minute, in the promise of F78.
const LOOKED_AT: usize = 20;

on_both! { a_thousand_guesses_keep_no_colleague_out }

async fn a_thousand_guesses_keep_no_colleague_out(world: World) {
    let server = Server::start(&world).await;
    let stranger = Line::new(&server.address, None);
    let guess = async |at: usize| {
        let who = LogIn { login: "anna".to_owned(), password: format!("indovinata-{at}") };
        stranger.send(Method::POST, "/sessions", None, &who).await.status
    };
    let guessing = stream::iter(0..TRIES).map(guess).buffer_unordered(AT_ONCE).collect::<Vec<u16>>();
    let working = async {
        for (login, counter) in CLERKS.into_iter().skip(1) {
            let clerk = Line::log_in(&server.address, login).await;
            clerk.sit_down(counter).await.unwrap();
            let about = Answer::of(clerk.request(Method::GET, "/api/v1/desk")).await;
            assert_eq!(about.status, 200, "{about:?}");
        }
    };
    let (answers, ()) = tokio::join!(guessing, working);
    let said = |status| answers.iter().filter(|answer| **answer == status).count();
    assert_eq!((said(401) + said(429), answers.len()), (TRIES, TRIES), "{answers:?}");
    assert!(said(401) <= LOOKED_AT, "{} passwords were looked at", said(401));
    // Anna comes from where the guesses come from, and waits for the minute; her password was not changed by it.
    assert_eq!(guess(TRIES).await, 429);
    server.stop().await;
}
