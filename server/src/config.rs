//! The server's settings: one TOML file and environment variables. Everything has a default; an unknown key is an
//! error, because a misspelt one would be silently without effect.

use crate::clock::Clock;
use anyhow::{Context, bail};
use contract::time::{Date, Instant, TimeOfDay, Zone};
use domain::holidays::is_holiday;
use serde::Deserialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The server's settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen. Environment: `AVANTI_LISTEN`.
    pub listen: SocketAddr,
    /// A file's path, or `postgres://…`. Environment: `AVANTI_DATABASE`.
    pub database: String,
    /// The directory of the keys; by default that of the database's file. Environment: `AVANTI_KEYS`.
    pub keys: Option<PathBuf>,
    /// Encryption: `certificate` and `key`, the files (PEM) that the municipality gave, or nothing for a key and a
    /// certificate of the server's own. Without this table it encrypts unless it listens to its own computer only,
    /// where a proxy may stand in front of it.
    pub tls: Option<TlsTable>,
    /// True if a proxy on this computer stands in front of the server: then callers are told apart by the last address in
    /// its `X-Forwarded-For`, which it must set itself.
    pub behind_proxy: bool,
    /// Where to serve metrics, on this computer only; by default nowhere. Environment: `AVANTI_METRICS`.
    pub metrics: Option<SocketAddr>,
    /// For demonstrations only: where the clock stands at the start, in the time of Rome. `"2026-11-23T10:20"`, or
    /// `"working-day"` for 10:20 of today, or of the next working day. Environment: `AVANTI_DEMONSTRATION_CLOCK`.
    pub demonstration_clock: Option<String>,
}

/// The table `[tls]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TlsTable {
    /// The certificate, and those between it and its authority.
    pub certificate: Option<PathBuf>,
    /// Its private key.
    pub key: Option<PathBuf>,
}

/// How connections are encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// By a key of the server's own, whose fingerprint devices are told.
    SelfSigned,
    /// By a certificate of the municipality's authority.
    Files {
        /// The certificate's file.
        certificate: PathBuf,
        /// Its key's file.
        key: PathBuf,
    },
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            database: "./avanti.sqlite3".to_owned(),
            keys: None,
            tls: None,
            behind_proxy: false,
            metrics: None,
            demonstration_clock: None,
        }
    }
}

impl Config {
    /// Reads the file, if one is named, and lets the environment overrule it.
    pub fn read(file: Option<&Path>, variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let mut config = match file {
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
                toml::from_str(&text).with_context(|| format!("in {}", path.display()))?
            }
            None => Self::default(),
        };
        if let Some(listen) = variable("AVANTI_LISTEN") {
            config.listen = listen.parse().with_context(|| format!("AVANTI_LISTEN=\"{listen}\" is no address:port"))?;
        }
        if let Some(metrics) = variable("AVANTI_METRICS") {
            let parsed = metrics.parse().with_context(|| format!("AVANTI_METRICS=\"{metrics}\" is no address:port"))?;
            config.metrics = Some(parsed);
        }
        if let Some(database) = variable("AVANTI_DATABASE") {
            config.database = database;
        }
        if let Some(keys) = variable("AVANTI_KEYS") {
            config.keys = Some(keys.into());
        }
        if let Some(clock) = variable("AVANTI_DEMONSTRATION_CLOCK") {
            config.demonstration_clock = Some(clock);
        }
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        if let Some(TlsTable { certificate: Some(_), key: None } | TlsTable { certificate: None, key: Some(_) }) =
            self.tls
        {
            bail!(
                "[tls] names a certificate without its key, or a key without its certificate: it needs both, or neither"
            );
        }
        if let Some(metrics) = self.metrics.filter(|metrics| !metrics.ip().is_loopback()) {
            bail!(
                "metrics = \"{metrics}\" would be open to the network: give an address of this computer, 127.0.0.1:9464"
            );
        }
        if self.behind_proxy && !self.listen.ip().is_loopback() {
            bail!("behind_proxy is for a server that only the proxy can reach: listen = \"127.0.0.1:8080\"");
        }
        if self.database.trim().is_empty() {
            bail!("database is empty: give a file's path or postgres://…");
        }
        Ok(())
    }

    /// How connections are encrypted. None: not at all, and then only this computer can reach it.
    pub fn tls(&self) -> Option<Tls> {
        match self.tls.clone() {
            Some(TlsTable { certificate: Some(certificate), key: Some(key) }) => Some(Tls::Files { certificate, key }),
            Some(_) => Some(Tls::SelfSigned),
            // Tokens and codes of cards must not cross a network in clear.
            None => (!self.listen.ip().is_loopback()).then_some(Tls::SelfSigned),
        }
    }

    /// Where the keys lie.
    pub fn keys_directory(&self) -> PathBuf {
        if let Some(keys) = &self.keys {
            return keys.clone();
        }
        let parent = self.database_file().and_then(Path::parent);
        parent.filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
    }

    /// The embedded database's file, if it is one.
    pub fn database_file(&self) -> Option<&Path> {
        let file = self.database.strip_prefix("sqlite://").unwrap_or(&self.database);
        (!file.contains("://")).then(|| Path::new(file))
    }

    /// What to call the database in a message: a URL holds a password.
    pub fn database_name(&self) -> String {
        self.database_file().map_or_else(|| "PostgreSQL".to_owned(), |file| file.display().to_string())
    }

    /// The clock to run by. A demonstration never goes back behind what is in the journal already.
    pub fn clock(&self, latest: Option<Instant>) -> anyhow::Result<Clock> {
        let real = Clock::real();
        let Some(wish) = &self.demonstration_clock else { return Ok(real) };
        let start = demonstration_start(wish, real.now())?;
        Ok(Clock::starting_at(latest.map_or(start, |latest| latest.max(start))))
    }
}

/// When a demonstration begins. 10:20 is a time at which an Italian office is full.
fn demonstration_start(wish: &str, now: Instant) -> anyhow::Result<Instant> {
    let rome: Zone = "Europe/Rome".parse()?;
    let (date, time): (Date, TimeOfDay) = match wish {
        "working-day" => {
            let today = now.on_the_wall(&rome).0;
            let open = |date: &Date| !is_holiday(*date, None) && date.weekday() != contract::time::Weekday::Saturday;
            let date = (0..14).map(|days| today.plus_days(days)).find(open).unwrap_or(today);
            (date, "10:20".parse()?)
        }
        other => {
            let parts =
                other.split_once('T').context("demonstration_clock is \"working-day\" or like \"2026-11-23T10:20\"")?;
            (parts.0.parse()?, parts.1.parse()?)
        }
    };
    date.at(time, &rome).with_context(|| format!("there is no {time} on {date}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<Config> {
        Ok(toml::from_str(text)?)
    }

    #[test]
    fn nothing_said_means_an_embedded_file_on_this_computer() {
        let config = read("").unwrap();
        assert_eq!(
            (config.listen.to_string().as_str(), config.database.as_str()),
            ("127.0.0.1:8080", "./avanti.sqlite3")
        );
        assert_eq!(config.keys_directory(), Path::new("."));
    }

    #[test]
    fn unknown_keys_are_refused() {
        assert!(read("lisen = \"127.0.0.1:1\"").unwrap_err().to_string().contains("lisen"));
        assert!(read("[tls]\ncertificates = \"x\"").unwrap_err().to_string().contains("certificates"));
    }

    #[test]
    fn whoever_listens_to_a_network_encrypts() {
        let tls = |text: &str| read(text).unwrap().tls();
        assert_eq!(tls(""), None);
        assert_eq!(tls("listen = \"0.0.0.0:8443\""), Some(Tls::SelfSigned));
        assert_eq!(tls("[tls]"), Some(Tls::SelfSigned));
        let files = "listen = \"[::]:8443\"\n[tls]\ncertificate = \"c.pem\"\nkey = \"k.pem\"";
        assert_eq!(tls(files), Some(Tls::Files { certificate: "c.pem".into(), key: "k.pem".into() }));
        let half = read("[tls]\nkey = \"k.pem\"").unwrap().check().unwrap_err().to_string();
        assert!(half.contains("needs both"), "{half}");
    }

    #[test]
    fn what_would_be_open_to_strangers_is_refused() {
        let refused = |text: &str| read(text).unwrap().check().unwrap_err().to_string();
        assert!(refused("metrics = \"0.0.0.0:9464\"").contains("127.0.0.1:9464"));
        assert!(refused("listen = \"0.0.0.0:8443\"\nbehind_proxy = true").contains("only the proxy"));
        assert!(read("metrics = \"127.0.0.1:9464\"\nbehind_proxy = true").unwrap().check().is_ok());
    }

    #[test]
    fn keys_lie_beside_the_database() {
        assert_eq!(
            read("database = \"/var/lib/avanti/a.sqlite3\"").unwrap().keys_directory(),
            Path::new("/var/lib/avanti")
        );
        assert_eq!(read("database = \"postgres://x/y\"").unwrap().keys_directory(), Path::new("."));
    }

    #[test]
    fn a_demonstration_begins_on_a_working_day() {
        let start = |now: &str| demonstration_start("working-day", now.parse().unwrap()).unwrap().to_string();
        assert_eq!(start("2026-11-23T02:00:00Z"), "2026-11-23T09:20:00Z");
        assert_eq!(start("2026-11-22T12:00:00Z"), "2026-11-23T09:20:00Z");
        assert_eq!(start("2026-12-25T12:00:00Z"), "2026-12-28T09:20:00Z");
        assert!(demonstration_start("tomorrow", Instant::from_millis(0)).is_err());
    }
}
