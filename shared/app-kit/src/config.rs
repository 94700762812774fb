//! The settings of an app: one TOML file, and environment variables above it. A key that nobody knows is refused,
//! because a misspelt setting that is silently ignored costs an afternoon.

use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// What environment variables begin with: `AVANTI_SERVER` sets `server`, `AVANTI_PRINTER__URL` sets `printer.url`.
pub const PREFIX: &str = "AVANTI_";

/// The longest settings file: a hundred times what an app needs.
pub const FILE_BYTES: u64 = 64 * 1024;

/// Why the settings cannot be used. Always names the file or the variable.
#[derive(Debug, thiserror::Error)]
pub enum BadConfig {
    /// The file cannot be read.
    #[error("{}: {reason}", file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
    /// The file is longer than [`FILE_BYTES`].
    #[error("{}: longer than {FILE_BYTES} bytes, this is no settings file", file.display())]
    TooLong {
        /// Which file.
        file: PathBuf,
    },
    /// The command line is not understood.
    #[error("{0}")]
    CommandLine(String),
    /// Not TOML, or a key or value that does not belong there.
    #[error("{source_name}: {problem}")]
    Wrong {
        /// The file, or the environment.
        source_name: String,
        /// What is wrong and where.
        problem: String,
    },
}

/// The settings file named on the command line (`--config FILE`), which takes nothing else.
pub fn file_from(mut arguments: impl Iterator<Item = String>) -> Result<Option<PathBuf>, BadConfig> {
    let program = arguments.next().unwrap_or_default();
    let usage = |problem: String| BadConfig::CommandLine(format!("{problem}\nusage: {program} [--config FILE]"));
    let mut file = None;
    while let Some(argument) = arguments.next() {
        if argument != "--config" {
            return Err(usage(format!("\"{argument}\" is not known")));
        }
        file = Some(arguments.next().ok_or_else(|| usage("--config needs the name of a file".to_owned()))?.into());
    }
    Ok(file)
}

/// Reads the settings: the file, if there is one, and above it the environment.
///
/// `T` says `#[serde(deny_unknown_fields, default)]`; that is what refuses unknown keys. With no file the defaults
/// hold; a file that is named and missing is an error.
pub fn load<T: DeserializeOwned>(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<T, BadConfig> {
    let mut table = match file {
        Some(file) => read(file)?,
        None => toml::Table::new(),
    };
    // The file alone first, so that its mistakes are told with its name.
    if let Some(file) = file {
        check::<T>(&table, &file.display().to_string())?;
    }
    let mut changed = false;
    for (name, value) in environment {
        if let Some(key) = name.strip_prefix(PREFIX) {
            changed = true;
            put(&mut table, &key.to_lowercase(), &value);
        }
    }
    let source_name = if changed { format!("environment ({PREFIX}…)") } else { "settings".to_owned() };
    check(&table, &source_name)
}

fn read(file: &Path) -> Result<toml::Table, BadConfig> {
    let unreadable = |reason| BadConfig::Unreadable { file: file.to_owned(), reason };
    if std::fs::metadata(file).map_err(unreadable)?.len() > FILE_BYTES {
        return Err(BadConfig::TooLong { file: file.to_owned() });
    }
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let wrong = |problem: toml::de::Error| BadConfig::Wrong {
        source_name: file.display().to_string(),
        problem: problem.to_string(),
    };
    text.parse().map_err(wrong)
}

fn check<T: DeserializeOwned>(table: &toml::Table, source_name: &str) -> Result<T, BadConfig> {
    T::deserialize(table.clone()).map_err(|problem| BadConfig::Wrong {
        source_name: source_name.to_owned(),
        problem: problem.to_string().trim_end().to_owned(),
    })
}

/// A variable's text becomes a number or a truth value where it reads as one, else a string.
fn put(table: &mut toml::Table, key: &str, text: &str) {
    if let Some((outer, inner)) = key.split_once("__") {
        let entry = table.entry(outer).or_insert_with(|| toml::Table::new().into());
        if !entry.is_table() {
            *entry = toml::Table::new().into();
        }
        if let Some(inside) = entry.as_table_mut() {
            put(inside, inner, text);
        }
        return;
    }
    let value = match (text.parse::<i64>(), text.parse::<bool>()) {
        (Ok(number), _) => number.into(),
        (_, Ok(truth)) => truth.into(),
        _ => text.into(),
    };
    table.insert(key.to_owned(), value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Settings {
        server: String,
        full_screen: bool,
        printer: Printer,
    }
    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Printer {
        columns: u16,
    }

    fn check_settings(file: Option<&str>, variables: &[(&str, &str)], expect: Result<Settings, &str>) {
        let folder = std::env::temp_dir().join(format!("avanti-config-{}", crate::clock::new_id()));
        std::fs::create_dir(&folder).unwrap();
        let path = file.map(|text| {
            let path = folder.join("app.toml");
            std::fs::write(&path, text).unwrap();
            path
        });
        let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let found = load::<Settings>(path.as_deref(), environment).map_err(|problem| problem.to_string());
        std::fs::remove_dir_all(&folder).unwrap();
        match (found, expect) {
            (Ok(found), Ok(expect)) => assert_eq!(found, expect),
            (Err(found), Err(expect)) => assert!(found.contains(expect), "{found} does not say: {expect}"),
            (found, expect) => panic!("{found:?} instead of {expect:?}"),
        }
    }

    #[test]
    fn the_environment_stands_above_the_file() {
        let file = "server = \"http://a\"\n[printer]\ncolumns = 42\n";
        let server =
            |server: &str, columns| Settings { server: server.into(), full_screen: true, printer: Printer { columns } };
        check_settings(None, &[("HOME", "/root")], Ok(Settings::default()));
        check_settings(Some(file), &[("AVANTI_FULL_SCREEN", "true")], Ok(server("http://a", 42)));
        let above = [("AVANTI_SERVER", "http://b"), ("AVANTI_FULL_SCREEN", "true"), ("AVANTI_PRINTER__COLUMNS", "32")];
        check_settings(Some(file), &above, Ok(server("http://b", 32)));
    }

    #[test]
    fn the_command_line_names_one_file() {
        let from = |words: &[&str]| file_from(words.iter().map(|word| (*word).to_owned()));
        assert_eq!(from(&["app"]).unwrap(), None);
        assert_eq!(from(&["app", "--config", "a.toml"]).unwrap(), Some("a.toml".into()));
        assert!(from(&["app", "--config"]).is_err());
        assert!(from(&["app", "--verbose"]).unwrap_err().to_string().contains("usage: app [--config FILE]"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        check_settings(Some("servr = \"x\""), &[], Err("app.toml: unknown field `servr`"));
        check_settings(Some("[printer]\ncolumns = \"x\""), &[], Err("columns"));
        check_settings(Some("server = "), &[], Err("app.toml"));
        check_settings(None, &[("AVANTI_SERVR", "x")], Err("unknown field `servr`"));
        let missing = load::<Settings>(Some(Path::new("/nowhere/app.toml")), std::iter::empty());
        assert!(missing.unwrap_err().to_string().starts_with("/nowhere/app.toml: "));
    }
}
