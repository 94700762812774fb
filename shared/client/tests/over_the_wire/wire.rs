//! A server of a few lines, which answers what its script says and breaks off where a real one would not.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What to do with one connection after its request has been read.
#[derive(Clone)]
pub enum Turn {
    /// Answer and close.
    Say(String),
    /// Read the request, answer nothing, close: the answer is lost.
    HangUp,
    /// Answer, then keep the connection open and say nothing more.
    Hold(String),
}

pub struct Wire {
    pub address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Wire {
    /// Plays one turn per connection; further connections are refused by hanging up.
    pub async fn play(turns: Vec<Turn>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let seen = requests.clone();
        tokio::spawn(async move {
            let mut turns = turns.into_iter();
            while let Ok((stream, _)) = listener.accept().await {
                let turn = turns.next().unwrap_or(Turn::HangUp);
                tokio::spawn(serve(stream, turn, seen.clone()));
            }
        });
        Self { address, requests }
    }

    pub fn client(&self) -> client::Client {
        client::Client::new(&self.address, "avanti-test/0", impatient(), &client::Trust::Nobody).unwrap()
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// As patient as a test.
pub fn impatient() -> client::Patience {
    let millis = Duration::from_millis;
    client::Patience {
        pauses: vec![millis(1), millis(1)],
        silence: millis(1000),
        reconnect_first: millis(1),
        reconnect_most: millis(4),
        ..client::Patience::default()
    }
}

async fn serve(mut stream: TcpStream, turn: Turn, seen: Arc<Mutex<Vec<String>>>) {
    let request = request(&mut stream).await;
    seen.lock().unwrap().push(request);
    match turn {
        Turn::HangUp => {}
        Turn::Say(text) => drop(stream.write_all(text.as_bytes()).await),
        Turn::Hold(text) => {
            drop(stream.write_all(text.as_bytes()).await);
            // Until the client goes away.
            drop(stream.read(&mut [0; 1]).await);
        }
    }
}

async fn request(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.unwrap();
        text.extend_from_slice(&piece[..read]);
        let so_far = String::from_utf8_lossy(&text);
        if let Some((head, body)) = so_far.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) || read == 0 {
                return so_far.into_owned();
            }
        }
    }
}

pub fn reply(status: &str, media: &str, extra: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media}\r\ncontent-length: {length}\r\nconnection: close\r\n{extra}\r\n{body}"
    )
}

pub fn json(value: &impl serde::Serialize) -> String {
    reply("200 OK", "application/json", "", &serde_json::to_string(value).unwrap())
}

/// The beginning of a stream of events, and what follows.
pub fn events(text: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n{text}")
}
