//! The files of the repository, with paths as one writes them from its root.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders at the root that hold nothing written by us.
const FOREIGN: [&str; 4] = ["target", ".git", "demo", "node_modules"];

/// One file: its path from the root of the repository, with `/`, and its text.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    /// Numbered lines without what follows `//`, so that a comment may name what code may not use.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(at, line)| (at + 1, without_comment(line)))
    }

    /// The file's name alone.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

fn without_comment(line: &str) -> &str {
    let end = line.match_indices("//").find(|(at, _)| !line[..*at].ends_with(':')).map_or(line.len(), |(at, _)| at);
    &line[..end]
}

/// Where the repository begins.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every text file below `folder` whose name ends so, in the order of their paths.
pub fn files(folder: &str, endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    gather(&root().join(folder), folder.trim_end_matches('/'), endings, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn gather(folder: &Path, path: &str, endings: &[&str], found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        let kind = entry.file_type().expect("a file has a type");
        if kind.is_dir() && !FOREIGN.contains(&path.as_str()) {
            gather(&entry.path(), &path, endings, found);
        } else if kind.is_file() && endings.iter().any(|ending| name.ends_with(ending)) {
            let text = fs::read_to_string(entry.path()).unwrap_or_else(|_| String::new());
            found.push(Source { path, text });
        }
    }
}
