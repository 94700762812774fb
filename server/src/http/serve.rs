//! Listening: connections in, encrypted or from this computer, each with a limit on its silence, and a graceful end.
//!
//! A loop of our own, because the usual one waits for ever when the system has no file left (F11), and lets whoever says
//! nothing stay (F82).

use super::{Shared, guard::Peer};
use axum::{Router, extract::Request};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use std::{future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// A connection that says nothing for this long, or does not finish the head of its request in it, is closed. Clients
/// stop using a connection earlier.
const SILENCE: Duration = Duration::from_secs(15);
/// A handshake takes two round trips.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long requests under way may take when the server stops: as long as any may take.
const STOPPING: Duration = Duration::from_secs(25);
/// How long to wait before accepting again when the system has nothing left to accept with.
const EXHAUSTED: Duration = Duration::from_millis(100);
/// The largest head of a request.
const HEAD_BYTES: usize = 32 << 10;

/// Where connections come in.
pub struct Door {
    /// Where to listen.
    pub listener: TcpListener,
    /// How to shake hands; none for plain HTTP from this computer.
    pub tls: Option<TlsAcceptor>,
    /// How many connections at a time; more wait to be accepted.
    pub connections: usize,
}

/// Serves until `stop` ends, then ends the feeds and lets requests under way finish.
pub async fn serve(app: Shared, router: Router, door: Door, stop: impl Future<Output = ()>) -> io::Result<()> {
    let ending = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(door.connections));
    let mut stop = pin!(stop);
    loop {
        let come = async {
            let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
            Ok::<_, io::Error>((accept(&door.listener).await?, place))
        };
        let ((stream, from), place) = tokio::select! {
            come = come => come?,
            () = &mut stop => break,
        };
        let visit = Visit { from, place, ending: ending.watcher(), router: router.clone() };
        tokio::spawn(receive(stream, door.tls.clone(), visit));
    }
    drop(door);
    app.live.stop();
    if timeout(STOPPING, ending.shutdown()).await.is_err() {
        tracing::warn!("some requests did not come to their end");
    }
    Ok(())
}

/// The next connection. Only a listener that is broken for good is an error.
async fn accept(listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    loop {
        match listener.accept().await {
            Ok(come) => return Ok(come),
            Err(why) if is_of_one_connection(&why) => {}
            Err(why) if is_broken(&why) => return Err(why),
            Err(why) => {
                tracing::warn!(%why, "no connection can be accepted for the moment");
                sleep(EXHAUSTED).await;
            }
        }
    }
}

fn is_of_one_connection(why: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(why.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

fn is_broken(why: &io::Error) -> bool {
    matches!(why.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::NotConnected)
}

/// What a connection comes with.
struct Visit {
    from: SocketAddr,
    place: OwnedSemaphorePermit,
    ending: Watcher,
    router: Router,
}

async fn receive(stream: TcpStream, tls: Option<TlsAcceptor>, visit: Visit) {
    // A board must not wait for the next one to fill a packet.
    if let Err(why) = stream.set_nodelay(true) {
        tracing::debug!(%why, "TCP_NODELAY could not be set");
    }
    let Some(tls) = tls else { return converse(stream, visit).await };
    match timeout(HANDSHAKE, tls.accept(stream)).await {
        Ok(Ok(stream)) => converse(stream, visit).await,
        Ok(Err(why)) => tracing::debug!(%why, "no handshake"),
        Err(_) => tracing::debug!("no handshake in time"),
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, visit: Visit) {
    let Visit { from, place, ending, router } = visit;
    let service = router.map_request(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Peer(from.ip()));
        request.map(axum::body::Body::new)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(SILENCE).max_buf_size(HEAD_BYTES);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    if let Err(why) = ending.watch(connection).await {
        tracing::debug!(%why, "a connection broke off");
    }
    drop(place);
}
