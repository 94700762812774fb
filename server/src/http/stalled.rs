//! Connections that take what they are told: whoever asks and then does not read is let go (F34, F82).
//!
//! Nothing else is done to what is said over them; how long somebody may take to ask is `serve`'s to say.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

/// So long nothing may be taken: a display that is busy for longer draws nothing anyway, and gets a whole board when it
/// comes back.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// What the system keeps of an answer that is not read yet: with more, whoever does not read would be found out later,
/// and thousands of them would take the computer's memory. A board is a few thousand bytes.
const KEPT_BYTES: usize = 64 << 10;

/// How the system is to treat a connection: packets at once, little kept, and nobody waited for who is not there.
pub fn prepare(stream: &TcpStream) -> io::Result<()> {
    // A board must not wait for the next one to fill a packet.
    stream.set_nodelay(true)?;
    rustix::net::sockopt::set_socket_send_buffer_size(stream, KEPT_BYTES)?;
    let millis = u32::try_from(PATIENCE.as_millis()).unwrap_or(u32::MAX);
    Ok(rustix::net::sockopt::set_tcp_user_timeout(stream, millis)?)
}

/// A stream whose other end must take something within a time, whenever there is something to take.
#[derive(Debug)]
pub struct Taken<S> {
    stream: S,
    patience: Duration,
    /// Since when nothing was taken, if something is there to take.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> Taken<S> {
    pub fn within(patience: Duration, stream: S) -> Self {
        Self { stream, patience, stalled: None }
    }

    /// What came of writing; an error if nothing could be written for too long.
    fn judge(&mut self, context: &mut Context<'_>, wrote: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if wrote.is_ready() {
            self.stalled = None;
            return wrote;
        }
        let patience = self.patience;
        ready!(self.stalled.get_or_insert_with(|| Box::pin(sleep(patience))).as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "nobody reads what is answered")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Taken<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Taken<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.judge(context, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test]
    async fn whoever_does_not_read_is_let_go_and_whoever_reads_late_is_not() {
        let (ours, mut theirs) = duplex(4);
        let mut ours = Taken::within(Duration::from_millis(200), ours);
        let reading = tokio::spawn(async move {
            let mut taken = [0; 4];
            for _ in 0..4 {
                sleep(Duration::from_millis(20)).await;
                theirs.read_exact(&mut taken).await.unwrap();
            }
            theirs
        });
        ours.write_all(&[7; 16]).await.unwrap();
        let _open = reading.await.unwrap();
        ours.write_all(&[7; 4]).await.unwrap();
        let stalled = ours.write_all(&[7; 4]).await.unwrap_err();
        assert_eq!(stalled.kind(), io::ErrorKind::TimedOut);
    }
}
