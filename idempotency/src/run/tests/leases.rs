//! Claims that are abandoned, and leases that a heartbeat extends.

use std::{
    convert::Infallible,
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use powertools_core::Environment;
use tokio::time::{Instant, sleep, timeout};

use super::{
    silent_store::{SilentStore, TokioClock},
    time::{FOREVER, SECOND, effect, invoke, orders},
};
use crate::{
    Event, Idempotency, IdempotencyBuilder, IdempotencyError, OnInProgress, PersistenceStore,
    WriteOutcome,
};

/// Lets tasks in the background run until nothing is left to do at this time.
async fn settle() {
    sleep(SECOND / 10).await;
}

#[tokio::test(start_paused = true)]
async fn claim_without_an_answer_is_released_in_the_background() {
    let orders = orders(SilentStore::losing([("claim", FOREVER)]), |it| it.claim_timeout(SECOND));
    let (failed, _) = invoke(&orders, 900 * SECOND, orders.try_run("k", &(), effect)).await;
    assert!(matches!(failed, Err(IdempotencyError::Store { .. })));
    assert_eq!(orders.store().memory().keys().len(), 1, "the claim was granted");
    settle().await;
    assert_eq!(orders.store().memory().keys().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn claim_of_a_dropped_future_is_released_in_the_background() {
    let orders = orders(SilentStore::losing([("claim", 1)]), |it| it);
    let dropped = timeout(SECOND / 10, orders.try_run("k", &(), effect));
    let (dropped, _) = invoke(&orders, 900 * SECOND, dropped).await;
    assert!(dropped.is_err());
    settle().await;
    let (ran, _) = invoke(&orders, 900 * SECOND, orders.try_run("k", &(), effect)).await;
    assert!(!ran.unwrap().is_replayed());
}

#[tokio::test(start_paused = true)]
async fn claim_that_arrives_after_its_call_was_dropped_is_released() {
    let orders = orders(SilentStore::with_late_claim(SECOND / 2), |it| it);
    let dropped = timeout(SECOND / 10, orders.try_run("k", &(), effect));
    assert!(invoke(&orders, 900 * SECOND, dropped).await.0.is_err());
    sleep(SECOND).await;
    let releases = orders.store().calls().iter().filter(|call| **call == "release").count();
    assert!(releases > 1, "the first came before the claim");
    assert_eq!(orders.store().memory().keys().len(), 0);
}

/// The holder fails after 30 seconds. Just then a copy of the waiting call's first claim arrives, which was sent before
/// the call began to wait.
#[tokio::test(start_paused = true)]
async fn waiting_call_runs_under_the_lease_of_its_own_late_claim() {
    for heartbeat in [None, Some(40 * SECOND)] {
        let arrival = 30 * SECOND + SECOND / 1000;
        let waiting = orders(SilentStore::with_late_claim(arrival), |it| {
            let it = it.on_in_progress(OnInProgress::Wait(60 * SECOND));
            heartbeat.into_iter().fold(it, IdempotencyBuilder::heartbeat)
        });
        let holding = Idempotency::builder("place", waiting.store().memory().clone())
            .environment(Environment::empty())
            .clock(TokioClock::new())
            .build();
        let declined = holding.try_run("k", &(), async || {
            sleep(30 * SECOND).await;
            Err::<u64, _>("declined")
        });
        let call = waiting.call(&()).key("k").try_run_with(async |attempt| {
            let now_ms = waiting.settings().now_ms();
            Ok::<_, &str>(attempt.lease().unwrap().until - now_ms)
        });
        let (failed, (ran, took)) = tokio::join!(declined, invoke(&waiting, 900 * SECOND, call));
        assert!(matches!(failed, Err(IdempotencyError::Failed("declined"))));
        assert!(took < 33 * SECOND, "{took:?}");
        // As long as that of a claim that was granted just then.
        let lease = heartbeat.unwrap_or(900 * SECOND - took);
        let left = Duration::from_millis(ran.unwrap().into_inner());
        assert!(left > lease - SECOND && left <= lease + SECOND / 100, "{left:?} of {lease:?}");
        assert!(waiting.store().memory().keys().len() == 1);
    }
}

#[tokio::test(start_paused = true)]
async fn operation_of_a_dropped_future_keeps_its_lease() {
    let orders = orders(SilentStore::new([]), |it| it);
    let running = orders.try_run("k", &(), pending::<Result<u32, Infallible>>);
    assert!(timeout(SECOND, running).await.is_err());
    settle().await;
    let refused = orders.try_run("k", &(), effect).await;
    assert!(matches!(refused, Err(IdempotencyError::InProgress { .. })));
}

#[tokio::test(start_paused = true)]
async fn release_whose_answer_was_lost_is_not_a_lost_lease() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let heard = events.clone();
    let orders = orders(SilentStore::losing([("release", 1)]), |it| {
        it.on_event(move |event| heard.lock().unwrap().push(event))
    });
    let declined = async || Err::<u32, _>("declined");
    let failing = invoke(&orders, 900 * SECOND, orders.try_run("k", &(), declined));
    // Another attempt claims the key between the release and its repetition.
    let other = async {
        sleep(SECOND / 10).await;
        let slow = async || {
            sleep(60 * SECOND).await;
            effect().await
        };
        invoke(&orders, 900 * SECOND, orders.try_run("k", &(), slow)).await
    };
    let ((failed, _), (ran, _)) = tokio::join!(failing, other);
    assert!(matches!(failed, Err(IdempotencyError::Failed("declined"))));
    assert!(!ran.unwrap().is_replayed());
    assert_eq!(*events.lock().unwrap(), [Event::Released, Event::Fresh]);
}

#[tokio::test(start_paused = true)]
async fn heartbeat_extends_a_short_lease_while_the_operation_runs() {
    let orders = orders(SilentStore::new([]), |it| it.heartbeat(6 * SECOND));
    let slow = async || {
        sleep(30 * SECOND).await;
        effect().await
    };
    let running = invoke(&orders, 900 * SECOND, orders.try_run("k", &(), slow));
    let refused = async {
        sleep(29 * SECOND).await;
        invoke(&orders, 900 * SECOND, orders.try_run("k", &(), effect)).await
    };
    let ((ran, _), (refused, _)) = tokio::join!(running, refused);
    assert!(!ran.unwrap().is_replayed());
    assert!(matches!(refused, Err(IdempotencyError::InProgress { .. })));
    let extensions = orders.store().calls().iter().filter(|call| **call == "extend").count();
    assert_eq!(extensions, 14);
}

/// As by a transaction of `complete_with` whose answer was lost.
#[tokio::test(start_paused = true)]
async fn extending_a_record_that_the_attempt_has_completed_is_not_a_lost_lease() {
    let orders = orders(SilentStore::new([]), |it| it);
    let ran = orders.call(&()).key("k").try_run_with(async |attempt| {
        let (lease, now_ms) = (attempt.lease().unwrap(), orders.settings().now_ms());
        let expires_at = now_ms / 1000 + 3600;
        let memory = orders.store().memory();
        let key = attempt.key().unwrap();
        let completed = memory.complete(key, now_ms, &lease, Some("1"), expires_at).await;
        assert_eq!(completed.unwrap(), WriteOutcome::Applied);
        assert_eq!(attempt.extend(SECOND).await.unwrap(), WriteOutcome::Applied);
        Ok::<_, Infallible>(1)
    });
    assert!(!invoke(&orders, 900 * SECOND, ran).await.0.unwrap().is_replayed());
}

#[tokio::test(start_paused = true)]
async fn heartbeat_of_a_dead_attempt_frees_the_key_after_one_short_lease() {
    let orders = orders(SilentStore::new([]), |it| it.heartbeat(6 * SECOND));
    let dying = timeout(60 * SECOND, orders.try_run("k", &(), pending::<Result<u32, &str>>));
    assert!(invoke(&orders, 900 * SECOND, dying).await.0.is_err());
    sleep(7 * SECOND).await;
    let ran = orders.try_run("k", &(), async || Ok::<_, &str>(1)).await;
    assert!(!ran.unwrap().is_replayed());
}

#[tokio::test(start_paused = true)]
async fn heartbeat_never_extends_beyond_the_deadline() {
    let orders =
        orders(SilentStore::new([]), |it| it.heartbeat(6 * SECOND).stop_at_lease_end(true));
    let slow = async || {
        sleep(60 * SECOND).await;
        effect().await
    };
    let began = Instant::now();
    let (stopped, _) = invoke(&orders, 10 * SECOND, orders.try_run("k", &(), slow)).await;
    assert!(matches!(stopped, Err(IdempotencyError::LeaseEnded { .. })));
    assert!(began.elapsed() <= Duration::from_millis(10_010), "{:?}", began.elapsed());
}
