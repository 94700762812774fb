//! The least that a server of tickets can do, with the same library, the same driver and the same promise as ours: axum
//! on SQLite, FULL, one writer, what waits goes together into the next commit. No rights, no rules, no journal, no
//! signatures. It exists to be measured against.

use anyhow::{Context, Result};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post, put},
};
use serde_json::{Value, json};
use sqlx::{
    Sqlite, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous},
};
use std::net::SocketAddr;
use tokio::sync::{mpsc, oneshot};

const TABLES: &str = "create table ticket (id text not null primary key, site text not null, number bigint not null, \
     starts_at bigint not null, present bigint not null, called bigint);
     create index ticket_waiting on ticket (site, starts_at, id) where present = 1 and called is null;
     create index ticket_called on ticket (site, called) where called is not null;
     create table free (site text not null primary key, starts_at bigint not null);
     insert into free (site, starts_at) select 'site-' || value, 1 from json_each('[1,2,3,4,5,6,7,8]')";
/// As many as the real one, and as many in a transaction.
const WAITING: usize = 256;
const BATCH: usize = 128;
const READERS: u32 = 8;

enum Change {
    Issue { id: String, site: String, starts_at: i64, present: bool },
    CheckIn { id: String },
    CallNext { site: String },
}

struct Job {
    change: Change,
    reply: oneshot::Sender<Value>,
}

#[derive(Clone)]
struct Floor {
    readers: SqlitePool,
    desk: mpsc::Sender<Job>,
}

/// Serves until it is killed.
pub async fn serve(listen: SocketAddr, file: &str) -> Result<()> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
    sqlx::raw_sql(TABLES).execute(&writer).await?;
    let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(options).await?;
    let (desk, waiting) = mpsc::channel(WAITING);
    tokio::spawn(commit(writer, waiting));
    let router = Router::new()
        .route("/", get(async || "floor"))
        .route("/tickets/{id}", put(issue))
        .route("/tickets/{id}/presence", put(check_in))
        .route("/sites/{site}/calls", post(call_next))
        .route("/sites/{site}/board", get(board))
        .route("/sites/{site}/first", get(first))
        .with_state(Floor { readers, desk });
    let listener = tokio::net::TcpListener::bind(listen).await.context("cannot listen")?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let service = hyper_util::service::TowerToHyperService::new(router.clone());
        let stream = hyper_util::rt::TokioIo::new(stream);
        tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(stream, service));
    }
}

async fn commit(writer: SqlitePool, mut waiting: mpsc::Receiver<Job>) {
    while let Some(first) = waiting.recv().await {
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Ok(next) = waiting.try_recv()
        {
            batch.push(next);
        }
        // A batch that fails answers nobody, and the benchmark fails loudly.
        if let Ok(values) = carry_out(&writer, &batch).await {
            for (job, value) in batch.into_iter().zip(values) {
                let _ = job.reply.send(value);
            }
        }
    }
}

async fn carry_out(writer: &SqlitePool, batch: &[Job]) -> sqlx::Result<Vec<Value>> {
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    let mut values = Vec::new();
    for job in batch {
        values.push(change(&mut tx, &job.change).await?);
    }
    tx.commit().await?;
    Ok(values)
}

async fn change(tx: &mut Transaction<'static, Sqlite>, change: &Change) -> sqlx::Result<Value> {
    match change {
        Change::Issue { id, site, starts_at, present } => {
            let number: i64 = sqlx::query_scalar(
                "insert into ticket (id, site, number, starts_at, present) values ($1, $2, \
                 (select coalesce(max(rowid), 0) + 1 from ticket), $3, $4) returning number",
            )
            .bind(id)
            .bind(site)
            .bind(starts_at)
            .bind(present)
            .fetch_one(&mut **tx)
            .await?;
            Ok(json!({ "ticket": id, "number": number }))
        }
        Change::CheckIn { id } => {
            let query = sqlx::query("update ticket set present = 1 where id = $1").bind(id);
            let count = query.execute(&mut **tx).await?.rows_affected();
            Ok(json!({ "present": count }))
        }
        Change::CallNext { site } => {
            let called: Option<(String, i64)> = sqlx::query_as(
                "update ticket set called = (select coalesce(max(called), 0) + 1 from ticket \
                 where site = $1 and called is not null) where id = \
                 (select id from ticket where site = $1 and present = 1 and called is null order by starts_at, id limit 1) \
                 returning id, number",
            )
            .bind(site)
            .fetch_optional(&mut **tx)
            .await?;
            Ok(json!({ "ticket": called.as_ref().map(|it| &it.0), "number": called.as_ref().map(|it| it.1) }))
        }
    }
}

impl Floor {
    async fn act(&self, change: Change) -> Result<Json<Value>, StatusCode> {
        let (reply, outcome) = oneshot::channel();
        self.desk.try_send(Job { change, reply }).map_err(|_| StatusCode::TOO_MANY_REQUESTS)?;
        outcome.await.map(Json).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
    }
}

async fn issue(
    State(floor): State<Floor>,
    Path(id): Path<String>,
    Json(wish): Json<Value>,
) -> Result<Json<Value>, StatusCode> {
    let site = wish["site"].as_str().ok_or(StatusCode::BAD_REQUEST)?.to_owned();
    let (starts_at, present) = (wish["starts_at"].as_i64(), wish["present"].as_bool());
    let starts_at = starts_at.ok_or(StatusCode::BAD_REQUEST)?;
    floor.act(Change::Issue { id, site, starts_at, present: present.unwrap_or(false) }).await
}

async fn check_in(State(floor): State<Floor>, Path(id): Path<String>) -> Result<Json<Value>, StatusCode> {
    floor.act(Change::CheckIn { id }).await
}

async fn call_next(State(floor): State<Floor>, Path(site): Path<String>) -> Result<Json<Value>, StatusCode> {
    floor.act(Change::CallNext { site }).await
}

async fn board(State(floor): State<Floor>, Path(site): Path<String>) -> Result<Json<Value>, StatusCode> {
    let calls: Vec<(String, i64, i64)> = sqlx::query_as(
        "select id, number, called from ticket where site = $1 and called is not null order by called desc limit 12",
    )
    .bind(&site)
    .fetch_all(&floor.readers)
    .await
    .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(json!({ "site": site, "calls": calls })))
}

async fn first(State(floor): State<Floor>, Path(site): Path<String>) -> Result<Json<Value>, StatusCode> {
    let free: Option<i64> = sqlx::query_scalar("select starts_at from free where site = $1")
        .bind(&site)
        .fetch_optional(&floor.readers)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(json!({ "site": site, "starts_at": free })))
}
