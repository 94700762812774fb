//! `avanti-server run`: opens everything, serves until told to stop, and closes it.

use crate::{
    app::App,
    certificate::Certificate,
    config::Config,
    files,
    http::{Door, router, serve, serve_metrics},
    jobs, others, watchdog,
};
use anyhow::{Context, bail};
use client::{Client, Patience, Trust};
use std::{
    fs::{File, TryLockError},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

/// Serves until told to stop.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    // Before anybody can know that it runs: an early signal would end it in the middle.
    let stop = told_to_stop()?;
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    let metrics = metrics_listener(config).await?;
    let _alone = alone(config)?;
    let app = App::open(config).await?;
    if config.demonstration_clock.is_some() {
        tracing::warn!(now = %app.clock.now(), "DEMONSTRATION: the clock does not show the real time");
    }
    let router = router(app.clone());
    let address = listener.local_addr()?;
    let certificate = config.tls().map(|tls| Certificate::open(&tls, &config.keys_directory())).transpose()?;
    let visitor = visitor(address, certificate.as_ref())?;
    match &certificate {
        Some(it) => tracing::info!(%address, epoch = %app.epoch, fingerprint = %it.pin, "serving, encrypted"),
        None => tracing::info!(%address, epoch = %app.epoch, "serving this computer"),
    }
    let tls = certificate.map(|certificate| TlsAcceptor::from(certificate.handshake));
    let mut beside = JoinSet::new();
    beside.spawn(jobs::run(app.clone()));
    beside.spawn(others::run(app.clone()));
    beside.spawn(watchdog::run(app.clone(), visitor));
    if let Some(listener) = metrics {
        beside.spawn(metrics_of(app.clone(), listener));
    }
    let door = Door { listener, tls, connections: files::connections()?, behind_proxy: config.behind_proxy };
    watchdog::ready();
    serve(app.clone(), router, door, stop).await?;
    watchdog::stopping();
    while let Some(ended) = beside.join_next().await {
        ended?;
    }
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn metrics_listener(config: &Config) -> anyhow::Result<Option<TcpListener>> {
    let Some(address) = config.metrics else { return Ok(None) };
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot serve metrics at {address}"))?;
    tracing::info!(metrics = %listener.local_addr()?, "what is counted can be read");
    Ok(Some(listener))
}

async fn metrics_of(app: Arc<App>, listener: TcpListener) {
    if let Err(why) = serve_metrics(app, listener).await {
        tracing::error!(%why, "metrics are not served any more");
    }
}

/// A client that comes to this server's own door, as anybody would.
fn visitor(address: SocketAddr, certificate: Option<&Certificate>) -> anyhow::Result<Client> {
    let ip = if address.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
    let (scheme, trust) = match certificate {
        Some(certificate) => ("https", Trust::Pins(vec![certificate.pin])),
        None => ("http", Trust::Nobody),
    };
    let door = format!("{scheme}://{}", SocketAddr::new(ip, address.port()));
    Ok(Client::new(&door, "avanti-server", Patience::default(), &trust)?)
}

/// One server per embedded file: a second one would change days behind the boards that the first one draws. Several
/// servers share a PostgreSQL. The lock ends with the process, however that ends.
fn alone(config: &Config) -> anyhow::Result<Option<File>> {
    let Some(database) = config.database_file().map(Path::display) else { return Ok(None) };
    let path = format!("{database}.lock");
    let open = File::options().write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = open.with_context(|| format!("cannot write {path}"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => bail!("another avanti-server serves from {database}"),
        Err(TryLockError::Error(why)) => Err(why).with_context(|| format!("cannot lock {path}")),
    }
}

fn told_to_stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
