//! Which server an app belongs to, how it recognises it and what it is known by there: as pairing left it in a file of
//! the program's own. Settings stand above it.

use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    io::{Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// The longest file: an address, two fingerprints and a token.
const FILE_BYTES: u64 = 4 * 1024;

/// What pairing leaves behind.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Link {
    /// The server's address.
    pub server: String,
    /// Fingerprints of keys that may be the server's.
    pub fingerprints: Vec<String>,
    /// The device's token. None for a counter, whose clerks log in.
    pub token: Option<String>,
}

/// The server of a device that has a token and was told of no server.
const THIS_COMPUTER: &str = "http://127.0.0.1:8080";

impl Link {
    /// What holds: the settings, and what pairing left behind where they say nothing else. What was learned from one
    /// server is not told to another. The server is empty where nobody has named one.
    pub fn of(settings: Self, kept: Option<Self>) -> Self {
        let kept = kept.filter(|kept| settings.server.is_empty() || kept.server == settings.server);
        let kept = kept.unwrap_or_default();
        let token = settings.token.or(kept.token);
        let server = if settings.server.is_empty() { kept.server } else { settings.server };
        Self {
            server: if server.is_empty() && token.is_some() { THIS_COMPUTER.to_owned() } else { server },
            fingerprints: if settings.fingerprints.is_empty() { kept.fingerprints } else { settings.fingerprints },
            token,
        }
    }

    /// Whether a device can go to work with it. Counters need no token: whoever works there logs in.
    pub fn is_whole(&self, needs_token: bool) -> bool {
        !self.server.is_empty() && (self.token.is_some() || !needs_token)
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("server", &self.server).field("fingerprints", &self.fingerprints).finish()
    }
}

/// A file that is not what pairing leaves behind. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}; pair this device again", file.display())]
pub struct BadLink {
    file: PathBuf,
    reason: String,
}

/// Where the program of that name keeps it: the folder that systemd gave it (`STATE_DIRECTORY`), or the usual one of the
/// system's user.
pub fn file(program: &str, variable: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let folder = |name: &str, rest: &str| {
        variable(name).filter(|value| !value.is_empty()).map(|it| PathBuf::from(it).join(rest))
    };
    let folder = folder("STATE_DIRECTORY", "")
        .or_else(|| folder("XDG_STATE_HOME", "avanti"))
        .or_else(|| folder("HOME", ".local/state/avanti"));
    folder.map(|folder| folder.join(format!("{program}.link.toml")))
}

/// What was kept; None if this device was never paired.
pub fn recall(file: &Path) -> Result<Option<Link>, BadLink> {
    let bad = |reason: String| BadLink { file: file.to_owned(), reason };
    let mut text = String::new();
    match fs::File::open(file) {
        Ok(open) => open.take(FILE_BYTES + 1).read_to_string(&mut text).map_err(|why| bad(why.to_string()))?,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(bad(why.to_string())),
    };
    if text.len() as u64 > FILE_BYTES {
        return Err(bad("too long".to_owned()));
    }
    // The parser's own words may quote the token.
    toml::from_str(&text).map(Some).map_err(|_| bad("it cannot be read".to_owned()))
}

/// Keeps it, readable by this program's user alone: written beside and then renamed, so that a crash leaves the old file
/// or the new one.
pub fn keep(file: &Path, link: &Link) -> io::Result<()> {
    let (beside, mut open) = beside(file)?;
    open.write_all(toml::to_string(link).map_err(io::Error::other)?.as_bytes())?;
    open.sync_all()?;
    fs::rename(beside, file)
}

/// Whether it could be kept: looked at before a code is used up that is good only once.
pub fn can_keep(file: &Path) -> io::Result<()> {
    fs::remove_file(beside(file)?.0)
}

fn beside(file: &Path) -> io::Result<(PathBuf, fs::File)> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = file.with_extension("new");
    let _ = fs::remove_file(&beside);
    let open = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    Ok((beside, open))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn link() -> Link {
        let fingerprints = vec!["sha256/AAAA".to_owned()];
        Link { server: "https://avanti.local:8443".to_owned(), fingerprints, token: Some("a secret".to_owned()) }
    }

    #[test]
    fn what_is_kept_is_recalled_by_its_owner_alone() {
        let folder = std::env::temp_dir().join(format!("avanti-link-{}", crate::clock::new_id()));
        let file = folder.join("deep/avanti-totem.link.toml");
        assert_eq!(recall(&file).unwrap(), None);
        can_keep(&file).unwrap();
        assert_eq!(recall(&file).unwrap(), None, "to look is not to keep");
        keep(&file, &link()).unwrap();
        keep(&file, &link()).unwrap();
        assert_eq!(recall(&file).unwrap(), Some(link()));
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&file, "token = \"a secret\"\nserver = 7").unwrap();
        let why = recall(&file).unwrap_err().to_string();
        assert!(why.contains("pair this device again") && !why.contains("secret"), "{why}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn settings_stand_above_what_was_paired() {
        let nothing = Link::of(Link::default(), None);
        assert_eq!((nothing.clone(), nothing.is_whole(false)), (Link::default(), false), "a new device has no server");
        let token = Link { token: Some("t".to_owned()), ..Link::default() };
        assert_eq!(Link::of(token, None).server, THIS_COMPUTER, "whoever gives a token means this computer");
        assert_eq!(Link::of(Link::default(), Some(link())), link());
        let set = Link { server: "https://other".to_owned(), ..Link::default() };
        assert_eq!(Link::of(set.clone(), Some(link())), set, "nothing of the one is told to the other");
        assert_eq!((set.is_whole(true), set.is_whole(false)), (false, true));
        let same = Link { server: link().server, ..Link::default() };
        assert_eq!(Link::of(same, Some(link())), link(), "its token was learned from that very server");
    }

    #[test]
    fn no_log_line_shows_the_token() {
        assert!(!format!("{:?}", link()).contains("secret"));
    }

    #[test]
    fn the_file_lies_where_the_system_wants_it() {
        fn of(known: &[(&str, &str)]) -> Option<String> {
            let variable =
                |name: &str| known.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            file("avanti-totem", variable).map(|file| file.display().to_string())
        }
        let home = ("HOME", "/home/avanti");
        assert_eq!(of(&[home]).unwrap(), "/home/avanti/.local/state/avanti/avanti-totem.link.toml");
        assert_eq!(of(&[home, ("XDG_STATE_HOME", "/x")]).unwrap(), "/x/avanti/avanti-totem.link.toml");
        assert_eq!(of(&[home, ("STATE_DIRECTORY", "/var/lib/t")]).unwrap(), "/var/lib/t/avanti-totem.link.toml");
        assert_eq!(of(&[]), None);
    }
}
