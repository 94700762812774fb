//! What the server says when it cannot start: which setting, which file, which port. Nothing is left behind, and
//! nothing that was there is touched.

use super::{program::*, world::*};
use std::{net::TcpListener, path::Path};
use tokio::{process::Command, time::timeout};

/// Runs it to its end. It must end by itself, without success; what it said is for whoever must put it right.
async fn refuses(mut command: Command) -> String {
    let output = timeout(PATIENCE, command.output()).await.expect("it ends by itself").unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.lines().filter(|line| line.contains("ERROR")).count(), 1, "one line says it:\n{said}");
    assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{said}");
    said
}

fn says(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "it does not say \"{word}\":\n{said}");
    }
}

fn run(world: &World) -> Command {
    let mut command = program(world);
    command.arg("run");
    command
}

#[tokio::test]
async fn a_port_in_use_is_named_and_no_database_is_made() {
    let world = World::on_sqlite().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = run(&world);
    let other = world.folder.path().join("other.sqlite3");
    command.env("AVANTI_LISTEN", &address).env("AVANTI_DATABASE", &other);
    says(&refuses(command).await, &[&address, "in use"]);
    assert!(!other.exists());
}

#[tokio::test]
async fn a_second_server_on_the_same_file_is_refused_until_the_first_has_ended() {
    let world = World::on_sqlite().await;
    let first = Server::start(&world).await;
    says(&refuses(run(&world)).await, &["avanti.sqlite3", "another"]);
    // Short commands work beside a running server.
    let mut check = program(&world);
    let output = check.arg("check").output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
    first.kill().await;
    // A lock that outlived its server would keep the office closed.
    Server::start(&world).await.stop().await;
}

#[tokio::test]
async fn a_wrong_setting_is_named() {
    let world = World::on_sqlite().await;
    let file = world.folder.path().join("avanti.toml");
    let cases: [(&str, &[&str]); 6] = [
        ("lisen = \"127.0.0.1:1\"", &["avanti.toml", "lisen"]),
        ("listen = 8080", &["avanti.toml", "listen"]),
        ("listen = \"avanti.local:80\"", &["avanti.toml", "listen"]),
        ("metrics = \"0.0.0.0:9464\"", &["metrics", "0.0.0.0:9464"]),
        ("database = \"\"", &["database"]),
        ("database = \"a", &["avanti.toml", "line 1"]),
    ];
    for (text, words) in cases {
        std::fs::write(&file, text).unwrap();
        let mut command = run(&world);
        command.env_remove("AVANTI_LISTEN").env_remove("AVANTI_DATABASE").env("AVANTI_CONFIG", &file);
        says(&refuses(command).await, words);
    }
    for (name, value, word) in [
        ("AVANTI_LISTEN", "8080", "AVANTI_LISTEN=\"8080\""),
        ("AVANTI_DEMONSTRATION_CLOCK", "tomorrow", "demonstration_clock"),
    ] {
        let mut command = run(&world);
        command.env(name, value);
        says(&refuses(command).await, &[word]);
    }
    let mut command = run(&world);
    command.env("AVANTI_CONFIG", world.folder.path().join("nowhere.toml"));
    says(&refuses(command).await, &["nowhere.toml"]);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() {
    let world = World::on_sqlite().await;
    let file = world.folder.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    for folder in [Path::new("/proc"), &file, &world.folder.path().join("not-there")] {
        let mut command = run(&world);
        let database = folder.join("avanti.sqlite3");
        command.env("AVANTI_DATABASE", &database);
        says(&refuses(command).await, &[database.to_str().unwrap()]);
        if folder.ends_with("not-there") {
            continue;
        }
        let mut command = run(&world);
        command.env("AVANTI_KEYS", folder.join("keys"));
        says(&refuses(command).await, &[folder.join("keys").to_str().unwrap()]);
    }
}

#[tokio::test]
async fn a_damaged_database_is_not_touched() {
    let world = World::on_sqlite().await;
    let damaged = world.folder.path().join("damaged.sqlite3");
    let noise: Vec<u8> = (0..8192_u32).map(|at| u8::try_from(at * 31 % 251).unwrap()).collect();
    std::fs::write(&damaged, &noise).unwrap();
    let mut command = run(&world);
    command.env("AVANTI_DATABASE", &damaged);
    says(&refuses(command).await, &["damaged.sqlite3", "not a database"]);
    assert_eq!(std::fs::read(&damaged).unwrap(), noise, "F7");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_not_touched() {
    let world = World::on_sqlite().await;
    let db = world.open().await;
    let server::store::Db::Sqlite { writer, .. } = &db else { panic!("an embedded database") };
    sqlx::query(
        "update _sqlx_migrations set version = 9999 where version = (select max(version) from _sqlx_migrations)",
    )
    .execute(writer)
    .await
    .unwrap();
    db.close().await;
    let before = std::fs::read(&world.database).unwrap();
    says(&refuses(run(&world)).await, &["9999"]);
    assert_eq!(std::fs::read(&world.database).unwrap(), before, "F14");
}

/// Every column of every table, and what stands in those that a start may write.
async fn outline(pool: &sqlx::PgPool) -> Vec<(String,)> {
    const OUTLINE: &str = "select table_name || '.' || column_name from information_schema.columns \
                           where table_schema = current_schema() \
                           union all select concat_ws(' ', 'migration', version, success) from _sqlx_migrations \
                           union all select concat_ws(' ', 'install', epoch, alive_at) from install order by 1";
    sqlx::query_as(OUTLINE).fetch_all(pool).await.unwrap()
}

#[tokio::test]
async fn a_postgres_of_a_newer_version_is_not_touched() {
    let world = World::on_postgres().await;
    let pool = sqlx::PgPool::connect(&world.database).await.unwrap();
    sqlx::query(
        "update _sqlx_migrations set version = 9999 where version = (select max(version) from _sqlx_migrations)",
    )
    .execute(&pool)
    .await
    .unwrap();
    sqlx::query("alter table install add column of_a_newer_server text").execute(&pool).await.unwrap();
    let before = outline(&pool).await;
    says(&refuses(run(&world)).await, &["9999", "newer"]);
    assert_eq!(outline(&pool).await, before, "F14");
    assert!(before.contains(&("install.of_a_newer_server".to_owned(),)), "{before:?}");
    pool.close().await;
}

#[tokio::test]
async fn a_postgres_that_is_not_there_is_said() {
    let world = World::on_sqlite().await;
    let mut command = run(&world);
    command.env("AVANTI_DATABASE", "postgres://nobody:geheim@127.0.0.1:1/avanti");
    let said = refuses(command).await;
    says(&said, &["database"]);
    assert!(!said.contains("geheim"), "{said}");
}

#[tokio::test]
async fn keys_that_others_can_read_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::on_sqlite().await;
    Server::start(&world).await.stop().await;
    let key = world.folder.path().join("avanti.person-key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    says(&refuses(run(&world)).await, &["avanti.person-key", "chmod 600"]);
}

const KEYS: [&str; 3] = ["avanti.person-key", "avanti.qr-key", "avanti.tls-key"];

/// The same office on another computer, where there are no keys.
fn elsewhere(world: &World, keys: &Path) -> Command {
    let mut command = run(world);
    command.env("AVANTI_KEYS", keys);
    command
}

/// Serves with a key of its own.
fn encrypting(mut command: Command, world: &World) -> Command {
    let file = world.folder.path().join("tls.toml");
    std::fs::write(&file, "[tls]").unwrap();
    command.env("AVANTI_CONFIG", file);
    command
}

#[tokio::test]
async fn a_server_with_other_keys_is_refused() {
    let world = World::on_postgres().await;
    let first = Server::of(encrypting(run(&world), &world)).await.unwrap();
    let other = Folder::new();
    let at = |key: &str| other.path().join(key);
    // Without keys it is told which are missing, and makes none that nobody could use.
    says(&refuses(elsewhere(&world, other.path())).await, &[at(KEYS[0]).to_str().unwrap(), "missing", "copy"]);
    assert!(!at(KEYS[0]).exists() && !at(KEYS[1]).exists());
    // Whoever brings the keys of another office is told which file is wrong.
    for key in KEYS {
        std::fs::copy(world.folder.path().join(key), at(key)).unwrap();
    }
    for (key, wrong) in KEYS.into_iter().zip(["00".repeat(32), "11".repeat(32), a_key()]) {
        let right = std::fs::read(at(key)).unwrap();
        std::fs::write(at(key), wrong).unwrap();
        let said = refuses(encrypting(elsewhere(&world, other.path()), &world)).await;
        says(&said, &[other.path().to_str().unwrap(), key, "is not the key", "copy", "accept-keys"]);
        std::fs::write(at(key), right).unwrap();
    }
    let second = Server::of(encrypting(elsewhere(&world, other.path()), &world)).await.unwrap();
    for server in [first, second] {
        server.stop().await;
    }
}

/// Another server's key for encryption.
fn a_key() -> String {
    let folder = Folder::new();
    server::certificate::Certificate::self_signed(folder.path(), true).unwrap();
    std::fs::read_to_string(folder.path().join("avanti.tls-key")).unwrap()
}

#[tokio::test]
async fn a_database_whose_keys_are_lost_is_used_with_others_only_if_somebody_says_so() {
    let world = World::on_sqlite().await;
    let first = Server::of(encrypting(run(&world), &world)).await.unwrap();
    let accept = || {
        let mut command = program(&world);
        command.arg("accept-keys");
        encrypting(command, &world)
    };
    says(&refuses(accept()).await, &["another avanti-server"]);
    first.stop().await;
    for key in KEYS {
        let file = world.folder.path().join(key);
        let aside = file.with_extension("aside");
        std::fs::rename(&file, &aside).unwrap();
        let said = refuses(encrypting(run(&world), &world)).await;
        says(&said, &[file.to_str().unwrap(), "is missing", "copy", "accept-keys"]);
        assert!(!file.exists(), "nothing is made in its place");
        std::fs::rename(aside, file).unwrap();
    }
    for (key, lost) in KEYS.into_iter().zip(["recognised by the card", "tickets", "linked anew"]) {
        std::fs::remove_file(world.folder.path().join(key)).unwrap();
        let output = accept().output().await.unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && told.contains(lost) && !told.contains(';'), "{key}: {told}");
    }
    Server::of(encrypting(run(&world), &world)).await.unwrap().stop().await;
}
