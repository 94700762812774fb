//! F82, F34: whoever asks one byte a second, never finishes a handshake or does not read what is answered disturbs nobody,
//! and is sent away.

use crate::{program::Serving, support::Directory, transport::certified};
use futures_util::{StreamExt, future::join_all, stream};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use server::clock::stopwatch;
use std::{sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring::default_provider, pki_types::ServerName},
};

/// Dribblers of each kind.
const DRIBBLERS: usize = 500;
/// Requests of somebody in good health, each over a connection of its own.
const HEALTHY: usize = 200;
/// Of a hundred of them one may take longer.
const PROMISED: Duration = Duration::from_millis(200);
/// Whoever dribbles is gone after this.
const GONE: Duration = Duration::from_secs(20);
/// On a computer that is busy with a whole test run the best of so many counts.
const ATTEMPTS: usize = 3;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}
type Line = Box<dyn Stream>;

/// A server's door, as a caller sees it.
#[derive(Clone)]
struct Door {
    address: String,
    tls: Option<TlsConnector>,
}

impl Door {
    fn plain(serving: &Serving) -> Self {
        Self { address: serving.address.trim_start_matches("http://").to_owned(), tls: None }
    }

    fn encrypted(serving: &Serving, authority: &rcgen::Certificate) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
        Self { tls: Some(TlsConnector::from(Arc::new(config.with_no_client_auth()))), ..Self::plain(serving) }
    }

    async fn open(&self) -> Line {
        let stream = TcpStream::connect(&self.address).await.unwrap();
        let Some(tls) = &self.tls else { return Box::new(stream) };
        Box::new(tls.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap())
    }

    /// How long an answer takes, the connection included.
    async fn answers(&self) -> Duration {
        let took = stopwatch();
        let mut line = self.open().await;
        line.write_all(b"GET /api/v1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        // Not everybody says goodbye at the end of an encrypted connection.
        let _ = line.read_to_end(&mut answer).await;
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
        took()
    }

    /// What 99 of a hundred answers take at most.
    async fn p99(&self) -> Duration {
        let mut took: Vec<_> = stream::iter(0..HEALTHY).then(|_| self.answers()).collect().await;
        took.sort();
        took[HEALTHY * 99 / 100 - 1]
    }
}

/// Says the beginning, then one byte a second, until the server has had enough: how long that took.
async fn dribble(mut line: Line, beginning: &'static [u8]) -> Duration {
    let since = stopwatch();
    let mut heard = [0; 1024];
    if line.write_all(beginning).await.is_err() {
        return since();
    }
    loop {
        tokio::select! {
            read = line.read(&mut heard) => if matches!(read, Ok(0) | Err(_)) {
                return since();
            },
            () = sleep(Duration::from_secs(1)) => if line.write_all(b"a").await.is_err() {
                return since();
            },
        }
    }
}

const HEAD: &[u8] = b"GET /api/v1 HTTP/1.1\r\nhost: ";
const BODY: &[u8] = b"POST /api/v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
    content-length: 4000\r\n\r\n{";
/// The beginning of a handshake.
const HELLO: &[u8] = &[0x16, 3, 1, 2, 0, 1];

/// Dribblers at a door, all connected.
async fn dribblers(door: &Door, beginning: &'static [u8]) -> Vec<JoinHandle<Duration>> {
    let connected = stream::iter(0..DRIBBLERS).map(|_| door.open()).buffer_unordered(50).collect::<Vec<_>>().await;
    connected.into_iter().map(|line| tokio::spawn(dribble(line, beginning))).collect()
}

/// The test needs a file for each end that is its own.
fn raise_files() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let allowed = maximum.unwrap_or(8_192);
    assert!(allowed >= 4_096, "too few files may be open here: ulimit -Hn {allowed}");
    setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), maximum }).unwrap();
}

/// Healthy callers among dribblers of these kinds: they are answered in time, and the dribblers go.
async fn nobody_is_disturbed(door: &Door, kinds: &[(&Door, &'static [u8])]) {
    raise_files();
    let mut best = Duration::MAX;
    for _ in 0..ATTEMPTS {
        let mut all = Vec::new();
        for (at, beginning) in kinds {
            all.extend(dribblers(at, beginning).await);
        }
        best = best.min(door.p99().await);
        let there = all.iter().filter(|dribbler| !dribbler.is_finished()).count();
        let stayed = join_all(all).await;
        let longest = stayed.iter().map(|stayed| *stayed.as_ref().unwrap()).max().unwrap();
        assert!(longest <= GONE, "somebody dribbled for {longest:?}");
        if best <= PROMISED && there > 0 {
            return;
        }
    }
    panic!("of a hundred answers one took longer than {best:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dribblers_disturb_nobody_and_are_sent_away() {
    let directory = Directory::new();
    let serving = Serving::start(directory.path(), "avanti.sqlite3");
    let door = Door::plain(&serving);
    nobody_is_disturbed(&door, &[(&door, HEAD), (&door, BODY)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dribblers_on_encrypted_lines_disturb_nobody_and_are_sent_away() {
    let directory = Directory::new();
    let (serving, authority) = certified(&directory);
    let (door, unencrypted) = (Door::encrypted(&serving, &authority), Door::plain(&serving));
    nobody_is_disturbed(&door, &[(&door, HEAD), (&door, BODY), (&unencrypted, HELLO)]).await;
}

/// Half a body is said to be one, before the connection ends.
#[tokio::test]
async fn whoever_does_not_finish_a_body_is_told_so() {
    let directory = Directory::new();
    let serving = Serving::start(directory.path(), "avanti.sqlite3");
    let mut line = Door::plain(&serving).open().await;
    line.write_all(BODY).await.unwrap();
    let mut answer = String::new();
    timeout(GONE, line.read_to_string(&mut answer)).await.expect("it is not waited for").unwrap();
    assert!(answer.starts_with("HTTP/1.1 422") && answer.contains("did not arrive"), "{answer}");
}

/// Whoever asks and does not read is let go after 30 seconds, and what was kept for them with it.
#[tokio::test]
async fn whoever_does_not_read_is_let_go() {
    let directory = Directory::new();
    let serving = Serving::start(directory.path(), "avanti.sqlite3");
    let mut line = Door::plain(&serving).open().await;
    let sockets = || {
        let files = std::fs::read_dir(format!("/proc/{}/fd", serving.child.id())).unwrap();
        let is_socket = |path: &std::path::Path| {
            std::fs::read_link(path).is_ok_and(|it| it.to_string_lossy().starts_with("socket:"))
        };
        files.filter(|file| is_socket(&file.as_ref().unwrap().path())).count()
    };
    let since = stopwatch();
    let request = "GET /api/v1/openapi.json HTTP/1.1\r\nhost: a\r\n\r\n".repeat(400);
    line.write_all(request.as_bytes()).await.unwrap();
    // From now on nothing is read.
    line.read_u8().await.unwrap();
    let with_us = sockets();
    while sockets() >= with_us {
        assert!(since() < Duration::from_secs(60), "it still waits for somebody who does not read");
        sleep(Duration::from_millis(100)).await;
    }
    assert!(since() >= Duration::from_secs(30), "a slow reader has some time: {:?}", since());
    let mut answers = Vec::new();
    let _ = line.read_to_end(&mut answers).await;
    let heads = answers.windows(15).filter(|piece| piece == b"HTTP/1.1 200 OK").count();
    assert!(heads < 399, "{heads} of the answers");
}
