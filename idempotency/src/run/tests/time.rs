//! What happens when time is short or the store is silent.

use std::{convert::Infallible, future::Future, sync::Arc, time::Duration};

use powertools_core::{Environment, Invocation};
use tokio::time::{Instant, sleep};

use super::silent_store::{SilentStore, TokioClock};
use crate::{
    Event, Idempotency, IdempotencyBuilder, IdempotencyError, OnInProgress, OnRecordFailure,
};

pub(super) const FOREVER: usize = usize::MAX;
pub(super) const SECOND: Duration = Duration::from_secs(1);
const RESERVE: Duration = Duration::from_millis(200);

pub(super) type Orders = Idempotency<SilentStore>;

pub(super) fn orders(
    store: SilentStore,
    configure: impl FnOnce(IdempotencyBuilder<SilentStore>) -> IdempotencyBuilder<SilentStore>,
) -> Orders {
    orders_in(Environment::empty(), store, configure)
}

pub(super) fn orders_in(
    environment: Environment,
    store: SilentStore,
    configure: impl FnOnce(IdempotencyBuilder<SilentStore>) -> IdempotencyBuilder<SilentStore>,
) -> Orders {
    let builder = Idempotency::builder("place", store).environment(environment);
    configure(builder.clock(TokioClock::new())).build()
}

/// Runs `call` in an invocation that lasts for `timeout`, and returns what came of it and after which time.
pub(super) async fn invoke<R>(
    orders: &Orders,
    timeout: Duration,
    call: impl Future<Output = R>,
) -> (R, Duration) {
    let now = orders.settings().clock.now();
    let invocation = Invocation::builder("r").started(now).deadline(now + timeout, now).build();
    let began = Instant::now();
    let result = invocation.scope(call).await;
    (result, began.elapsed())
}

pub(super) async fn effect() -> Result<u32, Infallible> {
    Ok(1)
}

#[tokio::test(start_paused = true)]
async fn dead_connection_costs_one_retry_in_a_function_of_three_seconds() {
    for silent in ["claim", "complete"] {
        let orders = orders(SilentStore::new([(silent, 1)]), |it| it);
        let (outcome, took) = invoke(&orders, 3 * SECOND, orders.try_run("k", &(), effect)).await;
        assert!(!outcome.unwrap().is_replayed(), "{silent}");
        assert!(took < 3 * SECOND - RESERVE, "{silent}: {took:?}");
        assert_eq!(orders.store().calls().len(), 3, "{silent}");
        let (outcome, _) = invoke(&orders, 3 * SECOND, orders.try_run("k", &(), effect)).await;
        assert!(outcome.unwrap().is_replayed(), "{silent}");
    }
}

#[tokio::test(start_paused = true)]
async fn unrecorded_result_is_returned_before_the_reserve() {
    let silent = || SilentStore::new([("complete", FOREVER)]);
    let returning = orders(silent(), |it| it);
    let (outcome, took) = invoke(&returning, 3 * SECOND, returning.try_run("k", &(), effect)).await;
    assert_eq!(outcome.unwrap().into_inner(), 1);
    assert!(took <= 3 * SECOND - RESERVE, "{took:?}");
    let failing = orders(silent(), |it| it.on_record_failure(OnRecordFailure::Fail));
    let (outcome, took) = invoke(&failing, 3 * SECOND, failing.try_run("k", &(), effect)).await;
    assert!(matches!(outcome, Err(IdempotencyError::NotRecorded { result: 1, .. })));
    assert!(took <= 3 * SECOND - RESERVE, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn result_that_is_ready_in_the_reserve_is_still_recorded() {
    let orders = orders(SilentStore::new([]), |it| it);
    let late = async || {
        sleep(3 * SECOND - RESERVE / 2).await;
        effect().await
    };
    let (outcome, _) = invoke(&orders, 3 * SECOND, orders.try_run("k", &(), late)).await;
    assert!(!outcome.unwrap().is_replayed());
    let (outcome, _) = invoke(&orders, 3 * SECOND, orders.try_run("k", &(), late)).await;
    assert!(outcome.unwrap().is_replayed());
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_before_the_reserve() {
    let wait = OnInProgress::Wait(3600 * SECOND);
    let orders = orders(SilentStore::new([]), |it| it.on_in_progress(wait));
    let slow = async || {
        sleep(600 * SECOND).await;
        effect().await
    };
    let (first, second) =
        tokio::join!(invoke(&orders, 900 * SECOND, orders.try_run("k", &(), slow)), async {
            sleep(SECOND).await;
            invoke(&orders, 3 * SECOND, orders.try_run("k", &(), effect)).await
        });
    first.0.unwrap();
    assert!(matches!(second.0, Err(IdempotencyError::InProgress { .. })));
    assert!(second.1 <= 3 * SECOND - RESERVE, "{:?}", second.1);
}

#[tokio::test(start_paused = true)]
async fn releasing_delays_the_operations_error_for_a_second_at_most() {
    for timeout in [3 * SECOND, 12 * SECOND, 900 * SECOND] {
        let orders = orders(SilentStore::new([("release", FOREVER)]), |it| it);
        let declined = async || Err::<u32, _>("declined");
        let (outcome, took) = invoke(&orders, timeout, orders.try_run("k", &(), declined)).await;
        assert!(matches!(outcome, Err(IdempotencyError::Failed("declined"))));
        assert!(took <= SECOND, "{timeout:?}: {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn claiming_gives_up_after_its_timeout() {
    let silent = || SilentStore::new([("claim", FOREVER)]);
    let by_default = orders(silent(), |it| it);
    let (outcome, took) =
        invoke(&by_default, 900 * SECOND, by_default.try_run("k", &(), effect)).await;
    assert!(matches!(outcome, Err(IdempotencyError::Store { .. })));
    assert!(took <= 10 * SECOND, "{took:?}");
    let impatient = orders(silent(), |it| it.claim_timeout(SECOND));
    let (_, took) = invoke(&impatient, 900 * SECOND, impatient.try_run("k", &(), effect)).await;
    assert!(took <= SECOND, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn operation_does_not_start_in_the_reserve_or_past_the_deadline() {
    for left in [5, 200] {
        let orders = orders(SilentStore::new([]), |it| it);
        let (outcome, _) =
            invoke(&orders, Duration::from_millis(left), orders.try_run("k", &(), effect)).await;
        let error = outcome.unwrap_err();
        assert_eq!((error.name(), error.is_retryable()), ("IdempotencyTooLate", true));
        assert!(error.to_string().contains("more than 200.0ms are needed"), "{error}");
        assert!(orders.store().calls().is_empty());
    }
    let orders = orders(SilentStore::new([]), |it| it);
    let past_the_deadline = async {
        sleep(2 * SECOND).await;
        orders.try_run("k", &(), effect).await
    };
    let (outcome, _) = invoke(&orders, SECOND, past_the_deadline).await;
    assert_eq!(outcome.unwrap_err().name(), "IdempotencyTooLate");
    assert!(orders.store().calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn claim_is_released_and_nothing_starts_if_the_time_has_gone_meanwhile() {
    let clock = TokioClock::new();
    let store = SilentStore::frozen_while_claiming(&clock, 2 * SECOND + 9 * RESERVE / 2);
    let orders = orders(store, |it| it.clock(clock));
    let work = async || -> Result<u32, Infallible> { unreachable!("it started") };
    let (outcome, _) = invoke(&orders, 3 * SECOND, orders.try_run("k", &(), work)).await;
    let Err(IdempotencyError::TooLate { left, needed, .. }) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!((left, needed), (RESERVE / 2, RESERVE));
    assert_eq!(orders.store().calls(), ["claim", "release"]);
}

#[tokio::test(start_paused = true)]
async fn operation_on_managed_instances_stops_at_the_end_of_its_lease() {
    let managed = [("AWS_LAMBDA_INITIALIZATION_TYPE", "lambda-managed-instances")];
    let events = Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = events.clone();
    let orders = orders_in(Environment::of(managed), SilentStore::new([]), move |it| {
        it.on_event(move |event| heard.lock().unwrap().push(event))
    });
    let slow = async || {
        sleep(60 * SECOND).await;
        effect().await
    };
    let (outcome, took) = invoke(&orders, 30 * SECOND, orders.try_run("slow", &(), slow)).await;
    assert!(matches!(outcome, Err(IdempotencyError::LeaseEnded { .. })));
    assert!(took <= 31 * SECOND, "{took:?}");
    assert_eq!(*events.lock().unwrap(), [Event::LeaseEnded]);
    assert_eq!(orders.store().calls(), ["claim"], "whether the effect happened is unknown");
    let extended = orders.call(&"extended").try_run_with(async |attempt| {
        sleep(20 * SECOND).await;
        assert_eq!(attempt.extend(60 * SECOND).await.unwrap(), crate::WriteOutcome::Applied);
        sleep(40 * SECOND).await;
        effect().await
    });
    let (outcome, _) = invoke(&orders, 90 * SECOND, extended).await;
    assert_eq!(outcome.unwrap().into_inner(), 1);
}

#[tokio::test(start_paused = true)]
async fn operation_outlives_its_lease_where_lambda_itself_ends_it() {
    let orders = orders(SilentStore::new([]), |it| it);
    let slow = async || {
        sleep(60 * SECOND).await;
        effect().await
    };
    let (outcome, _) = invoke(&orders, 30 * SECOND, orders.try_run("k", &(), slow)).await;
    assert_eq!(outcome.unwrap().into_inner(), 1);
}

#[tokio::test(start_paused = true)]
async fn extending_a_lease_over_a_dead_connection_costs_one_retry() {
    let orders = orders(SilentStore::new([("extend", 1)]), |it| it);
    let extended = orders.call(&"k").try_run_with(async |attempt| {
        let extended = attempt.extend(60 * SECOND).await.expect("the second attempt is answered");
        assert_eq!(extended, crate::WriteOutcome::Applied);
        effect().await
    });
    let (outcome, _) = invoke(&orders, 30 * SECOND, extended).await;
    assert_eq!(outcome.unwrap().into_inner(), 1);
    assert_eq!(orders.store().calls(), ["claim", "extend", "extend", "complete"]);
}

#[tokio::test(start_paused = true)]
async fn lease_that_is_made_shorter_stops_the_operation_earlier() {
    let orders = orders(SilentStore::new([]), |it| it.stop_at_lease_end(true));
    let shortened = orders.call(&"k").try_run_with(async |attempt| {
        assert_eq!(attempt.extend(SECOND).await.unwrap(), crate::WriteOutcome::Applied);
        sleep(10 * SECOND).await;
        effect().await
    });
    let (outcome, took) = invoke(&orders, 30 * SECOND, shortened).await;
    assert!(matches!(outcome, Err(IdempotencyError::LeaseEnded { .. })));
    assert!(took < 2 * SECOND, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn heartbeat_over_a_dead_connection_keeps_the_lease() {
    let orders = orders(SilentStore::new([("extend", 1)]), |it| {
        it.heartbeat(SECOND).stop_at_lease_end(true)
    });
    let slow = async || {
        sleep(5 * SECOND).await;
        effect().await
    };
    let (outcome, _) = invoke(&orders, 30 * SECOND, orders.try_run("k", &(), slow)).await;
    assert!(!outcome.unwrap().is_replayed());
}

#[tokio::test(start_paused = true)]
async fn result_that_is_ready_after_the_deadline_is_recorded_over_a_dead_connection() {
    let orders = orders(SilentStore::new([("complete", 1)]), |it| it.stop_at_lease_end(false));
    let late = async || {
        sleep(4 * SECOND).await;
        effect().await
    };
    let (outcome, _) = invoke(&orders, 3 * SECOND, orders.try_run("k", &(), late)).await;
    assert!(!outcome.unwrap().is_replayed());
}
