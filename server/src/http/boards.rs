//! Boards to look at and to follow, and what a display is to show.

use super::{Shared, counters::own_site, input::Path};
use crate::{
    app::App,
    auth::{self, Caller, Clerk, DisplayDevice, Onlooker},
    error::Failure,
    live::{self, Message, Topic},
};
use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use contract::{
    Refusal,
    api::DisplaySettings,
    board::{CounterBoard, RoomBoard},
    ids::{CounterId, OperatorId, RoomId},
    office::Institution,
};
use futures_util::stream;
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior, interval},
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// A follower hears something this often, so that it notices a dead connection.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// What it hears when there is nothing new: a comment.
const STILL_THERE: Bytes = Bytes::from_static(b":\n\n");
/// A feed looks whether its token is still valid every so many of these times: every ten seconds.
const RECHECK: u32 = 2;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(room_board))
        .routes(routes!(room_live))
        .routes(routes!(counter_live))
        .routes(routes!(display_settings))
}

/// A waiting room's board as it is now.
#[utoipa::path(
    get, path = "/rooms/{room}/board", tag = "boards",
    params(("room" = String, Path, description = "The room")),
    responses(
        (status = 200, description = "The whole board", body = RoomBoard),
    ),
    security(("token" = ["admin", "owner", "operator", "totem", "display"]))
)]
async fn room_board(
    onlooker: Onlooker,
    State(app): State<Shared>,
    Path(room): Path<RoomId>,
) -> Result<Json<RoomBoard>, Failure> {
    if !onlooker.sees(&room) {
        return Err(Refusal::NotFound.into());
    }
    Ok(Json(live::room(&app, onlooker.office(), &room).await?.ok_or(Refusal::NotFound)?.1))
}

/// A waiting room's board, and again whenever it changes.
///
/// Server-sent events. Each message is the whole board (`RoomBoard` as JSON), its id is `EPOCH:SEQ`: nobody who was
/// away needs to catch up. At most five a second, at least one a minute, a comment every five seconds.
#[utoipa::path(
    get, path = "/rooms/{room}/live", tag = "boards",
    params(("room" = String, Path, description = "The room")),
    responses(
        (status = 200, description = "Boards, for ever", body = RoomBoard, content_type = "text/event-stream"),
    ),
    security(("token" = ["admin", "owner", "operator", "totem", "display"]))
)]
async fn room_live(
    onlooker: Onlooker,
    State(app): State<Shared>,
    Path(room): Path<RoomId>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if !onlooker.sees(&room) {
        return Err(Refusal::NotFound.into());
    }
    feed(&app, onlooker.caller(), Topic::Room(room), Seat::None, &headers)
}

/// The board of the counter where one sits, and again whenever it changes.
///
/// Server-sent events as of a room's, with `CounterBoard`. For whoever has opened the counter: to everybody else there
/// is no such board, and when somebody else sits down there the feed ends.
#[utoipa::path(
    get, path = "/counters/{counter}/live", tag = "counter",
    params(("counter" = String, Path, description = "The counter")),
    responses(
        (status = 200, description = "Boards, for ever", body = CounterBoard, content_type = "text/event-stream"),
    ),
    security(("token" = ["operator"]))
)]
async fn counter_live(
    clerk: Clerk,
    State(app): State<Shared>,
    Path(counter): Path<CounterId>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let site = own_site(&clerk, &counter)?;
    let held = app.days.look_today(&app.db, &site, app.clock.now()).await?.ok_or(Refusal::NotFound)?;
    held.day.seat(&counter).filter(|seat| seat.operator == clerk.operator.id).ok_or(Refusal::NotFound)?;
    let seat = Seat::Sought(clerk.operator.id.clone());
    feed(&app, &Caller::Staff(clerk.operator, clerk.session), Topic::Counter(counter), seat, &headers)
}

/// What this display is to show. Its board comes from the room's feed.
#[utoipa::path(
    get, path = "/displays/current", tag = "boards",
    responses(
        (status = 200, description = "Its settings", body = DisplaySettings),
    ),
    security(("token" = ["display"]))
)]
async fn display_settings(device: DisplayDevice, State(app): State<Shared>) -> Result<Json<DisplaySettings>, Failure> {
    let office = app.office().await?;
    let institution = office.get::<Institution>(device.site.institution.as_str()).ok_or(Refusal::NotFound)?;
    let institution = institution.name.clone();
    Ok(Json(DisplaySettings { display: device.display, institution, at: app.clock.now() }))
}

fn feed(app: &Arc<App>, caller: &Caller, topic: Topic, seat: Seat, headers: &HeaderMap) -> Result<Response, Failure> {
    let name = match caller {
        // Each window of an operator is a session of its own.
        Caller::Staff(_, session) => session.clone(),
        device => device.name(),
    };
    let place = app.live.admit(&name)?;
    let mut beat = interval(KEEP_ALIVE);
    // Its first beat would be at once.
    beat.reset();
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let following = Following {
        boards: live::follow(app, topic.clone()),
        topic,
        token: auth::token_of(headers).unwrap_or_default().to_owned(),
        app: app.clone(),
        beat,
        beats: 0,
        seat,
        first: true,
        _place: place,
    };
    let events = stream::unfold(following, |mut from| async move {
        let event = next(&mut from).await?;
        Some((Ok::<_, Infallible>(event), from))
    });
    Ok(([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(events)).into_response())
}

/// Whose seat a follower must have to see a board.
enum Seat {
    /// Nobody's: it is a room's board.
    None,
    /// This operator's. A board drawn a moment before they sat down is not theirs yet, and is left out.
    Sought(OperatorId),
    /// This operator's, and boards of theirs have been seen.
    Had(OperatorId),
}

impl Seat {
    /// What a board means for this follower.
    fn judge(&mut self, message: &Message) -> Verdict {
        match (&*self, &message.seat) {
            (Self::None, _) => Verdict::Show,
            (Self::Sought(me) | Self::Had(me), Some(seat)) if me == seat => {
                *self = Self::Had(me.clone());
                Verdict::Show
            }
            (Self::Sought(_), _) => Verdict::LeaveOut,
            // The counter is free: that is how its clerk learns of it, and nothing of anybody else is on it.
            (Self::Had(_), None) => Verdict::Show,
            (Self::Had(_), Some(_)) => Verdict::End,
        }
    }
}

enum Verdict {
    Show,
    LeaveOut,
    End,
}

struct Following {
    boards: watch::Receiver<Option<Arc<Message>>>,
    topic: Topic,
    token: String,
    app: Arc<App>,
    beat: Interval,
    beats: u32,
    seat: Seat,
    first: bool,
    _place: live::Place,
}

/// What the follower hears next. None when the server stops, the token is no longer valid or the counter is somebody
/// else's.
async fn next(from: &mut Following) -> Option<Bytes> {
    loop {
        if !std::mem::take(&mut from.first) {
            tokio::select! {
                changed = from.boards.changed() => changed.ok()?,
                _ = from.beat.tick() => {
                    from.beats += 1;
                    if from.beats.is_multiple_of(RECHECK) && !may_still_see(from).await {
                        return None;
                    }
                    return Some(STILL_THERE);
                }
            }
        }
        let Some(message) = from.boards.borrow_and_update().clone() else { continue };
        match from.seat.judge(&message) {
            Verdict::Show => return Some(message.event.clone()),
            Verdict::LeaveOut => {}
            Verdict::End => return None,
        }
    }
}

/// Whether the token is valid and a room's board still its holder's to see. Whose counter it is each board says.
async fn may_still_see(from: &Following) -> bool {
    match (auth::holder(&from.app, &from.token).await, &from.topic) {
        (Ok((caller, office)), Topic::Room(room)) => Onlooker::new(caller, office).sees(room),
        (Ok(_), Topic::Counter(_)) => true,
        (Err(Failure::Refused(Refusal::Unauthenticated | Refusal::Forbidden | Refusal::NotFound)), _) => false,
        // The database is away, and with it nothing changes: the last board is true until it is back.
        (Err(_), _) => true,
    }
}
