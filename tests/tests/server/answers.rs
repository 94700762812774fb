//! Answers as they came over the wire, to be compared and judged.

use serde_json::Value;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub media: String,
    pub text: String,
}

impl Answer {
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let media = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media = media.to_owned();
        Self { status, media, text: response.text().await.unwrap() }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The name of the refusal: what follows `#` in the problem's type. Empty if it is none.
    pub fn refusal(&self) -> String {
        let value: Value = serde_json::from_str(&self.text).unwrap_or_default();
        value["type"].as_str().and_then(|name| name.split('#').nth(1)).unwrap_or_default().to_owned()
    }

    /// Whether it is a "no" as the API promises it: 4xx, a problem of the right media type that names itself.
    pub fn is_proper_no(&self) -> bool {
        let value: Value = serde_json::from_str(&self.text).unwrap_or_default();
        (400..500).contains(&self.status)
            && self.media == "application/problem+json"
            && !self.refusal().is_empty()
            && value["status"] == self.status
    }

    /// What happened to whom: the answer without the moment at which it was given.
    pub fn outcome(&self) -> Value {
        let mut value = self.json();
        if let Some(members) = value.as_object_mut() {
            members.remove("at");
        }
        value
    }
}
