//! Passwords and sessions of staff, as hashes only.

use super::{Fault, Result, Tx, on};
use contract::{ids::OperatorId, time::Instant};

/// Sets the hash of an operator's password and ends their sessions.
pub async fn set_password(tx: &mut Tx, operator: &OperatorId, hash: &str, now: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "insert into operator_login (operator, hash, changed_at) values ($1, $2, $3) \
             on conflict (operator) do update set hash = excluded.hash, changed_at = excluded.changed_at",
        )
        .bind(operator.as_str())
        .bind(hash)
        .bind(now.as_millis())
        .execute(c)
        .await?;
    });
    end_sessions(tx, operator).await
}

/// The hash of an operator's password.
pub async fn password(tx: &mut Tx, operator: &OperatorId) -> Result<Option<String>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar::<_, String>("select hash from operator_login where operator = $1")
            .bind(operator.as_str())
            .fetch_optional(c)
            .await?
    }))
}

/// A session, named by the hash of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// Whose.
    pub operator: OperatorId,
    /// When it was last used, give or take a minute.
    pub seen_at: Instant,
    /// It ends here if it is not used.
    pub idle_until: Instant,
    /// It ends here in any case.
    pub expires_at: Instant,
}

/// Begins a session.
pub async fn begin_session(tx: &mut Tx, token: &str, session: &StoredSession) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "insert into session (token, operator, seen_at, idle_until, expires_at) values ($1, $2, $3, $4, $5)",
        )
        .bind(token)
        .bind(session.operator.as_str())
        .bind(session.seen_at.as_millis())
        .bind(session.idle_until.as_millis())
        .bind(session.expires_at.as_millis())
        .execute(c)
        .await?;
    });
    Ok(())
}

/// The session of a token, if it has not ended.
pub async fn session(tx: &mut Tx, token: &str, now: Instant) -> Result<Option<StoredSession>> {
    let row = on!(tx, |c| {
        sqlx::query_as::<_, (String, i64, i64, i64)>(
            "select operator, seen_at, idle_until, expires_at from session \
             where token = $1 and idle_until > $2 and expires_at > $2",
        )
        .bind(token)
        .bind(now.as_millis())
        .fetch_optional(c)
        .await?
    });
    let read = |(operator, seen_at, idle_until, expires_at): (String, i64, i64, i64)| {
        Ok(StoredSession {
            operator: operator.parse().map_err(|why| Fault::damaged("session.operator", why))?,
            seen_at: Instant::from_millis(seen_at),
            idle_until: Instant::from_millis(idle_until),
            expires_at: Instant::from_millis(expires_at),
        })
    };
    row.map(read).transpose()
}

/// A session was used.
pub async fn touch_session(tx: &mut Tx, token: &str, seen_at: Instant, idle_until: Instant) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("update session set seen_at = $2, idle_until = $3 where token = $1")
            .bind(token)
            .bind(seen_at.as_millis())
            .bind(idle_until.as_millis())
            .execute(c)
            .await?;
    });
    Ok(())
}

/// Ends one session.
pub async fn end_session(tx: &mut Tx, token: &str) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("delete from session where token = $1").bind(token).execute(c).await?;
    });
    Ok(())
}

/// Ends all sessions of an operator.
pub async fn end_sessions(tx: &mut Tx, operator: &OperatorId) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("delete from session where operator = $1").bind(operator.as_str()).execute(c).await?;
    });
    Ok(())
}

/// Removes sessions that have ended by themselves.
pub async fn forget_sessions(tx: &mut Tx, now: Instant) -> Result<u64> {
    Ok(on!(tx, |c| {
        sqlx::query("delete from session where idle_until <= $1 or expires_at <= $1")
            .bind(now.as_millis())
            .execute(c)
            .await?
            .rows_affected()
    }))
}
