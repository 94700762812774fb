//! What sources may hold, by where they stand.

use super::{
    nothing_wrong,
    tree::{Source, files},
};

const APPS: [&str; 3] = ["totem-app", "display-app", "counter-app"];
/// Longer than this and a file is two.
const LINES: usize = 500;

fn rust() -> Vec<Source> {
    files("", &[".rs"])
}

/// Is there `word` as a word of its own?
fn has_word(line: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (line[..at].chars().next_back(), line[at + word.len()..].chars().next());
        !before.is_some_and(inside) && !after.is_some_and(inside)
    })
}

/// Complains of every line of code that holds one of the words.
fn without(sources: &[Source], words: &[&str], instead: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in sources {
        for (number, line) in source.code() {
            for word in words.iter().filter(|word| has_word(line, word)) {
                complaints.push(format!("{}:{number}: `{word}`: {instead}", source.path));
            }
        }
    }
    complaints
}

/// Is it `src/NAME.rs` of an app, or below `src/NAME/`?
fn part_of_app(source: &Source, name: &str) -> bool {
    APPS.iter().any(|app| {
        source.path == format!("{app}/src/{name}.rs") || source.path.starts_with(&format!("{app}/src/{name}/"))
    })
}

#[test]
fn flow_and_view_know_neither_window_nor_wire_nor_device() {
    let pure: Vec<_> =
        rust().into_iter().filter(|source| part_of_app(source, "flow") || part_of_app(source, "view")).collect();
    let words = ["slint", "client", "devices", "app_kit", "tokio", "reqwest", "bind", "perform"];
    let paths: Vec<_> = words.iter().flat_map(|word| [format!("{word}::"), format!("use {word}")]).collect();
    let mut complaints = Vec::new();
    for source in &pure {
        for (number, line) in source.code() {
            for path in paths.iter().filter(|path| begins_path(line, path)) {
                complaints
                    .push(format!("{}:{number}: `{path}`: flow and view import contract and std alone", source.path));
            }
        }
    }
    nothing_wrong(&complaints);
}

/// Does a path that is not the end of a longer word begin there?
fn begins_path(line: &str, path: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(path).any(|(at, _)| !line[..at].chars().next_back().is_some_and(inside))
}

#[test]
fn only_bind_has_types_of_the_window() {
    let elsewhere: Vec<_> = APPS
        .iter()
        .flat_map(|app| files(&format!("{app}/src"), &[".rs"]))
        .filter(|source| !part_of_app(source, "bind") && !["main.rs", "lib.rs"].contains(&source.name()))
        .collect();
    nothing_wrong(&without(&elsewhere, &["slint"], "types of the window stand in bind.rs alone; lib.rs includes them"));
}

#[test]
fn sql_stands_in_the_store_alone() {
    // Tests look into the database from outside, as an administrator would.
    let store_or_test = |path: &str| path.starts_with("server/src/store") || path.contains("tests/");
    let elsewhere: Vec<_> = rust().into_iter().filter(|source| !store_or_test(&source.path)).collect();
    let mut complaints = Vec::new();
    for source in &elsewhere {
        for (number, line) in source.code() {
            let line = line.to_lowercase();
            if ["sqlx::", "\"select ", "\"insert into ", "\"update ", "\"delete from "]
                .iter()
                .any(|start| line.contains(start))
            {
                complaints.push(format!("{}:{number}: SQL stands in server/src/store alone", source.path));
            }
        }
    }
    nothing_wrong(&complaints);
}

/// The server's inner arrows: whatever stands below knows nothing of what stands above.
#[test]
fn the_servers_arrows_point_downwards() {
    let below = [
        ("server/src/store/", &["app", "auth", "desk", "http", "jobs", "live", "office"][..]),
        ("server/src/office/", &["app", "auth", "desk", "http", "jobs", "live"]),
        ("server/src/desk/", &["app", "auth", "http", "jobs", "live"]),
        ("server/src/live.rs", &["auth", "http", "jobs"]),
        ("server/src/jobs.rs", &["auth", "http"]),
    ];
    let mut complaints = Vec::new();
    for (below, above) in below {
        let sources: Vec<_> = rust().into_iter().filter(|source| source.path.starts_with(below)).collect();
        assert!(!sources.is_empty(), "{below}");
        for (source, (number, line)) in sources.iter().flat_map(|source| source.code().map(move |line| (source, line)))
        {
            let imported = above.iter().find(|name| {
                let path = format!("{name}::");
                line.contains(&format!("crate::{name}")) || begins_path(line, &path)
            });
            complaints.extend(imported.map(|name| format!("{}:{number}: knows `{name}`", source.path)));
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn clocks_and_dice_are_in_clock_rs_alone() {
    let mut complaints = Vec::new();
    for source in rust().iter().filter(|source| !["clock.rs", "sources.rs"].contains(&source.name())) {
        for (number, line) in source.code() {
            // Code that Slint generates looks at clocks; it is let pass where it is included.
            let generated = || source.text.lines().skip(number).take(3).any(|next| next.contains("include_modules!"));
            if line.contains("disallowed_methods") && !generated() {
                complaints
                    .push(format!("{}:{number}: take `now` as a value; the exception is for clock.rs", source.path));
            }
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn nothing_is_left_for_later() {
    let others: Vec<_> = rust().into_iter().filter(|source| source.name() != "sources.rs").collect();
    let mut complaints = without(&others, &["todo!", "unimplemented!", "dbg!"], "finish it, or leave it out");
    for source in &others {
        for (number, line) in source.code() {
            if line.contains("#[ignore") || line.contains("thread::sleep(Duration") && source.path.contains("/tests/") {
                complaints.push(format!("{}:{number}: a test neither is skipped nor sleeps for luck", source.path));
            }
        }
        if source.text.contains("FIXME") || source.text.contains("TODO") || source.text.contains("XXX") {
            complaints.push(format!("{}: finish it, or write an issue", source.path));
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut complaints = Vec::new();
    for source in files("", &[".rs", ".slint", ".sql", ".sh"]) {
        let lines = source.text.lines().count();
        if lines > LINES {
            complaints.push(format!("{}: {lines} lines: above {LINES} it is two files", source.path));
        }
        let first = source.text.lines().next().unwrap_or_default();
        let second = source.text.lines().nth(1).unwrap_or_default();
        let says =
            first.starts_with("//") || first.starts_with("--") || first.starts_with("#!") && second.starts_with('#');
        if !says {
            complaints.push(format!("{}: begin with a line that says what it is for", source.path));
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn no_module_has_a_name_that_says_nothing() {
    let empty = ["manager", "helper", "helpers", "util", "utils", "common", "process", "data", "misc"];
    let complaints: Vec<_> = rust()
        .iter()
        .filter(|source| empty.contains(&source.name().trim_end_matches(".rs")))
        .map(|source| format!("{}: name it after what it holds", source.path))
        .collect();
    nothing_wrong(&complaints);
}

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    let places = ["/home/", "/root/", "/Users/", "C:\\"];
    let mut complaints = Vec::new();
    for source in files("", &[".sh", ".md", ".toml", ".po", ".txt", ".service"]) {
        for (at, line) in source.text.lines().enumerate() {
            if places.iter().any(|place| line.contains(place)) {
                complaints.push(format!("{}:{}: a path of one machine", source.path, at + 1));
            }
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn pages_use_tokens_and_not_colours_of_their_own() {
    let mut complaints = Vec::new();
    for source in APPS.iter().flat_map(|app| files(&format!("{app}/ui"), &[".slint"])) {
        for (number, line) in source.code() {
            let colour = |at: usize| line[at + 1..].chars().take_while(char::is_ascii_hexdigit).count() >= 3;
            if line.match_indices('#').any(|(at, _)| colour(at)) {
                complaints.push(format!("{}:{number}: take a colour of the theme", source.path));
            }
        }
    }
    nothing_wrong(&complaints);
}
