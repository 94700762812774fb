//! Boards to follow: whole, drawn from the committed day, the latest wins.
//!
//! One task per board that somebody follows draws it when its site commits, at most five times a second, and once a
//! minute anyway. Nothing is queued per follower: whoever is slow gets the latest board next, and every call younger
//! than a minute is on it.

use crate::{app::App, health, office::Office, store};
use axum::body::Bytes;
use contract::{
    Refusal,
    board::{CounterBoard, RoomBoard},
    ids::{CounterId, Epoch, OperatorId, RoomId, SiteId},
    office::{Counter, Room},
};
use domain::{
    Day,
    board::{counter_board, room_board},
};
use std::{
    collections::BTreeMap,
    mem::replace,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{
        broadcast::{
            self,
            error::{RecvError, TryRecvError},
        },
        watch,
    },
    time::{sleep, timeout},
};

/// At most five boards a second: an eye sees no more.
const PAUSE: Duration = Duration::from_millis(200);
/// A board is drawn anew after this time, because hours come and calls grow old without any event.
const AT_LEAST: Duration = Duration::from_secs(60);
/// A board that could not be drawn is tried again so soon.
const RETRY: Duration = Duration::from_secs(1);
/// Feeds that one device or session may have open: one in use and some that broke without the server noticing.
pub const FEEDS_PER_CALLER: usize = 5;
/// Feeds in all (F77).
pub const FEEDS: usize = 2_000;

/// What can be followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// A waiting room's board.
    Room(RoomId),
    /// A counter's board.
    Counter(CounterId),
}

/// A board on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// A server-sent event, written once for all who follow: its id is `EPOCH:SEQ`, its data the board as JSON.
    pub event: Bytes,
    /// Who sits at the counter, if it is a counter's board.
    pub seat: Option<OperatorId>,
}

type Latest = Option<Arc<Message>>;

/// Who follows what.
#[derive(Debug)]
pub struct Live {
    topics: Mutex<BTreeMap<Topic, watch::Sender<Latest>>>,
    feeds: Arc<Mutex<BTreeMap<String, usize>>>,
    stopping: watch::Sender<bool>,
}

impl Default for Live {
    fn default() -> Self {
        Self { topics: Mutex::default(), feeds: Arc::default(), stopping: watch::channel(false).0 }
    }
}

/// A place among the open feeds, given back when dropped.
#[derive(Debug)]
pub struct Place {
    feeds: Arc<Mutex<BTreeMap<String, usize>>>,
    caller: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = feeds.get_mut(&self.caller) {
            *count -= 1;
            if *count == 0 {
                feeds.remove(&self.caller);
            }
        }
    }
}

impl Live {
    /// Takes a place for a feed.
    pub fn admit(&self, caller: &str) -> Result<Place, Refusal> {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        if feeds.values().sum::<usize>() >= FEEDS {
            return Err(Refusal::Unavailable { retry_after_seconds: 30 });
        }
        let mine = feeds.entry(caller.to_owned()).or_insert(0);
        if *mine >= FEEDS_PER_CALLER {
            return Err(Refusal::TooMany { retry_after_seconds: 10 });
        }
        *mine += 1;
        Ok(Place { feeds: self.feeds.clone(), caller: caller.to_owned() })
    }

    /// How many feeds are open.
    pub fn feeds(&self) -> usize {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    /// True from the moment when the server is asked to stop.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Ends all feeds.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }
}

/// Returns when the server is asked to stop.
pub async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error means that the server is gone altogether.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Follows a board. The first one is there as soon as it is drawn; it ends when the server stops.
pub fn follow(app: &Arc<App>, topic: Topic) -> watch::Receiver<Latest> {
    let mut topics = app.live.topics.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(sender) = topics.get(&topic) {
        return sender.subscribe();
    }
    let (sender, receiver) = watch::channel(None);
    topics.insert(topic.clone(), sender.clone());
    tokio::spawn(draw(app.clone(), topic, sender));
    receiver
}

async fn draw(app: Arc<App>, topic: Topic, sender: watch::Sender<Latest>) {
    let mut stopping = app.live.stopping();
    let drawing = Drawing { app, topic, sender };
    tokio::select! {
        () = drawing.go_on() => {}
        () = stopped(&mut stopping) => {}
    }
}

/// A board that is drawn as long as somebody follows it.
struct Drawing {
    app: Arc<App>,
    topic: Topic,
    sender: watch::Sender<Latest>,
}

/// Whoever follows sees the end when all senders are gone, the one among the topics, too: also after a panic.
impl Drop for Drawing {
    fn drop(&mut self) {
        let mut topics = self.topics();
        if topics.get(&self.topic).is_some_and(|it| it.same_channel(&self.sender)) {
            topics.remove(&self.topic);
        }
    }
}

impl Drawing {
    async fn go_on(&self) {
        let mut commits = self.app.desk.follow();
        let mut failing = false;
        loop {
            // Whatever has been committed by now is on the board that is drawn now.
            while !matches!(commits.try_recv(), Err(TryRecvError::Empty | TryRecvError::Closed)) {}
            let site = match message(&self.app, &self.topic).await {
                Ok(drawn) => {
                    failing = false;
                    drawn.map(|(site, message)| self.send(site, message))
                }
                Err(fault) => {
                    if !replace(&mut failing, true) {
                        tracing::warn!(%fault, topic = ?self.topic, "a board could not be drawn");
                    }
                    None
                }
            };
            sleep(PAUSE).await;
            tokio::select! {
                _ = timeout(if failing { RETRY } else { AT_LEAST }, commit(&mut commits, site.as_ref())) => {}
                () = self.sender.closed() => {}
            }
            // Under the lock, so that nobody subscribes between the look and the leave.
            let mut topics = self.topics();
            if self.sender.receiver_count() == 0 {
                topics.remove(&self.topic);
                return;
            }
        }
    }

    fn send(&self, site: SiteId, message: Message) -> SiteId {
        self.app.metrics.boards.inc();
        self.sender.send_replace(Some(Arc::new(message)));
        site
    }

    fn topics(&self) -> MutexGuard<'_, BTreeMap<Topic, watch::Sender<Latest>>> {
        self.app.live.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns when that site, or any if it is not known, has committed something.
async fn commit(commits: &mut broadcast::Receiver<SiteId>, site: Option<&SiteId>) {
    loop {
        match commits.recv().await {
            Ok(at) if site.is_some_and(|site| *site != at) => {}
            Err(RecvError::Closed) => std::future::pending().await,
            // Behind by more than is kept: something of this site may be among it.
            Ok(_) | Err(RecvError::Lagged(_)) => return,
        }
    }
}

async fn message(app: &App, topic: &Topic) -> store::Result<Option<(SiteId, Message)>> {
    let message = |epoch: Epoch, seq: u64, board: serde_json::Result<String>, seat| {
        let board = board.map_err(|why| store::Fault::damaged("a new board", why))?;
        // JSON of one line needs no other care.
        Ok::<_, store::Fault>(Message { event: format!("id: {epoch}:{seq}\ndata: {board}\n\n").into(), seat })
    };
    let office = app.office().await?;
    Ok(match topic {
        Topic::Room(id) => match room(app, &office, id).await? {
            Some((site, board)) => Some((site, message(board.epoch, board.seq, serde_json::to_string(&board), None)?)),
            None => None,
        },
        Topic::Counter(id) => match counter(app, &office, id).await? {
            Some((site, seat, board)) => {
                Some((site, message(board.epoch, board.seq, serde_json::to_string(&board), seat)?))
            }
            None => None,
        },
    })
}

/// The board of a room now, and its site. None if there is no such room.
pub async fn room(app: &App, office: &Office, id: &RoomId) -> store::Result<Option<(SiteId, RoomBoard)>> {
    let Some(site) = office.get::<Room>(id.as_str()).map(|room| room.site.clone()) else { return Ok(None) };
    let now = app.clock.now();
    let Some(held) = app.days.look_today(&app.db, &site, now).await? else { return Ok(None) };
    let board = room_board(&held.day, id, app.epoch, now);
    Ok(board.map(|board| (site, RoomBoard { seq: number(held.site_seq), ..board })))
}

/// The board of a counter now, its site and who sits there. None if there is no such counter.
async fn counter(
    app: &App,
    office: &Office,
    id: &CounterId,
) -> store::Result<Option<(SiteId, Option<OperatorId>, CounterBoard)>> {
    let Some(site) = office.get::<Counter>(id.as_str()).map(|it| it.site.clone()) else { return Ok(None) };
    let Some(held) = app.days.look_today(&app.db, &site, app.clock.now()).await? else { return Ok(None) };
    let seat = held.day.seat(id).map(|seat| seat.operator.clone());
    let board = drawn(app, office, id, &held.day, held.site_seq).await?;
    Ok(board.map(|board| (site, seat, board)))
}

/// A counter's board on a day of its site, with what is wrong at the site now.
pub async fn drawn(
    app: &App,
    office: &Office,
    counter: &CounterId,
    day: &Day,
    site_seq: i64,
) -> store::Result<Option<CounterBoard>> {
    let now = app.clock.now();
    let alarms = health::alarms(app, office, &day.rules().site.id, now).await?;
    let board = counter_board(day, counter, alarms, app.epoch, now);
    Ok(board.map(|board| CounterBoard { seq: number(site_seq), ..board }))
}

/// A site's journal number on the wire. Boards carry the site's and not the day's, so that it grows across midnight.
fn number(seq: i64) -> u64 {
    u64::try_from(seq).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_have_a_limit_for_each_and_for_all() {
        let live = Live::default();
        let mut places: Vec<Place> = (0..FEEDS / FEEDS_PER_CALLER)
            .flat_map(|at| (0..FEEDS_PER_CALLER).map(move |_| format!("display:{at}")))
            .map(|caller| live.admit(&caller).unwrap())
            .collect();
        assert!(matches!(live.admit("display:new"), Err(Refusal::Unavailable { .. })));
        places.pop();
        assert!(matches!(live.admit("display:0"), Err(Refusal::TooMany { .. })));
        assert!(live.admit("display:new").is_ok());
    }
}
