//! How long to wait and how often to try. Values, so that a test can be impatient.

use crate::Failure;
use std::{future::Future, time::Duration};

/// The waits of one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patience {
    /// For a connection. A server in the same building answers in milliseconds; 3 s forgives one lost packet twice.
    pub connect: Duration,
    /// For the whole answer to a request that is sent once.
    pub reply: Duration,
    /// For the answer to one try of a write that may be repeated. A server waits 5 s for its database before it says that
    /// nothing was done, and that is worth more than not knowing.
    pub attempt: Duration,
    /// For all tries of such a write together: after 8 s a person at a kiosk must be told something (F1).
    pub attempts: Duration,
    /// Between its tries; there is one try more than there are pauses. Together they last as long as `attempts`: a server
    /// that is started anew is there in between.
    pub pauses: Vec<Duration>,
    /// How long a live feed may be silent. The server says something every 5 s, so two signs of life were missed;
    /// and after 15 s at most the loss must be seen on the screen (INV-11), so it is noticed a little before.
    pub silence: Duration,
    /// The first pause before a lost feed is opened again. It doubles with each failure …
    pub reconnect_first: Duration,
    /// … up to this: a display is back at most 5 s after its server (F56).
    pub reconnect_most: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            reply: Duration::from_secs(10),
            attempt: Duration::from_millis(5_500),
            attempts: Duration::from_secs(8),
            pauses: [500, 1_000, 1_500, 1_500, 1_500, 1_500].map(Duration::from_millis).into(),
            silence: Duration::from_millis(14_500),
            reconnect_first: Duration::from_millis(500),
            reconnect_most: Duration::from_secs(5),
        }
    }
}

impl Patience {
    /// Does it until there is an answer, whatever it says, or patience ends. Only for what may be done twice.
    pub(crate) async fn insist<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let tries = async {
            for pause in &self.pauses {
                match attempt().await {
                    Err(Failure::Unreachable(why)) => {
                        tracing::info!(%why, "no answer, asking again under the same key")
                    }
                    answered => return answered,
                }
                tokio::time::sleep(*pause).await;
            }
            attempt().await
        };
        match tokio::time::timeout(self.attempts, tries).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::Unreachable(format!("no answer within {:?}", self.attempts))),
        }
    }

    /// The pause after one of that length.
    pub(crate) fn longer(&self, pause: Duration) -> Duration {
        (pause * 2).min(self.reconnect_most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_longer_than_was_promised() {
        let patience = Patience::default();
        assert!(patience.attempts <= Duration::from_secs(8), "F1: a person at a kiosk is told something");
        let refused: Duration = patience.pauses.iter().sum();
        assert!(refused >= Duration::from_secs(7), "F2: a server that is started anew is waited for");
        assert!(patience.attempt > Duration::from_secs(5), "F6: a server that cannot store now has the time to say so");
        assert!(patience.silence < Duration::from_secs(15), "INV-11: the loss of the link is on the screen");
        let longest = (0..20).fold(patience.reconnect_first, |pause, _| patience.longer(pause));
        assert!(longest <= Duration::from_secs(5), "INV-11: back after a restart");
    }

    #[tokio::test]
    async fn a_server_that_hangs_ends_all_tries_together() {
        let patience = Patience { attempts: Duration::from_millis(60), ..Patience::default() };
        let tries = patience.insist(std::future::pending::<Result<(), Failure>>);
        let outcome = tokio::time::timeout(patience.attempt, tries).await.expect("no single try has to end for it");
        assert!(matches!(outcome, Err(Failure::Unreachable(_))), "{outcome:?}");
    }
}
