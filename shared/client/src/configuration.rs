//! Configuration resources, one shape for all kinds: read with a tag, write only over what was read.

use crate::{Client, Failure, transport::read};
use contract::office::Configured;
use reqwest::{Method, Response, header};
use serde::{Serialize, de::DeserializeOwned};

/// A thing and the tag (`ETag`) of the state in which it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged<T> {
    /// The thing.
    pub value: T,
    /// The tag, for [`Precondition::Unchanged`].
    pub etag: String,
}

/// What must be true for a write to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// Nobody has made it yet (`If-None-Match: *`).
    New,
    /// Nobody has changed it since it was read (`If-Match`).
    Unchanged(String),
}

impl Client {
    /// `GET /api/v1/{kind}`: all that may be seen, by id.
    pub async fn list<T: Configured + DeserializeOwned>(&self) -> Result<Vec<T>, Failure> {
        self.get(&format!("/{}", T::KIND)).await
    }

    /// `GET /api/v1/{kind}/{id}`.
    pub async fn read<T: Configured + DeserializeOwned>(&self, id: &str) -> Result<Tagged<T>, Failure> {
        tagged(self.once(self.ask(Method::GET, &format!("/{}/{id}", T::KIND))).await?).await
    }

    /// `PUT /api/v1/{kind}/{id}`.
    pub async fn write<T: Configured + Serialize + DeserializeOwned>(
        &self,
        value: &T,
        only_if: Precondition,
    ) -> Result<Tagged<T>, Failure> {
        let request = self.ask(Method::PUT, &format!("/{}/{}", T::KIND, value.id())).json(value);
        let request = match only_if {
            Precondition::New => request.header(header::IF_NONE_MATCH, "*"),
            Precondition::Unchanged(etag) => request.header(header::IF_MATCH, etag),
        };
        tagged(self.once(request).await?).await
    }
}

async fn tagged<T: DeserializeOwned>(response: Response) -> Result<Tagged<T>, Failure> {
    let etag = response.headers().get(header::ETAG).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let etag = etag.ok_or_else(|| Failure::Garbled("an answer without its ETag".to_owned()))?;
    Ok(Tagged { value: read(response).await?, etag })
}
