//! What can be counted about the server's work, for whoever watches over it (Prometheus). No label names a person, a card, a
//! ticket or a login (INV-16): they are methods, routes as patterns, status codes and words of this file.

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
        info::Info,
    },
    registry::{Registry, Unit},
};
use std::{fmt, time::Duration};

/// The media type of what [`Metrics::text`] gives.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Counters of one server since its start.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram>,
    commands: Family<OutcomeLabels, Counter>,
    commits: Histogram,
    batches: Histogram,
    /// Faults of our own; each is in the log under its incident code.
    pub faults: Counter,
    /// Boards drawn for whoever follows.
    pub boards: Counter,
    /// Open feeds.
    pub feeds: Gauge,
    /// Open connections.
    pub connections: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was carried out.
    Done,
    /// It had been carried out before.
    Repeated,
    /// The rules said no.
    Refused,
    /// Something of ours failed.
    Failed,
}

impl Default for Metrics {
    fn default() -> Self {
        // From a quarter of a millisecond to four seconds: what a disk and a network may take.
        let times = || Histogram::new(exponential_buckets(0.000_25, 2.0, 15));
        let mut it = Self {
            registry: Registry::with_prefix("avanti"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(times),
            commands: Family::default(),
            commits: times(),
            batches: Histogram::new(exponential_buckets(1.0, 2.0, 7)),
            faults: Counter::default(),
            boards: Counter::default(),
            feeds: Gauge::default(),
            connections: Gauge::default(),
        };
        it.register();
        it
    }
}

impl Metrics {
    fn register(&mut self) {
        let of = &mut self.registry;
        of.register("build", "Which server this is", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        of.register("requests", "Requests answered", self.requests.clone());
        of.register_with_unit("request", "How long answers took", Unit::Seconds, self.seconds.clone());
        of.register("commands", "Commands to a day, by what became of them", self.commands.clone());
        of.register_with_unit(
            "commit",
            "How long it took to make a batch durable",
            Unit::Seconds,
            self.commits.clone(),
        );
        of.register("batch_commands", "Commands that were made durable together", self.batches.clone());
        of.register("faults", "Faults of the server; the log has each under its code", self.faults.clone());
        of.register("boards", "Boards drawn for whoever follows", self.boards.clone());
        of.register("feeds", "Live feeds that are open", self.feeds.clone());
        of.register("connections", "Connections that are open", self.connections.clone());
    }

    /// Counts an answer. `route` is the pattern, never the path.
    pub fn answered(&self, method: &axum::http::Method, route: &str, status: u16, took: Duration) {
        let (method, route) = (word(method), route.to_owned());
        self.seconds.get_or_create(&RouteLabels { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&RequestLabels { method, route, status }).inc();
    }

    /// Counts what became of a command.
    pub fn decided(&self, outcome: Outcome) {
        let outcome = match outcome {
            Outcome::Done => "done",
            Outcome::Repeated => "repeated",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
        };
        self.commands.get_or_create(&OutcomeLabels { outcome }).inc();
    }

    /// Counts a commit of so many commands.
    pub fn committed(&self, commands: usize, took: Duration) {
        self.commits.observe(took.as_secs_f64());
        self.batches.observe(f64::from(u32::try_from(commands).unwrap_or(u32::MAX)));
    }

    /// Everything, in the OpenMetrics text format.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut all = String::new();
        text::encode(&mut all, &self.registry)?;
        Ok(all)
    }
}

/// A method as a label: whoever invents methods must not invent time series.
fn word(method: &axum::http::Method) -> &'static str {
    ["GET", "PUT", "POST", "DELETE", "HEAD"].into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Method;

    #[test]
    fn what_was_counted_can_be_read() {
        let metrics = Metrics::default();
        metrics.answered(&Method::GET, "/api/v1", 200, Duration::from_millis(3));
        metrics.answered(&Method::from_bytes(b"RSSMRA85T10A562S").unwrap(), "(none)", 405, Duration::ZERO);
        metrics.decided(Outcome::Done);
        metrics.committed(3, Duration::from_millis(1));
        metrics.feeds.inc();
        let text = metrics.text().unwrap();
        for line in [
            "avanti_requests_total{method=\"GET\",route=\"/api/v1\",status=\"200\"} 1",
            "avanti_requests_total{method=\"other\",route=\"(none)\",status=\"405\"} 1",
            "avanti_request_seconds_count{route=\"/api/v1\"} 1",
            "avanti_commands_total{outcome=\"done\"} 1",
            "avanti_commit_seconds_count 1",
            "avanti_batch_commands_sum 3.0",
            "avanti_feeds 1",
        ] {
            assert!(text.lines().any(|known| known == line), "{line} is missing in\n{text}");
        }
        assert!(!text.contains("RSSMRA"));
    }
}
