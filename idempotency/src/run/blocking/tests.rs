mod remote;

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::Duration,
};

use powertools_core::Environment;
use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::{self, LocalSet},
};

use self::remote::Remote;
use crate::{
    BlockingError, Event, Idempotency, IdempotencyBuilder, IdempotencyError, Outcome, StoreError,
    WriteOutcome,
};

type Orders = Idempotency<Remote>;

fn orders(
    configure: impl FnOnce(IdempotencyBuilder<Remote>) -> IdempotencyBuilder<Remote>,
) -> Orders {
    let nothing = Environment::empty();
    let store = Remote::default();
    configure(Idempotency::builder("place", store).environment(nothing)).build()
}

/// Places an order twice, and a failing one; the closure borrows what it counts with.
fn place(orders: &Orders) -> Result<(), BlockingError> {
    let mut effects = 0;
    for delivery in 0..2 {
        let placed = orders.try_run_blocking("k", &(), || {
            effects += 1;
            Ok::<_, Infallible>(effects)
        });
        match placed {
            Ok(placed) => {
                assert_eq!((placed.is_replayed(), placed.into_inner()), (delivery > 0, 1));
            }
            Err(IdempotencyError::CannotBlock { source: why, .. }) => {
                assert_eq!(effects, 0);
                assert!(orders.store().memory.keys().is_empty());
                return Err(why);
            }
            Err(other) => panic!("{other}"),
        }
    }
    let failed = orders.try_run_blocking("failing", &(), || Err::<u32, _>("no"));
    assert!(matches!(failed, Err(IdempotencyError::Failed("no"))));
    assert_eq!(orders.store().memory.keys().len(), 1);
    Ok(())
}

fn workers(count: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(count).enable_all().build().unwrap()
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn blocking_call_waits_without_a_runtime() {
    place(&orders(|it| it)).unwrap();
}

#[test]
fn blocking_call_waits_everywhere_in_a_multi_thread_runtime() {
    for count in [1, 2] {
        let runtime = workers(count);
        runtime.block_on(async { place(&orders(|it| it)) }).unwrap();
        let task = runtime.spawn(async { place(&orders(|it| it)) });
        runtime.block_on(task).unwrap().unwrap();
        let task = runtime.spawn_blocking(|| place(&orders(|it| it)));
        runtime.block_on(task).unwrap().unwrap();
        let _entered = runtime.enter();
        place(&orders(|it| it)).unwrap();
        let local = LocalSet::new();
        local.block_on(&runtime, async { place(&orders(|it| it)) }).unwrap();
    }
}

#[test]
fn blocking_call_waits_beside_a_current_thread_runtime() {
    let runtime = one_thread();
    let task = runtime.spawn_blocking(|| place(&orders(|it| it)));
    runtime.block_on(task).unwrap().unwrap();
    let handle = runtime.handle().clone();
    let beside = thread::spawn(move || {
        let _entered = handle.enter();
        place(&orders(|it| it))
    });
    runtime.block_on(async {
        while !beside.is_finished() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    beside.join().unwrap().unwrap();
}

#[test]
fn blocking_call_on_the_thread_of_a_current_thread_runtime_is_refused() {
    let runtime = one_thread();
    let refused = |placed| assert!(matches!(placed, Err(BlockingError::OneThread)), "{placed:?}");
    refused(runtime.block_on(async { place(&orders(|it| it)) }));
    let task = runtime.spawn(async { place(&orders(|it| it)) });
    refused(runtime.block_on(task).unwrap());
    // Nobody drives it.
    let _entered = runtime.enter();
    refused(place(&orders(|it| it)));
}

#[test]
fn blocking_call_in_a_task_that_may_not_block_is_refused() {
    let runtime = workers(2);
    let refused = |placed| assert!(matches!(placed, Err(BlockingError::LocalTask)), "{placed:?}");
    let local = LocalSet::new();
    let task = local.spawn_local(async { place(&orders(|it| it)) });
    refused(local.block_on(&runtime, task).unwrap());
    let foreign = runtime.handle().clone();
    let one_thread = one_thread();
    let task = one_thread.spawn(async move {
        let _entered = foreign.enter();
        place(&orders(|it| it))
    });
    refused(one_thread.block_on(task).unwrap());
}

#[test]
fn blocking_error_has_a_name_and_advice() {
    let runtime = one_thread();
    let orders = orders(|it| it);
    let refused =
        runtime.block_on(async { orders.try_run_blocking("k", &(), || Ok::<_, Infallible>(1)) });
    let error = refused.unwrap_err();
    assert_eq!((error.name(), error.is_retryable()), ("IdempotencyCannotBlock", false));
    for remedy in ["multi-thread", "`async`", "`spawn_blocking`"] {
        assert!(error.to_string().contains(remedy), "{error}");
    }
}

#[test]
fn cached_result_needs_no_waiting() {
    let orders = orders(|it| it.local_cache(1));
    let one = || Ok::<_, Infallible>(1);
    orders.try_run_blocking("k", &(), one).unwrap();
    let replayed = one_thread().block_on(async { orders.try_run_blocking("k", &(), one).unwrap() });
    assert!(replayed.is_replayed());
}

#[test]
fn nested_call_with_the_same_key_is_refused() {
    for runtime in [None, Some(workers(1))] {
        let orders = orders(|it| it);
        let nested = move || {
            orders.try_run_blocking("k", &(), || {
                let same = orders.try_run_blocking("k", &(), || Ok::<_, Infallible>(1));
                assert!(matches!(same, Err(IdempotencyError::InProgress { until: Some(_), .. })));
                orders
                    .try_run_blocking("l", &(), || Ok::<_, Infallible>(2))
                    .map(Outcome::into_inner)
            })
        };
        let placed = match &runtime {
            None => nested(),
            Some(runtime) => runtime.block_on(runtime.spawn(async move { nested() })).unwrap(),
        };
        assert_eq!(placed.unwrap().into_inner(), 2);
    }
}

#[test]
fn panic_releases_the_claim_and_is_resumed() {
    let orders = orders(|it| it);
    let panicking = || {
        orders.try_run_blocking("k", &(), || -> Result<u32, Infallible> { panic!("on purpose") })
    };
    let panic = catch_unwind(AssertUnwindSafe(panicking)).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"on purpose"));
    let runtime = workers(1);
    let shared = orders.clone();
    let task = runtime.spawn(async move {
        let _ =
            shared.try_run_blocking("k", &(), || -> Result<u32, Infallible> { panic!("again") });
    });
    assert!(runtime.block_on(task).unwrap_err().is_panic());
    assert!(orders.store().memory.keys().is_empty());
    place(&orders).unwrap();
}

#[test]
fn long_operation_extends_its_lease() {
    let extended = |orders: &Orders| {
        let placed = orders.call(&"k").try_run_blocking_with(|attempt| {
            let before = attempt.lease().unwrap().until;
            assert_eq!(
                attempt.extend_blocking(Duration::from_secs(100)).unwrap(),
                WriteOutcome::Applied
            );
            Ok::<_, Infallible>(attempt.lease().unwrap().until - before)
        });
        assert!(placed.unwrap().into_inner() > 90_000);
    };
    let orders = || orders(|it| it.default_lease(Duration::from_secs(1)));
    extended(&orders());
    let runtime = workers(1);
    runtime.block_on(runtime.spawn(async move { extended(&orders()) })).unwrap();
}

#[test]
fn extension_that_can_not_wait_is_an_error() {
    let orders = orders(|it| it);
    let task = one_thread().block_on(async {
        let extended = orders.call(&"k").try_run_with(async |attempt| {
            attempt.extend_blocking(Duration::from_secs(100)).map(drop)
        });
        extended.await
    });
    let Err(IdempotencyError::Failed(StoreError::Refused { source: Some(source), .. })) = task
    else {
        panic!("{task:?}")
    };
    assert!(matches!(source.downcast_ref(), Some(BlockingError::OneThread)));
}

#[test]
fn work_runs_where_it_is_called_and_finds_the_runtime() {
    let runtime = workers(1);
    let orders = orders(|it| it);
    let task = runtime.spawn(async move {
        let here = thread::current().id();
        let placed = orders.try_run_blocking("k", &(), || {
            assert_eq!(thread::current().id(), here);
            let other = Handle::current().block_on(task::spawn(async { 7 }));
            Ok::<_, Infallible>(other.unwrap())
        });
        placed.unwrap().into_inner()
    });
    assert_eq!(runtime.block_on(task).unwrap(), 7);
}

#[test]
fn events_are_those_of_asynchronous_calls() {
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let listener = heard.clone();
    let orders = orders(|it| it.on_event(move |event| listener.lock().unwrap().push(event)));
    place(&orders).unwrap();
    assert_eq!(*heard.lock().unwrap(), [Event::Fresh, Event::Replayed, Event::Released]);
}
