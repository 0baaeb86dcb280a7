//! Results that are odd, records that vanish, calls that wait for themselves.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use powertools_core::Environment;
use serde::{Deserialize, Serialize};

use super::{Effects, orders};
use crate::{
    CodecError, Event, Idempotency, IdempotencyError, MemoryStore, OnInProgress, Record,
    ResultCodec, Status, current_token,
};

/// The events that an operation emitted.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<Event>>>);

impl Events {
    fn listener(&self) -> impl Fn(Event) + Send + Sync + 'static {
        let events = self.0.clone();
        move |event| events.lock().unwrap().push(event)
    }

    fn take(&self) -> Vec<Event> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A type that does not read what it writes.
#[derive(Debug, Deserialize, Serialize)]
struct OneWay {
    #[serde(skip_serializing)]
    #[expect(dead_code, reason = "it is what the type does not write")]
    secret: String,
}

#[tokio::test]
async fn result_that_would_not_replay_is_recorded_as_done_without_data() {
    let events = Events::default();
    let orders = orders(|it| it.on_event(events.listener()));
    let secret = async || Ok::<_, Infallible>(OneWay { secret: "s".to_owned() });
    orders.try_run("type", &(), secret).await.unwrap();
    orders.try_run("nan", &(), async || Ok::<_, Infallible>(f64::NAN)).await.unwrap();
    let deep = (0..200).fold(serde_json::json!(1), |inner, _| serde_json::json!([inner]));
    orders.try_run("deep", &(), async || Ok::<_, Infallible>(deep)).await.unwrap();
    assert_eq!(events.take(), [Event::ResultNotKept, Event::Fresh].repeat(3));
    let again = orders.try_run("nan", &(), async || Ok::<_, Infallible>(1.0)).await;
    assert!(matches!(again, Err(IdempotencyError::ResultNotKept { .. })));
    assert_eq!(events.take(), [Event::ResultNotKept]);
}

#[tokio::test]
async fn every_failure_is_an_event() {
    let events = Events::default();
    let orders = orders(|it| it.on_event(events.listener()));
    orders.try_run("k", &(), async || Ok::<_, Infallible>("text".to_owned())).await.unwrap();
    let unreadable = orders.try_run("k", &(), async || Ok::<_, Infallible>(1_u32)).await;
    assert!(matches!(unreadable, Err(IdempotencyError::UnreadableResult { .. })));
    let missing = orders.try_run(&(), &(), async || Ok::<_, Infallible>(1_u32)).await;
    assert!(matches!(missing, Err(IdempotencyError::NoKey { .. })));
    let blocked = orders.try_run_blocking("other", &(), || Ok::<_, Infallible>(1_u32));
    assert!(matches!(blocked, Err(IdempotencyError::CannotBlock { .. })));
    assert_eq!(
        events.take(),
        [Event::Fresh, Event::UnreadableResult, Event::KeyMissing, Event::CannotBlock]
    );
}

#[tokio::test]
async fn panic_of_the_listener_does_not_fail_the_call() {
    let orders = orders(|it| it.on_event(|_| panic!("on purpose")));
    let ran = orders.try_run("k", &(), async || Ok::<_, Infallible>(1)).await;
    assert_eq!(ran.unwrap().into_inner(), 1);
}

#[tokio::test]
async fn record_that_vanished_is_written_again() {
    let (orders, effects) = (orders(|it| it), Effects::default());
    let ran = orders.try_run("k", &(), async || {
        orders.store().clear();
        effects.happen().await
    });
    assert_eq!(ran.await.unwrap().into_inner(), 1);
    assert!(orders.try_run("k", &(), || effects.happen()).await.unwrap().is_replayed());
}

#[tokio::test]
async fn record_that_vanished_and_was_claimed_by_another_is_a_lost_lease() {
    let orders = orders(|it| it);
    let ran = orders.try_run("k", &(), async || {
        orders.store().clear();
        let another = orders.try_run("k", &(), async || Ok::<_, Infallible>(2));
        another.await.map(|_| 1).map_err(|_| "the other failed")
    });
    assert!(matches!(ran.await, Err(IdempotencyError::LeaseLost { result: 1, .. })));
}

#[tokio::test(start_paused = true)]
async fn waiting_for_itself_is_an_error_at_once() {
    let orders = orders(|it| it.on_in_progress(OnInProgress::Wait(Duration::from_secs(60))));
    let started = tokio::time::Instant::now();
    let outer = orders.try_run("k", &(), async || {
        let within = orders.try_run("between", &(), async || {
            let inner = orders.try_run("k", &(), async || Ok::<_, Infallible>(1));
            Ok::<_, Infallible>(matches!(inner.await, Err(IdempotencyError::Reentrant { .. })))
        });
        within.await.map(crate::Outcome::into_inner).map_err(|_| ())
    });
    assert!(outer.await.unwrap().into_inner());
    assert_eq!(started.elapsed(), Duration::ZERO);
    let blocking = orders.clone();
    let blocked = tokio::task::spawn_blocking(move || {
        blocking.try_run_blocking("l", &(), || {
            let inner = blocking.try_run_blocking("l", &(), || Ok::<_, Infallible>(1));
            Ok::<_, Infallible>(matches!(inner, Err(IdempotencyError::Reentrant { .. })))
        })
    });
    assert!(blocked.await.unwrap().unwrap().into_inner());
}

#[tokio::test]
async fn token_is_the_same_for_every_attempt_at_one_key() {
    let orders = orders(|it| it);
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let failed = orders.call(&"k").try_run_with(async |attempt| {
            tokens.push(attempt.token());
            assert_eq!(attempt.token(), current_token());
            assert_ne!(attempt.token(), attempt.token_for("refund"));
            Err::<(), _>("no")
        });
        assert!(failed.await.is_err());
    }
    let other =
        orders.call(&"l").try_run_with(async |attempt| Ok::<_, Infallible>(attempt.token()));
    let other = other.await.unwrap().into_inner();
    assert!(tokens[0].is_some() && tokens[0] == tokens[1] && tokens[0] != other);
    assert_eq!(current_token(), None);
}

/// Writes JSON backwards.
struct Backwards;

impl ResultCodec for Backwards {
    fn encode(&self, key: &str, json: &str) -> Result<String, CodecError> {
        match key.contains("place") {
            true => Ok(json.chars().rev().collect()),
            false => Err("which operation?".into()),
        }
    }

    fn decode(&self, _key: &str, data: &str) -> Result<String, CodecError> {
        match data.starts_with('}') {
            true => Ok(data.chars().rev().collect()),
            false => Err(format!("not backwards: {data}").into()),
        }
    }
}

#[tokio::test]
async fn codec_encodes_results_at_rest_and_decodes_replays() {
    let orders = orders(|it| it.result_codec(Backwards).local_cache(10));
    let receipt = || async { Ok::<_, Infallible>(HashMap::from([("card".to_owned(), 4242)])) };
    orders.try_run("k", &(), receipt).await.unwrap();
    let key = orders.store().keys().remove(0);
    let record = orders.store().get(&key).unwrap();
    assert_eq!(record.data.as_deref(), Some("}2424:\"drac\"{"));
    let replayed = orders.try_run("k", &(), receipt).await.unwrap();
    assert!(replayed.is_replayed() && replayed.into_inner()["card"] == 4242);
}

#[tokio::test]
async fn data_that_the_codec_does_not_decode_is_not_in_the_error() {
    let orders = orders(|it| it.result_codec(Backwards));
    orders.try_run("k", &(), async || Ok::<_, Infallible>(1)).await.unwrap();
    let key = orders.store().keys().remove(0);
    let data = Some("{\"card\":4242}".to_owned());
    let (status, expires_at) = (Status::Completed, u64::MAX);
    orders.store().put(&key, Record { status, expires_at, lease: None, data, validation: None });
    let error = orders.try_run("k", &(), async || Ok::<_, Infallible>(1)).await.unwrap_err();
    assert!(matches!(error, IdempotencyError::UnreadableResult { .. }));
    assert!(!format!("{error} {error:?}").contains("4242"), "{error}");
}

#[test]
fn two_operations_with_one_prefix_are_warned_of_while_both_are_alive() {
    let environment = || Environment::of([("AWS_LAMBDA_FUNCTION_NAME", "registry")]);
    let build = || {
        let builder = Idempotency::builder("place", MemoryStore::new());
        builder.environment(environment()).build_with_warnings()
    };
    let (first, warnings) = build();
    assert_eq!(warnings, []);
    let (second, warnings) = build();
    assert!(warnings[0].to_string().contains("registry.place"), "{warnings:?}");
    let (third, warnings) = build();
    assert_eq!(warnings, [], "once is enough");
    drop((first, second, third));
    assert_eq!(build().1, []);
}

#[test]
fn pointer_without_a_slash_is_warned_of_when_it_is_built() {
    let builder = Idempotency::builder("place", MemoryStore::new());
    let builder = builder.environment(Environment::empty());
    let from = crate::KeyFrom::Pointers(vec!["/id".to_owned(), "user".to_owned()]);
    let (_, warnings) = builder.key_from(from).build_with_warnings();
    assert!(warnings[0].to_string().contains("\"user\""), "{warnings:?}");
}

#[test]
fn future_of_a_call_is_little_larger_than_that_of_its_operation() {
    let orders = orders(|it| it);
    let large = async || {
        let room = [0_u8; 20_000];
        tokio::task::yield_now().await;
        Ok::<_, Infallible>(room.len())
    };
    let call = orders.try_run("k", &(), large);
    assert!(size_of_val(&call) < 50_000, "{} bytes", size_of_val(&call));
}
