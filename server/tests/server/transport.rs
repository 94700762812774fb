//! Encrypted connections, whom a device believes, and what becomes of connections that say nothing.

use crate::{
    program::{Serving, program},
    support::Directory,
};
use client::{Client, Failure, Patience, Pin, Trust, fingerprint};
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

#[tokio::test]
async fn a_certificate_of_the_municipality_is_believed_by_its_authority() {
    let directory = Directory::new();
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
    let serving = Serving::of(command);
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

/// F82: half a request is not waited for. The limit is 15 s.
#[test]
fn whoever_says_nothing_is_sent_away_and_disturbs_nobody() {
    let directory = Directory::new();
    let serving = Serving::start(directory.path(), "avanti.sqlite3");
    let address = serving.address.trim_start_matches("http://").to_owned();
    let mut dribblers: Vec<_> = (0..500)
        .map(|_| {
            let mut stream = TcpStream::connect(&address).unwrap();
            stream.write_all(b"GET /api/v1 HTTP/1.1\r\nhost: ").unwrap();
            stream
        })
        .collect();
    let started = stopwatch();
    assert!(ask(&address).starts_with("HTTP/1.1 200"));
    assert!(started() < Duration::from_secs(5), "the healthy one waited {:?}", started());
    let dribbler = &mut dribblers[0];
    dribbler.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut rest = Vec::new();
    dribbler.read_to_end(&mut rest).unwrap();
    assert!(started() >= Duration::from_secs(10), "a slow line has some time");
}

/// F82: requests that are never sent to their end take nobody's place.
#[test]
fn half_sent_bodies_do_not_keep_others_out() {
    let directory = Directory::new();
    let serving = Serving::start(directory.path(), "avanti.sqlite3");
    let address = serving.address.trim_start_matches("http://").to_owned();
    let dribblers: Vec<_> = (0..400)
        .map(|_| {
            let mut stream = TcpStream::connect(&address).unwrap();
            let head = "POST /api/v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";
            stream.write_all(format!("{head}content-length: 40\r\n\r\n{{\"login\":").as_bytes()).unwrap();
            stream
        })
        .collect();
    let started = stopwatch();
    assert!(ask(&address).starts_with("HTTP/1.1 200"));
    assert!(started() < Duration::from_secs(5), "the healthy one waited {:?}", started());
    let mut dribbler = &dribblers[0];
    dribbler.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut answer = String::new();
    dribbler.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 422") && answer.contains("did not arrive"), "{answer}");
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

/// What a short request gets for an answer.
fn ask(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(b"GET /api/v1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// F11: with few files the server refuses for a while and serves again afterwards.
#[test]
fn a_server_without_files_serves_again_when_there_are_some() {
    let directory = Directory::new();
    let mut shell = std::process::Command::new("sh");
    shell.current_dir(directory.path()).env_clear().args(["-c", "ulimit -n 128; exec \"$0\" run"]);
    shell.arg(env!("CARGO_BIN_EXE_avanti-server")).env("AVANTI_LISTEN", "127.0.0.1:0");
    let serving = Serving::of(shell);
    let address = serving.address.trim_start_matches("http://").to_owned();
    // Once nobody else is let in, the kernel would try for minutes.
    let (at, hurry) = (address.parse().unwrap(), Duration::from_millis(20));
    let crowd: Vec<_> = (0..500).filter_map(|_| TcpStream::connect_timeout(&at, hurry).ok()).collect();
    assert!(crowd.len() > 128, "more than it has files for: {}", crowd.len());
    drop(crowd);
    let relieved = stopwatch();
    assert!(ask(&address).starts_with("HTTP/1.1 200"));
    assert!(relieved() <= Duration::from_secs(2), "it took {:?}", relieved());
}
