//! How many calls each course takes.

use std::{convert::Infallible, io, time::Duration};

use powertools_idempotency::{
    DynamoDbStore, Idempotency, IdempotencyBuilder, IdempotencyError, Outcome,
};

use super::{Database, Plan, Proxy, TABLE, database};

async fn proxy() -> Proxy {
    let database = Database::start().await;
    Proxy::start(&database.url, |_| Plan::default()).await
}

fn orders(proxy: &Proxy) -> IdempotencyBuilder<DynamoDbStore> {
    let store = database::store(&proxy.url, TABLE).build().unwrap();
    Idempotency::builder("place", store).environment(database::environment(&proxy.url))
}

async fn place(orders: &Idempotency<DynamoDbStore>) -> Outcome<String> {
    let placed =
        orders.try_run("o-17", &(), async || Ok::<_, Infallible>("receipt".to_owned())).await;
    placed.unwrap()
}

#[tokio::test]
async fn fresh_call_makes_two_requests_replay_one_and_cached_replay_none() {
    let proxy = proxy().await;
    let (caching, other) = (orders(&proxy).local_cache(10).build(), orders(&proxy).build());
    assert!(!place(&caching).await.is_replayed());
    assert_eq!(proxy.take_calls(), ["PutItem", "UpdateItem"]);
    assert!(place(&caching).await.is_replayed());
    assert_eq!(proxy.take_calls(), Vec::<String>::new());
    let replayed = place(&other).await;
    assert_eq!((replayed.is_replayed(), replayed.into_inner().as_str()), (true, "receipt"));
    assert_eq!(proxy.take_calls(), ["PutItem"]);
}

#[tokio::test]
async fn refused_duplicate_makes_one_request() {
    let proxy = proxy().await;
    let orders = orders(&proxy).build();
    let placed = orders.try_run("o-17", &(), async || {
        proxy.take_calls();
        let second = orders.try_run("o-17", &(), async || Ok::<(), io::Error>(())).await;
        assert!(matches!(second, Err(IdempotencyError::InProgress { until: Some(_), .. })));
        Ok::<_, Infallible>(proxy.take_calls())
    });
    assert_eq!(placed.await.unwrap().into_inner(), ["PutItem"]);
}

#[tokio::test]
async fn failure_makes_two_requests_and_extension_one_more() {
    let proxy = proxy().await;
    let orders = orders(&proxy).build();
    let failed =
        orders.try_run("o-17", &(), async || Err::<(), _>(io::Error::other("sold out"))).await;
    assert!(matches!(failed, Err(IdempotencyError::Failed(_))));
    assert_eq!(proxy.take_calls(), ["PutItem", "DeleteItem"]);
    let extended = orders.call(&()).key("o-17").try_run_with(async |attempt| {
        let _ = attempt.extend(Duration::from_secs(600)).await.unwrap();
        Ok::<_, Infallible>(())
    });
    assert!(!extended.await.unwrap().is_replayed());
    assert_eq!(proxy.take_calls(), ["PutItem", "UpdateItem", "UpdateItem"]);
}

#[tokio::test]
async fn warm_up_makes_one_request_and_never_fails() {
    let proxy = proxy().await;
    let store = database::store(&proxy.url, TABLE).build().unwrap();
    store.warm_up().await;
    assert_eq!(proxy.take_calls(), ["GetItem"]);
    database::store(&proxy.url, "gone").build().unwrap().warm_up().await;
}
