//! Stores that fail: i13, and answers that are lost.

use std::{convert::Infallible, time::Duration};

use powertools_idempotency::{
    Event, IdempotencyError, OnRecordFailure, Outcome, Status, WriteOutcome,
};

use crate::idempotency::{Ask, Effects, Fault, FaultyStore, Heard, clock, invocation, operation};

const FOR_GOOD: usize = usize::MAX;

#[tokio::test(start_paused = true)]
async fn completion_is_retried_after_transient_failures() {
    let store = FaultyStore::default().failing(Ask::Complete, Fault::Throttled, 3);
    let (place, effects) = (operation(&store).build(), Effects::default());
    assert_eq!(place.try_run("k", &(), || effects.happen()).await.unwrap(), Outcome::Fresh(1));
    assert_eq!(store.asked(Ask::Complete), 4);
    assert!(place.try_run("k", &(), || effects.happen()).await.unwrap().is_replayed());
}

#[tokio::test(start_paused = true)]
async fn result_that_cannot_be_recorded_is_returned() {
    for (fault, policy) in [
        (Fault::Throttled, OnRecordFailure::Fail),
        (Fault::Throttled, OnRecordFailure::ReturnResult),
        (Fault::Forbidden, OnRecordFailure::Fail),
        (Fault::Forbidden, OnRecordFailure::ReturnResult),
        (Fault::Slow(Duration::from_secs(60)), OnRecordFailure::Fail),
    ] {
        let store = FaultyStore::default().failing(Ask::Complete, fault, FOR_GOOD);
        let (heard, effects, clock) = (Heard::default(), Effects::default(), clock());
        let place = operation(&store).on_record_failure(policy).on_event(heard.listener());
        let place = place.clock(clock.clone()).build();
        let left = invocation(&clock, Duration::from_secs(1));
        let outcome = left.scope(place.try_run("k", &(), || effects.happen())).await;
        match (policy, outcome) {
            (
                OnRecordFailure::Fail,
                Err(IdempotencyError::NotRecorded { result: 1, source, .. }),
            ) => {
                assert_eq!(source.is_transient(), !matches!(fault, Fault::Forbidden));
            }
            (OnRecordFailure::ReturnResult, Ok(Outcome::Fresh(1))) => {}
            (_, other) => panic!("{fault:?}: {other:?}"),
        }
        assert_eq!(heard.events(), [Event::NotRecorded]);
        let asked = store.asked(Ask::Complete);
        match fault {
            Fault::Throttled => assert!(asked > 1, "{asked}"),
            Fault::Forbidden => assert_eq!(asked, 1),
            // How often depends on how busy this machine is.
            _ => assert!(asked > 0),
        }
    }
}

#[tokio::test]
async fn claim_with_lost_response_runs_once() {
    for pythons in [false, true] {
        let store = FaultyStore::default().failing(Ask::Claim, Fault::AnswerLost, 2);
        let (place, effects) = (operation(&store), Effects::default());
        let place = if pythons { place.python_compatible("p") } else { place }.build();
        assert_eq!(place.try_run("k", &(), || effects.happen()).await.unwrap(), Outcome::Fresh(1));
        assert_eq!((store.asked(Ask::Claim), effects.count()), (3, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn unavailable_store_prevents_the_operation() {
    for fault in [Fault::Throttled, Fault::Forbidden] {
        let store = FaultyStore::default().failing(Ask::Claim, fault, FOR_GOOD);
        let (clock, effects) = (clock(), Effects::default());
        let place = operation(&store).clock(clock.clone()).build();
        let left = invocation(&clock, Duration::from_secs(1));
        let failed = left.scope(place.try_run("k", &(), || effects.happen())).await;
        assert!(matches!(failed, Err(IdempotencyError::Store { .. })));
        assert_eq!(effects.count(), 0);
    }
}

#[tokio::test]
async fn completion_with_lost_response_is_not_a_lost_lease() {
    for pythons in [false, true] {
        let store = FaultyStore::default().failing(Ask::Complete, Fault::AnswerLost, 1);
        let (heard, effects) = (Heard::default(), Effects::default());
        let place = operation(&store).on_event(heard.listener());
        let place = if pythons { place.python_compatible("p") } else { place }.build();
        assert_eq!(place.try_run("k", &(), || effects.happen()).await.unwrap(), Outcome::Fresh(1));
        assert!(place.try_run("k", &(), || effects.happen()).await.unwrap().is_replayed());
        assert_eq!(heard.events(), [Event::Fresh, Event::Replayed]);
    }
}

#[tokio::test]
async fn release_with_lost_response_counts_as_released() {
    let store = FaultyStore::default().failing(Ask::Release, Fault::AnswerLost, 1);
    let heard = Heard::default();
    let place = operation(&store).on_event(heard.listener()).build();
    let failed = place.try_run("k", &(), async || Err::<(), _>("no")).await;
    assert!(matches!(failed, Err(IdempotencyError::Failed("no"))));
    assert_eq!(heard.events(), [Event::Released]);
}

#[tokio::test]
async fn failed_release_keeps_the_operation_error() {
    let store = FaultyStore::default().failing(Ask::Release, Fault::Forbidden, FOR_GOOD);
    let place = operation(&store).build();
    let failed = place.try_run("k", &(), async || Err::<(), _>("no")).await;
    assert_eq!(failed.unwrap_err().into_failed().unwrap(), "no");
    assert_eq!(store.only().status, Status::InProgress);
}

#[tokio::test]
async fn extension_with_lost_response_keeps_lease_and_result() {
    for succeeds in [true, false] {
        let store = FaultyStore::default().failing(Ask::Extend, Fault::AnswerLost, 1);
        let (place, heard) = (operation(&store), Heard::default());
        let place = place.on_event(heard.listener()).build();
        let outcome = place.call(&"k").try_run_with(|attempt| async move {
            let extended = attempt.extend(Duration::from_secs(900)).await.unwrap();
            assert_eq!(extended, WriteOutcome::Applied, "asked again, and found");
            if succeeds { Ok(1) } else { Err("no") }
        });
        assert_eq!(outcome.await.is_ok(), succeeds);
        let event = if succeeds { Event::Fresh } else { Event::Released };
        assert_eq!(heard.events(), [event]);
    }
}

#[tokio::test(start_paused = true)]
async fn concurrent_extensions_keep_the_lease() {
    let store = FaultyStore::default();
    let place = operation(&store).build();
    let slow = Fault::Slow(Duration::from_millis(30));
    let store = store.failing(Ask::Extend, slow, 3);
    let outcome = place.call(&"k").try_run_with(|attempt| async move {
        let extend = |seconds| attempt.extend(Duration::from_secs(seconds));
        let (first, second, third) = tokio::join!(extend(400), extend(500), extend(600));
        assert_eq!([first, second, third].map(Result::unwrap), [WriteOutcome::Applied; 3]);
        Ok::<_, Infallible>(())
    });
    outcome.await.unwrap();
    assert_eq!(store.only().status, Status::Completed);
}
