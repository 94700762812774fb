//! A live feed: whole boards over server-sent events, for as long as the program runs.
//!
//! It opens the feed, notices when it has fallen silent, and opens it again. It keeps nothing but the number of the
//! last board: whoever follows a feed is told the whole state at each message and never has to catch up.

use crate::{Client, Failure, Patience, transport::accept};
use eventsource_stream::{Event, EventStreamError, Eventsource};
use futures_util::{Stream, StreamExt, stream};
use reqwest::{Method, Response, header};
use serde::de::DeserializeOwned;
use std::{marker::PhantomData, pin::Pin, time::Duration};

/// The largest message accepted, some ten times a large office's board.
const MESSAGE_BYTES: usize = 256 << 10;

/// What happens on a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed<B> {
    /// The connection stands; a board follows.
    Up,
    /// The board as it is now.
    Board(Box<B>),
    /// The connection broke or could not be made. Said after every failed try, so only the first one of a row says
    /// when it began.
    Lost {
        /// Why.
        why: Failure,
        /// How long nothing had been heard when this was noticed: a broken cable makes itself felt by silence alone.
        quiet: Duration,
    },
}

/// The end of a connection, as [`Feed::Lost`].
struct Break {
    why: Failure,
    quiet: Duration,
}

impl From<Failure> for Break {
    fn from(why: Failure) -> Self {
        Self { why, quiet: Duration::ZERO }
    }
}

type Events = Pin<Box<dyn Stream<Item = Result<Event, Break>> + Send>>;

/// One feed of boards. Ask [`Live::next`] for ever.
pub struct Live<B> {
    client: Client,
    path: String,
    events: Option<Events>,
    /// The id of the last board, `EPOCH:SEQ`.
    last_id: Option<String>,
    pause: Option<Duration>,
    board: PhantomData<fn() -> B>,
}

impl<B: DeserializeOwned> Live<B> {
    pub(crate) fn new(client: Client, path: String) -> Self {
        Self { client, path, events: None, last_id: None, pause: None, board: PhantomData }
    }

    /// What happens next. It never ends, and dropping the future loses no board: at worst a connection is made anew.
    pub async fn next(&mut self) -> Feed<B> {
        let outcome = match self.events.as_mut() {
            None => self.open().await,
            Some(events) => match events.next().await {
                Some(Ok(event)) => self.board(event),
                Some(Err(broken)) => Err(broken),
                None => Err(Failure::Unreachable("the server closed the feed".to_owned()).into()),
            },
        };
        outcome.unwrap_or_else(|broken| self.lost(broken))
    }

    async fn open(&mut self) -> Result<Feed<B>, Break> {
        if let Some(pause) = self.pause {
            tokio::time::sleep(pause).await;
        }
        let mut request = self.client.ask(Method::GET, &self.path).header(header::ACCEPT, "text/event-stream");
        if let Some(id) = &self.last_id {
            request = request.header("last-event-id", id);
        }
        // No time limit on the whole answer, which has no end; one on its beginning.
        let patience = &self.client.patience;
        let response = tokio::time::timeout(patience.reply, accept(request))
            .await
            .map_err(|_| Failure::Unreachable("no answer in time".to_owned()))??;
        let media = response.headers().get(header::CONTENT_TYPE).map_or(&b""[..], |value| value.as_bytes());
        if !media.starts_with(b"text/event-stream") {
            return Err(Failure::Garbled("this is no stream of events".to_owned()).into());
        }
        self.events = Some(events(response, patience));
        Ok(Feed::Up)
    }

    fn board(&mut self, event: Event) -> Result<Feed<B>, Break> {
        let board = serde_json::from_str(&event.data).map_err(|error| Failure::unreadable::<B>(&error))?;
        self.last_id = (!event.id.is_empty()).then_some(event.id).or(self.last_id.take());
        // A board is the proof that all is well again, so the next loss is answered quickly.
        self.pause = None;
        Ok(Feed::Board(board))
    }

    fn lost(&mut self, Break { why, quiet }: Break) -> Feed<B> {
        self.events = None;
        let patience = &self.client.patience;
        self.pause = Some(self.pause.map_or(patience.reconnect_first, |pause| patience.longer(pause)));
        Feed::Lost { why, quiet }
    }
}

fn events(response: Response, patience: &Patience) -> Events {
    let chunks = stream::try_unfold(Chunks { response, silence: patience.silence, size: MessageSize::default() }, next);
    Box::pin(Box::pin(chunks).eventsource().map(|event| {
        event.map_err(|error| match error {
            EventStreamError::Transport(broken) => broken,
            EventStreamError::Utf8(_) | EventStreamError::Parser(_) => {
                Failure::Garbled("this is no stream of events".to_owned()).into()
            }
        })
    }))
}

struct Chunks {
    response: Response,
    silence: Duration,
    size: MessageSize,
}

/// The next piece of the stream, comments included: the server's sign of life is a comment, which no event shows.
async fn next(mut from: Chunks) -> Result<Option<(Vec<u8>, Chunks)>, Break> {
    let silence = from.silence;
    let silent = || Break { why: Failure::Unreachable(format!("no sign of life for {silence:?}")), quiet: silence };
    let chunk = tokio::time::timeout(silence, from.response.chunk()).await.map_err(|_| silent())?;
    let Some(chunk) = chunk.map_err(Failure::unreachable)? else { return Ok(None) };
    if from.size.after(&chunk) > MESSAGE_BYTES {
        return Err(Failure::Garbled(format!("a message of more than {MESSAGE_BYTES} bytes")).into());
    }
    Ok(Some((chunk.to_vec(), from)))
}

/// How long the message is that is being received: the bytes since the last empty line.
#[derive(Default)]
struct MessageSize {
    bytes: usize,
    line_is_empty: bool,
}

impl MessageSize {
    fn after(&mut self, chunk: &[u8]) -> usize {
        for byte in chunk {
            match byte {
                b'\n' if self.line_is_empty => self.bytes = 0,
                b'\n' => self.line_is_empty = true,
                b'\r' => {}
                _ => self.line_is_empty = false,
            }
            self.bytes += 1;
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_measured_across_chunks_and_ends_with_an_empty_line() {
        let mut size = MessageSize::default();
        assert_eq!(size.after(b"id: 1\ndata: abc\n"), 16);
        assert_eq!(size.after(b"\n"), 1);
        assert_eq!(size.after(b":\r\n\r\ndata"), 5);
    }
}
