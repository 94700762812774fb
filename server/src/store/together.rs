//! Lookups that come at the same time go to the database together: what waits while one statement runs shares the next
//! one, and nobody waits for a timer. Whoever is alone is asked for at once.
//!
//! Each lookup begins after it was asked for, so it sees whatever had been committed by then. It is nobody's own: strangers
//! who ask wait in the same line as the house, and a line never has more than one connection.

use super::{Db, Fault, PATIENCE, Result};
use futures_util::future::BoxFuture;
use std::{
    collections::BTreeMap,
    fmt,
    mem::{forget, replace, take},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::oneshot, time::timeout};

/// Keys in one statement: more than ever wait in an office, few enough that a statement stays short.
const AT_ONCE: usize = 128;

/// What a statement finds for keys; a key for which there is nothing is left out.
type Look<K, V> = fn(Db, Vec<K>) -> BoxFuture<'static, Result<BTreeMap<K, V>>>;
type Found<V> = std::result::Result<Option<V>, Arc<Fault>>;

/// Lookups of one sort.
pub struct Together<K, V> {
    look: Look<K, V>,
    line: Arc<Mutex<Line<K, V>>>,
}

/// Who waits for the next statement.
struct Line<K, V> {
    waiting: Vec<(K, oneshot::Sender<Found<V>>)>,
    /// True while somebody takes care of who waits.
    is_served: bool,
}

impl<K, V> fmt::Debug for Together<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Together").finish_non_exhaustive()
    }
}

impl<K: Ord + Clone + Send + 'static, V: Clone + Send + 'static> Together<K, V> {
    /// Lookups by that statement.
    pub fn new(look: Look<K, V>) -> Self {
        Self { look, line: Arc::new(Mutex::new(Line { waiting: Vec::new(), is_served: false })) }
    }

    /// What there is for a key.
    pub async fn find(&self, db: &Db, key: K) -> Result<Option<V>> {
        // An error means that the lookup panicked, which the log has.
        let broken = |_| Err(Arc::new(Fault::damaged("a lookup", "it ended early")));
        self.stand_in_line(db, key).await.unwrap_or_else(broken).map_err(Fault::Shared)
    }

    fn stand_in_line(&self, db: &Db, key: K) -> oneshot::Receiver<Found<V>> {
        let (tell, found) = oneshot::channel();
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.waiting.push((key, tell));
        if !replace(&mut line.is_served, true) {
            // A task of its own: whoever asked may hang up, and the others must not wait for ever.
            tokio::spawn(serve(self.look, self.line.clone(), db.clone()));
        }
        found
    }
}

/// Serves the line until nobody waits. If it panics, whoever comes next begins anew.
async fn serve<K: Ord + Clone, V: Clone>(look: Look<K, V>, line: Arc<Mutex<Line<K, V>>>, db: Db) {
    let served = Served(&line);
    loop {
        let waiting = {
            let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
            if line.waiting.is_empty() {
                line.is_served = false;
                forget(served);
                return;
            }
            match line.waiting.len() > AT_ONCE {
                true => line.waiting.drain(..AT_ONCE).collect(),
                false => take(&mut line.waiting),
            }
        };
        let keys: BTreeMap<K, ()> = waiting.iter().map(|(key, _)| (key.clone(), ())).collect();
        // A connection that hangs must not keep everybody waiting who comes after.
        let found = timeout(PATIENCE, look(db.clone(), keys.into_keys().collect())).await;
        let found = found.unwrap_or_else(|_| Err(Fault::Away(sqlx::Error::PoolTimedOut))).map_err(Arc::new);
        for (key, tell) in waiting {
            // Whoever asked may have hung up.
            let _ = tell.send(found.as_ref().map(|found| found.get(&key).cloned()).map_err(Arc::clone));
        }
    }
}

/// The line is served as long as this is there.
struct Served<'l, K, V>(&'l Mutex<Line<K, V>>);

impl<K, V> Drop for Served<'_, K, V> {
    fn drop(&mut self) {
        let mut line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // They are told at once that nothing comes any more.
        line.waiting.clear();
        line.is_served = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    static STATEMENTS: AtomicUsize = AtomicUsize::new(0);

    fn double(_: Db, keys: Vec<u32>) -> BoxFuture<'static, Result<BTreeMap<u32, u32>>> {
        Box::pin(async move {
            STATEMENTS.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            assert!(!keys.contains(&13), "thirteen breaks it");
            match keys.contains(&99) {
                true => Err(Fault::Overtaken),
                false => Ok(keys.into_iter().filter(|key| key % 2 == 1).map(|key| (key, key * 2)).collect()),
            }
        })
    }

    #[tokio::test]
    async fn many_lookups_are_few_statements_and_each_has_its_own_answer() {
        let folder = std::env::temp_dir().join(format!("avanti-together-{}", std::process::id()));
        let db = Db::open(&folder.display().to_string()).await.unwrap();
        let together = Together::new(double);
        let found = futures_util::future::join_all((0..300).map(|key| together.find(&db, key % 12))).await;
        for (at, found) in (0..300).zip(found) {
            let key = at % 12;
            assert_eq!(found.unwrap(), (key % 2 == 1).then_some(key * 2));
        }
        assert!(STATEMENTS.load(Ordering::Relaxed) <= 4, "{STATEMENTS:?}");
        let (bad, also) = tokio::join!(together.find(&db, 99), together.find(&db, 1));
        assert!(matches!((bad, also), (Err(Fault::Shared(_)), Err(Fault::Shared(_)))), "one statement, one fault");
        assert!(together.find(&db, 13).await.is_err(), "a panic is no silence");
        assert_eq!(together.find(&db, 1).await.unwrap(), Some(2), "and ends nothing");
        db.close().await;
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", folder.display()));
        }
    }
}
