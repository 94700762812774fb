//! Configuration: rows of JSON text, one per thing, with a revision. Their meaning is in [`crate::office`].

use super::{Result, Tx, on};

/// One configured thing as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredThing {
    /// "services".
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Grows with each change, from 1.
    pub revision: i64,
    /// The struct on the wire, as JSON.
    pub body: String,
}

/// Grows with each change of anything.
pub async fn version(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar::<_, i64>("select version from office_version where id = 1").fetch_one(c).await?
    }))
}

/// Moves the version on. The first statement of a change: whoever changes something holds this row.
pub async fn next_version(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar::<_, i64>("update office_version set version = version + 1 where id = 1 returning version")
            .fetch_one(c)
            .await?
    }))
}

/// Everything that is configured, by kind and id.
pub async fn everything(tx: &mut Tx) -> Result<Vec<StoredThing>> {
    let rows = on!(tx, |c| {
        sqlx::query_as::<_, (String, String, i64, String)>(
            "select kind, id, revision, body from office order by kind, id",
        )
        .fetch_all(c)
        .await?
    });
    Ok(rows.into_iter().map(|(kind, id, revision, body)| StoredThing { kind, id, revision, body }).collect())
}

/// The revision of one thing, none if there is no such thing.
pub async fn revision(tx: &mut Tx, kind: &str, id: &str) -> Result<Option<i64>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar::<_, i64>("select revision from office where kind = $1 and id = $2")
            .bind(kind)
            .bind(id)
            .fetch_optional(c)
            .await?
    }))
}

/// Stores a thing, new or changed.
pub async fn put(tx: &mut Tx, thing: &StoredThing, institution: Option<&str>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "insert into office (kind, id, institution, revision, body) values ($1, $2, $3, $4, $5) \
             on conflict (kind, id) do update set \
             institution = excluded.institution, revision = excluded.revision, body = excluded.body",
        )
        .bind(thing.kind.as_str())
        .bind(thing.id.as_str())
        .bind(institution)
        .bind(thing.revision)
        .bind(thing.body.as_str())
        .execute(c)
        .await?;
    });
    Ok(())
}
