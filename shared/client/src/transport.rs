//! Requests out, answers in: address, token, time limits, size limits. It knows no resource by name.

use crate::{
    Failure, Patience,
    trust::{Trust, believing_nobody},
};
use contract::Problem;
use reqwest::{Method, RequestBuilder, Response, Url, header, redirect::Policy};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    net::IpAddr,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

/// The largest answer accepted: the configuration of a large office; boards are a few kilobytes.
const REPLY_BYTES: usize = 4 << 20;

/// A connection that has not been used for this long is not used again: the server closes it a little later.
const IDLE: Duration = Duration::from_secs(10);

/// An address that is not a server's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{address}\" is not the address of a server: {problem}")]
pub struct BadServer {
    address: String,
    problem: String,
}

impl BadServer {
    pub(crate) fn new(address: &str, problem: &str) -> Self {
        Self { address: address.to_owned(), problem: problem.to_owned() }
    }
}

/// A connection to one server. Clones share connections and token.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Arc<RwLock<Option<String>>>,
    pub(crate) patience: Patience,
}

impl Client {
    /// A client of the server at that address ("https://avanti.local:8443"), which calls itself `agent`
    /// ("avanti-display/0.1.0") and believes whom it is told to.
    pub fn new(server: &str, agent: &str, patience: Patience, trust: &Trust) -> Result<Self, BadServer> {
        let bad = |problem: &str| BadServer::new(server, problem);
        let url = Url::parse(server).map_err(|error| bad(&error.to_string()))?;
        let encrypted = match url.scheme() {
            "https" => true,
            "http" if is_this_computer(&url) => false,
            // Codes of cards and tokens would cross the network for everybody to read.
            "http" => return Err(bad("plain http:// is for a server on this computer only; use https://")),
            _ => return Err(bad("it must begin with https://")),
        };
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err(bad("only a name and a port are expected"));
        }
        let mut http = reqwest::Client::builder()
            .user_agent(agent)
            .connect_timeout(patience.connect)
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            // A redirect would carry the token elsewhere, a proxy would hear what it must not.
            .redirect(Policy::none())
            .no_proxy();
        // reqwest makes a handshake in any case, and one that believes nobody must still be of our ciphers.
        let handshake = if encrypted { trust.handshake() } else { believing_nobody() };
        http = http.tls_backend_preconfigured(handshake.map_err(|error| bad(&error.to_string()))?);
        let http = http.build().map_err(|error| bad(&error.to_string()))?;
        Ok(Self { http, base: server.trim_end_matches('/').to_owned(), token: Arc::default(), patience })
    }

    /// From now on every request carries this token: a device's, or that of an operator's session. None: no token.
    pub fn set_token(&self, token: Option<String>) {
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = token;
    }

    /// A request for what lies below `/api/v1`.
    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.base));
        match &*self.token.read().unwrap_or_else(PoisonError::into_inner) {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        read(self.once(self.ask(Method::GET, path)).await?).await
    }

    /// Sends it one single time.
    pub(crate) async fn once(&self, request: RequestBuilder) -> Result<Response, Failure> {
        accept(request.timeout(self.patience.reply)).await
    }

    /// Sends it again under the same key if the answer is lost: the server recognises it and answers the same.
    pub(crate) async fn insist<B: Serialize, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        key: Option<contract::ids::CommandKey>,
        body: &B,
    ) -> Result<T, Failure> {
        let attempt = || async {
            let mut request = self.ask(method.clone(), path).json(body).timeout(self.patience.attempt);
            if let Some(key) = key {
                request = request.header("idempotency-key", key.to_string());
            }
            read(accept(request).await?).await
        };
        self.patience.insist(attempt).await
    }
}

fn is_this_computer(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Sends it; anything but a 2xx is a failure.
pub(crate) async fn accept(request: RequestBuilder) -> Result<Response, Failure> {
    let response = request.send().await.map_err(Failure::unreachable)?;
    if response.status().is_success() { Ok(response) } else { Err(refused(response).await) }
}

/// The body as the type expected.
pub(crate) async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Failure> {
    let body = body(response).await?;
    serde_json::from_slice(&body).map_err(|error| Failure::unreadable::<T>(&error))
}

async fn refused(response: Response) -> Failure {
    let status = response.status();
    let media = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_owned();
    if media != "application/problem+json" {
        return Failure::Garbled(format!("status {} with a body of type \"{media}\"", status.as_u16()));
    }
    match read::<Problem>(response).await {
        Ok(Problem(refusal)) => Failure::Refused(refusal),
        Err(failure) => failure,
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Failure::unreachable)? {
        if body.len() + chunk.len() > REPLY_BYTES {
            return Err(Failure::Garbled(format!("an answer of more than {REPLY_BYTES} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pin;

    #[test]
    fn only_a_plain_server_address_is_accepted() {
        let pins = Trust::Pins(vec![Pin::of_key(b"a key")]);
        let new = |address: &str, trust: &Trust| {
            Client::new(address, "avanti-test/0", Patience::default(), trust).map(|client| client.base)
        };
        assert_eq!(new("https://avanti.local:8443/", &pins).unwrap(), "https://avanti.local:8443");
        for here in ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"] {
            assert_eq!(new(here, &Trust::Nobody).unwrap(), here);
        }
        let plain = new("http://avanti.local:8080", &pins).unwrap_err().to_string();
        assert!(plain.contains("use https://"), "{plain}");
        let nobody = new("https://avanti.local", &Trust::Nobody).unwrap_err().to_string();
        assert!(nobody.contains("fingerprint"), "{nobody}");
        for wrong in ["", "avanti.local", "ftp://a", "https://a/api", "https://a?x=1", "https://me@a"] {
            assert!(new(wrong, &pins).is_err(), "{wrong}");
        }
    }
}
