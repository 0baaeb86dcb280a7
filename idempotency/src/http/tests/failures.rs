//! What goes wrong around the inner service.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use axum::body::Body;
use http::{Request, Response};
use powertools_core::{Invocation, ManualClock};
use tower::ServiceExt;
use tower_layer::Layer;
use tower_service::Service;

use super::{Api, HttpApi, operation, post};
use crate::{
    MemoryStore, OnInProgress, OnRecordFailure, StoreError,
    http::{HttpLayer, Streamed},
    testing::{InterceptedStore, Interceptor},
};

/// A store that can't be reached for claims, for completions, or for both.
type UnavailableStore = InterceptedStore<Outage>;

#[derive(Clone, Default)]
struct Outage {
    claim: Arc<AtomicBool>,
    complete: Arc<AtomicBool>,
}

impl Interceptor for Outage {
    async fn intercept<R, F>(&self, call: &'static str, execute: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: Future<Output = Result<R, StoreError>> + Send + 'static,
    {
        let is_unavailable = match call {
            "claim" => self.claim.load(Ordering::SeqCst),
            "complete" => self.complete.load(Ordering::SeqCst),
            _ => false,
        };
        match is_unavailable {
            true => Err(StoreError::Unavailable { what: "a secret table".into(), source: None }),
            false => execute.await,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn unavailable_store_refuses_and_runs_nothing() {
    let (api, store) = (Api::new(), UnavailableStore::default());
    let service = api.layered(operation(store.clone()).build().http_layer());
    store.interceptor.claim.store(true, Ordering::SeqCst);
    let reply = service.send(post("/orders", "tea")).await;
    assert_eq!(reply.refusal(), (503, "IdempotencyStore".into()));
    assert!(!reply.text().contains("secret"), "{}", reply.text());
    assert_eq!(api.calls(), 0);
    store.interceptor.claim.store(false, Ordering::SeqCst);
    assert_eq!(service.send(post("/orders", "tea")).await.text(), "1: tea");
}

#[tokio::test(start_paused = true)]
async fn response_that_could_not_be_recorded_reaches_the_client() {
    let (api, store) = (Api::new(), UnavailableStore::default());
    store.interceptor.complete.store(true, Ordering::SeqCst);
    let service = api.layered(operation(store).build().http_layer());
    let first = service.send(post("/orders", "tea")).await;
    assert_eq!((first.status, first.text()), (201, "1: tea"));
    assert_eq!(service.send(post("/orders", "tea")).await.status, 409, "until the lease ends");
}

#[tokio::test(start_paused = true)]
async fn response_that_could_not_be_recorded_can_be_an_error() {
    let (api, store) = (Api::new(), UnavailableStore::default());
    store.interceptor.complete.store(true, Ordering::SeqCst);
    let orders = operation(store).on_record_failure(OnRecordFailure::Fail).build();
    let reply = api.layered(orders.http_layer()).send(post("/orders", "tea")).await;
    assert_eq!(reply.refusal(), (500, "IdempotencyNotRecorded".into()));
    assert!(!reply.text().contains("tea"), "{}", reply.text());
}

#[tokio::test]
async fn nothing_starts_shortly_before_the_deadline() {
    let api = Api::new();
    let now = SystemTime::now();
    // Less than the reserve.
    let deadline = now + Duration::from_millis(100);
    let invocation = Invocation::builder("r-1").deadline(deadline, now).build();
    let reply = invocation.scope(api.service().send(post("/orders", "tea"))).await;
    assert_eq!(reply.refusal(), (503, "IdempotencyTooLate".into()));
    assert_eq!(api.calls(), 0);
}

#[tokio::test]
async fn attempt_that_lost_its_lease_does_not_answer_for_the_other() {
    let (store, clock) = (MemoryStore::new(), ManualClock::at(SystemTime::now()));
    let orders = operation(store.clone()).clock(clock.clone()).build();
    let api = Api::new();
    let (other, late) = (api.layered(orders.http_layer()), clock.clone());
    let slow = orders.http_layer::<Streamed>().layer(tower::service_fn(move |_: Request<Body>| {
        let (other, late) = (other.clone(), late.clone());
        async move {
            late.advance(Duration::from_secs(301));
            let reply = other.send(post("/orders", "tea")).await;
            assert_eq!(reply.text(), "1: tea");
            Ok::<_, Infallible>(Response::new(Body::from("late")))
        }
    }));
    let reply = slow.send(post("/orders", "tea")).await;
    assert_eq!(reply.refusal(), (503, "IdempotencyLeaseLost".into()));
    assert_eq!(slow.send(post("/orders", "tea")).await.text(), "1: tea", "the retry");
}

#[tokio::test]
async fn record_of_another_program_is_an_error_that_does_not_show_it() {
    let (api, store) = (Api::new(), MemoryStore::new());
    let service = api.layered(operation(store.clone()).build().http_layer());
    service.send(post("/orders", "tea")).await;
    let key = &store.keys()[0];
    for data in ["{\"status\":\"secret\"}", "[\"secret\"]", "{\"status\":7,\"body\":\"secret\"}"] {
        let mut record = store.get(key).unwrap();
        record.data = Some(data.to_owned());
        store.put(key, record);
        let reply = service.send(post("/orders", "tea")).await;
        assert_eq!(reply.refusal(), (500, "IdempotencyUnreadableResult".into()));
        assert!(!reply.text().contains("secret"), "{}", reply.text());
    }
}

#[tokio::test]
async fn panic_of_the_inner_service_releases_the_key_and_goes_on() {
    let (api, store) = (Api::new(), MemoryStore::new());
    let layer = operation(store.clone()).build().http_layer();
    let service = api.responding(layer, |call, _| match call {
        1 => panic!("out of tea"),
        call => Response::new(Body::from(call.to_string())),
    });
    let sent = tokio::spawn({
        let service = service.clone();
        async move { service.send(post("/orders", "tea")).await }
    });
    assert!(sent.await.unwrap_err().is_panic());
    assert_eq!(store.keys(), Vec::<String>::new());
    assert_eq!(service.send(post("/orders", "tea")).await.text(), "2");
}

#[tokio::test]
async fn error_of_the_inner_service_releases_the_key_and_stays_itself() {
    let store = MemoryStore::new();
    let layer: HttpLayer<_, Streamed> = operation(store.clone()).build().http_layer();
    let mut service = layer.layer(tower::service_fn(async |_: Request<Body>| {
        Err::<Response<Body>, _>(std::io::Error::other("no tea"))
    }));
    let sent = service.ready().await.unwrap().call(post("/orders", "tea"));
    assert_eq!(sent.await.unwrap_err().to_string(), "no tea");
    assert_eq!(store.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn dropped_request_keeps_its_key_until_the_lease_ends() {
    let (api, clock) = (Api::new(), ManualClock::at(SystemTime::now()));
    let service =
        api.layered(operation(MemoryStore::new()).clock(clock.clone()).build().http_layer());
    let abandoned = service.clone();
    tokio::select! {
        biased;
        _ = abandoned.send(post("/orders", "tea")) => unreachable!("the handler yields"),
        () = std::future::ready(()) => {}
    }
    assert_eq!(api.calls(), 1, "its effect may have happened");
    let retry = service.send(post("/orders", "tea")).await;
    assert_eq!((retry.status, retry.header("retry-after")), (409, Some("1")));
    clock.advance(Duration::from_secs(301));
    assert_eq!(service.send(post("/orders", "tea")).await.text(), "2: tea");
}

#[tokio::test]
async fn retry_after_is_never_longer_than_the_lease() {
    let (api, clock) = (Api::new(), ManualClock::at(SystemTime::now()));
    let orders = operation(MemoryStore::new()).clock(clock.clone()).build();
    let service = api.layered(orders.http_layer().retry_after(Duration::from_secs(30)));
    let (_, retry) =
        tokio::join!(service.send(post("/orders", "tea")), service.send(post("/orders", "tea")));
    assert_eq!(retry.header("retry-after"), Some("30"));
    let (_, retry) = tokio::join!(service.send(post("/late", "tea")), async {
        clock.advance(Duration::from_millis(297_500));
        service.send(post("/late", "tea")).await
    });
    assert_eq!(retry.header("retry-after"), Some("3"));
}

#[tokio::test]
async fn retry_can_wait_for_the_first_response() {
    let api = Api::new();
    let wait = OnInProgress::Wait(Duration::from_secs(5));
    let service =
        api.layered(operation(MemoryStore::new()).on_in_progress(wait).build().http_layer());
    let (first, retry) =
        tokio::join!(service.send(post("/orders", "tea")), service.send(post("/orders", "tea")));
    assert_eq!((first.text(), retry.text(), retry.is_replayed()), ("1: tea", "1: tea", true));
}

#[tokio::test]
async fn disabled_operation_passes_everything() {
    let api = Api::new();
    let layer = operation(MemoryStore::new()).disabled(true).build().http_layer();
    let service = api.layered(layer.required(true).max_request_body(1));
    for _ in 0..2 {
        assert_eq!(service.send(post("/orders", "tea")).await.status, 201);
    }
    assert_eq!(api.calls(), 2);
}
