//! Every function of the store on both databases, and what the constraints refuse when nobody else does.

use crate::{
    on_both,
    support::{Database as Db_, world::keys},
};
use contract::{ids::*, time::*};
use domain::taken::Taken;
use server::{
    clock,
    keys::Keys,
    store::{
        self, Db, Fault, Tx, counter::Seat, journal::NewEntry, login_place::Usual, office::StoredThing, person::Owned,
        place::Place, staff::StoredSession, ticket::StoredTicket,
    },
};

fn now() -> Instant {
    Instant::from_millis(1_795_420_800_000)
}
fn date() -> Date {
    "2026-11-23".parse().unwrap()
}
fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}
fn new_ticket() -> TicketId {
    TicketId(clock::new_id())
}
fn ticket(id_: TicketId, code: &str) -> StoredTicket {
    StoredTicket {
        id: id_,
        site: id("palazzo"),
        date: date(),
        service: id("carta"),
        code: id(code),
        starts_at: now(),
        nonce: domain::ticket::Nonce(7),
        request: "mac".to_owned(),
        issued_at: now(),
    }
}
fn conflict<T: std::fmt::Debug>(outcome: store::Result<T>) {
    assert!(matches!(outcome, Err(Fault::Conflict(_))), "{outcome:?}");
}
async fn stored(database: &Db_, code: &str) -> TicketId {
    let mut tx = database.write().await;
    let id = stored_in(&mut tx, code).await;
    tx.commit().await.unwrap();
    id
}
async fn session_of(tx: &mut Tx, token: &str) -> Option<StoredSession> {
    let mut sessions = store::staff::sessions(tx, &[token.to_owned()]).await.unwrap();
    sessions.remove(token).map(|(session, _)| session)
}
async fn known(tx: &mut Tx, token: &str) -> Option<(String, String, bool)> {
    let known = store::device::of_tokens(tx, &[token.to_owned()]).await.unwrap().remove(token)?;
    assert_eq!(known.office, 1);
    Some((known.kind, known.device, known.is_next))
}
async fn stored_in(tx: &mut Tx, code: &str) -> TicketId {
    let id = new_ticket();
    store::ticket::insert(tx, &[ticket(id, code)]).await.unwrap();
    id
}

on_both! {
    async fn the_epoch_stays_once_it_is_set(database: Database) {
        let first = Epoch(clock::new_id());
        let mut tx = database.write().await;
        for epoch in [first, Epoch(clock::new_id())] {
            store::install::begin(&mut tx, &keys().prints(), epoch, now()).await.unwrap();
            assert_eq!(store::install::epoch(&mut tx).await.unwrap(), first);
        }
    }

    async fn a_database_keeps_the_keys_that_it_began_with(database: Database) {
        let mut tx = database.write().await;
        assert_eq!(store::install::prints(&mut tx).await.unwrap(), None);
        assert_eq!(store::install::begin_tls(&mut tx, "first").await.unwrap(), None, "nothing has begun");
        let (own, other) = (keys().prints(), Keys::new(&[3; 32], &[2; 32]).unwrap().prints());
        assert_eq!((own.qr_key == other.qr_key, own.person_key == other.person_key), (true, false));
        for prints in [&own, &other] {
            store::install::begin(&mut tx, prints, Epoch(clock::new_id()), now()).await.unwrap();
            assert_eq!(store::install::prints(&mut tx).await.unwrap().as_ref(), Some(&own));
        }
        for print in ["first", "second"] {
            assert_eq!(store::install::begin_tls(&mut tx, print).await.unwrap().as_deref(), Some("first"));
        }
        store::install::replace(&mut tx, &other).await.unwrap();
        assert_eq!(store::install::prints(&mut tx).await.unwrap(), Some(other));
    }

    async fn what_is_not_committed_leaves_nothing_behind(database: Database) {
        let mut tx = database.write().await;
        store::ticket::insert(&mut tx, &[ticket(new_ticket(), "A001")]).await.unwrap();
        drop(tx);
        assert_eq!(database.number("select count(*) from ticket").await, 0);
    }

    async fn a_thing_is_stored_with_its_revision(database: Database) {
        let mut tx = database.write().await;
        let before = store::office::version(&mut tx).await.unwrap();
        assert_eq!(store::office::next_version(&mut tx).await.unwrap(), before + 1);
        let mut thing =
            StoredThing { kind: "rooms".to_owned(), id: "sala-a".to_owned(), revision: 1, body: "{}".to_owned() };
        store::office::put(&mut tx, &thing, Some("crema")).await.unwrap();
        thing.revision = 2;
        store::office::put(&mut tx, &thing, None).await.unwrap();
        assert_eq!(store::office::revision(&mut tx, "rooms", "sala-a").await.unwrap(), Some(2));
        assert_eq!(store::office::revision(&mut tx, "rooms", "sala-b").await.unwrap(), None);
        assert_eq!(store::office::everything(&mut tx).await.unwrap(), vec![thing]);
    }

    async fn a_day_is_locked_by_its_version(database: Database) {
        let site: SiteId = id("palazzo");
        let mut tx = database.write().await;
        assert_eq!(store::day::stamp(&mut tx, &site, date()).await.unwrap().day, 0);
        let days = |versions: [i64; 2]| [(site.clone(), date(), versions[0]), (id("ombriano"), date(), versions[1])];
        assert!(store::day::lock(&mut tx, &days([0, 0])).await.unwrap());
        assert!(!store::day::lock(&mut tx, &days([0, 0])[..1]).await.unwrap(), "somebody made it before");
        assert!(store::day::lock(&mut tx, &days([1, 1])).await.unwrap());
        assert!(!store::day::lock(&mut tx, &days([1, 1])[..1]).await.unwrap(), "somebody moved it before");
        assert!(!store::day::lock(&mut tx, &days([2, 1])).await.unwrap(), "somebody moved one of them before");
        assert_eq!(store::day::stamp(&mut tx, &site, date().plus_days(1)).await.unwrap().day, 0);
        let asked = [(site.clone(), date()), (id("ombriano"), date()), (id("nowhere"), date())];
        let stamps = store::day::stamps(&mut tx, &asked).await.unwrap();
        assert_eq!(asked.map(|day| stamps[&day].day), [3, 2, 0], "what is refused is rolled back by the caller");
    }

    async fn days_that_are_over_are_found_until_they_are_closed(database: Database) {
        let site: SiteId = id("palazzo");
        let mut tx = database.write().await;
        store::day::lock(&mut tx, &[(site.clone(), date(), 0)]).await.unwrap();
        assert_eq!(store::day::open_before(&mut tx, date()).await.unwrap(), vec![]);
        let tomorrow = date().plus_days(1);
        assert_eq!(store::day::open_before(&mut tx, tomorrow).await.unwrap(), vec![(site.clone(), date())]);
        store::day::close(&mut tx, &site, date(), now()).await.unwrap();
        assert_eq!(store::day::open_before(&mut tx, tomorrow).await.unwrap(), vec![]);
    }

    async fn a_journal_is_numbered_without_gaps_per_site(database: Database) {
        let (a, b): (SiteId, SiteId) = (id("palazzo"), id("ombriano"));
        let line = |seq, body: &str| NewEntry { site: a.clone(), seq, date: date(), at: now(), body: body.to_owned() };
        let mut tx = database.write().await;
        assert_eq!(store::day::stamp(&mut tx, &a, date()).await.unwrap().site_seq, 0);
        assert_eq!(store::journal::latest_moment(&mut tx).await.unwrap(), None);
        assert_eq!(store::journal::reserve(&mut tx, &[(a.clone(), 2)]).await.unwrap(), [(a.clone(), 2)].into());
        store::journal::append(&mut tx, &[line(1, "one"), line(2, "two")]).await.unwrap();
        let stamp = store::day::stamp(&mut tx, &a, date()).await.unwrap();
        assert_eq!((stamp.site_seq, stamp.at), (2, Some(now())));
        let both = store::journal::reserve(&mut tx, &[(a.clone(), 1), (b.clone(), 4)]).await.unwrap();
        assert_eq!(both, [(a.clone(), 3), (b, 4)].into());
        assert_eq!(store::day::stamp(&mut tx, &a, date()).await.unwrap().site_seq, 3);
        assert_eq!(store::journal::latest_moment(&mut tx).await.unwrap(), Some(now()));
        let lines = store::journal::of_day(&mut tx, &a, date()).await.unwrap();
        let told: Vec<_> = lines.iter().map(|line| (line.seq, line.body.as_str())).collect();
        assert_eq!(told, [(1, "one"), (2, "two")]);
        assert_eq!(store::journal::of_day(&mut tx, &a, date().plus_days(1)).await.unwrap(), vec![]);
        conflict(store::journal::append(&mut tx, &[line(2, "again")]).await);
    }

    async fn a_ticket_is_found_as_it_was_stored(database: Database) {
        let id = stored(&database, "A001").await;
        let mut tx = database.read().await;
        assert_eq!(store::ticket::find(&mut tx, id).await.unwrap(), Some((ticket(id, "A001"), None)));
        assert_eq!(store::ticket::find(&mut tx, new_ticket()).await.unwrap(), None);
    }

    async fn no_code_is_given_twice_in_a_day(database: Database) {
        let id = stored(&database, "A001").await;
        conflict(store::ticket::insert(&mut database.write().await, &[ticket(new_ticket(), "A001")]).await);
        conflict(store::ticket::insert(&mut database.write().await, &[ticket(id, "A002")]).await);
    }

    async fn no_place_is_sold_twice(database: Database) {
        let place = |lane, cells| Place { agenda: id("carta"), date: date(), lane, cells };
        let mut tx = database.write().await;
        store::place::take(&mut tx, &[(place(1, 108..110), new_ticket())]).await.unwrap();
        store::place::take(&mut tx, &[(place(1, 110..112), new_ticket())]).await.unwrap();
        store::place::take(&mut tx, &[(place(2, 108..110), new_ticket())]).await.unwrap();
        tx.commit().await.unwrap();
        conflict(store::place::take(&mut database.write().await, &[(place(1, 109..111), new_ticket())]).await);
    }

    async fn how_full_a_date_is_is_read_by_agenda(database: Database) {
        let agenda: AgendaId = id("carta");
        let mut taken = Taken::default();
        taken.take(1, 108..110);
        let mut tx = database.write().await;
        store::place::set_loads(&mut tx, &[(agenda.clone(), date(), taken.clone())]).await.unwrap();
        taken.take(2, 108..110);
        store::place::set_loads(&mut tx, &[(agenda.clone(), date(), taken.clone())]).await.unwrap();
        store::place::set_loads(&mut tx, &[(id("tributi"), date(), Taken::default())]).await.unwrap();
        let load = store::place::load(&mut tx, &agenda, date(), date().plus_days(6)).await.unwrap();
        assert_eq!(load.into_iter().collect::<Vec<_>>(), vec![(date(), taken)]);
        assert!(store::place::load(&mut tx, &agenda, date().plus_days(1), date().plus_days(6)).await.unwrap().is_empty());
    }

    async fn one_operator_sits_at_one_counter(database: Database) {
        let seat = |counter: &str, operator: &str, date| {
            Seat { counter: id(counter), operator: id(operator), site: id("palazzo"), date }
        };
        let mut tx = database.write().await;
        store::counter::open(&mut tx, &seat("sportello-1", "anna", date()), now()).await.unwrap();
        store::counter::open(&mut tx, &seat("sportello-1", "anna", date()), now()).await.unwrap();
        assert_eq!(store::counter::of_operator(&mut tx, &id("anna")).await.unwrap(), Some(seat("sportello-1", "anna", date())));
        assert_eq!(store::counter::of_operator(&mut tx, &id("bruno")).await.unwrap(), None);
        tx.commit().await.unwrap();
        conflict(store::counter::open(&mut database.write().await, &seat("sportello-1", "bruno", date()), now()).await);
        conflict(store::counter::open(&mut database.write().await, &seat("sportello-2", "anna", date()), now()).await);
        // A seat of yesterday that nobody closed gives way.
        let tomorrow = date().plus_days(1);
        store::counter::open(&mut database.write().await, &seat("sportello-1", "bruno", tomorrow), now()).await.unwrap();
    }

    async fn a_ticket_stands_at_one_counter(database: Database) {
        let (one, two): (CounterId, CounterId) = (id("sportello-1"), id("sportello-2"));
        let mut tx = database.write().await;
        for (counter, operator) in [(&one, "anna"), (&two, "bruno")] {
            let seat = Seat { counter: counter.clone(), operator: id(operator), site: id("palazzo"), date: date() };
            store::counter::open(&mut tx, &seat, now()).await.unwrap();
        }
        let who = new_ticket();
        store::counter::set_tickets(&mut tx, &[(one.clone(), Some(who)), (two.clone(), None)]).await.unwrap();
        tx.commit().await.unwrap();
        conflict(store::counter::set_tickets(&mut database.write().await, &[(two.clone(), Some(who))]).await);
        assert_eq!(database.number("select count(*) from counter_session where ticket is not null").await, 1);
        let mut tx = database.write().await;
        store::counter::set_tickets(&mut tx, &[(one.clone(), None)]).await.unwrap();
        store::counter::set_tickets(&mut tx, &[(two, Some(who))]).await.unwrap();
        store::counter::close(&mut tx, &one, date()).await.unwrap();
        store::counter::close_all(&mut tx, &id("palazzo"), date()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(database.number("select count(*) from counter_session").await, 0);
    }

    async fn a_person_has_two_open_tickets_for_a_service_at_most(database: Database) {
        let (first, second, third) =
            (stored(&database, "A001").await, stored(&database, "A002").await, stored(&database, "A003").await);
        let (service, rossi): (ServiceId, _) = (id("carta"), ("mac".to_owned(), id("carta")));
        let owned = |ticket, cf_mac: &str| {
            Owned { ticket, service: service.clone(), cf_mac: cf_mac.to_owned(), fresh: clock::new_id() }
        };
        let mut tx = database.write().await;
        store::person::own(&mut tx, &[owned(first, "mac")], now()).await.unwrap();
        store::person::own(&mut tx, &[owned(second, "mac")], now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(database.number("select count(*) from person").await, 1, "they are one person");
        conflict(store::person::own(&mut database.write().await, &[owned(third, "mac")], now()).await);
        let mut tx = database.write().await;
        let nobody = ("other".to_owned(), service.clone());
        let open = store::person::open_tickets(&mut tx, &[rossi.clone(), nobody]).await.unwrap();
        assert_eq!(open, [(rossi.clone(), 2)].into());
        store::person::settle(&mut tx, &[first]).await.unwrap();
        let fourth = stored_in(&mut tx, "A004").await;
        store::person::own(&mut tx, &[owned(third, "mac"), owned(fourth, "other")], now()).await.unwrap();
        let (_, card) = store::ticket::find(&mut tx, third).await.unwrap().unwrap();
        assert_eq!(card.as_deref(), Some("mac"));
        let mut all: Vec<_> =
            store::ticket::of_card(&mut tx, "mac", date()).await.unwrap().iter().map(|ticket| ticket.id).collect();
        all.sort();
        assert_eq!(all, [first, second, third]);
        assert_eq!(store::ticket::of_card(&mut tx, "mac", date().plus_days(1)).await.unwrap(), []);
        store::person::settle_day(&mut tx, &id("palazzo"), date()).await.unwrap();
        assert_eq!(store::person::open_tickets(&mut tx, &[rossi]).await.unwrap(), [].into());
    }

    async fn two_new_tickets_of_one_person_are_not_written_together(database: Database) {
        let (first, second) = (stored(&database, "A001").await, stored(&database, "A002").await);
        let owned = |ticket| {
            Owned { ticket, service: id("carta"), cf_mac: "mac".to_owned(), fresh: clock::new_id() }
        };
        conflict(store::person::own(&mut database.write().await, &[owned(first), owned(second)], now()).await);
    }

    async fn a_key_names_one_request_of_one_caller(database: Database) {
        let key = CommandKey(clock::new_id());
        let what = "mac".to_owned();
        let mut tx = database.write().await;
        let (anna, bruno) = (("operator:anna".to_owned(), key), ("operator:bruno".to_owned(), key));
        let asked = [anna.clone(), bruno.clone()];
        assert_eq!(store::idempotency::requests(&mut tx, &asked).await.unwrap(), [].into());
        store::idempotency::remember(&mut tx, &[(anna.clone(), what.clone())], now()).await.unwrap();
        let known = store::idempotency::requests(&mut tx, &asked).await.unwrap();
        assert_eq!(known, [(anna.clone(), "mac".to_owned())].into());
        store::idempotency::remember(&mut tx, &[(bruno, what.clone())], now()).await.unwrap();
        tx.commit().await.unwrap();
        conflict(store::idempotency::remember(&mut database.write().await, &[(anna, what)], now()).await);
        let mut tx = database.write().await;
        assert_eq!(store::idempotency::forget(&mut tx, now()).await.unwrap(), 0);
        assert_eq!(store::idempotency::forget(&mut tx, now().plus_seconds(1)).await.unwrap(), 2);
    }

    async fn a_place_is_known_by_whoever_logged_in_there_and_the_last_sixteen_are_kept(database: Database) {
        let (anna, bruno): (OperatorId, OperatorId) = (id("anna"), id("bruno"));
        let mut tx = database.write().await;
        store::login_place::note(&mut tx, &anna, "home", now()).await.unwrap();
        for of in 0..20_i64 {
            store::login_place::note(&mut tx, &bruno, &format!("place-{of}"), now().plus_seconds(of)).await.unwrap();
        }
        let usual = async |tx: &mut Tx, who: &str, place: &str| {
            let Usual { own, of_house } = store::login_place::usual(tx, who, place).await.unwrap();
            (own, of_house)
        };
        assert_eq!(usual(&mut tx, "anna", "home").await, (true, true), "bruno's places push out none of hers");
        assert_eq!(usual(&mut tx, "bruno", "home").await, (false, true));
        assert_eq!(usual(&mut tx, "anna", "away").await, (false, false));
        assert_eq!(usual(&mut tx, "bruno", "place-3").await, (false, false), "sixteen came after it");
        assert_eq!(usual(&mut tx, "bruno", "place-4").await, (true, true));
        assert_eq!(store::login_place::forget(&mut tx, now().plus_seconds(5)).await.unwrap(), 2);
        assert_eq!(usual(&mut tx, "anna", "home").await, (false, false));
    }

    async fn a_session_ends_by_itself_and_by_order(database: Database) {
        let anna: OperatorId = id("anna");
        let session = StoredSession {
            operator: anna.clone(),
            seen_at: now(),
            idle_until: now().plus_minutes(60),
            expires_at: now().plus_minutes(720),
        };
        let mut tx = database.write().await;
        store::staff::begin_session(&mut tx, "one", &session).await.unwrap();
        store::staff::begin_session(&mut tx, "two", &session).await.unwrap();
        let tokens = ["one", "two", "none"].map(str::to_owned);
        let both = [("one".to_owned(), (session.clone(), 1)), ("two".to_owned(), (session, 1))];
        assert_eq!(store::staff::sessions(&mut tx, &tokens).await.unwrap(), both.into());
        assert!(!session_of(&mut tx, "one").await.unwrap().is_open(now().plus_minutes(60)));
        store::staff::touch_session(&mut tx, "one", now(), now().plus_minutes(800)).await.unwrap();
        assert!(session_of(&mut tx, "one").await.unwrap().is_open(now().plus_minutes(719)));
        assert!(!session_of(&mut tx, "one").await.unwrap().is_open(now().plus_minutes(720)));
        assert_eq!(store::staff::forget_sessions(&mut tx, now().plus_minutes(60)).await.unwrap(), 1);
        store::staff::end_session(&mut tx, "one").await.unwrap();
        assert_eq!(session_of(&mut tx, "one").await, None);
    }

    async fn a_new_password_ends_all_sessions(database: Database) {
        let anna: OperatorId = id("anna");
        let mut tx = database.write().await;
        assert_eq!(store::staff::password(&mut tx, &anna).await.unwrap(), None);
        store::staff::set_password(&mut tx, &anna, "first", now()).await.unwrap();
        let session = StoredSession {
            operator: anna.clone(),
            seen_at: now(),
            idle_until: now().plus_minutes(60),
            expires_at: now().plus_minutes(720),
        };
        store::staff::begin_session(&mut tx, "one", &session).await.unwrap();
        store::staff::set_password(&mut tx, &anna, "second", now()).await.unwrap();
        assert_eq!(store::staff::password(&mut tx, &anna).await.unwrap().as_deref(), Some("second"));
        assert_eq!(session_of(&mut tx, "one").await, None);
        store::staff::begin_session(&mut tx, "two", &session).await.unwrap();
        store::staff::end_sessions(&mut tx, &anna).await.unwrap();
        assert_eq!(session_of(&mut tx, "two").await, None);
    }

    async fn a_devices_new_token_voids_the_old_one(database: Database) {
        let mut tx = database.write().await;
        store::device::set_token(&mut tx, "totem", "totem-1", "old", now()).await.unwrap();
        store::device::set_token(&mut tx, "totem", "totem-1", "new", now()).await.unwrap();
        let totem = |is_next| Some(("totem".to_owned(), "totem-1".to_owned(), is_next));
        assert_eq!(known(&mut tx, "new").await, totem(false));
        assert_eq!(known(&mut tx, "old").await, None);
        store::device::set_next(&mut tx, "totem", "totem-1", "next").await.unwrap();
        store::device::set_token(&mut tx, "display", "display-1", "other", now()).await.unwrap();
        let both = ["new", "next", "none"].map(str::to_owned);
        assert_eq!(store::device::of_tokens(&mut tx, &both).await.unwrap().len(), 2, "both are good");
        assert_eq!((known(&mut tx, "new").await, known(&mut tx, "next").await), (totem(false), totem(true)));
        store::device::take_next(&mut tx, "totem", "next", now()).await.unwrap();
        assert_eq!((known(&mut tx, "new").await, known(&mut tx, "next").await), (None, totem(false)));
    }

    async fn what_is_wrong_with_a_device_is_kept_by_device(database: Database) {
        use contract::health::DeviceFault::{NoSound, PaperOut};
        let health = |site: &str, fault, seen| store::health::StoredHealth {
            site: id(site),
            faults: [(fault, now())].into(),
            seen_at: now().plus_seconds(seen),
        };
        let (paper, sound) = (health("palazzo", PaperOut, 0), health("palazzo", NoSound, 10));
        let mut tx = database.write().await;
        store::health::note(&mut tx, "totem", "uno", &health("ombriano", NoSound, 0)).await.unwrap();
        store::health::note(&mut tx, "totem", "uno", &paper).await.unwrap();
        store::health::note(&mut tx, "display", "uno", &sound).await.unwrap();
        assert_eq!(store::health::of_device(&mut tx, "totem", "uno").await.unwrap(), Some(paper.clone()));
        assert_eq!(store::health::of_device(&mut tx, "totem", "due").await.unwrap(), None);
        let all = [("display".to_owned(), "uno".to_owned(), sound), ("totem".to_owned(), "uno".to_owned(), paper)];
        let (palazzo, ombriano): (SiteId, SiteId) = (id("palazzo"), id("ombriano"));
        let of_sites = store::health::of_sites(&mut tx, &[palazzo.clone(), ombriano]).await.unwrap();
        assert_eq!(of_sites, [(palazzo, all.to_vec())].into());
        store::health::forget(&mut tx, now()).await.unwrap();
        store::health::clear(&mut tx, "display", "uno").await.unwrap();
        store::health::clear(&mut tx, "display", "uno").await.unwrap();
        for kind in ["totem", "display"] {
            assert_eq!(store::health::of_device(&mut tx, kind, "uno").await.unwrap(), None, "{kind}");
        }
    }

    async fn a_database_is_opened_again_as_it_is(database: Database) {
        stored(&database, "A001").await;
        let again = Db::open(&database.url).await.unwrap();
        assert_eq!(store::office::version(&mut again.read().await.unwrap()).await.unwrap(), 1);
        assert_eq!(database.number("select count(*) from ticket").await, 1);
        again.close().await;
    }

    async fn an_older_program_leaves_a_newer_database_alone(database: Database) {
        let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
             select 9999, 'newer', success, checksum, 0 from _sqlx_migrations where version = 1";
        match &database.db {
            Db::Sqlite { writer, .. } => drop(sqlx::query(newer).execute(writer).await.unwrap()),
            Db::Pg(pool) => drop(sqlx::query(newer).execute(pool).await.unwrap()),
        }
        let refused = Db::open(&database.url).await.unwrap_err().to_string();
        assert!(refused.contains("9999"), "{refused}");
    }
}

#[tokio::test]
async fn the_embedded_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let database = Db_::sqlite().await;
    stored(&database, "A001").await;
    for file in ["", "-wal", "-shm"] {
        let mode = std::fs::metadata(format!("{}{file}", database.url)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[tokio::test]
async fn the_log_is_moved_into_the_embedded_file_while_others_read() {
    let database = Db_::sqlite().await;
    stored(&database, "A001").await;
    let reading = database.read().await;
    database.db.move_log().await.unwrap();
    drop(reading);
    let file = std::fs::read(&database.url).unwrap();
    assert!(file.windows(4).any(|part| part == b"A001"), "the ticket is in the file itself");
}

/// Whatever is acknowledged has been handed to the disk (INV-4), and what is deleted leaves nothing to read.
#[tokio::test]
async fn the_embedded_file_waits_for_the_disk() {
    let database = Db_::sqlite().await;
    for (pragma, value) in [("pragma synchronous", 2), ("pragma foreign_keys", 1), ("pragma secure_delete", 1)] {
        assert_eq!(database.number(pragma).await, value, "{pragma}");
    }
    assert_eq!(database.number("select count(*) from pragma_journal_mode where journal_mode = 'wal'").await, 1);
}
