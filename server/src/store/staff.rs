//! Passwords and sessions of staff, as hashes only.

use super::{Result, Tx, on, portions};
use contract::{ids::OperatorId, time::Instant};
use std::collections::BTreeMap;

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

impl StoredSession {
    /// Whether it has not ended.
    pub fn is_open(&self, now: Instant) -> bool {
        now < self.idle_until && now < self.expires_at
    }
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

/// The sessions of tokens, whether they have ended or not, and the version of everything that is configured.
pub async fn sessions(tx: &mut Tx, tokens: &[String]) -> Result<BTreeMap<String, (StoredSession, i64)>> {
    let mut sessions = BTreeMap::new();
    for tokens in portions(tokens) {
        let rows = on!(tx, |c| {
            let mut select = sqlx::QueryBuilder::new("select token, operator, seen_at, idle_until, expires_at, ");
            select.push("(select version from office_version where id = 1) from session where token in (");
            select.push_values(tokens, |mut row, token| {
                row.push_bind(token.as_str());
            });
            select.push(")").build_query_as::<(String, String, i64, i64, i64, i64)>().fetch_all(c).await?
        });
        for (token, operator, seen_at, idle_until, expires_at, office) in rows {
            // Others wait for the same statement: a damaged row is its owner's trouble alone.
            let Ok(operator) = operator.parse() else {
                tracing::error!(operator, "a session is not somebody's who can be");
                continue;
            };
            let session = StoredSession {
                operator,
                seen_at: Instant::from_millis(seen_at),
                idle_until: Instant::from_millis(idle_until),
                expires_at: Instant::from_millis(expires_at),
            };
            sessions.insert(token, (session, office));
        }
    }
    Ok(sessions)
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
