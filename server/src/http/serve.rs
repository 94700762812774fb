//! Listening: connections in, encrypted or from this computer, each with a limit on its silence and its deafness, and a
//! graceful end.
//!
//! A loop of our own, because the usual one waits for ever when the system has no file left (F11), and lets whoever says
//! nothing stay (F82).

use super::{
    Shared,
    guard::Peer,
    stalled::{self, Taken},
};
use axum::{Router, extract::Request, http::HeaderMap};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use std::{
    collections::BTreeMap,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
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
    /// True if a proxy on this computer says who comes.
    pub behind_proxy: bool,
}

/// Connections of one address at a time, so that one computer cannot take all of them (F82): an office behind one address
/// has fewer devices. This computer may have any number: a proxy may be on it.
const OF_ONE_ADDRESS: usize = 500;

/// Who is connected how often, and whether the log has been told that it is too often.
#[derive(Debug, Clone, Default)]
struct Callers(Arc<Mutex<BTreeMap<IpAddr, (usize, bool)>>>);

/// A connection's place among its address's, given back when dropped.
#[derive(Debug)]
struct OneOf {
    callers: Callers,
    address: IpAddr,
}

impl Callers {
    fn admit(&self, address: IpAddr) -> Option<OneOf> {
        let mut callers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, told) = callers.entry(address).or_default();
        if *count >= OF_ONE_ADDRESS && !address.is_loopback() {
            if !std::mem::replace(told, true) {
                tracing::warn!(from = %address, "too many connections from one address: more are refused");
            }
            return None;
        }
        *count += 1;
        Some(OneOf { callers: self.clone(), address })
    }
}

impl Drop for OneOf {
    fn drop(&mut self) {
        let mut callers = self.callers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((count, _)) = callers.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                callers.remove(&self.address);
            }
        }
    }
}

/// Serves until `stop` ends, then ends the feeds and lets requests under way finish.
pub async fn serve(app: Shared, router: Router, door: Door, stop: impl Future<Output = ()>) -> io::Result<()> {
    let ending = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(door.connections));
    let callers = Callers::default();
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
        let Some(one) = callers.admit(from.ip()) else { continue };
        let metrics = app.metrics.clone();
        let visit = Visit { from, behind_proxy: door.behind_proxy, ending: ending.watcher(), router: router.clone() };
        let visiting = receive(stream, door.tls.clone(), visit);
        tokio::spawn(async move {
            metrics.connections.inc();
            visiting.await;
            metrics.connections.dec();
            drop((place, one));
        });
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
    behind_proxy: bool,
    ending: Watcher,
    router: Router,
}

async fn receive(stream: TcpStream, tls: Option<TlsAcceptor>, visit: Visit) {
    if let Err(why) = stalled::prepare(&stream) {
        tracing::debug!(%why, "a connection stays as the system made it");
    }
    let stream = Taken::within(stalled::PATIENCE, stream);
    let Some(tls) = tls else { return converse(stream, visit).await };
    match timeout(HANDSHAKE, tls.accept(stream)).await {
        Ok(Ok(stream)) => converse(stream, visit).await,
        Ok(Err(why)) => tracing::debug!(%why, "no handshake"),
        Err(_) => tracing::debug!("no handshake in time"),
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, visit: Visit) {
    let Visit { from, behind_proxy, ending, router } = visit;
    let service = router.map_request(move |mut request: Request<hyper::body::Incoming>| {
        let told = behind_proxy.then(|| told_by_proxy(request.headers())).flatten();
        request.extensions_mut().insert(Peer(told.unwrap_or(from.ip())));
        request.map(axum::body::Body::new)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(SILENCE).max_buf_size(HEAD_BYTES);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    if let Err(why) = ending.watch(connection).await {
        tracing::debug!(%why, "a connection broke off");
    }
}

/// Whom the proxy saw: the last address, because what stands before it is what the caller says of itself.
fn told_by_proxy(headers: &HeaderMap) -> Option<IpAddr> {
    let told = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    told.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_all_connections() {
        let (callers, stranger) = (Callers::default(), IpAddr::from([10, 0, 0, 7]));
        let mut held: Vec<OneOf> = (0..OF_ONE_ADDRESS).map(|_| callers.admit(stranger).unwrap()).collect();
        assert!(callers.admit(stranger).is_none());
        assert!(callers.admit(IpAddr::from([10, 0, 0, 8])).is_some());
        held.pop();
        assert!(callers.admit(stranger).is_some());
        let here: Vec<_> = (0..2 * OF_ONE_ADDRESS).map(|_| callers.admit(IpAddr::from([127, 0, 0, 1]))).collect();
        assert!(here.iter().all(Option::is_some), "a proxy brings everybody");
        drop((held, here));
        assert!(callers.0.lock().unwrap().is_empty());
    }

    #[test]
    fn a_proxy_is_believed_about_the_last_address() {
        let mut headers = HeaderMap::new();
        assert_eq!(told_by_proxy(&headers), None);
        headers.append("x-forwarded-for", "192.0.2.9, 10.1.2.3".parse().unwrap());
        assert_eq!(told_by_proxy(&headers), Some(IpAddr::from([10, 1, 2, 3])));
        headers.append("x-forwarded-for", "nonsense".parse().unwrap());
        assert_eq!(told_by_proxy(&headers), None);
    }
}
