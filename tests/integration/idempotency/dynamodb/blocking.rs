//! Synchronous functions whose records are in DynamoDB, wherever they are called.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
    mpsc,
};

use powertools_idempotency::{
    DynamoDbStore, Environment, Idempotency, IdempotencyProblem, idempotent,
};
use tokio::runtime::{Builder, Runtime};

use super::{Database, Plan, Proxy, TABLE, database};

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("sold out")]
    SoldOut,
    #[error(transparent)]
    Idempotency(#[from] IdempotencyProblem),
}

/// A shop whose methods are not async.
#[derive(Clone)]
struct Shop {
    orders: Idempotency<DynamoDbStore>,
    effects: Arc<AtomicU32>,
}

impl Shop {
    fn at(url: &str) -> Self {
        let store = database::store(url, TABLE).build().unwrap();
        let nothing = Environment::empty();
        let orders = Idempotency::builder("place", store).environment(nothing).build();
        Self { orders, effects: Arc::default() }
    }

    #[idempotent(store = self.orders, key = id)]
    fn place(
        &self,
        id: &str,
        work: &dyn Fn() -> Result<(), OrderError>,
    ) -> Result<u32, OrderError> {
        work()?;
        Ok(self.effects.fetch_add(1, Ordering::SeqCst) + 1)
    }

    /// Goes through every course of a call.
    fn open(&self) {
        let nothing = || Ok(());
        assert_eq!(self.place("fresh", &nothing).unwrap(), 1);
        assert_eq!(self.place("fresh", &|| panic!("it is replayed")).unwrap(), 1);
        let refused = self.place("held", &|| match self.place("held", &nothing) {
            Err(OrderError::Idempotency(problem)) => {
                assert_eq!(problem.name(), "IdempotencyAlreadyInProgress");
                Ok(())
            }
            other => panic!("{other:?}"),
        });
        assert_eq!(refused.unwrap(), 2);
        let failed = self.place("failing", &|| Err(OrderError::SoldOut));
        assert!(matches!(failed, Err(OrderError::SoldOut)));
        assert_eq!(self.place("failing", &nothing).unwrap(), 3);
        let panicking = std::panic::AssertUnwindSafe(|| self.place("panicking", &|| panic!("oh")));
        std::panic::catch_unwind(panicking).unwrap_err();
        assert_eq!(self.place("panicking", &nothing).unwrap(), 4);
    }
}

fn several_threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Runs `test` with the address of a database that another runtime serves.
fn beside_a_database(test: impl FnOnce(&str)) {
    let server = several_threads();
    let database = server.block_on(Database::start());
    test(&database.url);
}

#[test]
fn synchronous_function_runs_once_in_a_task() {
    beside_a_database(|url| {
        let (runtime, shop) = (several_threads(), Shop::at(url));
        runtime.block_on(runtime.spawn(async move { shop.open() })).unwrap();
    });
}

#[test]
fn synchronous_function_runs_once_in_main() {
    beside_a_database(|url| several_threads().block_on(async { Shop::at(url).open() }));
}

#[test]
fn synchronous_function_runs_once_in_spawn_blocking() {
    for runtime in [several_threads(), one_thread()] {
        beside_a_database(|url| {
            let shop = Shop::at(url);
            runtime.block_on(runtime.spawn_blocking(move || shop.open())).unwrap();
        });
    }
}

#[test]
fn synchronous_function_runs_once_without_a_runtime() {
    beside_a_database(|url| Shop::at(url).open());
}

#[test]
fn connection_of_asynchronous_code_serves_synchronous_code() {
    beside_a_database(|url| {
        let (runtime, shop) = (several_threads(), Shop::at(url));
        let task = runtime.spawn(async move {
            shop.orders.store().warm_up().await;
            shop.open();
            shop.orders.try_run("after", &(), async || Ok::<_, OrderError>(())).await.unwrap();
        });
        runtime.block_on(task).unwrap();
    });
}

#[test]
fn current_thread_runtime_is_refused_before_the_claim() {
    let server = several_threads();
    let proxy = server.block_on(async {
        let database = Database::start().await;
        Proxy::start(&database.url, |_| Plan::default()).await
    });
    let (runtime, shop) = (one_thread(), Shop::at(&proxy.url));
    let placed = runtime.block_on(async {
        // The connection that it would wait for belongs to this thread.
        shop.orders.store().warm_up().await;
        shop.place("o-17", &|| Ok(()))
    });
    let Err(OrderError::Idempotency(problem)) = placed else { panic!("{placed:?}") };
    assert_eq!(problem.name(), "IdempotencyCannotBlock");
    assert_eq!(shop.effects.load(Ordering::SeqCst), 0);
    assert_eq!(proxy.take_calls(), ["GetItem"]);
}

#[test]
fn concurrent_duplicates_on_threads_run_once() {
    beside_a_database(|url| {
        let (runtime, shop) = (several_threads(), Shop::at(url));
        let (sender, results) = mpsc::channel();
        for _ in 0..8 {
            let (shop, sender) = (shop.clone(), sender.clone());
            runtime.spawn(async move { sender.send(shop.place("o-17", &|| Ok(()))) });
        }
        drop(sender);
        for placed in results {
            match placed {
                Ok(effect) => assert_eq!(effect, 1),
                Err(OrderError::Idempotency(problem)) => {
                    assert_eq!(problem.name(), "IdempotencyAlreadyInProgress");
                }
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(shop.effects.load(Ordering::SeqCst), 1);
    });
}
