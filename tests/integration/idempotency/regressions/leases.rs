//! Who may run, and who may write: i1, i5, i9, i10, i14, i15.

use std::{
    convert::Infallible,
    time::{Duration, SystemTime},
};

use powertools_idempotency::{
    Clock, Event, IdempotencyError, Invocation, OnInProgress, OnRecordFailure, Outcome, Status,
};

use crate::idempotency::{Ask, Effects, Fault, FaultyStore, Heard, clock, invocation, operation};

const LEASE: Duration = Duration::from_secs(60);
const LONGER: Duration = Duration::from_secs(61);

#[tokio::test]
async fn late_attempt_changes_nothing_and_gets_lease_lost() {
    let (store, clock, heard) = (FaultyStore::default(), clock(), Heard::default());
    let place = operation(&store).default_lease(LEASE).clock(clock.clone());
    let place = place.on_event(heard.listener()).build();
    let late = place
        .try_run("k", &(), async || {
            clock.advance(LONGER);
            let taken = place.try_run("k", &(), async || Ok::<_, Infallible>(2)).await;
            assert!(!taken.unwrap().is_replayed());
            Ok::<_, Infallible>(1)
        })
        .await;
    assert!(matches!(late, Err(IdempotencyError::LeaseLost { result: 1, .. })));
    assert_eq!(store.only().data.as_deref(), Some("2"));
    assert_eq!(heard.events(), [Event::Fresh, Event::LeaseLost]);
}

#[tokio::test]
async fn late_attempt_leaves_the_current_lease() {
    for fails in [true, false] {
        let (store, clock) = (FaultyStore::default(), clock());
        let place = operation(&store).default_lease(LEASE).clock(clock.clone()).build();
        // The first ends in the middle of the second.
        let (go, gone) = tokio::sync::oneshot::channel();
        let (back, returned) = tokio::sync::oneshot::channel();
        let first = place.try_run("k", &(), async || {
            clock.advance(LONGER);
            gone.await.unwrap();
            if fails { Err("no") } else { Ok(1) }
        });
        let second = place.try_run("k", &(), async || {
            let before = store.only();
            go.send(()).unwrap();
            returned.await.unwrap();
            assert_eq!(store.only(), before);
            Ok::<_, Infallible>(2)
        });
        let first = async { (first.await, back.send(())) };
        let ((first, sent), second) = tokio::join!(first, second);
        sent.unwrap();
        assert_eq!(second.unwrap().into_inner(), 2);
        match first {
            Err(IdempotencyError::Failed("no")) => assert!(fails),
            Err(IdempotencyError::LeaseLost { result: 1, .. }) => assert!(!fails),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn lease_lost_error_carries_the_result() {
    let (store, clock) = (FaultyStore::default(), clock());
    let place = operation(&store).default_lease(LEASE).clock(clock.clone());
    let place = place.on_record_failure(OnRecordFailure::ReturnResultAlways).build();
    let late = place
        .try_run("k", &(), async || {
            clock.advance(LONGER);
            place.try_run("k", &(), async || Ok::<_, Infallible>(2)).await.unwrap();
            Ok::<_, Infallible>(1)
        })
        .await;
    assert_eq!(late.unwrap().into_inner(), 1);
    assert_eq!(store.only().data.as_deref(), Some("2"));
}

#[tokio::test]
async fn only_the_owner_releases_a_lease() {
    let store = FaultyStore::default();
    let place = operation(&store).build();
    let outcome = place.try_run("k", &(), async || {
        let before = store.only();
        for _ in 0..3 {
            let refused = place.try_run("k", &(), async || Ok::<_, Infallible>(2)).await;
            assert!(matches!(refused, Err(IdempotencyError::InProgress { until: Some(_), .. })));
        }
        assert_eq!(store.only(), before);
        Ok::<_, Infallible>(1)
    });
    assert_eq!(outcome.await.unwrap().into_inner(), 1);
    assert_eq!(store.asked(Ask::Release), 0);
}

/// How long the lease is that an attempt gets in an invocation with this deadline.
async fn lease_within(deadline: Option<SystemTime>, passes: Duration) -> Duration {
    let (store, clock) = (FaultyStore::default(), clock());
    let place = operation(&store).default_lease(LEASE).clock(clock.clone()).build();
    let mut invocation = Invocation::builder("r");
    if let Some(deadline) = deadline {
        invocation = invocation.deadline(deadline, clock.now());
    }
    clock.advance(passes);
    let leased = invocation.build().scope(place.call(&1).try_run_with(|attempt| async move {
        Ok::<_, Infallible>(attempt.lease().unwrap().until)
    }));
    let until = Duration::from_millis(leased.await.unwrap().into_inner());
    until - clock.now().duration_since(SystemTime::UNIX_EPOCH).unwrap()
}

#[tokio::test]
async fn lease_ends_with_the_invocation() {
    let in_three = clock().now() + Duration::from_secs(3);
    assert_eq!(lease_within(Some(in_three), Duration::ZERO).await, Duration::from_secs(3));
    let passed = Duration::from_secs(1);
    assert_eq!(lease_within(Some(in_three), passed).await, Duration::from_secs(2));
}

#[tokio::test]
async fn impossible_deadline_falls_back_to_the_configured_lease() {
    let now = clock().now();
    for deadline in [
        None,
        Some(now),
        Some(SystemTime::UNIX_EPOCH),
        Some(SystemTime::UNIX_EPOCH + Duration::from_secs(600)),
        Some(now - Duration::from_secs(1)),
        Some(now + Duration::from_secs(34 * 24 * 60 * 60)),
    ] {
        assert_eq!(lease_within(deadline, Duration::ZERO).await, LEASE, "{deadline:?}");
    }
}

#[tokio::test]
async fn nothing_starts_after_the_deadline() {
    for passed in [3000, 3001, 100_000] {
        let (store, clock, effects) = (FaultyStore::default(), clock(), Effects::default());
        let place = operation(&store).default_lease(LEASE).clock(clock.clone()).build();
        let deadline = clock.now() + Duration::from_secs(3);
        let invocation = Invocation::builder("r").deadline(deadline, clock.now()).build();
        clock.advance(Duration::from_millis(passed));
        let refused =
            invocation.scope(place.try_run("k", &(), || effects.happen())).await.unwrap_err();
        assert_eq!((refused.name(), refused.is_retryable()), ("IdempotencyTooLate", true));
        assert_eq!((effects.count(), store.asked(Ask::Claim)), (0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_callers_takes_over_an_orphaned_claim() {
    let (store, clock, effects) = (FaultyStore::default(), clock(), Effects::default());
    let place = operation(&store).default_lease(LEASE).clock(clock.clone()).build();
    let orphan = place.try_run("k", &(), std::future::pending::<Result<u32, Infallible>>);
    assert!(tokio::time::timeout(Duration::from_millis(10), orphan).await.is_err());
    clock.advance(LONGER);
    let attempts: Vec<_> = (0..50)
        .map(|_| {
            let (place, effects) = (place.clone(), effects.clone());
            tokio::spawn(async move { place.try_run("k", &(), || effects.happen_slowly()).await })
        })
        .collect();
    let mut fresh = 0;
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(outcome) => fresh += u32::from(!outcome.is_replayed()),
            Err(error) => assert_eq!(error.name(), "IdempotencyAlreadyInProgress"),
        }
    }
    assert_eq!((fresh, effects.count()), (1, 1));
}

#[tokio::test]
async fn panic_releases_the_claim_and_continues() {
    let (store, heard) = (FaultyStore::default(), Heard::default());
    let place = operation(&store).on_event(heard.listener()).build();
    for at_once in [true, false] {
        let panicking = place.clone();
        let attempt = tokio::spawn(async move {
            let work = || {
                assert!(!at_once, "on purpose");
                async move {
                    assert!(at_once, "on purpose");
                    Ok::<_, Infallible>(())
                }
            };
            panicking.try_run("k", &(), work).await
        });
        assert!(attempt.await.unwrap_err().is_panic());
        assert!(store.inner.keys().is_empty());
    }
    assert_eq!(heard.events(), [Event::Released, Event::Released]);
}

#[tokio::test(start_paused = true)]
async fn waiting_call_gets_the_result() {
    let (store, effects, heard) = (FaultyStore::default(), Effects::default(), Heard::default());
    let waits = OnInProgress::Wait(Duration::from_secs(20));
    let place = operation(&store).on_in_progress(waits).on_event(heard.listener()).build();
    let run = async || place.try_run("k", &(), || effects.happen_slowly()).await.unwrap();
    let (first, second, third) = tokio::join!(run(), run(), run());
    let replayed = [&first, &second, &third].map(Outcome::is_replayed);
    assert_eq!(replayed, [false, true, true]);
    assert_eq!([first, second, third].map(Outcome::into_inner), [1, 1, 1]);
    assert_eq!(heard.events().iter().filter(|it| **it == Event::Waited).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn waiting_call_runs_after_a_failure() {
    let (store, effects) = (FaultyStore::default(), Effects::default());
    let waits = OnInProgress::Wait(Duration::from_secs(20));
    let place = operation(&store).on_in_progress(waits).build();
    let failing = place.try_run("k", &(), async || {
        effects.happen_slowly().await.unwrap();
        Err::<u32, _>("no")
    });
    let (failed, ran) = tokio::join!(failing, place.try_run("k", &(), || effects.happen()));
    assert!(failed.is_err());
    assert_eq!(ran.unwrap().into_inner(), 2);
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_at_its_limit_and_at_the_deadline() {
    const RESERVE: Duration = Duration::from_millis(200);
    let short = Duration::from_millis(700);
    let long = Duration::from_secs(60);
    for (limit, left) in [(short, long), (long, short)] {
        let (store, heard, clock) = (FaultyStore::default(), Heard::default(), clock());
        let place =
            operation(&store).on_in_progress(OnInProgress::Wait(limit)).clock(clock.clone());
        let place = place.on_event(heard.listener()).build();
        // A limit that is set is waited for whole, a deadline all but the reserve.
        let expected = limit.min(left - RESERVE);
        let begun = tokio::time::Instant::now();
        let (done, running) = tokio::sync::oneshot::channel();
        let first = place.try_run("k", &(), async || {
            running.await.unwrap();
            Ok::<_, Infallible>(1)
        });
        let second = async {
            let waiting = place.try_run("k", &(), async || Ok::<_, Infallible>(2));
            let refused = invocation(&clock, left).scope(waiting).await;
            assert_eq!(refused.unwrap_err().name(), "IdempotencyAlreadyInProgress");
            done.send(()).unwrap();
        };
        let (first, ()) = tokio::join!(first, second);
        assert_eq!(first.unwrap().into_inner(), 1);
        // Time is paused: it passes only while the call waits, in whole milliseconds.
        let tolerance = Duration::from_millis(20);
        assert!(begun.elapsed() >= expected, "{:?}", begun.elapsed());
        assert!(begun.elapsed() <= expected + tolerance, "{:?}", begun.elapsed());
        assert_eq!(heard.events(), [Event::Waited, Event::Refused, Event::Fresh]);
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_future_leaves_its_lease() {
    let (store, clock, effects) = (FaultyStore::default(), clock(), Effects::default());
    let place = operation(&store).default_lease(LEASE).clock(clock.clone()).build();
    let dropped = place.try_run("k", &(), std::future::pending::<Result<u32, Infallible>>);
    assert!(tokio::time::timeout(Duration::from_millis(10), dropped).await.is_err());
    assert_eq!(store.only().status, Status::InProgress);
    clock.advance(LEASE);
    let refused = place.try_run("k", &(), || effects.happen()).await.unwrap_err();
    assert_eq!(refused.name(), "IdempotencyAlreadyInProgress");
    clock.advance(LONGER - LEASE);
    assert_eq!(place.try_run("k", &(), || effects.happen()).await.unwrap().into_inner(), 1);
    assert_eq!(store.asked(Ask::Release), 0);
}

#[tokio::test(start_paused = true)]
async fn claim_granted_after_its_lease_ended_starts_nothing() {
    let slow = Fault::Slow(Duration::from_millis(80));
    let store = FaultyStore::default().failing(Ask::Claim, slow, 1);
    let (clock, effects) = (clock(), Effects::default());
    let place = operation(&store).default_lease(LEASE).clock(clock.clone()).build();
    let attempt = place.try_run("k", &(), || effects.happen());
    let passes = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        clock.advance(LONGER);
    };
    let (outcome, ()) = tokio::join!(attempt, passes);
    assert!(!outcome.unwrap().is_replayed());
    assert_eq!((effects.count(), store.asked(Ask::Claim)), (1, 2));
}
