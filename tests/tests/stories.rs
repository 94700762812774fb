//! Every story of `tests/stories`, on both databases.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, path::Path};
use tests::{
    script,
    world::{Kind, World},
};

async fn tell(story: &str, kind: Kind) -> anyhow::Result<()> {
    let path = folder().join(format!("{story}.txt"));
    let mut world = World::open(kind).await?;
    let told = script::play(&path, &mut world).await;
    world.close().await?;
    told
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/stories"))
}

macro_rules! stories {
    ($($name:ident)*) => {
        $(mod $name {
            #[tokio::test]
            async fn on_sqlite() {
                let told = super::tell(stringify!($name), tests::world::Kind::Sqlite).await;
                assert!(told.is_ok(), "{:#}", told.unwrap_err());
            }
            #[tokio::test]
            async fn on_postgres() {
                let told = super::tell(stringify!($name), tests::world::Kind::Postgres).await;
                assert!(told.is_ok(), "{:#}", told.unwrap_err());
            }
        })*

        #[test]
        fn every_file_is_told() {
            let told = BTreeSet::from([$(stringify!($name).to_owned()),*]);
            let written: BTreeSet<_> = fs::read_dir(folder())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter_map(|name| name.strip_suffix(".txt").map(str::to_owned))
                .collect();
            assert_eq!(told, written);
        }
    };
}

stories! {
    absent
    another_room
    after_midnight
    calling_order
    camera
    card_holder
    check_in
    closing_time
    early_call
    ticket_by_touch
    two_counters
    wrong_place
}
