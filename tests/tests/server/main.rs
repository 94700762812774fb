//! Proofs with the real server program, over loopback, on SQLite and on PostgreSQL: what holds when it is killed,
//! raced, repeated to, and sent nonsense.
//!
//! Chance comes from one seed, which every test prints; `AVANTI_SEED` sets it. It fixes what people do and when the
//! server dies, not how two cores share the work. The program must be built (`./x test` does); PostgreSQL is named by
//! `AVANTI_TEST_POSTGRES` (`tests/postgres.sh` starts one). Nothing here may reach into a running server: what is
//! asked goes over HTTP, what is checked is read from the database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "the seed of a test that failed must be seen")]

mod answers;
mod books;
mod calling;
mod chance;
mod crowd;
mod guessing;
mod history;
mod kills;
mod ledger;
mod malformed;
mod people;
mod places;
mod presence;
mod privacy;
mod program;
mod repeats;
mod roads;
mod sample;
mod several;
mod starting;
mod stopping;
mod words;
mod world;
