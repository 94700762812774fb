//! The leanest HTTP/1.1 that can ask and hear: the two cores are the server's, and whoever asks must not eat them.
//!
//! One connection, kept alive, one question at a time. It knows nothing of what is asked.

use anyhow::{Context, Result, bail, ensure};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Longer than this nobody waits: the run has failed.
const PATIENCE: Duration = Duration::from_secs(30);
/// The largest answer that any question here has.
const LARGEST: usize = 4 << 20;

/// A connection to a server.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    /// What was read and not yet used.
    heard: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body; empty for a feed.
    pub body: Vec<u8>,
}

/// A question, ready to be sent.
pub fn question(method: &str, path: &str, token: &str, key: Option<&str>, body: &str) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
    if !token.is_empty() {
        head.push_str(&format!("authorization: Bearer {token}\r\n"));
    }
    if let Some(key) = key {
        head.push_str(&format!("idempotency-key: {key}\r\n"));
    }
    if !body.is_empty() {
        head.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    }
    format!("{head}\r\n{body}").into_bytes()
}

impl Wire {
    /// Connects.
    pub async fn to(server: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(server).await.with_context(|| format!("cannot connect to {server}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, heard: Vec::with_capacity(16 << 10) })
    }

    /// Asks, and waits for the whole answer.
    pub async fn ask(&mut self, question: &[u8]) -> Result<Answer> {
        timeout(PATIENCE, self.ask_patiently(question)).await.context("no answer")?
    }

    async fn ask_patiently(&mut self, question: &[u8]) -> Result<Answer> {
        self.stream.write_all(question).await?;
        let (head, status, length) = loop {
            if let Some(head) = head_of(&self.heard)? {
                break head;
            }
            self.read().await?;
        };
        let end = head + length.unwrap_or(0);
        ensure!(end < LARGEST, "an answer of {end} bytes");
        while self.heard.len() < end {
            self.read().await?;
        }
        let body = self.heard[head..end].to_vec();
        self.heard.drain(..end);
        Ok(Answer { status, body })
    }

    /// What a feed says next. Call it after [`Wire::ask`] has begun the feed.
    pub async fn hear(&mut self) -> Result<Vec<u8>> {
        if self.heard.is_empty() {
            self.read().await?;
        }
        Ok(std::mem::take(&mut self.heard))
    }

    async fn read(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.heard).await? == 0 {
            bail!("the server has closed the connection");
        }
        Ok(())
    }
}

/// Where the body begins, the status and the body's length, once the whole head is there.
fn head_of(heard: &[u8]) -> Result<Option<(usize, u16, Option<usize>)>> {
    let Some(end) = heard.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&heard[..end]).context("a head that is no text")?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.trim().parse().ok());
    Ok(Some((end + 4, status.context("an answer without a status")?, length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_when_it_is_whole() {
        let answer = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(head_of(answer).unwrap(), Some((43, 201, Some(2))));
        assert_eq!(head_of(&answer[..30]).unwrap(), None);
        assert!(head_of(b"nonsense\r\n\r\n").is_err());
    }

    #[test]
    fn a_question_says_how_long_it_is() {
        let asked = String::from_utf8(question("PUT", "/x", "t", Some("k"), "{}")).unwrap();
        assert!(asked.starts_with("PUT /x HTTP/1.1\r\n") && asked.ends_with("content-length: 2\r\n\r\n{}"), "{asked}");
        assert!(asked.contains("Bearer t") && asked.contains("idempotency-key: k"));
    }
}
