//! Encrypted connections, whom a device believes, by what code an answer is found in the log, and what becomes of connections
//! when there are no files.

use crate::{
    program::{Serving, program},
    support::Directory,
};
use client::{Client, Failure, Patience, Pin, Trust, fingerprint};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use server::clock::stopwatch;
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

/// A server that encrypts by a key of its own.
fn encrypting(directory: &Directory) -> Serving {
    std::fs::write(directory.path().join("s.toml"), "listen = \"127.0.0.1:0\"\n[tls]").unwrap();
    let mut command = program(directory.path());
    command.args(["run", "--config", "s.toml"]);
    Serving::of(command)
}

fn client(address: &str, trust: &Trust) -> Client {
    Client::new(address, "test", Patience::default(), trust).unwrap()
}

#[tokio::test]
async fn a_device_believes_the_key_that_it_was_told_and_no_other() {
    let directory = Directory::new();
    let serving = encrypting(&directory);
    let address = serving.address.replace("http://", "https://");
    let pin = fingerprint(&address).await.unwrap();
    assert!(serving.said().contains(&pin.to_string()), "the server shows its fingerprint when it starts");
    assert_eq!(client(&address, &Trust::Pins(vec![pin])).about().await.unwrap().name, "avanti-server");
    let other = Pin::of_key(b"another key");
    let both = Trust::Pins(vec![other, pin]);
    assert!(client(&address, &both).about().await.is_ok(), "one of several is enough");
    let wrong = client(&address, &Trust::Pins(vec![other])).about().await.unwrap_err();
    assert!(matches!(&wrong, Failure::Unreachable(why) if why.contains("certificate")), "{wrong}");
    // Restarted, it is the same server.
    drop(serving);
    let again = encrypting(&directory);
    assert_eq!(fingerprint(&again.address.replace("http://", "https://")).await.unwrap(), pin);
}

/// A server for `localhost` with a certificate of an authority, and that authority's own.
pub fn certified(directory: &Directory) -> (Serving, rcgen::Certificate) {
    let at = |name: &str| directory.path().join(name);
    let authority = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root = params.self_signed(&authority).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned()];
    let issuer = rcgen::Issuer::new(params, authority);
    let certificate = rcgen::CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
    std::fs::write(at("c.pem"), certificate.pem()).unwrap();
    std::fs::write(at("k.pem"), key.serialize_pem()).unwrap();
    let settings = "listen = \"127.0.0.1:0\"\n[tls]\ncertificate = \"c.pem\"\nkey = \"k.pem\"";
    std::fs::write(at("s.toml"), settings).unwrap();
    let mut command = program(directory.path());
    command.args(["run", "--config", "s.toml"]);
    (Serving::of(command), root)
}

#[tokio::test]
async fn a_certificate_of_the_municipality_is_believed_by_its_authority() {
    let directory = Directory::new();
    let (serving, root) = certified(&directory);
    let port = serving.address.rsplit(':').next().unwrap().to_owned();
    let trust = Trust::Authorities(root.pem().into_bytes());
    assert!(client(&format!("https://localhost:{port}"), &trust).about().await.is_ok());
    let by_number = client(&format!("https://127.0.0.1:{port}"), &trust).about().await;
    assert!(by_number.is_err(), "the certificate is for localhost and no other name");
    assert!(client(&format!("https://localhost:{port}"), &Trust::Pins(vec![Pin::of_key(b"x")])).about().await.is_err());
}

#[test]
fn a_certificate_without_its_key_is_refused_at_the_start() {
    let directory = Directory::new();
    let settings = "listen = \"127.0.0.1:0\"\n[tls]\ncertificate = \"c.pem\"\nkey = \"k.pem\"";
    std::fs::write(directory.path().join("s.toml"), settings).unwrap();
    std::fs::write(directory.path().join("c.pem"), "no certificate").unwrap();
    let output = program(directory.path()).args(["run", "--config", "s.toml"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("no certificate in c.pem"), "{said}");
}

/// What stands in the log about a request is found by the id in its answer.
#[test]
fn an_answer_carries_the_id_under_which_the_log_knows_it() {
    let directory = Directory::new();
    let mut command = program(directory.path());
    let log = [("AVANTI_LOG", "debug"), ("AVANTI_LOG_FORMAT", "json"), ("AVANTI_LISTEN", "127.0.0.1:0")];
    let mut child = command.arg("run").envs(log).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
    let mut log = || -> serde_json::Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    let address = loop {
        if let Some(address) = log()["fields"]["address"].as_str() {
            break address.to_owned();
        }
    };
    let answer = ask(&address);
    let id = answer.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap();
    let answered = loop {
        let line = log();
        if line["fields"]["message"] == "answered" {
            break line;
        }
    };
    assert_eq!((&answered["span"]["id"], &answered["fields"]["status"]), (&id.into(), &200.into()), "{answered}");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A fault of our own is called by the same code on the screen, in the answer's head and in the log.
#[tokio::test]
async fn an_incident_is_found_in_the_log_by_the_code_on_the_screen() {
    let directory = Directory::new();
    let clock = ("AVANTI_DEMONSTRATION_CLOCK", "2026-11-23T09:00");
    let loaded = program(directory.path()).args(["demo-data", "--secrets", "."]).envs([clock]).output().unwrap();
    assert!(loaded.status.success(), "{loaded:?}");
    let token = std::fs::read_to_string(directory.path().join("totem-1.token")).unwrap();
    let mut command = program(directory.path());
    command.arg("run").envs([clock, ("AVANTI_LOG_FORMAT", "json"), ("AVANTI_LISTEN", "127.0.0.1:0")]);
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
    let mut log = || -> serde_json::Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    let address = loop {
        if let Some(address) = log()["fields"]["address"].as_str() {
            break address.to_owned();
        }
    };
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.path().join("avanti.sqlite3"));
    let mut other = sqlx::ConnectOptions::connect(&file).await.unwrap();
    sqlx::query("alter table day_load rename to away").execute(&mut other).await.unwrap();
    let asked = format!("GET /api/v1/totems/current/board HTTP/1.1\r\nauthorization: Bearer {}", token.trim());
    let answer = asked_with(&address, &asked);
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let id = head.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap();
    let problem: serde_json::Value = serde_json::from_str(body).unwrap();
    let written = loop {
        let line = log();
        if line["level"] == "ERROR" {
            break line;
        }
    };
    assert_eq!((&problem["incident"], problem["type"].as_str()), (&id.into(), Some("/api/v1/reference#fault")));
    assert_eq!((&written["fields"]["incident"], &written["span"]["id"]), (&id.into(), &id.into()), "{written}");
    assert!(written["fields"]["why"].as_str().unwrap().contains("day_load"), "the log says why: {written}");
    assert!(!answer.contains("day_load"), "the answer does not: {answer}");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What a short request gets for an answer.
fn ask(address: &str) -> String {
    asked_with(address, "GET /api/v1 HTTP/1.1")
}

fn asked_with(address: &str, head: &str) -> String {
    say(address, &format!("{head}\r\nhost: a\r\nconnection: close\r\n\r\n"))
}

/// What is answered to a request that ends the connection.
fn say(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// What somebody gets who is connected already.
fn ask_again(mut stream: &TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(b"GET /api/v1 HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    let (mut answer, mut piece) = (String::new(), [0; 4096]);
    while !answer.contains("\r\n\r\n") || !answer.ends_with('}') {
        let length = stream.read(&mut piece).unwrap();
        assert!(length > 0, "the connection was closed: {answer}");
        answer.push_str(std::str::from_utf8(&piece[..length]).unwrap());
    }
    answer
}

/// Files that a process has open.
fn files(of: &Serving) -> u64 {
    std::fs::read_dir(format!("/proc/{}/fd", of.child.id())).unwrap().count() as u64
}

/// F11: with no file left the server refuses newcomers and serves whoever is there; when there are files again, everybody.
#[test]
fn a_server_without_files_serves_whoever_is_there_and_afterwards_everybody() {
    const HELD: usize = 40;
    let directory = Directory::new();
    let serving = Serving::start(directory.path(), "avanti.sqlite3");
    let address = serving.address.trim_start_matches("http://").to_owned();
    let held: Vec<_> = (0..HELD).map(|_| TcpStream::connect(&address).unwrap()).collect();
    assert!(held.iter().all(|stream| ask_again(stream).starts_with("HTTP/1.1 200")));
    // Ten more files, and the server is at its end: far below the connections that it would take by itself.
    let most = files(&serving) + 10;
    let limit = Rlimit { current: Some(most), maximum: Some(most) };
    prlimit(Some(Pid::from_child(&serving.child)), Resource::Nofile, limit).unwrap();
    let (at, hurry) = (address.parse().unwrap(), Duration::from_millis(20));
    let crowd: Vec<_> = (0..500).filter_map(|_| TcpStream::connect_timeout(&at, hurry).ok()).collect();
    assert!(crowd.len() > 100, "more than it has files for: {}", crowd.len());
    let started = stopwatch();
    while !serving.said().contains("no connection can be accepted for the moment") {
        assert!(started() < Duration::from_secs(10), "it never ran out of files: {}", serving.said());
        assert!(ask_again(&held[0]).starts_with("HTTP/1.1 200"), "whoever is there is served");
    }
    assert!(files(&serving) >= most, "{} of {most}", files(&serving));
    for _ in 0..3 {
        assert!(held.iter().all(|stream| ask_again(stream).starts_with("HTTP/1.1 200")), "whoever is there is served");
    }
    drop(crowd);
    let relieved = stopwatch();
    assert!(ask(&address).starts_with("HTTP/1.1 200"));
    assert!(relieved() <= Duration::from_secs(2), "it took {:?}", relieved());
    assert!(held.iter().all(|stream| ask_again(stream).starts_with("HTTP/1.1 200")));
}

/// Devices meet the proxy: what they are told is its address and its key.
#[tokio::test]
async fn behind_a_proxy_a_code_comes_with_the_proxys_key() {
    let (before, directory) = (Directory::new(), Directory::new());
    let front = encrypting(&before);
    let address = front.address.trim_start_matches("http://").to_owned();
    let pin = fingerprint(&format!("https://{address}")).await.unwrap();
    std::fs::write(directory.path().join("s.toml"), "behind_proxy = true").unwrap();
    let run = |words: &[&str]| {
        let output = program(directory.path()).args(["--config", "s.toml"]).args(words).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    };
    assert!(run(&["demo-data", "--secrets", "secrets"]).0);
    let pair = ["device", "pair", "--totem", "totem-1"];
    let (done, said) = run(&pair);
    assert!(!done && said.contains("--address"), "{said}");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let (done, said) = run(&[&pair[..], &["--address", &closed]].concat());
    assert!(!done && said.contains(&closed) && said.contains("nobody"), "{said}");
    let (done, said) = run(&[&pair[..], &["--address", &address]].concat());
    let server = format!("The server's address: https://{address}\n");
    assert!(done && said.contains(&server) && said.contains(&pin.figures().join(" ")), "{said}");
    assert!(said.contains(&format!("For a reader: avanti://{address}?pin={pin}&code=")), "{said}");
}

/// Whoever could say of himself from where he comes could guess passwords without end, or lock others out.
#[test]
fn who_comes_is_told_by_the_proxy_only_where_there_is_one() {
    for behind_proxy in [true, false] {
        let directory = Directory::new();
        std::fs::write(directory.path().join("s.toml"), format!("behind_proxy = {behind_proxy}")).unwrap();
        let mut add = program(directory.path());
        add.args(["operator", "add", "--login", "capo", "--name", "Capo"]).stdin(std::process::Stdio::piped());
        let mut add = add.stdout(std::process::Stdio::null()).spawn().unwrap();
        add.stdin.take().unwrap().write_all(b"una parola lunga\n").unwrap();
        assert!(add.wait().unwrap().success());
        let mut run = program(directory.path());
        run.args(["run", "--config", "s.toml"]).env("AVANTI_LISTEN", "127.0.0.1:0");
        let serving = Serving::of(run);
        let address = serving.address.trim_start_matches("http://").to_owned();
        let log_in = |password: &str, from: &str| -> u16 {
            let body = format!("{{\"login\":\"capo\",\"password\":\"{password}\"}}");
            let head =
                format!("POST /api/v1/sessions HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-forwarded-for: {from}");
            let more = format!("content-type: application/json\r\ncontent-length: {}", body.len());
            let answer = say(&address, &format!("{head}\r\n{more}\r\n\r\n{body}"));
            answer.split(' ').nth(1).unwrap().parse().unwrap()
        };
        assert_eq!(log_in("una parola lunga", "10.0.0.1"), 201);
        // What stands before the last address is what the caller says of himself.
        let tries: Vec<u16> = (0..11).map(|_| log_in("sbagliata", "10.0.0.1, 10.0.0.9")).collect();
        assert_eq!(tries, [vec![401; 10], vec![429]].concat());
        let own = log_in("una parola lunga", "10.0.0.1");
        assert_eq!(own, if behind_proxy { 201 } else { 429 }, "behind_proxy = {behind_proxy}");
    }
}
