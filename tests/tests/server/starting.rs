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
