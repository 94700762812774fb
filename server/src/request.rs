//! The id of the request that is being answered: on each line that it writes into the log, in the answer's `X-Request-Id`,
//! and the incident code if something of ours fails in it.

use crate::clock;

tokio::task_local! {
    static ID: String;
}

/// The answer's header with the request's id.
pub const HEADER: &str = "x-request-id";

/// A new id: short enough to be read out over the telephone, unique enough to be found in the log.
pub fn new_id() -> String {
    // The last figures of an id are its random ones.
    let id = clock::new_id().simple().to_string();
    id[id.len() - 8..].to_uppercase()
}

/// The id of the request in which this is asked.
pub fn current() -> Option<String> {
    ID.try_with(String::clone).ok()
}

/// Does something as part of the request of that id.
pub async fn within<T>(id: String, work: impl Future<Output = T>) -> T {
    ID.scope(id, work).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_fault_is_called_by_the_request_in_which_it_happened() {
        assert_eq!(current(), None);
        let said = within("1A2B3C4D".to_owned(), async { crate::error::incident("for a test") }).await;
        assert_eq!(said, contract::Refusal::Fault { incident: "1A2B3C4D".to_owned() });
    }
}
