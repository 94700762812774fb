//! Listening, and stopping gracefully.

use super::{Shared, router};
use axum::serve::ListenerExt;
use std::future::Future;
use tokio::net::TcpListener;

/// Serves until `stop` ends, then lets requests under way finish.
pub async fn serve(
    app: Shared,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let live = app.clone();
    let listener = listener.tap_io(|stream| {
        // A board must not wait for the next one to fill a packet.
        if let Err(why) = stream.set_nodelay(true) {
            tracing::debug!(%why, "TCP_NODELAY could not be set");
        }
    });
    axum::serve(listener, router(app))
        .with_graceful_shutdown(async move {
            stop.await;
            live.live.stop();
        })
        .await
}
