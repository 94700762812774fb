//! Configuration, as far as anybody needs it from a program: a thing that is not there yet is made.

use crate::{Client, Failure};
use contract::office::Configured;
use reqwest::{Method, header};
use serde::Serialize;

impl Client {
    /// `PUT /api/v1/{kind}/{id}` with `If-None-Match: *`: make a thing that nobody has made yet.
    pub async fn make<T: Configured + Serialize>(&self, thing: &T) -> Result<(), Failure> {
        let request = self.ask(Method::PUT, &format!("/{}/{}", T::KIND, thing.id())).json(thing);
        self.once(request.header(header::IF_NONE_MATCH, "*")).await.map(drop)
    }
}
