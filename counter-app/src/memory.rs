//! Keeps from one start to the next who logged in and where they sat. Never a password, and of a citizen no
//! more than the code of a service that is over and that the server has not heard of.

use crate::flow::Memory;
use std::{io, path::PathBuf};

/// The most bytes of the file: a login, a counter and some services.
const FILE_BYTES: u64 = 64 * 1024;

/// The file of the memory: as set, or in the usual folder of the system's user, if there is one.
pub fn file(set: Option<PathBuf>, variable: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let folder = |name: &str, rest: &str| {
        variable(name).filter(|value| !value.is_empty()).map(|it| PathBuf::from(it).join(rest))
    };
    set.or_else(|| folder("XDG_STATE_HOME", "avanti/counter.toml"))
        .or_else(|| folder("LOCALAPPDATA", "Avanti/counter.toml"))
        .or_else(|| folder("HOME", ".local/state/avanti/counter.toml"))
}

/// What was kept. What cannot be read is forgotten: it saves two clicks and is worth no error.
pub fn recall(file: &std::path::Path) -> Memory {
    let read = || -> io::Result<Memory> {
        if std::fs::metadata(file)?.len() > FILE_BYTES {
            return Err(io::Error::other("too long"));
        }
        toml::from_str(&std::fs::read_to_string(file)?).map_err(io::Error::other)
    };
    read().unwrap_or_else(|why| {
        if why.kind() != io::ErrorKind::NotFound {
            tracing::warn!(file = %file.display(), %why, "the memory cannot be read");
        }
        Memory::default()
    })
}

/// Keeps it: written beside and then renamed, so that a crash leaves the old file or the new one.
pub fn keep(file: &std::path::Path, memory: &Memory) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let beside = file.with_extension("new");
    std::fs::write(&beside, toml::to_string(memory).map_err(io::Error::other)?)?;
    std::fs::rename(beside, file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Untold;

    #[test]
    fn what_is_kept_is_recalled_and_what_is_broken_is_forgotten() {
        let folder = std::env::temp_dir().join(format!("avanti-memory-{}", app_kit::clock::new_id()));
        let file = folder.join("deep/counter.toml");
        assert_eq!(recall(&file), Memory::default());
        let memory = Memory {
            login: "giulia".into(),
            counter: Some("sportello-3".parse().unwrap()),
            services: vec!["carta-identita".parse().unwrap()],
            untold: Some(Untold {
                login: "giulia".into(),
                counter: "sportello-3".parse().unwrap(),
                ticket: contract::ids::TicketId(app_kit::clock::new_id()),
                code: "A042".parse().unwrap(),
                at: "2026-11-23T09:44:00Z".parse().unwrap(),
                key: contract::ids::CommandKey(app_kit::clock::new_id()),
            }),
        };
        keep(&file, &memory).unwrap();
        assert_eq!(recall(&file), memory);
        std::fs::write(&file, "login = 7").unwrap();
        assert_eq!(recall(&file), Memory::default());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_file_lies_where_the_system_keeps_such_things() {
        let home = |name: &str| (name == "HOME").then(|| "/home/giulia".to_owned());
        assert_eq!(file(None, home), Some("/home/giulia/.local/state/avanti/counter.toml".into()));
        assert_eq!(file(Some("a.toml".into()), home), Some("a.toml".into()));
        assert_eq!(file(None, |_| None), None);
    }
}
