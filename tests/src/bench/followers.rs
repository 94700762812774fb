//! A thousand monitors in one room: how long until the last of them has heard of a call, and what they cost.

use crate::{
    asks::{Asks, Seat, seats_at},
    dice::Dice,
    load::{Asked, lap, median},
    office::Office,
    probe,
    slow_disk::Disk,
    wire::{Wire, question},
};
use ::tests::clock::Start;
use anyhow::{Context, Result, ensure};
use contract::board::CounterBoard;
use serde::Serialize;
use std::{collections::BTreeSet, ops::Range, path::Path, time::Duration};
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};

/// Followers beside those of the office.
pub const FOLLOWERS: usize = 1_000;
/// The server draws a board at most five times a second; a call that comes sooner after another waits for its turn.
const PAUSE_MS: u64 = 250;
/// Whoever has not heard by then has not been told.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections that are opened at once: fewer than the server takes requests at a time.
const AT_ONCE: usize = 100;

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Following {
    /// How many followed.
    pub followers: usize,
    /// How often, each time with a fresh server.
    pub rounds: usize,
    /// How many calls they heard each time.
    pub calls: usize,
    /// From the sending of the call to the last follower: the median of the rounds' medians.
    pub last_ms: f64,
    /// The longest of all.
    pub worst_ms: f64,
    /// The same from the clerk's answer on.
    pub after_answer_ms: f64,
    /// The server's memory for each follower, in KiB.
    pub follower_kib: f64,
    /// The server's processor time for one call and all its followers, in milliseconds.
    pub cpu_ms: f64,
}

/// Somebody has heard of everything up to that number of the journal.
struct News {
    follower: usize,
    seq: u64,
    at: Duration,
}

/// Follows `calls` calls, `rounds` times.
pub async fn measure(folder: &Path, rounds: usize, calls: usize) -> Result<Following> {
    server::files::connections()?;
    let mut all = Vec::new();
    for _ in 0..rounds {
        all.push(round(folder, calls).await?);
    }
    let of = |figure: fn(&Following) -> f64| median(all.iter().map(figure).collect());
    Ok(Following {
        followers: FOLLOWERS,
        rounds,
        calls,
        last_ms: of(|it| it.last_ms),
        worst_ms: all.iter().map(|it| it.worst_ms).fold(0.0, f64::max),
        after_answer_ms: of(|it| it.after_answer_ms),
        follower_kib: of(|it| it.follower_kib),
        cpu_ms: of(|it| it.cpu_ms),
    })
}

async fn round(folder: &Path, calls: usize) -> Result<Following> {
    let office = Office::furnish(&folder.join("followers"), None, FOLLOWERS).await?;
    let (mut program, asked, _) = office.open(true, &Disk::AsItIs).await?;
    let mut asks = Asks::new(&office, 9)?;
    lap(&[asked], asks.issue_at(0, calls)?).await?;
    let seats = seats_at(0, calls);
    lap(&[asked], asks.open_counters(&seats)?).await?;
    let before = probe::memory(asked.pid)?;
    let start = Start::now();
    let mut news = follow(&office, asked, start).await?;
    let follower_kib = (probe::memory(asked.pid)? - before) * 1_024.0 / FOLLOWERS as f64;
    let following = call(&mut asks, asked, seats, calls, start, &mut news).await?;
    program.end().await?;
    Ok(Following { follower_kib, ..following })
}

/// Begins all feeds and waits until everybody has a board.
async fn follow(office: &Office, asked: Asked, start: Start) -> Result<mpsc::UnboundedReceiver<News>> {
    let (tell, mut news) = mpsc::unbounded_channel();
    let tokens: Vec<_> = office.displays.iter().rev().take(FOLLOWERS).cloned().collect();
    for (group, tokens) in tokens.chunks(AT_ONCE).enumerate() {
        for (at, token) in tokens.iter().enumerate() {
            let mut wire = Wire::to(asked.server).await?;
            let tell = tell.clone();
            let asked = question("GET", "/api/v1/rooms/room-1/live", token, None, "");
            let follower = group * AT_ONCE + at;
            tokio::spawn(async move {
                if wire.ask(&asked).await.is_ok_and(|answer| answer.status == 200) {
                    listen(wire, follower, start, tell).await;
                }
            });
        }
        all_heard(&mut news, group * AT_ONCE..group * AT_ONCE + tokens.len(), 0)
            .await
            .context("not everybody could follow")?;
    }
    // What the feeds need at their beginning is given back by then.
    sleep(Duration::from_secs(1)).await;
    Ok(news)
}

async fn listen(mut wire: Wire, follower: usize, start: Start, tell: mpsc::UnboundedSender<News>) {
    let mut carried = String::new();
    while let Ok(bytes) = wire.hear().await {
        carried.push_str(&String::from_utf8_lossy(&bytes));
        while let Some(end) = carried.find("\n\n") {
            let message: String = carried.drain(..end + 2).collect();
            let news = seq_of(&message).map(|seq| News { follower, seq, at: start.elapsed() });
            if news.is_some_and(|news| tell.send(news).is_err()) {
                return;
            }
        }
    }
}

/// The number after the epoch in a message's id.
fn seq_of(message: &str) -> Option<u64> {
    let id = message.lines().find_map(|line| line.strip_prefix("id:"))?;
    id.rsplit_once(':')?.1.trim().parse().ok()
}

/// Waits until all of these followers have heard of that number; when the last of them did.
async fn all_heard(news: &mut mpsc::UnboundedReceiver<News>, followers: Range<usize>, seq: u64) -> Result<Duration> {
    let mut heard = BTreeSet::new();
    loop {
        let next = timeout(PATIENCE, news.recv()).await.with_context(|| format!("only {} heard", heard.len()))?;
        let next = next.context("nobody follows any more")?;
        let is_news = next.seq >= seq && followers.contains(&next.follower) && heard.insert(next.follower);
        if is_news && heard.len() == followers.len() {
            return Ok(next.at);
        }
    }
}

async fn call(
    asks: &mut Asks,
    asked: Asked,
    mut seats: Vec<Seat>,
    calls: usize,
    start: Start,
    news: &mut mpsc::UnboundedReceiver<News>,
) -> Result<Following> {
    let (mut last, mut after_answer, mut dice) = (Vec::new(), Vec::new(), Dice::new(11));
    let cpu = probe::cpu(asked.pid)?;
    for at in 0..calls {
        let number = at % seats.len();
        let seat = &mut seats[number];
        if seat.current.is_some() {
            lap(&[asked], asks.begin(1, std::slice::from_ref(seat))?).await?;
        }
        sleep(Duration::from_millis(PAUSE_MS + dice.roll() % 100)).await;
        let mut crowd = asks.call(1, std::slice::from_ref(seat))?;
        let question = crowd.pop().and_then(|mut mine| mine.pop()).context("no question")?;
        let mut wire = Wire::to(asked.server).await?;
        while news.try_recv().is_ok() {}
        let sent = start.elapsed();
        let answer = wire.ask(&question).await?;
        let answered = start.elapsed();
        ensure!(answer.status == 200, "a call failed: {}", String::from_utf8_lossy(&answer.body));
        let board: CounterBoard = serde_json::from_slice(&answer.body)?;
        seat.current = board.current.map(|current| current.ticket);
        let heard = all_heard(news, 0..FOLLOWERS, board.seq).await?;
        last.push(heard.saturating_sub(sent).as_secs_f64() * 1e3);
        after_answer.push(heard.saturating_sub(answered).as_secs_f64() * 1e3);
    }
    let cpu_ms = (probe::cpu(asked.pid)?.saturating_sub(cpu)).as_secs_f64() * 1e3 / calls as f64;
    Ok(Following {
        followers: FOLLOWERS,
        rounds: 1,
        calls,
        worst_ms: last.iter().copied().fold(0.0, f64::max),
        last_ms: median(last),
        after_answer_ms: median(after_answer),
        follower_kib: 0.0,
        cpu_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_a_number() {
        let message = "1f\r\nid:0198c5a2-7b1e-7c4d-9f00-5a1b2c3d4e5f:42\ndata:{}\n\n";
        assert_eq!(seq_of(message), Some(42), "the length of a chunk stands on a line of its own");
        assert_eq!(seq_of("id: 0198c5a2-7b1e-7c4d-9f00-5a1b2c3d4e5f:42\ndata: {}\n\n"), Some(42));
        assert_eq!(seq_of(": still there\n\n"), None);
    }
}
