//! Promises about effects that happen once.

pub(crate) mod dynamodb;
pub(crate) mod faulty;
mod handler;
mod http;
mod model;
mod redis;
mod regressions;
mod valkey;

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use faulty::{Ask, Fault, FaultyStore};
use powertools_idempotency::{
    Clock, Environment, Event, Idempotency, IdempotencyBuilder, Invocation, ManualClock,
};

type Operation = Idempotency<FaultyStore>;

/// Configures an operation that reads nothing of the process's environment.
fn operation(store: &FaultyStore) -> IdempotencyBuilder<FaultyStore> {
    let nothing = Environment::empty();
    Idempotency::builder("place", store.clone()).environment(nothing)
}

/// A clock that stands still until it is moved.
fn clock() -> ManualClock {
    ManualClock::at(UNIX_EPOCH + Duration::from_secs(1_800_000_000))
}

/// An invocation that ends so long from now by this clock.
fn invocation(clock: &ManualClock, left: Duration) -> Invocation {
    let now = clock.now();
    Invocation::builder("r").deadline(now + left, now).build()
}

/// Counts how often an effect happens.
#[derive(Clone, Default)]
struct Effects(Arc<AtomicU32>);

impl Effects {
    /// Happens, and says how often it has.
    async fn happen(&self) -> Result<u32, Infallible> {
        tokio::task::yield_now().await;
        Ok(self.0.fetch_add(1, Ordering::SeqCst) + 1)
    }

    async fn happen_slowly(&self) -> Result<u32, Infallible> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        self.happen().await
    }

    fn count(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

/// What operations told their listeners.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Event>>>);

impl Heard {
    fn listener(&self) -> impl Fn(Event) + Send + Sync + 'static {
        let heard = self.0.clone();
        move |event| heard.lock().unwrap().push(event)
    }

    fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap().clone()
    }
}
