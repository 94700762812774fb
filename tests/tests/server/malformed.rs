//! F80, F84: nonsense at every write of the OpenAPI document, from everybody who may knock. The answer is a problem
//! that says no; never a fault, and the server does not grow.

use super::{answers::Answer, books::Books, people::*, program::Server, sample::*, world::*};
use futures_util::future::join_all;
use reqwest::{Body, Method, header};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// What a server may hold more after everything here than when it had warmed up, in kilobytes.
const GROWTH: u64 = 16 << 10;

/// Everybody who may knock, and everything that can be written.
struct Door {
    callers: Vec<Line>,
    writes: Vec<Write>,
}

impl Door {
    async fn of(world: &World, server: &Server) -> (Self, Value) {
        let mut callers = vec![Line::new(&server.address, None)];
        callers.extend(["totem-1", "monitor-a"].map(|device| world.line(device, server)));
        for login in ["anna", "admin"] {
            callers.push(Line::log_in(&server.address, login).await);
        }
        let document = Answer::of(callers[0].request(Method::GET, "/api/v1/openapi.json")).await.json();
        let writes = writes(&document);
        assert!(writes.len() > 15, "the document lists the writes: {writes:?}");
        (Self { callers, writes }, document)
    }

    /// Sends a body to a write, from everybody. Each hears a proper no, and one at least because of the body.
    async fn refuses(&self, write: &Write, media: Option<&str>, body: &[u8]) -> Vec<Answer> {
        let answers = join_all(self.callers.iter().map(|caller| {
            let mut request = caller.request(write.method.clone(), &write.path);
            request = request.header("idempotency-key", "00000000-0000-4000-8000-000000000002");
            if let Some(media) = media {
                request = request.header(header::CONTENT_TYPE, media);
            }
            Answer::of(request.header(header::IF_NONE_MATCH, "*").body(body.to_vec()))
        }))
        .await;
        let shown = || String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
        for answer in &answers {
            assert!(answer.is_proper_no(), "{write:?}\n{}\n{answer:?}", shown());
        }
        let heard = answers.iter().any(|answer| [400, 413, 415, 422].contains(&answer.status));
        assert!(heard, "nobody's body was looked at: {write:?}\n{}\n{answers:?}", shown());
        answers
    }
}

const JSON: Option<&str> = Some("application/json");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_is_refused_everywhere_and_leaves_nothing_behind() {
    let world = World::on_sqlite().await;
    let server = Server::start(&world).await;
    let (door, document) = Door::of(&world, &server).await;
    let before = Books::check(&world).await.len();
    broken_bodies(&door).await;
    let warm = server.memory("VmRSS");
    wrong_values(&door).await;
    broken_bodies(&door).await;
    strange_addresses(&door, &document).await;
    large_bodies(&door, &server).await;
    let grown = server.memory("VmRSS").saturating_sub(warm);
    assert!(grown < GROWTH, "{grown} kB more than at the beginning");
    assert_eq!(Books::check(&world).await.len(), before, "nothing has happened");
    let said = server.stop().await;
    assert!(!said.contains(" ERROR "), "{said}");
}

/// Texts that are no JSON, or none that anybody wants, and JSON that does not say so.
async fn broken_bodies(door: &Door) {
    let deep = [40, 5000].map(|deep| format!("{}{}", "[".repeat(deep), "]".repeat(deep)));
    let deep_object = format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
    let never = format!("{{\"login\":\"{}\"}}", "x".repeat(60_000));
    let long = format!("\"{}\"", "x".repeat(65 << 10));
    let bodies: [&[u8]; 18] = [
        b"",
        b"{",
        b"}",
        b"null",
        b"[]",
        b"1e999",
        b"nul",
        b"\"text\"",
        b"{}{}",
        b"{\"a\":1,\"a\":2}",
        b"\xff\xfe{}",
        b"{\"a\":\"\\ud800\"}",
        b"\0",
        deep[0].as_bytes(),
        deep[1].as_bytes(),
        deep_object.as_bytes(),
        never.as_bytes(),
        long.as_bytes(),
    ];
    for write in door.writes.iter().filter(|write| write.body.is_some()) {
        for body in bodies {
            door.refuses(write, JSON, body).await;
        }
        let right = serde_json::to_vec(&write.body).unwrap();
        for media in [
            None,
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
            Some("application/jsonx"),
            Some("\u{e9}"),
        ] {
            door.refuses(write, media, &right).await;
        }
    }
}

/// Bodies of the right shape with one thing in them that is wrong, or that nobody knows.
async fn wrong_values(door: &Door) {
    for write in &door.writes {
        let Some(body) = &write.body else { continue };
        for name in ["role", "state", "owner_id", "__proto__"] {
            for unknown in with_unknown_members(body, name) {
                if unknown.pointer("/role").is_some() && body.pointer("/role").is_some() {
                    continue;
                }
                let answers = door.refuses(write, JSON, &serde_json::to_vec(&unknown).unwrap()).await;
                assert!(answers.iter().any(|answer| answer.status == 422), "F84: {unknown}\n{answers:?}");
            }
        }
        for wrong in with_wrong_values(body) {
            let text = serde_json::to_vec(&wrong).unwrap();
            for caller in &door.callers {
                let request =
                    caller.request(write.method.clone(), &write.path).header(header::CONTENT_TYPE, "application/json");
                let request = request.header("idempotency-key", "00000000-0000-4000-8000-000000000003");
                // No precondition: where a wrong value turns out to be a right one nothing is written all the same.
                let answer = Answer::of(request.body(text.clone())).await;
                assert!(answer.is_proper_no(), "{write:?}\n{wrong}\n{answer:?}");
            }
        }
    }
}

/// Addresses that name nothing, with and without a body.
async fn strange_addresses(door: &Door, document: &Value) {
    let strange = ["%00", "%ff%fe", "..%2f..%2fetc%2fpasswd", "RSSMRA85T10A562S", "%27%20or%201=1--", "\u{1f600}"];
    let long = "x".repeat(3000);
    let paths = reads(document).into_iter().map(|path| (Method::GET, path));
    let writes = door.writes.iter().map(|write| (write.method.clone(), write.path.clone()));
    for (method, path) in paths.chain(writes).filter(|(_, path)| path.matches('/').count() > 3) {
        for part in strange.into_iter().chain([long.as_str()]) {
            let (before, _) = path.rsplit_once('/').unwrap();
            let (_, parent) = before.rsplit_once('/').unwrap();
            let mut paths =
                vec![format!("{before}/{part}"), path.replace(&format!("/{parent}/"), &format!("/{part}/"))];
            if method == Method::GET {
                paths.push(format!("{path}?x={part}&site={part}&limit={part}"));
            }
            for path in paths {
                for caller in &door.callers {
                    let request =
                        caller.request(method.clone(), &path).header(header::CONTENT_TYPE, "application/json");
                    let answer = Answer::of(request.body("{}")).await;
                    let fine = method == Method::GET && answer.status == 200;
                    assert!(fine || answer.is_proper_no(), "{method} {path}\n{answer:?}");
                }
            }
        }
    }
}

/// Sixty-four megabytes that never end, and a body that promises more than it brings.
async fn large_bodies(door: &Door, server: &Server) {
    let before = server.memory("VmHWM");
    let sends: Vec<_> =
        (0..64).map(|at| (&door.callers[at % door.callers.len()], &door.writes[at % door.writes.len()])).collect();
    join_all(sends.iter().filter(|(_, write)| write.body.is_some()).map(async |(caller, write)| {
        let piece = vec![b' '; 16 << 10];
        let pieces = futures_util::stream::iter((0..64).map(move |_| Ok::<_, std::io::Error>(piece.clone())));
        let request =
            caller.request(write.method.clone(), &write.path).header(header::CONTENT_TYPE, "application/json");
        let answer = Answer::of(request.body(Body::wrap_stream(pieces))).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (413, "too-long"), "{answer:?}");
    }))
    .await;
    for head in [
        "content-length: 99999999999",
        "content-length: -1",
        "transfer-encoding: chunked",
        "content-length: 10\r\ncontent-length: 20",
    ] {
        let text = raw(server, &format!("POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{head}\r\n\r\n{{}}\r\nzz\r\n")).await;
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 4"), "{head}: {text}");
    }
    let grown = server.memory("VmHWM") - before;
    assert!(grown < 3 * GROWTH, "{grown} kB for bodies that are refused");
}

/// Bytes that no HTTP library would send, and the answer until the connection ends or nothing more comes.
async fn raw(server: &Server, bytes: &str) -> String {
    let mut stream = TcpStream::connect(server.address.trim_start_matches("http://")).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    let _ = timeout(std::time::Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}
