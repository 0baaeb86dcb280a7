mod errors;
mod keys;
mod leases;
mod outcomes;
mod silent_store;
mod simulation;
mod time;

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use powertools_core::{Environment, Invocation};

use crate::{
    Event, Idempotency, IdempotencyBuilder, IdempotencyError, KeyFrom, MemoryStore, OnInProgress,
    OnMissingKey, OnMissingPart, WriteOutcome,
};

type Orders = Idempotency<MemoryStore>;

fn orders(
    configure: impl FnOnce(IdempotencyBuilder<MemoryStore>) -> IdempotencyBuilder<MemoryStore>,
) -> Orders {
    let nothing = Environment::empty();
    let builder = Idempotency::builder("place", MemoryStore::new()).environment(nothing);
    configure(builder).build()
}

/// Counts how often an effect happens.
#[derive(Clone, Default)]
struct Effects(Arc<AtomicU32>);

impl Effects {
    async fn happen(&self) -> Result<u32, Infallible> {
        tokio::task::yield_now().await;
        Ok(self.0.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn count(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn result_is_replayed_and_the_future_is_send() {
    let (orders, effects) = (orders(|it| it), Effects::default());
    for delivery in 0..3 {
        let (orders, effects) = (orders.clone(), effects.clone());
        let task = tokio::spawn(async move { orders.try_run("k", &(), || effects.happen()).await });
        let outcome = task.await.unwrap().unwrap();
        assert_eq!((outcome.is_replayed(), outcome.into_inner()), (delivery > 0, 1));
    }
    assert_eq!(effects.count(), 1);
}

#[tokio::test]
async fn duplicates_in_flight_are_refused_or_wait() {
    let effects = Effects::default();
    let refusing = orders(|it| it);
    let (first, second) = tokio::join!(
        refusing.try_run("k", &(), || effects.happen()),
        refusing.try_run("k", &(), || effects.happen())
    );
    assert_eq!(first.unwrap().into_inner(), 1);
    assert!(matches!(second, Err(IdempotencyError::InProgress { until: Some(_), .. })));
    let waiting = orders(|it| it.on_in_progress(OnInProgress::Wait(Duration::from_secs(9))));
    let (first, second) = tokio::join!(
        waiting.try_run("k", &(), || effects.happen()),
        waiting.try_run("k", &(), || effects.happen())
    );
    assert_eq!((first.unwrap().into_inner(), second.unwrap().into_inner()), (2, 2));
}

#[tokio::test]
async fn error_and_panic_release_the_claim() {
    let (orders, effects) = (orders(|it| it), Effects::default());
    let failed = orders.try_run("k", &(), async || Err::<u32, _>("no")).await;
    assert!(matches!(failed, Err(IdempotencyError::Failed("no"))));
    let panicking = orders.clone();
    let task = tokio::spawn(async move {
        panicking
            .try_run("k", &(), async || -> Result<u32, Infallible> { panic!("on purpose") })
            .await
    });
    assert!(task.await.unwrap_err().is_panic());
    assert!(orders.store().keys().is_empty());
    assert_eq!(orders.try_run("k", &(), || effects.happen()).await.unwrap().into_inner(), 1);
}

#[tokio::test]
async fn keys_are_found_in_payloads() {
    let (orders, effects) =
        (orders(|it| it.key_from(KeyFrom::Pointer("/id".into()))), Effects::default());
    let call = async |payload: serde_json::Value| {
        orders.call(&payload).try_run(|| effects.happen()).await.map(crate::Outcome::into_inner)
    };
    assert_eq!(call(serde_json::json!({"id": 1, "at": "noon"})).await.unwrap(), 1);
    assert_eq!(call(serde_json::json!({"at": "night", "id": 1})).await.unwrap(), 1);
    assert_eq!(call(serde_json::json!({"id": 2})).await.unwrap(), 2);
    let error = call(serde_json::json!({"id": null})).await.unwrap_err();
    assert_eq!(error.name(), "IdempotencyKeyMissing");
    assert!(
        error.to_string().contains(": /id of the payload is missing, empty or null;"),
        "{error}"
    );
    let error = orders.try_run(&None::<u32>, &(), || effects.happen()).await.unwrap_err();
    assert!(
        error.to_string().contains(": the key that the call gives is missing, empty or null;"),
        "{error}"
    );
}

#[tokio::test]
async fn calls_without_a_key_never_share_a_record() {
    let (orders, effects) =
        (orders(|it| it.on_missing_key(OnMissingKey::RunEachTime)), Effects::default());
    for count in 1..=2 {
        let outcome = orders.try_run(&None::<u32>, &(), || effects.happen()).await.unwrap();
        assert_eq!(outcome.into_inner(), count);
    }
    assert!(orders.store().keys().is_empty());
}

#[tokio::test]
async fn payloads_are_validated_from_the_store_and_from_memory() {
    for cache in [0, 10] {
        let events = Arc::new(std::sync::Mutex::new(Vec::new()));
        let heard = events.clone();
        let orders = orders(|it| {
            it.validate(KeyFrom::Pointer("/amount".into()))
                .local_cache(cache)
                .on_event(move |event| heard.lock().unwrap().push(event))
        });
        let pay = async |amount: u32| {
            let payload = serde_json::json!({"amount": amount});
            orders
                .try_run("k", &payload, async || Ok::<_, Infallible>(()))
                .await
                .map(|it| it.is_replayed())
        };
        assert!(!pay(1).await.unwrap());
        assert!(pay(1).await.unwrap());
        assert!(matches!(pay(2).await, Err(IdempotencyError::PayloadMismatch { .. })));
        let replayed = if cache > 0 { Event::ReplayedFromCache } else { Event::Replayed };
        assert_eq!(*events.lock().unwrap(), [Event::Fresh, replayed, Event::PayloadMismatch]);
    }
}

#[tokio::test]
async fn long_operation_extends_its_lease() {
    let orders = orders(|it| it.default_lease(Duration::from_secs(1)));
    let outcome = orders
        .call(&"k")
        .try_run_with(|attempt| async move {
            let before = attempt.lease().unwrap().until;
            assert_eq!(
                attempt.extend(Duration::from_secs(100)).await.unwrap(),
                WriteOutcome::Applied
            );
            Ok::<_, Infallible>(attempt.lease().unwrap().until - before)
        })
        .await;
    assert!(outcome.unwrap().into_inner() > 90_000);
}

#[tokio::test]
async fn numbers_are_replayed_and_found_to_the_last_bit() {
    let bits = (1..1000u64).map(|number| number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let numbers: Vec<f64> = bits.map(f64::from_bits).filter(|number| number.is_finite()).collect();
    let orders = orders(|it| it.key_from(KeyFrom::function(|payload| Some(payload.clone()))));
    for replayed in [false, true] {
        let work = async || Ok::<_, Infallible>(numbers.clone());
        let outcome = orders.call(&numbers).try_run(work).await.unwrap();
        assert_eq!((outcome.is_replayed(), outcome.into_inner()), (replayed, numbers.clone()));
    }
    let json = crate::CanonicalForm::Exact.of(&serde_json::to_string(&numbers).unwrap());
    let digest = crate::Digest::Sha256.of(&json.unwrap());
    assert!(orders.store().keys()[0].ends_with(&digest));
}

#[tokio::test]
async fn missing_parts_are_compared_as_null_if_allowed() {
    let pointers = KeyFrom::Pointers(vec!["/a".into(), "/b".into()]);
    let orders = orders(|it| it.validate(pointers).on_missing_part(OnMissingPart::CompareAsNull));
    let work = async || Ok::<_, Infallible>(());
    orders.try_run("k", &serde_json::json!({}), work).await.unwrap();
    let key = orders.store().keys().remove(0);
    let digest = crate::Digest::Sha256.of("[null, null]");
    assert_eq!(orders.store().get(&key).unwrap().validation, Some(digest));
}

#[tokio::test]
async fn validation_that_finds_nothing_is_an_error() {
    let parts = [
        KeyFrom::Whole,
        KeyFrom::Pointer("/amount".into()),
        KeyFrom::Pointers(vec!["/amount".into(), "/currency".into()]),
        KeyFrom::function(|payload| payload.get("amount").cloned()),
    ];
    for part in parts {
        let (orders, effects) = (orders(|it| it.validate(part)), Effects::default());
        let error = orders.try_run("k", &(), || effects.happen()).await.unwrap_err();
        assert_eq!((error.name(), error.is_retryable()), ("IdempotencyPayload", false));
        assert!(error.to_string().contains("give the call its payload"), "{error}");
        assert_eq!(effects.count(), 0);
        let payload = serde_json::json!({"amount": 5, "currency": "EUR"});
        orders.try_run("k", &payload, || effects.happen()).await.unwrap();
        let other = serde_json::json!({"amount": 999, "currency": "EUR"});
        let error = orders.try_run("k", &other, || effects.happen()).await.unwrap_err();
        assert!(matches!(error, IdempotencyError::PayloadMismatch { .. }));
    }
}

#[tokio::test]
async fn pointer_without_a_slash_is_an_error() {
    let pointer = || KeyFrom::Pointer("order/id".into());
    for orders in [orders(|it| it.validate(pointer())), orders(|it| it.key_from(pointer()))] {
        let payload = serde_json::json!({"order": {"id": 1}});
        let error =
            orders.call(&payload).try_run(async || Ok::<_, Infallible>(())).await.unwrap_err();
        assert!(error.to_string().ends_with(r#"write "/order/id""#), "{error}");
    }
}

#[tokio::test]
async fn composite_key_with_a_missing_part_is_a_missing_key() {
    let pointers = || KeyFrom::Pointers(vec!["/customer".into(), "/order".into()]);
    let (orders, effects) = (orders(|it| it.key_from(pointers())), Effects::default());
    for payload in
        [serde_json::json!({"customer": 1}), serde_json::json!({"customer": 1, "order": null})]
    {
        let error = orders.call(&payload).try_run(|| effects.happen()).await.unwrap_err();
        assert_eq!(error.name(), "IdempotencyKeyMissing");
    }
    let error = orders.try_run(&(1, None::<u32>), &(), || effects.happen()).await.unwrap_err();
    assert_eq!(error.name(), "IdempotencyKeyMissing");
    assert_eq!(effects.count(), 0);
    orders.try_run(&(1, Some(2)), &(), || effects.happen()).await.unwrap();
}

#[tokio::test]
async fn tenants_never_share_a_record() {
    let (orders, effects) = (orders(|it| it), Effects::default());
    for (tenant, is_replayed) in
        [(Some("a"), false), (Some("b"), false), (None, false), (Some("a"), true)]
    {
        let invocation = Invocation::builder("r");
        let invocation = match tenant {
            Some(tenant) => invocation.tenant_id(tenant),
            None => invocation,
        };
        let call = orders.try_run("k", &(), || effects.happen());
        assert_eq!(invocation.build().scope(call).await.unwrap().is_replayed(), is_replayed);
    }
    let shared = self::orders(|it| it.tenant_in_key(false));
    for (tenant, is_replayed) in [("a", false), ("b", true)] {
        let call = shared.try_run("k", &(), || effects.happen());
        let invocation = Invocation::builder("r").tenant_id(tenant).build();
        assert_eq!(invocation.scope(call).await.unwrap().is_replayed(), is_replayed);
    }
}

#[cfg(feature = "jmespath")]
#[tokio::test]
async fn keys_and_validation_are_found_by_expressions() {
    let of = |expression| KeyFrom::jmespath(expression).unwrap();
    let orders = orders(|it| it.key_from(of("powertools_json(body).id")).validate(of("amount")));
    let pay = async |body: &str, amount: u32| {
        let payload = serde_json::json!({"body": body, "amount": amount});
        let paid = orders.call(&payload).try_run(async || Ok::<_, Infallible>(amount)).await;
        paid.map(|outcome| outcome.is_replayed()).map_err(|error| error.name())
    };
    assert_eq!(pay(r#"{"id": 1}"#, 5).await, Ok(false));
    assert_eq!(pay(r#"{"id": 1, "x": 2}"#, 5).await, Ok(true));
    assert_eq!(pay(r#"{"id": 1}"#, 6).await, Err("IdempotencyPayloadMismatch"));
    assert_eq!(pay(r#"{"id": null}"#, 5).await, Err("IdempotencyKeyMissing"));
    assert_eq!(pay("{", 5).await, Err("IdempotencyPayload"));
    let work = async || Ok::<_, Infallible>(());
    let error = orders.call(&serde_json::json!({"body": 5})).try_run(work).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the call can't be identified (operation \"place\"): the payload is not what the expression expects: \
         `powertools_json(body).id`, line 1, column 16: Argument 0 expects type string, given number"
    );
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn panic_in_the_results_serialize_does_not_run_the_effect_again() {
    #[derive(Debug, serde::Deserialize)]
    struct Explosive;

    impl serde::Serialize for Explosive {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("on purpose")
        }
    }

    let orders = orders(|it| it);
    let call = || orders.try_run("k", &(), async || Ok::<_, Infallible>(Explosive));
    assert!(!call().await.unwrap().is_replayed());
    assert!(matches!(call().await, Err(IdempotencyError::ResultNotKept { .. })));
}

#[tokio::test]
async fn unreadable_result_is_not_shown_in_the_error() {
    let orders = orders(|it| it);
    orders.try_run("k", &(), async || Ok::<_, Infallible>("4242".to_owned())).await.unwrap();
    let error = orders.try_run("k", &(), async || Ok::<_, Infallible>(1_u32)).await.unwrap_err();
    let source = std::error::Error::source(&error);
    assert!(
        source.is_none() && !format!("{error} {error:?}").contains("4242"),
        "{error} {error:?}"
    );
    assert!(error.to_string().contains("line 1, column 6"), "{error}");
}
