//! From where people have logged in well: keyed hashes of networks, for each who works here.

use super::{Result, Tx, on};
use contract::{ids::OperatorId, time::Instant};

/// Places kept for one person, the last used ones: the counters at which somebody works, and some more. Whoever knows one
/// password can push out places of that login, and of no other.
const PLACES: i64 = 16;

/// What is known of a place where somebody tries to log in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usual {
    /// That login has been used well from there.
    pub own: bool,
    /// Some login has.
    pub of_house: bool,
}

/// Who has logged in well from that place before.
pub async fn usual(tx: &mut Tx, login: &str, place: &str) -> Result<Usual> {
    let (own, all) = on!(tx, |c| {
        sqlx::query_as::<_, (i64, i64)>(
            "select count(case when operator = $1 then 1 end), count(*) from login_place where place = $2",
        )
        .bind(login)
        .bind(place)
        .fetch_one(c)
        .await?
    });
    Ok(Usual { own: own > 0, of_house: all > 0 })
}

/// Somebody has logged in well from there.
pub async fn note(tx: &mut Tx, operator: &OperatorId, place: &str, now: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "insert into login_place (operator, place, used_at) values ($1, $2, $3) \
             on conflict (operator, place) do update set used_at = excluded.used_at",
        )
        .bind(operator.as_str())
        .bind(place)
        .bind(now.as_millis())
        .execute(&mut *c)
        .await?;
        sqlx::query(
            "delete from login_place where operator = $1 and place not in \
             (select place from login_place where operator = $1 order by used_at desc, place limit $2)",
        )
        .bind(operator.as_str())
        .bind(PLACES)
        .execute(&mut *c)
        .await?;
    });
    Ok(())
}

/// Forgets places that have not been used since `before`.
pub async fn forget(tx: &mut Tx, before: Instant) -> Result<u64> {
    Ok(on!(tx, |c| {
        sqlx::query("delete from login_place where used_at < $1")
            .bind(before.as_millis())
            .execute(c)
            .await?
            .rows_affected()
    }))
}
