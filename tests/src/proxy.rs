//! A road between a device and its server that breaks as networks break, when it is told to. It carries bytes and knows
//! nothing of what they mean.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
    time::sleep,
};

/// How the road is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Road {
    /// Everything comes through at once.
    Clear,
    /// Everything comes through that much later.
    Slow(Duration),
    /// Connections break, and new ones break at once.
    Cut,
    /// Connections stand and nothing comes through; they break when that is over.
    Dead,
    /// A connection breaks as soon as it carries something to the server, which does not come through.
    LosesRequests,
    /// A connection breaks as soon as it carries something from the server, which does not come through.
    LosesAnswers,
}

/// A road that can be told to break. It ends when this value goes.
#[derive(Debug)]
pub struct Proxy {
    /// Where the device has to connect.
    pub address: SocketAddr,
    road: watch::Sender<Road>,
    broken: Arc<AtomicU64>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// A clear road to that server, from a free port of this computer.
    pub async fn before(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (road, seen) = watch::channel(Road::Clear);
        let broken = Arc::<AtomicU64>::default();
        let accepting = tokio::spawn(accept(listener, server, seen, broken.clone()));
        Ok(Self { address, road, broken, accepting })
    }

    /// How the road is from now on, also for connections that stand.
    pub fn turn(&self, road: Road) {
        self.road.send_replace(road);
    }

    /// How many connections it has broken.
    pub fn broken(&self) -> u64 {
        self.broken.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, road: watch::Receiver<Road>, broken: Arc<AtomicU64>) {
    while let Ok((device, _)) = listener.accept().await {
        let (road, broken) = (road.clone(), broken.clone());
        tokio::spawn(async move {
            if carry(device, server, road).await == End::Broken {
                broken.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
}

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// One of its two sides has closed it.
    Closed,
    /// The road broke it.
    Broken,
}

async fn carry(device: TcpStream, server: SocketAddr, mut road: watch::Receiver<Road>) -> End {
    if *road.borrow_and_update() == Road::Cut {
        return End::Broken;
    }
    let Ok(server) = TcpStream::connect(server).await else { return End::Closed };
    if device.set_nodelay(true).and(server.set_nodelay(true)).is_err() {
        return End::Closed;
    }
    let ((from_device, to_device), (from_server, to_server)) = (device.into_split(), server.into_split());
    tokio::select! {
        end = pump(from_device, to_server, road.clone(), Road::LosesRequests) => end,
        end = pump(from_server, to_device, road.clone(), Road::LosesAnswers) => end,
        () = breaks(road) => End::Broken,
    }
}

/// Returns when the road is cut, or is not dead any more after it has been.
async fn breaks(mut road: watch::Receiver<Road>) {
    let mut before = *road.borrow_and_update();
    loop {
        if road.changed().await.is_err() {
            return;
        }
        let now = *road.borrow_and_update();
        if now == Road::Cut || before == Road::Dead {
            return;
        }
        before = now;
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, road: watch::Receiver<Road>, losing: Road) -> End {
    let mut piece = [0; 16 << 10];
    loop {
        let Ok(length @ 1..) = from.read(&mut piece).await else { return End::Closed };
        let now = *road.borrow();
        match now {
            Road::Dead => return std::future::pending().await,
            Road::Slow(late) => sleep(late).await,
            now if now == losing => return End::Broken,
            _ => {}
        }
        if to.write_all(&piece[..length]).await.is_err() {
            return End::Closed;
        }
    }
}
