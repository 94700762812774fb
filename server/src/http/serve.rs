//! Listening, and stopping gracefully.

use super::Shared;
use axum::{Router, serve::ListenerExt};
use std::future::Future;
use tokio::net::TcpListener;

/// Serves until `stop` ends, then ends the feeds and lets requests under way finish.
pub async fn serve(
    app: Shared,
    router: Router,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let listener = listener.tap_io(|stream| {
        // A board must not wait for the next one to fill a packet.
        if let Err(why) = stream.set_nodelay(true) {
            tracing::debug!(%why, "TCP_NODELAY could not be set");
        }
    });
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            stop.await;
            app.live.stop();
        })
        .await
}
