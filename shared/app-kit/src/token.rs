//! The token by which a device is known to the server: in the settings, or in a file of its own that nobody else can
//! read.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// A token is a short word; a longer file is not one.
const TOKEN_BYTES: u64 = 1024;

/// Why there is no token. Always names the setting.
#[derive(Debug, thiserror::Error)]
pub enum BadToken {
    /// The settings name both.
    #[error("token and token_file: only one of them may be set")]
    Both,
    /// The file cannot be read, or holds no text.
    #[error("token_file {}: {reason}", file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// The file is longer than a token can be.
    #[error("token_file {}: longer than {TOKEN_BYTES} bytes, this is no token", file.display())]
    TooLong {
        /// Which file.
        file: PathBuf,
    },
}

/// The token of the settings `token` and `token_file`; an empty one is none.
pub fn read(token: Option<&str>, file: Option<&Path>) -> Result<Option<String>, BadToken> {
    let found = match (token, file) {
        (Some(_), Some(_)) => return Err(BadToken::Both),
        (Some(token), None) => token.to_owned(),
        (None, Some(file)) => from_file(file)?,
        (None, None) => String::new(),
    };
    Ok(Some(found.trim().to_owned()).filter(|token| !token.is_empty()))
}

fn from_file(file: &Path) -> Result<String, BadToken> {
    let unreadable = |reason| BadToken::Unreadable { file: file.to_owned(), reason };
    let mut text = String::new();
    // Not one byte more than is needed to see that it is too long, whatever the file is.
    let open = File::open(file).map_err(unreadable)?;
    open.take(TOKEN_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > TOKEN_BYTES { Err(BadToken::TooLong { file: file.to_owned() }) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stands_in_the_settings_or_in_a_file() {
        let folder = std::env::temp_dir().join(format!("avanti-token-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let [good, long] = ["good", "long"].map(|name| folder.join(name));
        std::fs::write(&good, "secret\n").unwrap();
        std::fs::write(&long, "x".repeat(2000)).unwrap();
        let told = |token, file: Option<&Path>| match read(token, file) {
            Ok(token) => token.unwrap_or_else(|| "none".to_owned()),
            Err(problem) => problem.to_string(),
        };
        assert_eq!(told(Some("secret"), None), "secret");
        assert_eq!(told(None, Some(&good)), "secret");
        assert_eq!((told(None, None), told(Some(" "), None)), ("none".to_owned(), "none".to_owned()));
        assert!(told(Some("secret"), Some(&good)).contains("only one"));
        assert!(told(None, Some(&long)).contains("longer than"));
        assert!(told(None, Some(&folder)).contains("token_file"));
        assert!(told(None, Some(Path::new("/nowhere/token"))).contains("/nowhere/token"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
