//! The units in `systemd/`: systemd understands them, they keep the programs in, and the manual names what they name.
//!
//! Nothing is started. Where systemd-analyze is missing the tests fail: `apt-get install systemd`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
};

/// Each unit, and how exposed it may be at most: tenths of what `systemd-analyze security` reckons, 100 is not at all
/// kept in. The screen's X server opens graphics cards and input devices, and runs as root.
const UNITS: [(&str, u32); 4] = [
    ("avanti-server.service", 15),
    ("avanti-totem.service", 18),
    ("avanti-display.service", 18),
    ("avanti-screen.service", 63),
];
const USER_UNIT: &str = "avanti-counter.service";
/// Programs that the units start.
const PROGRAMS: [&str; 7] =
    ["avanti-server", "avanti-totem", "avanti-display", "avanti-counter", "xinit", "openbox", "systemd-notify"];

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../systemd")
}

/// A system that has the programs and systemd's own units, and is gone with the test.
struct Root(PathBuf);

impl Root {
    fn new() -> Self {
        let root = std::env::temp_dir().join(format!("avanti-units-{}", server::clock::new_id()));
        for folder in ["usr/bin", "usr/lib/systemd", "etc/systemd/system", "etc/systemd/user", "run"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        // Copied with its links, which lead nowhere from another root.
        let copied =
            Command::new("cp").arg("-a").arg("/usr/lib/systemd/system").arg(root.join("usr/lib/systemd")).status();
        assert!(copied.unwrap().success(), "there is no /usr/lib/systemd/system: apt-get install systemd");
        symlink("usr/lib", root.join("lib")).unwrap();
        for program in PROGRAMS {
            let path = root.join("usr/bin").join(program);
            fs::write(&path, "#!/bin/sh\n").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        for (unit, _) in UNITS {
            fs::copy(here().join(unit), root.join("etc/systemd/system").join(unit)).unwrap();
        }
        Self(root)
    }

    fn system(&self) -> PathBuf {
        self.0.join("etc/systemd/system")
    }

    /// What systemd complains of in a unit of the system.
    fn complaints(&self, unit: &str) -> String {
        let root = format!("--root={}", self.0.display());
        let unit = self.system().join(unit).display().to_string();
        analyze(&["verify", &root, "--man=no", "--recursive-errors=no", &unit], &self.0)
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What systemd-analyze says if something is wrong; nothing if all is well.
fn analyze(arguments: &[&str], runtime: &Path) -> String {
    let output = Command::new("systemd-analyze").args(arguments).env("XDG_RUNTIME_DIR", runtime.join("run")).output();
    let output = output.unwrap_or_else(|why| panic!("systemd-analyze: {why}; apt-get install systemd"));
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() && arguments[0] != "verify" { String::new() } else { said }
}

#[test]
fn systemd_understands_every_unit() {
    let root = Root::new();
    for (unit, _) in UNITS {
        assert_eq!(root.complaints(unit), "", "{unit}");
    }
    // The clerk's unit is looked at in this system, which need not have the program.
    let unit = fs::read_to_string(here().join("user").join(USER_UNIT)).unwrap();
    let file = root.0.join("etc/systemd/user").join(USER_UNIT);
    let program = root.0.join("usr/bin/avanti-counter").display().to_string();
    fs::write(&file, unit.replace("/usr/bin/avanti-counter", &program)).unwrap();
    let said =
        analyze(&["verify", "--user", "--man=no", "--recursive-errors=no", &file.display().to_string()], &root.0);
    assert_eq!(said, "", "{USER_UNIT}");
}

#[test]
fn a_mistake_in_a_unit_is_noticed() {
    let root = Root::new();
    let unit = root.system().join("avanti-totem.service");
    let text = fs::read_to_string(&unit).unwrap();
    fs::write(&unit, text.replace("ProtectHome=", "ProtectHmoe=")).unwrap();
    assert!(root.complaints("avanti-totem.service").contains("ProtectHmoe"));
    fs::write(&unit, text.replace("/usr/bin/avanti-totem", "/usr/bin/avanti-totm")).unwrap();
    assert!(root.complaints("avanti-totem.service").contains("avanti-totm"));
}

#[test]
fn every_unit_is_kept_in_as_far_as_was_promised() {
    let runtime = Root::new();
    for (unit, most) in UNITS {
        let (threshold, file) = (format!("--threshold={most}"), here().join(unit).display().to_string());
        let said = analyze(&["security", "--offline=true", "--no-pager", &threshold, &file], &runtime.0);
        assert_eq!(said, "", "{unit} is more exposed than {most}");
    }
}

#[test]
fn every_unit_has_its_watchdog_and_begins_again() {
    for entry in UNITS.map(|(unit, _)| here().join(unit)).into_iter().chain([here().join("user").join(USER_UNIT)]) {
        let text = fs::read_to_string(&entry).unwrap();
        let own = text.contains("ExecStart=/usr/bin/avanti-");
        assert!(text.contains("Type=notify\n") && text.contains("\nRestart="), "{}", entry.display());
        assert_eq!(text.contains("\nWatchdogSec="), own, "{}", entry.display());
    }
}

/// What stands in the folder, and every path of ours that it names, stands in the manual.
#[test]
fn the_manual_names_units_and_paths() {
    let manual = fs::read_to_string(here().join("../docs/installer.md")).unwrap();
    let mut files: Vec<_> = fs::read_dir(here()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.push(here().join("user").join(USER_UNIT));
    files.retain(|file| file.is_file());
    assert_eq!(files.len(), UNITS.len() + 2, "a unit has no test: {files:?}");
    let mut named = BTreeSet::new();
    for file in &files {
        named.insert(file.file_name().unwrap().to_string_lossy().into_owned());
        let text = fs::read_to_string(file).unwrap();
        let ends = |c: char| c.is_whitespace() || c == '"' || c == '(' || c == ',';
        let paths =
            text.split(ends).map(|word| word.trim_start_matches("EnvironmentFile=-").trim_end_matches(['.', ':']));
        named.extend(
            paths.filter(|it| it.starts_with("/etc/avanti/") || it.starts_with("/var/lib/avanti")).map(str::to_owned),
        );
    }
    let missing: Vec<_> = named.iter().filter(|name| !manual.contains(name.as_str())).collect();
    assert!(missing.is_empty() && named.len() > 8, "docs/installer.md does not name {missing:?}");
}
