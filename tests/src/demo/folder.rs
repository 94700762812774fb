//! The folder in which a demonstration keeps what it makes.
//!
//! It empties a folder only if a demonstration made it: a mistyped name must not cost anybody their files.

use anyhow::{Context, Result, bail, ensure};
use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

/// The file that says whose folder it is. It is locked while a demonstration runs there.
const MARK: &str = ".avanti-demo";

/// A folder that belongs to this demonstration until the value goes.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder, or empties the one that an earlier demonstration left.
    pub fn anew(path: &Path) -> Result<Self> {
        let cannot = || format!("cannot use the folder {}", path.display());
        fs::create_dir_all(path).with_context(cannot)?;
        let path = path.canonicalize().with_context(cannot)?;
        let mark = path.join(MARK);
        let stranger = fs::read_dir(&path).with_context(cannot)?.next().is_some() && !mark.exists();
        ensure!(!stranger, "{} is not empty and no demonstration made it: name another folder", path.display());
        let lock = File::options().create(true).append(true).open(&mark).with_context(cannot)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("a demonstration runs in {} already", path.display()),
            Err(TryLockError::Error(error)) => return Err(error).with_context(cannot),
        }
        for entry in fs::read_dir(&path).with_context(cannot)? {
            let old = entry?.path();
            if old == mark {
                continue;
            }
            let removed = if old.is_dir() { fs::remove_dir_all(&old) } else { fs::remove_file(&old) };
            removed.with_context(|| format!("cannot remove {}", old.display()))?;
        }
        Ok(Self { path, _lock: lock })
    }

    /// Where it is, from the root.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A folder in it.
    pub fn inner(&self, name: &str) -> Result<PathBuf> {
        let inner = self.path.join(name);
        fs::create_dir_all(&inner).with_context(|| format!("cannot make {}", inner.display()))?;
        Ok(inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_folder_of_an_earlier_demonstration_is_emptied() {
        let base = std::env::temp_dir().join(format!("avanti-demo-folder-{}", std::process::id()));
        let ours = base.join("ours");
        let first = Folder::anew(&ours).unwrap();
        fs::write(ours.join("old.png"), "old").unwrap();
        assert!(Folder::anew(&ours).unwrap_err().to_string().contains("already"));
        drop(first);
        drop(Folder::anew(&ours).unwrap());
        assert!(!ours.join("old.png").exists());
        let refused = Folder::anew(&base).unwrap_err().to_string();
        fs::remove_dir_all(&base).unwrap();
        assert!(refused.contains("name another folder"), "{refused}");
    }
}
