//! The door for whoever watches over the server: its metrics, to this computer alone and apart from everybody's door.

use super::Shared;
use crate::{
    error::Failure,
    live,
    metrics::{MEDIA_TYPE, Metrics},
};
use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use std::io;
use tokio::net::TcpListener;

/// Serves the metrics until the server stops.
pub async fn serve_metrics(app: Shared, listener: TcpListener) -> io::Result<()> {
    let mut stopping = app.live.stopping();
    let router = Router::new().route("/metrics", get(metrics)).with_state(app);
    axum::serve(listener, router).with_graceful_shutdown(async move { live::stopped(&mut stopping).await }).await
}

async fn metrics(State(app): State<Shared>) -> Result<Response, Failure> {
    let metrics: &Metrics = &app.metrics;
    metrics.feeds.set(i64::try_from(app.live.feeds()).unwrap_or(i64::MAX));
    let text = metrics.text().map_err(anyhow::Error::from)?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response())
}
