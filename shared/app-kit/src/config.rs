//! The settings of an app: one TOML file, and environment variables above it. A key that nobody knows is refused, in
//! the file and behind the program's own prefix, because a misspelt setting that is silently ignored costs an
//! afternoon.

use serde::de::DeserializeOwned;
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

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
    /// Not TOML, or a key or value that does not belong there.
    #[error("{source_name}: {problem}")]
    Wrong {
        /// The file, or the environment.
        source_name: String,
        /// What is wrong and where.
        problem: String,
    },
}

/// Where the settings of one program come from.
#[derive(Debug, Clone, Default)]
pub struct Source {
    file: Option<PathBuf>,
    /// The program's variables: as they are called, the key that each sets, and its text.
    variables: Vec<(String, String, String)>,
}

impl Source {
    /// From this file, or the one that `…CONFIG` names, or none; and above it from those variables that begin with
    /// the program's prefix. Other variables belong to other programs.
    pub fn new(
        prefix: &str,
        file: Option<PathBuf>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Self {
        let mut source = Self { file, variables: Vec::new() };
        for (name, value) in environment {
            let Some(key) = name.to_str().and_then(|name| name.strip_prefix(prefix)) else { continue };
            if key == "CONFIG" {
                source.file = source.file.or_else(|| Some(PathBuf::from(value)).filter(|file| file != Path::new("")));
            } else {
                let value = value.to_string_lossy().into_owned();
                source.variables.push((format!("{prefix}{key}"), key.to_lowercase(), value));
            }
        }
        source
    }
}

/// Reads the settings: the file, if there is one, and above it the variables.
///
/// `T` says `#[serde(deny_unknown_fields, default)]`; that is what refuses unknown keys. With no file the defaults
/// hold; a file that is named and missing is an error.
pub fn load<T: DeserializeOwned>(source: &Source) -> Result<T, BadConfig> {
    let mut table = match &source.file {
        Some(file) => read(file)?,
        None => toml::Table::new(),
    };
    let mut settings =
        check(&table, &source.file.as_ref().map_or_else(String::new, |file| file.display().to_string()))?;
    // One after the other, so that a mistake is told with the name of its variable.
    for (name, key, text) in &source.variables {
        put(&mut table, key, text);
        settings = check(&table, name)?;
    }
    Ok(settings)
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

/// A variable's text is a value as it would stand in the file (`true`, `7.5`, `["a", "b"]`), or else plain words.
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
    let value = text.parse().ok().filter(|value: &toml::Value| !value.is_datetime()).unwrap_or_else(|| text.into());
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
        distance: f64,
        readers: Vec<String>,
        printer: Printer,
    }
    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Printer {
        columns: u16,
    }

    fn from(file: Option<PathBuf>, variables: &[(&str, &str)]) -> Result<Settings, String> {
        let environment = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        load(&Source::new("AVANTI_TOTEM_", file, environment)).map_err(|problem| problem.to_string())
    }

    fn check_settings(file: Option<&str>, variables: &[(&str, &str)], expect: Result<Settings, &str>) {
        let folder = std::env::temp_dir().join(format!("avanti-config-{}", crate::clock::new_id()));
        std::fs::create_dir(&folder).unwrap();
        let path = file.map(|text| {
            let path = folder.join("app.toml");
            std::fs::write(&path, text).unwrap();
            path
        });
        let found = from(path, variables);
        std::fs::remove_dir_all(&folder).unwrap();
        match (found, expect) {
            (Ok(found), Ok(expect)) => assert_eq!(found, expect),
            (Err(found), Err(expect)) => assert!(found.contains(expect), "{found} does not say: {expect}"),
            (found, expect) => panic!("{found:?} instead of {expect:?}"),
        }
    }

    #[test]
    fn variables_stand_above_the_file() {
        let file = "server = \"http://a\"\n[printer]\ncolumns = 42\n";
        let settings = |server: &str, columns| Settings {
            server: server.into(),
            full_screen: true,
            printer: Printer { columns },
            ..Settings::default()
        };
        check_settings(Some(file), &[("AVANTI_TOTEM_FULL_SCREEN", "true")], Ok(settings("http://a", 42)));
        let above = [
            ("AVANTI_TOTEM_SERVER", "http://b"),
            ("AVANTI_TOTEM_FULL_SCREEN", "true"),
            ("AVANTI_TOTEM_PRINTER__COLUMNS", "32"),
        ];
        check_settings(Some(file), &above, Ok(settings("http://b", 32)));
    }

    #[test]
    fn a_variable_is_a_value_or_plain_words() {
        let expect = Settings {
            server: "42".into(),
            distance: 7.5,
            readers: vec!["serial:/dev/ttyACM0".into(), "keyboard".into()],
            ..Settings::default()
        };
        let variables = [
            ("AVANTI_TOTEM_SERVER", "\"42\""),
            ("AVANTI_TOTEM_DISTANCE", "7.5"),
            ("AVANTI_TOTEM_READERS", r#"["serial:/dev/ttyACM0", "keyboard"]"#),
        ];
        check_settings(None, &variables, Ok(expect));
        let odd = "x\"\nfull_screen = true";
        check_settings(
            None,
            &[("AVANTI_TOTEM_SERVER", odd)],
            Ok(Settings { server: odd.into(), ..Settings::default() }),
        );
    }

    #[test]
    fn variables_of_other_programs_are_left_alone() {
        let others = [("HOME", "/root"), ("AVANTI_SERVER", "x"), ("AVANTI_LISTEN", "x"), ("AVANTI_DISPLAY_TOKEN", "x")];
        check_settings(None, &others, Ok(Settings::default()));
    }

    #[test]
    fn a_variable_names_the_file_where_the_command_line_does_not() {
        let named = [("AVANTI_TOTEM_CONFIG", "/nowhere/variable.toml")];
        assert!(from(None, &named).unwrap_err().starts_with("/nowhere/variable.toml: "));
        assert!(from(Some("/nowhere/line.toml".into()), &named).unwrap_err().starts_with("/nowhere/line.toml: "));
        assert!(from(None, &[("AVANTI_TOTEM_CONFIG", "")]).is_ok());
    }

    #[test]
    fn what_is_wrong_is_named() {
        check_settings(Some("servr = \"x\""), &[], Err("app.toml: unknown field `servr`"));
        check_settings(Some("[printer]\ncolumns = \"x\""), &[], Err("columns"));
        check_settings(Some("server = "), &[], Err("app.toml"));
        check_settings(None, &[("AVANTI_TOTEM_SERVR", "x")], Err("AVANTI_TOTEM_SERVR: unknown field `servr`"));
        let both = [("AVANTI_TOTEM_SERVER", "x"), ("AVANTI_TOTEM_FULL_SCREEN", "maybe")];
        check_settings(None, &both, Err("AVANTI_TOTEM_FULL_SCREEN: invalid type: string \"maybe\""));
    }
}
