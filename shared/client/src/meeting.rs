//! The first meeting with a server: whose key is it? Nothing is told to a server before somebody has compared the answer
//! with what the server itself shows.

use crate::{Failure, Pin, transport::BadServer, trust::believing_anybody};
use reqwest::Url;
use rustls::pki_types::ServerName;
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

/// A server that does not shake hands in this time is not there.
const PATIENCE: Duration = Duration::from_secs(10);

/// The fingerprint of the key of the server at that address ("https://avanti.local:8443").
pub async fn fingerprint(server: &str) -> Result<Pin, Failure> {
    let bad = |problem: &str| Failure::Unreachable(BadServer::new(server, problem).to_string());
    let url = Url::parse(server).map_err(|why| bad(&why.to_string()))?;
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return Err(bad("a name and a port are expected"));
    };
    let host = host.trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(host.clone()).map_err(|why| bad(&why.to_string()))?;
    let handshake = believing_anybody().map_err(|why| bad(&why.to_string()))?;
    let meet = async {
        let stream = TcpStream::connect((host.as_str(), port)).await?;
        TlsConnector::from(Arc::new(handshake)).connect(name, stream).await
    };
    let stream = timeout(PATIENCE, meet)
        .await
        .map_err(|_| Failure::Unreachable("no answer in time".to_owned()))?
        .map_err(|why| Failure::Unreachable(format!("no encrypted connection ({why})")))?;
    let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
    let certificate = certificate.ok_or_else(|| Failure::Garbled("a server without certificate".to_owned()))?;
    Pin::of(certificate).map_err(|why| Failure::Garbled(format!("a certificate that cannot be read ({why})")))
}
