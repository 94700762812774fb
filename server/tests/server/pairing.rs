//! A new device gets its token by a code (F79).

use crate::{
    live::{client, listening},
    on_both,
    support::World,
};
use client::Failure;
use contract::{
    Refusal,
    pairing::{DeviceKind, NewPairing, PairingCode, RedeemPairing},
};

fn of(kind: DeviceKind, id: &str) -> NewPairing {
    NewPairing { kind, id: id.to_owned() }
}

fn as_a(kind: DeviceKind, code: &PairingCode) -> RedeemPairing {
    RedeemPairing { code: code.clone(), kind }
}

fn as_totem(code: &PairingCode) -> RedeemPairing {
    as_a(DeviceKind::Totem, code)
}

fn refused<T>(outcome: Result<T, Failure>) -> Refusal {
    match outcome {
        Err(Failure::Refused(refusal)) => refusal,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was accepted"),
    }
}

on_both! {
    async fn a_code_is_good_once_and_makes_the_old_token_void(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let (admin, old, new) = (
            client(&address, &world, "admin"),
            client(&address, &world, "totem-1"),
            client(&address, &world, "nobody"),
        );
        let pairing = admin.new_pairing(&of(DeviceKind::Totem, "totem-1")).await.unwrap();
        assert!(old.totem_board().await.is_ok(), "a code alone changes nothing");
        let paired = new.redeem_pairing(&as_totem(&pairing.code)).await.unwrap();
        assert_eq!((paired.kind, paired.id.as_str(), paired.name.as_str()), (DeviceKind::Totem, "totem-1", "Totem 1"));
        new.set_token(paired.token);
        assert!(new.totem_board().await.is_ok());
        assert_eq!(refused(old.totem_board().await), Refusal::Unauthenticated);
        assert_eq!(refused(new.redeem_pairing(&as_totem(&pairing.code)).await), Refusal::WrongCode);
    }

    async fn a_code_is_good_for_ten_minutes_and_the_latest_counts(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let (admin, new) = (client(&address, &world, "admin"), client(&address, &world, "nobody"));
        let first = admin.new_pairing(&of(DeviceKind::Display, "monitor-a")).await.unwrap();
        let second = admin.new_pairing(&of(DeviceKind::Display, "monitor-a")).await.unwrap();
        assert_eq!(refused(new.redeem_pairing(&as_a(DeviceKind::Display, &first.code)).await), Refusal::WrongCode);
        world.clock.set(second.expires_at);
        assert_eq!(refused(new.redeem_pairing(&as_a(DeviceKind::Display, &second.code)).await), Refusal::WrongCode);
    }

    async fn a_stolen_devices_token_and_code_are_void(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let (admin, stolen, new) = (
            client(&address, &world, "admin"),
            client(&address, &world, "totem-1"),
            client(&address, &world, "nobody"),
        );
        let pairing = admin.new_pairing(&of(DeviceKind::Totem, "totem-1")).await.unwrap();
        server::pairing::revoke(&world.database.db, DeviceKind::Totem, "totem-1").await.unwrap();
        assert_eq!(refused(stolen.totem_board().await), Refusal::Unauthenticated);
        assert_eq!(refused(new.redeem_pairing(&as_totem(&pairing.code)).await), Refusal::WrongCode);
        assert_eq!(world.get("monitor-a", "/api/v1/rooms/sala-a/board").await.status, 200, "other devices go on");
        let again = admin.new_pairing(&of(DeviceKind::Totem, "totem-1")).await.unwrap();
        new.set_token(new.redeem_pairing(&as_totem(&again.code)).await.unwrap().token);
        assert!(new.totem_board().await.is_ok());
    }

    async fn a_counters_computer_learns_which_it_is_and_gets_no_token(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let pairing = client(&address, &world, "admin").new_pairing(&of(DeviceKind::Counter, "sportello-1")).await;
        let (new, code) = (client(&address, &world, "nobody"), pairing.unwrap().code);
        assert_eq!(refused(new.redeem_pairing(&as_totem(&code)).await), Refusal::WrongCode, "it is no totem's code");
        let paired = new.redeem_pairing(&as_a(DeviceKind::Counter, &code)).await.unwrap();
        assert_eq!((paired.kind, paired.token), (DeviceKind::Counter, None));
    }

    async fn whoever_guesses_is_stopped_after_twenty_times(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let (admin, thief) = (client(&address, &world, "admin"), client(&address, &world, "nobody"));
        let pairing = admin.new_pairing(&of(DeviceKind::Totem, "totem-1")).await.unwrap();
        let wrong: PairingCode = "BBBB-BBBB".parse().unwrap();
        for _ in 0..20 {
            assert_eq!(refused(thief.redeem_pairing(&as_totem(&wrong)).await), Refusal::WrongCode);
        }
        assert_eq!(refused(thief.redeem_pairing(&as_totem(&wrong)).await), Refusal::TooMany { retry_after_seconds: 3600 });
        assert!(matches!(refused(thief.redeem_pairing(&as_totem(&pairing.code)).await), Refusal::TooMany { .. }));
        world.clock.set(world.clock.now().plus_minutes(61));
        let later = admin.new_pairing(&of(DeviceKind::Totem, "totem-1")).await;
        // The administrator's session has ended with the hour; a clerk of the house makes a new one.
        assert_eq!(refused(later), Refusal::Unauthenticated);
        assert_eq!(refused(thief.redeem_pairing(&as_totem(&wrong)).await), Refusal::WrongCode, "an hour later one may try again");
    }

    async fn a_token_is_good_until_the_next_one_has_been_used(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let (old, new) = (client(&address, &world, "totem-1"), client(&address, &world, "nobody"));
        let lost = old.renew_token().await.unwrap().token;
        let next = old.renew_token().await.unwrap().token;
        assert!(old.totem_board().await.is_ok(), "an answer that is lost harms nobody");
        new.set_token(Some(lost));
        assert_eq!(refused(new.totem_board().await), Refusal::Unauthenticated, "who asks again gets another one");
        new.set_token(Some(next));
        assert!(new.totem_board().await.is_ok());
        assert_eq!(refused(old.totem_board().await), Refusal::Unauthenticated, "it is void now");
        assert_eq!(refused(old.renew_token().await), Refusal::Unauthenticated, "and brings no other");
        assert!(new.totem_board().await.is_ok());
        assert_eq!(refused(client(&address, &world, "anna").renew_token().await), Refusal::Forbidden);
    }

    async fn only_whoever_configures_a_device_makes_its_code(database: Database) {
        let world = World::new(database).await;
        let (address, _stop) = listening(&world).await;
        let ask = async |who: &str, id: &str| {
            refused(client(&address, &world, who).new_pairing(&of(DeviceKind::Totem, id)).await)
        };
        assert_eq!(ask("nobody", "totem-1").await, Refusal::Unauthenticated);
        assert_eq!(ask("anna", "totem-1").await, Refusal::Forbidden);
        assert_eq!(ask("totem-1", "totem-1").await, Refusal::Forbidden);
        assert_eq!(ask("admin", "totem-9").await, Refusal::NotFound);
    }
}
